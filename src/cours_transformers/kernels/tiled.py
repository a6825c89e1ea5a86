"""Moteur par tuiles : l'attention exacte, sans jamais former la matrice T × S.

Chaque bloc de requêtes parcourt les clés par blocs. Le softmax se fait « en ligne »
(Milakov et Gimelshein, 2018), comme dans FlashAttention (Dao, 2022) : pour chaque
requête, on garde

    row_max   m, le plus grand score vu jusqu'ici
    row_sum   ℓ = Σ exp(s − m)
    acc       a = Σ exp(s − m) v

et, quand un bloc apporte un maximum m' plus grand, on corrige les anciennes sommes
par α = exp(m − m'). À la fin : sortie a / ℓ, logsumexp m + log ℓ.
"""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from .call import AttentionCall
from .scores import block_scores, per_query_head, working_dtype

BLOCK_Q = BLOCK_K = 64


def tiled_attention(
    call: AttentionCall, block_q: int = BLOCK_Q, block_k: int = BLOCK_K
) -> tuple[Float[Tensor, "B H T D"], Float[Tensor, "B H T"]]:
    """Calcule l'attention et le logsumexp, un bloc de requêtes après l'autre.

    La mémoire suit la longueur, pas son carré, gradients compris : ``checkpoint`` ne
    garde aucun poids, et recalcule au retour ceux d'un seul bloc de requêtes.
    """
    T = call.queries.stop
    blocks = []
    for start in range(0, T, block_q):
        rows = slice(start, min(start + block_q, T))
        blocks.append(
            checkpoint(
                _query_block, call, rows, block_k,
                use_reentrant=False, preserve_rng_state=False,
            )
        )  # fmt: skip
    outs, lses = zip(*blocks, strict=True)
    return torch.cat(outs, dim=-2).to(call.q.dtype), torch.cat(lses, dim=-1).float()


def _query_block(
    call: AttentionCall, rows: slice, block_k: int
) -> tuple[Float[Tensor, "B H t D"], Float[Tensor, "B H t"]]:
    """Traite un bloc de requêtes : les clés défilent, trois sommes suivent."""
    B, H, _, D = call.q.shape
    size = rows.stop - rows.start
    zeros = {"dtype": working_dtype(call), "device": call.q.device}
    row_max = torch.full((B, H, size, 1), float("-inf"), **zeros)
    row_sum = torch.zeros(B, H, size, 1, **zeros)
    acc = torch.zeros(B, H, size, D, **zeros)

    visible = call.visible_keys(rows)
    for start in range(visible.start, visible.stop, block_k):
        cols = slice(start, min(start + block_k, visible.stop))
        scores = block_scores(call, rows, cols)  # (B, H, t, s)
        # La sortie ne dépend pas de m, simple changement d'unité : pas de gradient.
        new_max = torch.maximum(row_max, scores.detach().amax(-1, keepdim=True))
        # Rien de permis jusqu'ici : m = −∞, et −∞ − (−∞) ne vaut rien ; on prend 0.
        origin = new_max.masked_fill(new_max.isneginf(), 0.0)
        alpha = torch.exp(row_max - origin)
        p = torch.exp(scores - origin)
        row_sum = alpha * row_sum + p.sum(dim=-1, keepdim=True)
        acc = alpha * acc + p @ per_query_head(call, call.v, cols)
        row_max = new_max

    # Ligne sans clé permise : ℓ = 0 ; on divise par 1, la sortie reste nulle.
    row_sum = row_sum.masked_fill(row_sum == 0.0, 1.0)
    return acc / row_sum, (row_max + row_sum.log()).squeeze(-1)


def refusal(call: AttentionCall) -> str | None:
    """Refuse le dropout : son tirage dépendrait de la taille des blocs."""
    if call.dropout > 0.0:
        return "le tirage du dropout dépendrait de la taille des tuiles"
    return None
