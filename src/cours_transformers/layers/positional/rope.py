"""RoPE : tourner requêtes et clés d'un angle proportionnel à leur position (Su, 2021).

Lettres : p position d'une requête, s celle d'une clé, ω_i fréquence de la paire i, R_p
la rotation qui tourne chaque paire de p ω_i ; D dimension d'une tête. Comme
(R_p q) · (R_s k) = q · (R_{s−p} k), les scores ne voient que p − s.
"""

import torch
from einops import rearrange
from jaxtyping import Float, Int
from torch import Tensor

from .base import Positional
from .checks import check_choice, check_heads, check_integer, check_pairs
from .frequencies import angles

# Quelles dimensions forment la paire i ? Voisines, 2i et 2i + 1 (Su, GPT-J) ; ou à une
# demi-largeur l'une de l'autre, i et i + D/2 (GPT-NeoX, et Llama dans transformers).
_LAYOUTS = {"interleaved": "(half two)", "half": "(two half)"}
PAIRINGS = tuple(_LAYOUTS)


def rotate_pairs(
    x: Float[Tensor, "... T D"],
    angle: Float[Tensor, "T half"],
    pairing: str = "interleaved",
) -> Float[Tensor, "... T D"]:
    """Tourne chaque paire (a, b) : (a cos − b sin, a sin + b cos)."""
    layout = _LAYOUTS[pairing]
    a, b = rearrange(x, f"... {layout} -> two ... half", two=2)
    cos, sin = angle.cos(), angle.sin()
    turned = torch.stack([a * cos - b * sin, a * sin + b * cos])
    return rearrange(turned, f"two ... half -> ... {layout}").to(x.dtype)


def pairing_order(d_head: int) -> Int[Tensor, " D"]:
    """Range les dimensions paires, puis les impaires : d'un appariement à l'autre.

    ``half(x[order]) = interleaved(x)[order]`` : la différence n'est qu'un ordre.
    """
    return rearrange(torch.arange(d_head), "(half two) -> (two half)", two=2)


class Rope(Positional):
    """Remplace q_p par R_p q_p et k_s par R_s k_s, avec ω_i = base^(−2i/D).

    Args:
        d_head: dimension D d'une tête, paire.
        pairing: ``"interleaved"`` (Su, 2021) ou ``"half"`` (Llama).
    """

    def __init__(
        self, d_head: int, base: float = 10_000.0, pairing: str = "interleaved"
    ):
        super().__init__()
        check_pairs("d_head", d_head, base)
        check_choice("pairing", pairing, PAIRINGS)
        self.d_head, self.base, self.pairing = d_head, base, pairing

    def rotate(
        self, q: Float[Tensor, "B H T D"], k: Float[Tensor, "B G S D"], offset: int = 0
    ) -> tuple[Float[Tensor, "B H T D"], Float[Tensor, "B G S D"]]:
        """Tourne q et k ; la première clé a la position ``offset``."""
        check_heads("q", q, d_head=self.d_head)
        check_heads("k", k, d_head=self.d_head)
        check_integer("offset", offset, 0)
        first_query = offset + k.shape[-2] - q.shape[-2]
        return self._turn(q, first_query), self._turn(k, offset)

    def _turn(self, x: Float[Tensor, "B h T D"], start: int) -> Tensor:
        angle = angles(start, x.shape[-2], self.d_head, self.base, like=x)
        return rotate_pairs(x, angle, self.pairing)
