"""Deux moteurs, un texte : « triton » sur un GPU, « interpreted » sur un CPU."""

import math

import torch
from torch import Tensor

from .availability import load_kernels, mode_refusal
from .call import AttentionCall
from .flash import FlashAttention
from .slopes import DistanceBias

SERVED = (torch.float16, torch.bfloat16, torch.float32)
LARGEST_D = 256
FIRST_CAPABILITY = (8, 0)
# Dans une tuile (256 lignes au plus), les décalages sont en 32 bits.
LARGEST_STRIDE = 2**22


def triton_attention(call: AttentionCall) -> tuple[Tensor, Tensor | None]:
    """Lance les noyaux compilés : FlashAttention sur le GPU de q."""
    return _run(call, interpreted=False)


def interpreted_attention(call: AttentionCall) -> tuple[Tensor, Tensor | None]:
    """Exécute les mêmes noyaux par l'interpréteur de Triton : lent, mais partout."""
    return _run(call, interpreted=True)


def _run(call: AttentionCall, interpreted: bool) -> tuple[Tensor, Tensor | None]:
    if not torch.compiler.is_compiling():
        # Avant que PyTorch n'importe triton de son côté : le mode serait figé.
        load_kernels(interpreted)
    slopes = None if call.bias is None else call.bias.slopes.float().contiguous()
    out, lse = FlashAttention.apply(
        call.q, call.k, call.v, slopes, key_mask(call), *band(call), call.scale,
        interpreted,
    )  # fmt: skip
    return out, _public(lse, call, slopes) if call.return_lse else None


def _public(lse: Tensor, call: AttentionCall, slopes: Tensor | None) -> Tensor:
    """Rend en base e le logsumexp que les noyaux gardent en base 2.

    Ils comptent la distance depuis la clé 0 quand la requête la précède : la part
    −m_h |p| de cette ligne, qu'ils ont laissée, est rendue ici.
    """
    lse = lse * math.log(2)
    if slopes is None or call.queries.stop <= call.keys.stop:
        return lse
    positions = torch.arange(call.queries.stop, device=lse.device)
    before = (positions + call.keys.stop - call.queries.stop).clamp(max=0)
    return lse + slopes[:, None] * before


def band(call: AttentionCall) -> tuple[int, int]:
    """Rend (low, high) : la clé j est vue si low ≤ p − j ≤ high.

    T + S est hors d'atteinte : une borne qui ne borne rien.
    """
    beyond = call.queries.stop + call.keys.stop
    high = beyond if call.window is None else min(call.window - 1, beyond)
    return 0 if call.causal else -high, high


def key_mask(call: AttentionCall) -> Tensor | None:
    """Réduit le masque de remplissage à (B, S) ; rien n'est recopié."""
    if call.mask is None:
        return None
    B, S = call.q.shape[0], call.keys.stop
    mask = call.mask.reshape((1,) * (4 - call.mask.ndim) + tuple(call.mask.shape))
    return mask[:, 0, 0].expand(B, S)


def refusal(call: AttentionCall) -> str | None:
    """Dit ce que le moteur « triton » ne peut pas servir, ou None."""
    if not call.q.is_cuda:
        return f"il lui faut un GPU NVIDIA ; les tenseurs sont sur {call.q.device}"
    capability = torch.cuda.get_device_capability(call.q.device)
    if capability < FIRST_CAPABILITY:
        return (
            "il lui faut une capacité de calcul 8.0 au moins (A100, L4, H100…) ; "
            f"ce GPU a la {capability[0]}.{capability[1]}"
        )
    return _refusal(call) or mode_refusal(interpreted=False)


def interpreted_refusal(call: AttentionCall) -> str | None:
    """Dit ce que le moteur « interpreted » ne peut pas servir, ou None."""
    if call.q.device.type != "cpu":
        return f"l'interpréteur travaille sur le CPU ; reçu {call.q.device}"
    return _refusal(call) or mode_refusal(interpreted=True)


def _refusal(call: AttentionCall) -> str | None:
    """Les refus communs : ce que le noyau ne calcule pas."""
    D = call.q.shape[3]
    if call.q.dtype not in SERVED:
        return f"il sert float16, bfloat16 et float32 ; reçu {call.q.dtype}"
    if D > LARGEST_D:
        return f"D va jusqu'à {LARGEST_D} ; reçu {D}"
    if call.dropout > 0.0:
        return "le tirage du dropout dépendrait de la taille des tuiles"
    if call.bias is not None and not isinstance(call.bias, DistanceBias):
        return "de biais, il ne sert que DistanceBias (les pentes d'ALiBi)"
    if call.mask is not None and any(size > 1 for size in call.mask.shape[-3:-1]):
        return (
            "de masque, il ne sert que le remplissage, (B, 1, 1, S), outre causal et "
            f"window ; reçu {tuple(call.mask.shape)}"
        )
    if any(max(x.stride()[2:]) > LARGEST_STRIDE for x in (call.q, call.k, call.v)):
        return f"deux lignes voisines sont à plus de {LARGEST_STRIDE} nombres"
    if call.scale <= 0.0:
        return f"scale doit être strictement positif ; reçu {call.scale:g}"
    return None
