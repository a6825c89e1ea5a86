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
        return [out.detach(), *torch.autograd.grad(out, leaves, self.sent(dtype))]

    def sent(self, dtype: torch.dtype) -> Tensor:
        """Le gradient que reçoit la sortie."""
        generator = torch.Generator().manual_seed(1)
        d_out = torch.randn(self.q.shape, generator=generator)
        return d_out.to(self.q.dtype).to(dtype)

    def scales(self, exact: list[Tensor]) -> list[float]:
        """L'échelle de chaque résultat : le plus grand de ses nombres.

        dQ et dK sont des différences, scale · (P ∘ dP − δ ∘ P) K et sa transposée : là
        où elles s'annulent (une requête qui ne voit qu'une clé), l'échelle est celle
        des deux termes, sans dépasser le double du plus grand des trois gradients.
        """
        q, k, v = (
            x.detach().double().requires_grad_() for x in (self.q, self.k, self.v)
        )
        scale = self.options.get("scale") or q.shape[3] ** -0.5
        delta = (self.sent(torch.double) * exact[0]).sum(-1, keepdim=True)
        moved = attention(q, k, k, engine="explicit", **self.options)
        out = attention(q, k, v, engine="explicit", **self.options)
        (gathered,) = torch.autograd.grad(out, v, delta * q)
        own = [x.abs().max().item() for x in exact]
        terms = [x.abs().max().item() * scale for x in (delta * moved, gathered)]
        dq, dk = (min(term, 2 * max(own[1:])) for term in terms)
        return [own[0], max(own[1], dq), max(own[2], dk), own[3]]


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


@pytest.fixture(scope="session", autouse=True)
def _one_order_of_addition():
    """Additionne les produits dans un ordre qui ne dépend pas du côté de la matrice.

    ``np.matmul`` n'additionne pas Q Kᵀ comme K Qᵀ ; un GPU, si : dK et dV y retrouvent
    les scores de l'aller, et l'exponentielle n'a aucun écart à amplifier. Chaque tuile
    est ici sommée en float64, puis arrondie ; d'une tuile à l'autre, rien ne change.
    """
    from triton.runtime import interpreter

    def dot(self, a, b, d, input_precision, max_num_imprecise_acc):
        product = a.data.astype("f8") @ b.data.astype("f8")
        total = product.astype(d.data.dtype) + d.data
        return interpreter.TensorHandle(total, d.dtype.scalar)

    patch = pytest.MonkeyPatch()
    patch.setattr(interpreter.InterpreterBuilder, "create_dot", dot)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def agrees() -> Callable[[Problem], None]:
    """Juge les noyaux : au plus deux fois l'erreur de PyTorch dans la même précision.

    L'exact est en float64 ; trois fois pour les gradients, quand des têtes partagent
    leurs clés. Plancher : une unité de la dernière décimale, à l'échelle du résultat.
    """

    def check(problem: Problem) -> None:
        exact = problem.run("explicit", torch.float64)
        rival, ours = problem.run("torch"), problem.run("interpreted")
        shared = problem.q.shape[1] > problem.k.shape[1]
        unit, scales = torch.finfo(problem.q.dtype).eps, problem.scales(exact)
        for i, name in enumerate(("sortie", "dQ", "dK", "dV")):
            factor, floor = 3 if i and shared else 2, unit * scales[i]
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
