"""Les nombres d'un moteur, contre float64 : ce qui précède tout chronomètre."""

import itertools
from collections.abc import Iterator

import torch

from cours_transformers.kernels.attention import attention
from cours_transformers.kernels.slopes import DistanceBias

DTYPES = (torch.float16, torch.bfloat16, torch.float32)
LENGTHS = ((128, 128), (1, 300), (257, 130), (200, 333))


def check_kernels(engine: str, device: str, lengths=LENGTHS) -> list[str]:
    """Compare ``engine`` à l'exact, avant et arrière ; rend les désaccords en clair.

    Une erreur est admise jusqu'au double de celle de PyTorch dans la même précision
    (au triple pour des gradients de têtes partagées), plus l'arrondi du résultat.
    """
    return [
        said
        for dtype, D, (T, S) in itertools.product(DTYPES, (40, 64, 128, 256), lengths)
        for options in cases(S, device)
        for said in disagreements(engine, device, dtype, D, T, S, options)
    ]


def cases(S: int, device: str) -> Iterator[dict]:
    """Énumère les réglages que les noyaux servent."""
    yield {}
    yield {"causal": True}
    yield {"causal": True, "window": 50}
    yield {
        "mask": (torch.arange(S, device=device) % 3 > 0)[None, None, None].expand(
            2, 1, 1, S
        )
    }
    yield {"causal": True, "bias": DistanceBias(torch.full((4,), 0.25, device=device))}


def disagreements(
    engine: str, device: str, dtype: torch.dtype, D: int, T: int, S: int, options: dict
) -> Iterator[str]:
    """Compare la sortie et les trois gradients d'un réglage."""
    generator = torch.Generator().manual_seed(0)
    shapes = ((2, 4, T, D), (2, 2, S, D), (2, 2, S, D), (2, 4, T, D))
    drawn = [torch.randn(shape, generator=generator).to(dtype) for shape in shapes]
    answers = []
    for name, precision in (
        ("explicit", torch.float64),
        ("torch", dtype),
        (engine, dtype),
    ):
        leaves = [x.to(device, precision).requires_grad_() for x in drawn[:3]]
        out = attention(*leaves, engine=name, **options)
        answers.append(
            [out, *torch.autograd.grad(out, leaves, drawn[3].to(device, precision))]
        )
    largest = max(x.abs().max().item() for x in answers[0][1:])
    for i, name in enumerate(("sortie", "dQ", "dK", "dV")):
        exact, rival, ours = (answer[i].double() for answer in answers)
        scale = largest if i else exact.abs().max().item()
        noise = torch.finfo(dtype).eps + (4e-6 if i else 0.0)  # scores recalculés
        allowed = (3 if i else 2) * (rival - exact).abs().max().item() + noise * scale
        if not (ours - exact).abs().max().item() <= allowed:
            yield f"{name} : {dtype}, D = {D}, T = {T}, S = {S}, {sorted(options)}"
