"""Le prix de chaque remède : FLOPs et octets, par formule, égaux aux instruments.

Mêmes conventions que ``costs``. Lettres : F composantes de φ, m caractéristiques, c
longueur d'un morceau, S = T clés.
"""

from cours_transformers.layers.efficient.patterns import VOID, Groups, Pattern
from cours_transformers.layers.efficient.reformer import Reformer
from cours_transformers.layers.positional.checks import check_choice

from .costs import Cost, E, check_sizes

INDEX = 8  # octets d'un entier de PyTorch


def linear_attention_cost(
    B: int,
    H: int,
    T: int,
    D: int,
    *,
    causal: bool = False,
    form: str = "chunked",
    chunk: int = 64,
    e: int = E,
) -> Cost:
    """Avec ``elu_plus_one`` : 4 B H T D (D + 1) FLOPs, sans causalité.

    La colonne de 1 ajoutée à v compte ; en causal s'ajoutent les matrices c × c.
    """
    check_choice("form", form, ("chunked", "quadratic"))
    check_sizes(B=B, H=H, T=T, D=D, chunk=chunk)
    if form == "quadratic":
        flops = 2 * T * T * (2 * D + 1)
        kept = T * (2 * D + 2 * (D + 1) + T + 1)
        return Cost(B * H * flops, e * B * H * kept)
    return _linear(B, H, T, D, D, causal, chunk, e)


def _linear(
    B: int, H: int, T: int, D: int, F: int, causal: bool, c: int, e: int
) -> Cost:
    """Forme par morceaux, φ(q) et φ(k) déjà calculées et gardées."""
    if not causal:
        flops = 4 * T * F * (D + 1)
        kept = 2 * T * (D + 1) + 2 * T * F + F * (D + 1) + T
        return Cost(B * H * flops, e * B * H * kept)
    n = -(-T // c)
    flops = 2 * n * c * (2 * F * (D + 1) + c * (F + D + 1))
    kept = n * c * (2 * (D + 1) + 2 * F + c) + n * F * (D + 1) + T
    return Cost(B * H * flops, e * B * H * kept)


def performer_cost(
    B: int,
    H: int,
    T: int,
    D: int,
    m: int,
    *,
    causal: bool = False,
    chunk: int = 64,
    e: int = E,
) -> Cost:
    """Performer : 4 B H T D m FLOPs pour φ, puis l'attention linéaire, F = m."""
    check_sizes(B=B, H=H, T=T, D=D, m=m, chunk=chunk)
    # Les q et k divisés par D^¼ ; en causal, φ est gardée avant et après la découpe.
    kept = 2 * T * D + (2 * T * m if causal else 0)
    features = Cost(4 * B * H * T * D * m, e * B * H * kept)
    return features + _linear(B, H, T, D, m, causal, chunk, e)


def linformer_cost(B: int, H: int, T: int, D: int, rank: int, *, e: int = E) -> Cost:
    """``Linformer`` : 4 B H T k D FLOPs pour résumer, autant pour lire."""
    check_sizes(B=B, H=H, T=T, D=D, rank=rank)
    kept = 2 * T * D + 2 * rank * D + T * (D + 1)
    return Cost(8 * B * H * T * rank * D, e * B * H * kept)


def sparse_cost(
    pattern: Pattern,
    B: int,
    H: int,
    T: int,
    D: int,
    *,
    causal: bool = False,
    e: int = E,
) -> Cost:
    """Motif : 4 B H D FLOPs par score calculé, utile ou jeté."""
    check_sizes(B=B, H=H, T=T, D=D)
    parts = pattern.groups(T, causal)
    kept = sum(_part_kept(part, B, H, D, e) for part in parts)
    if len(parts) > 1:  # ce qu'il faut pour recoller
        kept += e * B * H * len(parts) * T * (D + 1)
    scores = sum(part.n_scores for part in parts)
    return Cost(4 * B * H * D * scores, kept)


def _part_kept(part: Groups, B: int, H: int, D: int, e: int) -> int:
    """Copies de q, k et v, scores et poids, sortie ; puis les masques et les rangs."""
    n, b, c = part.allowed.shape
    p = int((part.queries != VOID).sum())
    numbers = 2 * n * c * D + n * b * D + 2 * n * b * c + n * b + p * (D + 1)
    return e * B * H * numbers + n * b * c + 2 * n * b + INDEX * (n * b + n * c + p)


def reformer_cost(
    layer: Reformer,
    B: int,
    H: int,
    T: int,
    D: int,
    *,
    causal: bool = False,
    e: int = E,
) -> Cost:
    """Reformer : le hachage, puis 4 B H D FLOPs par score, à chaque tour.

    Ses rangs et ses masques diffèrent d'une tête à l'autre : ils pèsent aussi.
    """
    check_sizes(B=B, H=H, T=T, D=D)
    R, c = layer.n_rounds, layer.chunk_size(T)
    n = -(-T // c)
    N, k = n * c, (2 if causal else 3) * c
    hashing = 2 * R * T * D * (layer.n_buckets // 2)
    flops = hashing + 4 * R * N * k * D
    rounds = R * (2 * N * D + 2 * n * k * D + 2 * N * k + 2 * N)
    merging = R * T * (D + 1) if R > 1 else 0
    numbers = T * (D + 2) + rounds + merging
    indices = R * (N + 2 * n * k + T)
    kept = e * numbers + R * (N * k + N) + INDEX * indices
    return Cost(B * H * flops, B * H * kept)
