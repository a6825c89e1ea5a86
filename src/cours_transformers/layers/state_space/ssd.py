"""SSD, la dualité de Mamba-2 : une récurrence, une attention, des morceaux des deux.

Lettres : B lot, T pas, H têtes, P largeur d'une tête, G groupes (G divise H), N état.
Une tête n'a qu'un nombre A, là où Mamba en a d × N ; son état est une matrice P × N.

    h_t = exp(Δ_t A) h_{t−1} + (Δ_t x_t) ⊗ B_t,   y_t = h_t C_t + D x_t
    ⇔ y = M x,   M[t, s] = (C_t · B_s) exp(A Σ_{s < r ≤ t} Δ_r) Δ_s   pour s ≤ t.

Sans l'exponentielle, M est l'attention linéaire, où C est la requête, B la clé, et x la
valeur (Dao et Gu, 2024). L'article note α_t ce que nous notons exp(Δ_t A).
"""

import torch
from einops import rearrange, repeat
from jaxtyping import Float
from torch import Tensor

from .ssd_checks import check_ssd

Heads = Float[Tensor, "B T H P"]
Times = Float[Tensor, "B T H"]
Rates = Float[Tensor, " H"]
Groups = Float[Tensor, "B T G N"]
State = Float[Tensor, "B H P N"]


def segment_sums(x: Float[Tensor, "*rows c"]) -> Float[Tensor, "*rows c c"]:
    """Rend S[i, j] = Σ_{j < r ≤ i} x_r, et −∞ au-dessus de la diagonale.

    Chaque somme est faite pour elle-même : la différence de deux sommes cumulées, moins
    chère, perdrait ses chiffres quand l'une et l'autre sont grandes.
    """
    c = x.shape[-1]
    lower = torch.ones(c, c, dtype=torch.bool, device=x.device).tril(-1)
    terms = x[..., :, None].expand(*x.shape, c).masked_fill(~lower, 0)
    future = torch.ones_like(lower).triu(1)
    return terms.cumsum(dim=-2).masked_fill(future, float("-inf"))


def ssd_recurrence(
    x: Heads,
    delta: Times,
    A: Rates,
    B: Groups,
    C: Groups,
    D: Rates | None = None,
    state: State | None = None,
) -> tuple[Heads, State]:
    """La définition, un pas après l'autre ; rend (y, dernier état).

    Raises:
        TypeError: un argument n'est pas un tenseur flottant.
        ValueError: formes qui ne s'accordent pas, Δ négatif, infini ou NaN.
    """
    check_ssd(x, delta, A, B, C, D, state)
    heads, outputs = x.shape[2], []
    steps = (x, delta, per_head(B, heads), per_head(C, heads))
    if state is None:
        state = x.new_zeros(*x.shape[:1], *x.shape[2:], B.shape[-1])
    for now in zip(*(part.unbind(1) for part in steps), strict=True):
        y, state = _step(*now, A, state)
        outputs.append(y)
    return direct(torch.stack(outputs, dim=1), x, D), state


def ssd_step(
    x: Float[Tensor, "B H P"],
    delta: Float[Tensor, "B H"],
    A: Rates,
    B: Float[Tensor, "B G N"],
    C: Float[Tensor, "B G N"],
    D: Rates | None = None,
    state: State | None = None,
) -> tuple[Float[Tensor, "B H P"], State]:
    """Fait un seul pas : la récurrence, sur une suite de longueur 1."""
    now = (part[:, None] for part in (B, C))
    y, state = ssd_recurrence(x[:, None], delta[:, None], A, *now, D, state)
    return y[:, 0], state


def ssd_matrix(
    delta: Times, A: Rates, B: Groups, C: Groups
) -> Float[Tensor, "B H T T"]:
    """Rend la matrice M de chaque tête, nulle pour le futur, à tracer."""
    decay = segment_sums(rearrange(delta * A, "b t h -> b h t")).exp()
    B, C = (rearrange(per_head(z, len(A)), "b t h n -> b h t n") for z in (B, C))
    return decay * (C @ B.mT) * rearrange(delta, "b s h -> b h 1 s")


def ssd_quadratic(
    x: Heads, delta: Times, A: Rates, B: Groups, C: Groups, D: Rates | None = None
) -> Heads:
    """Calcule y = M x : tous les pas d'un coup, en T² opérations, sans état.

    Raises:
        TypeError: un argument n'est pas un tenseur flottant.
        ValueError: formes qui ne s'accordent pas, Δ négatif, infini ou NaN.
    """
    check_ssd(x, delta, A, B, C, D, None)
    y = ssd_matrix(delta, A, B, C) @ rearrange(x, "b s h p -> b h s p")
    return direct(rearrange(y, "b h t p -> b t h p"), x, D)


def per_head(x: Groups, heads: int) -> Float[Tensor, "B T H N"]:
    """Prête à chaque tête le B ou le C de son groupe, sans copie si G = 1."""
    return repeat(x, "b t g n -> b t (g r) n", r=heads // x.shape[2])


def _step(
    x: Tensor, delta: Tensor, B: Tensor, C: Tensor, A: Tensor, state: Tensor
) -> tuple[Tensor, Tensor]:
    """Le pas d'une tête, avec B et C déjà prêtés à chaque tête."""
    decay = (delta * A).exp()[..., None, None]
    state = decay * state + (delta[..., None] * x)[..., None] * B[..., None, :]
    return (state @ C[..., None]).squeeze(-1), state


def direct(y: Heads, x: Heads, D: Rates | None) -> Heads:
    """Ajoute D x, le passage direct, s'il existe."""
    return y if D is None else y + D[:, None] * x
