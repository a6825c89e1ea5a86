"""Reformer : ne comparer que des vecteurs du même seau (Kitaev, 2020).

La requête et la clé d'une position sont le même vecteur (« QK partagés »), la clé
ramenée à la norme 1 ; une position ne se regarde elle-même que si elle n'a personne
d'autre. À chaque tour de hachage, les positions sont triées par seau, coupées en
morceaux de c, et chaque morceau regarde lui-même et ses voisins, dans le même seau :

    vue(i) = ∪_tours { j : même seau, morceaux égaux ou voisins }

Une paire vue à n tours y compte pour 1/n : la sortie est exactement l'attention sur
l'union. Lettres : R tours, n morceaux, c positions par morceau.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional as F

from cours_transformers.layers.dot_product import attention_scores, masked_softmax
from cours_transformers.layers.positional.checks import check_integer

from .base import EfficientAttention
from .lsh import hash_buckets, random_rotations
from .sorted_chunks import SortedChunks, pick, rank_of, unsort
from .sparse import merge, softmax_and_lse


def shared_qk_attention(
    qk: Float[Tensor, "B H T D"],
    v: Float[Tensor, "B H T D"],
    causal: bool = False,
    allowed: Bool[Tensor, "... T T"] | None = None,
) -> Float[Tensor, "B H T D"]:
    """Attention entière à QK partagés, ou sur les paires ``allowed`` ; la référence."""
    T = qk.shape[-2]
    if allowed is None:
        allowed = torch.ones(T, T, dtype=torch.bool, device=qk.device)
    scores = attention_scores(qk, F.normalize(qk, dim=-1))
    return masked_softmax(scores, visible_pairs(allowed, causal)) @ v


def visible_pairs(
    allowed: Bool[Tensor, "... T T"], causal: bool
) -> Bool[Tensor, "... T T"]:
    """Retire le futur si ``causal``, et soi-même, sauf pour qui reste sans personne."""
    allowed = allowed.tril() if causal else allowed
    itself = torch.eye(allowed.shape[-1], dtype=torch.bool, device=allowed.device)
    others = allowed & ~itself
    return others | (itself & ~others.any(dim=-1, keepdim=True))


def lsh_matrix(
    buckets: Int[Tensor, "... R T"], chunk: int, causal: bool = False
) -> Bool[Tensor, "... T T"]:
    """Paires que regarde ``Reformer`` avec ces seaux ; pour un petit T."""
    piece = rank_of(buckets) // chunk
    near = (piece[..., :, None] - piece[..., None, :]).abs() <= 1
    same = buckets[..., :, None] == buckets[..., None, :]
    return visible_pairs((near & same).any(dim=-3), causal)


class Reformer(EfficientAttention):
    """Attention à QK partagés, par seaux triés.

    Args:
        n_buckets: pair, ou 1 ; un seul seau et ``chunk`` ≥ T : l'attention entière.
        n_rounds: R tours, dont chacun rattrape des paires que les autres ont manquées.
        chunk: c ; par défaut ⌈2 T / n_buckets⌉, deux seaux moyens, comme l'article.
        seed: graine des rotations.

    À l'appel, q et k doivent être égaux : la couche partage sa projection.
    """

    self_only = True

    def __init__(
        self,
        d_head: int,
        n_buckets: int,
        *,
        n_rounds: int = 1,
        chunk: int | None = None,
        seed: int = 0,
    ):
        super().__init__()
        if chunk is not None:
            check_integer("chunk", chunk, 1)
        generator = torch.Generator().manual_seed(seed)
        rotations = random_rotations(d_head, n_buckets, n_rounds, generator)
        self.register_buffer("rotations", rotations)
        self.n_buckets, self.n_rounds, self.chunk = n_buckets, n_rounds, chunk

    def buckets(self, qk: Float[Tensor, "B H T D"]) -> Int[Tensor, "B H R T"]:
        """Seau de chaque position, à chaque tour."""
        return hash_buckets(qk.detach(), self.rotations.to(qk.dtype))

    def chunk_size(self, T: int) -> int:
        """Longueur d'un morceau, au plus T."""
        return min(T, self.chunk or -(-2 * T // self.n_buckets))

    def n_scores(self, T: int, causal: bool = False) -> int:
        """Scores calculés : R ⌈T / c⌉ c × 2c, ou 3c si l'on regarde aussi devant."""
        c = self.chunk_size(T)
        return self.n_rounds * -(-T // c) * c * (2 if causal else 3) * c

    def attend(self, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
        """Trie, calcule chaque morceau à chaque tour, remet en ordre, recolle."""
        if q is not k and not torch.equal(q, k):
            raise ValueError(
                "q et k doivent être égaux : Reformer compare des vecteurs du même "
                "seau ; donnez à la couche une seule projection, k_proj = q_proj"
            )
        buckets, T = self.buckets(q), q.shape[-2]
        chunks = SortedChunks(buckets, self.chunk_size(T), causal)
        keys = F.normalize(q, dim=-1)
        parts = []
        for r in range(self.n_rounds):
            queries, around, allowed, repeats = chunks.round(r)
            q_r, k_r, v_r = (
                pick(x, i)
                for x, i in ((q, queries), (keys, around), (v, around))
            )  # fmt: skip
            scores = q_r @ k_r.mT * q.shape[-1] ** -0.5 - repeats.to(q.dtype).log()
            weights, lse = softmax_and_lse(scores, allowed)
            out = unsort((weights @ v_r).flatten(2, 3), chunks.rank[:, :, r])
            lse = unsort(lse.flatten(2, 3)[..., None], chunks.rank[:, :, r])[..., 0]
            parts.append((out, lse))
        return merge(parts)
