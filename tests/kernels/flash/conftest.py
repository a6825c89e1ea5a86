"""Les noyaux Triton dans l'interpréteur, donc dans un processus qui le choisit d'abord.

TRITON_INTERPRET=1 python -m pytest tests/kernels/flash
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor

from cours_transformers.kernels.attention import attention
from cours_transformers.kernels.availability import triton_missing

if triton_missing() is not None or os.environ.get("TRITON_INTERPRET") != "1":
    collect_ignore_glob = ["test_*.py"]


@dataclass
class Problem:
    """Des tenseurs, les réglages d'un appel, et les gradients qu'on lui envoie."""

    q: Tensor
    k: Tensor
    v: Tensor
    options: dict = field(default_factory=dict)

    def run(self, engine: str, dtype: torch.dtype | None = None) -> list[Tensor]:
        """Rend la sortie, puis dQ, dK, dV, calculés par ``engine`` en ``dtype``."""
        dtype = dtype or self.q.dtype
        leaves = [
            x.detach().to(dtype).requires_grad_() for x in (self.q, self.k, self.v)
        ]
        out = attention(*leaves, engine=engine, **self.options)
        generator = torch.Generator().manual_seed(1)
        d_out = torch.randn(out.shape, generator=generator).to(self.q.dtype).to(dtype)
        return [out.detach(), *torch.autograd.grad(out, leaves, d_out)]


@pytest.fixture(scope="session")
def problem() -> Callable[..., Problem]:
    """Fabrique un problème ; les longueurs diffèrent, pour ne pas se confondre."""

    def make(
        B=1, G=1, repeats=2, T=40, S=70, D=16, dtype=torch.float32, seed=0, **options
    ) -> Problem:
        generator = torch.Generator().manual_seed(seed)
        q = torch.randn(B, G * repeats, T, D, generator=generator)
        k, v = torch.randn(2, B, G, S, D, generator=generator)
        return Problem(q.to(dtype), k.to(dtype), v.to(dtype), options)

    return make


@pytest.fixture(scope="session")
def agrees() -> Callable[[Problem], None]:
    """Juge les noyaux : au plus deux fois l'erreur de PyTorch dans la même précision.

    L'exact est en float64 ; trois fois pour les gradients, quand des têtes partagent
    leurs clés. Plancher : une unité de la dernière décimale, à l'échelle de la sortie
    ou du plus grand des trois gradients. À l'arrière s'ajoute l'arrondi des scores : dK
    et dV les recalculent dans un autre ordre, et l'exponentielle fait d'un écart absolu
    sur un score (ε fois ce score, en float32) un écart relatif sur le poids. PyTorch,
    sur un CPU, a gardé ses poids : il n'a pas cette erreur.
    """

    def check(problem: Problem) -> None:
        exact = problem.run("explicit", torch.float64)
        rival, ours = problem.run("torch"), problem.run("interpreted")
        shared = problem.q.shape[1] > problem.k.shape[1]
        factors = [x.double().norm(dim=-1).max().item() for x in (problem.q, problem.k)]
        scale = problem.options.get("scale") or problem.q.shape[3] ** -0.5
        largest = factors[0] * factors[1] * scale  # aucun score ne le dépasse
        scales = [x.abs().max().item() for x in exact]
        for i, name in enumerate(("sortie", "dQ", "dK", "dV")):
            factor = 3 if i and shared else 2
            scale = max(scales[1:]) if i else scales[0]
            floor = torch.finfo(problem.q.dtype).eps * scale
            if i:
                floor += torch.finfo(torch.float32).eps * largest * scale
            for error in (worst, spread):
                allowed = factor * error(rival[i], exact[i]) + floor
                assert error(ours[i], exact[i]) <= allowed, (name, error.__name__)

    return check


def worst(got: Tensor, exact: Tensor) -> float:
    """Le plus grand écart ; NaN s'il y en a un, et la comparaison échoue."""
    return (got.double() - exact).abs().max().item()


def spread(got: Tensor, exact: Tensor) -> float:
    """L'écart quadratique moyen ; le même facteur vaut, qu'il soit relatif ou non."""
    return (got.double() - exact).pow(2).mean().sqrt().item()
