"""Les formes d'un même calcul, mises côte à côte : temps, et octets gardés.

Chaque fonction rend une ligne par forme : ``ms``, passe avant puis arrière ; ``bytes``,
ce que la première garde pour la seconde ; ``faster``, combien de fois la forme bat la
première de sa liste, la boucle honnête.
"""

from collections.abc import Callable, Iterable
from functools import partial

import torch
from measuring import medians
from torch import Tensor

from cours_transformers.layers import state_space as ss
from cours_transformers.training.cost_instruments import kept_bytes

T_SCAN, STATES = 2048, (8, 16, 64, 256, 1024, 4096)
SELECTIVE = ((4, 2), (8, 8), (4, 16), (64, 16), (256, 16))  # (d, N)
SSD = ((1, 8, 8), (2, 16, 16), (4, 32, 32), (8, 32, 64))  # (H, P, N)

# « autograd » : dérivée par PyTorch. Les autres le sont par ``adjoint``, un balayage de
# plus : la première boucle est celle que l'on écrit d'abord.
SCANS = {
    "loop_autograd": ss.sequential_scan,
    "loop": partial(ss.linear_scan, form="sequential"),
    "hillis_steele_autograd": ss.hillis_steele_scan,
    "hillis_steele": partial(ss.linear_scan, form="hillis_steele"),
    "tree_autograd": ss.tree_scan,
    "tree": partial(ss.linear_scan, form="tree"),
    "chunked_autograd": ss.chunked_scan,
    "chunked": partial(ss.linear_scan, form="chunked"),
}


def leaf(*shape: int, low: float = -1.0, high: float = 1.0) -> Tensor:
    """Un tenseur uniforme, dont on demandera le gradient."""
    return torch.empty(shape).uniform_(low, high).requires_grad_()


def there_and_back(run: Callable[..., Tensor], *arguments: Tensor) -> None:
    """Une passe avant et sa passe arrière."""
    for part in arguments:
        part.grad = None
    run(*arguments).sum().backward()


def rows_of(
    runs: int, forms: dict[str, Callable], arguments: Iterable[Tensor], **labels: int
) -> list[dict]:
    """Une ligne par forme : temps, octets, et combien de fois elle bat la première."""
    arguments = list(arguments)
    calls = [partial(there_and_back, run, *arguments) for run in forms.values()]
    times = medians(runs, *calls)
    rows = []
    for (name, run), ms in zip(forms.items(), times, strict=True):
        kept = kept_bytes(partial(run, *arguments))
        faster = round(times[0] / ms, 2)
        rows.append({"form": name, **labels, "ms": ms, "faster": faster, "bytes": kept})
    print(labels, {row["form"]: row["faster"] for row in rows}, flush=True)
    return rows


def scans(runs: int, lengths: tuple, states: tuple) -> list[dict]:
    """Les balayages seuls, selon la taille d'état, puis selon la longueur."""
    sizes = [(T_SCAN, n) for n in states] + [(T, 64) for T in lengths if T != T_SCAN]
    rows = []
    for T, n in sizes:
        rows += rows_of(
            runs, SCANS, [leaf(1, T, n, low=0), leaf(1, T, n)], T=T, state=n
        )
    return rows


def selective(runs: int, sizes: tuple, T: int) -> list[dict]:
    """Le balayage sélectif entier : toutes les formes, puis par tranches."""
    forms = {"loop_autograd": selective_loop}
    for form in ("hillis_steele", "tree", "chunked"):
        forms[form] = lambda *x, f=form: ss.selective_scan(*x, form=f)[0]
    for recompute in (False, True):
        name = "sliced_recompute" if recompute else "sliced"
        forms[name] = lambda *x, r=recompute: ss.sliced_scan(*x, recompute=r)[0]
    rows = []
    for d, N in sizes:
        delta, rates = leaf(1, T, d, low=1e-3, high=0.1), leaf(d, N, low=-16, high=-1)
        signals = [leaf(1, T, d), delta, rates, leaf(1, T, N), leaf(1, T, N)]
        rows += rows_of(runs, forms, signals, T=T, d=d, N=N, state=d * N)
    return rows


def selective_loop(x: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor) -> Tensor:
    """La boucle honnête : les mêmes pas, l'un après l'autre, par ``unbind``."""
    decay = (delta[..., None] * A).exp()
    written = (delta * x)[..., None] * B[:, :, None]
    return (ss.sequential_scan(decay, written) @ C[..., None]).squeeze(-1)


def ssd(runs: int, sizes: tuple, lengths: tuple) -> list[dict]:
    """SSD : la récurrence, l'attention en T², les morceaux."""
    forms = {"recurrence": lambda *x: ss.ssd_recurrence(*x)[0],
             "quadratic": ss.ssd_quadratic,
             "chunked": lambda *x: ss.ssd_chunked(*x)[0]}  # fmt: skip
    rows, largest = [], sizes[-1]
    cases = [(1024, *size) for size in sizes]
    cases += [(T, *largest) for T in lengths if T <= 2048 and T != 1024]
    for T, H, P, N in cases:
        delta, rates = leaf(1, T, H, low=1e-3, high=0.1), leaf(H, low=-16, high=-1)
        signals = [leaf(1, T, H, P), delta, rates, leaf(1, T, 1, N), leaf(1, T, 1, N)]
        rows += rows_of(runs, forms, signals, T=T, H=H, P=P, N=N, state=H * P * N)
    return rows
