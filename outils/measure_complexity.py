"""Mesure le temps de chaque couche contre T et contre d, et ajuste ses exposants.

    python outils/measure_complexity.py           # vingt minutes, machine au repos
    python outils/measure_complexity.py --essai   # une minute, n'écrit rien

Écrit ``src/cours_transformers/measurements/complexity.json``. Chaque concurrent est une
couche entière, projections comprises, de (1, T, d) vers (1, T, d), sans causalité.
Temps en millisecondes, un fil, float32 : médianes de passages alternés. Un exposant est
la pente de log(temps) contre log(T), par moindres carrés sur les plus grandes tailles ;
son erreur est l'erreur type de cette pente. FLOPs et octets sont ceux des instruments.
"""

import math
import sys
from collections.abc import Callable, Iterable
from functools import partial

import torch
from measuring import medians, read_options, write_measure
from torch import Tensor, nn

from cours_transformers.kernels.attention import attention
from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.layers.efficient import (
    BigBird,
    LinearAttention,
    Linformer,
    Longformer,
    Performer,
    Reformer,
    SparseAttention,
    Strided,
    Window,
)
from cours_transformers.layers.recurrent import LSTM, RNN
from cours_transformers.training.cost_instruments import count_flops, kept_bytes

SEED, HEADS = 0, 4
LENGTHS, WIDTH = (128, 256, 512, 1024, 2048, 4096, 8192), 64
WIDTHS, LENGTH = (32, 64, 128, 256, 512), 1024
FITTED = 4  # les plus grandes tailles, où le terme dominant l'emporte
RANK, FEATURES, REACH, BLOCK = 64, 64, 64, 32
#: Au-delà, la passe arrière dépasse deux gigaoctets, ou dix secondes.
LONGEST = {"explicit": 4096, "tiled": 2048, "reformer": 4096}

Run = Callable[[Tensor], Tensor]


class FirstOutput(nn.Module):
    """Une récurrence, dont on ne garde que les sorties."""

    def __init__(self, layer: nn.Module):
        super().__init__()
        self.layer = layer

    def forward(self, x: Tensor) -> Tensor:
        """Rend les T sorties."""
        return self.layer(x)[0]


def remedies(T: int, D: int) -> dict[str, Run]:
    """Ce qui remplace le calcul d'attention, à réglages fixes quand T grandit."""
    return {
        "explicit": partial(attention, engine="explicit"),
        "tiled": partial(attention, engine="tiled"),
        "sdpa": partial(attention, engine="torch"),
        "linear": LinearAttention(),
        "performer": Performer(D, FEATURES),
        "linformer": Linformer(T, min(RANK, T)),
        "window": SparseAttention(Window(REACH)),
        "dilated": SparseAttention(Window(REACH, 4)),
        "strided": SparseAttention(Strided(math.isqrt(T))),
        "longformer": SparseAttention(Longformer(REACH, tuple(range(8)))),
        "bigbird": SparseAttention(BigBird(BLOCK)),
        "reformer": Reformer(D, max(2, 2 * (T // 64))),
    }


def contestants(T: int, d: int) -> dict[str, nn.Module]:
    """Une couche par nom, poids tirés au hasard."""
    layers: dict[str, nn.Module] = {
        "rnn": FirstOutput(RNN(d, d)),
        "lstm": FirstOutput(LSTM(d, d)),
        "torch_lstm": FirstOutput(nn.LSTM(d, d, batch_first=True)),
    }
    for name, attend in remedies(T, d // HEADS).items():
        layer = MultiHeadAttention(d, HEADS)
        layer.attend = attend
        if name == "reformer":
            layer.k_proj = layer.q_proj
        layers[name] = layer
    return {n: x for n, x in layers.items() if LONGEST.get(n, T) >= T}


def one_size(T: int, d: int, runs: int) -> list[dict]:
    """Chronomètre tous les concurrents, tour à tour, à une taille."""
    torch.manual_seed(SEED)
    layers, x = contestants(T, d), torch.randn(1, T, d, requires_grad=True)
    both = medians(
        runs, *(partial(_forward_backward, layer, x) for layer in layers.values())
    )
    with torch.no_grad():
        forward = medians(runs, *(partial(layer, x) for layer in layers.values()))
    rows = []
    for (name, layer), ms, ms_both in zip(layers.items(), forward, both, strict=True):
        known = (*layer.parameters(), *layer.buffers())
        row = {"name": name, "T": T, "d": d, "forward_ms": ms, "both_ms": ms_both}
        row["flops"] = count_flops(partial(layer, x))
        row["kept_bytes"] = kept_bytes(partial(layer, x), [x], known)
        rows.append(row)
        print(f"T = {T}, d = {d}, {name} : {ms} ms, puis {ms_both} ms", flush=True)
    return rows


def _forward_backward(layer: nn.Module, x: Tensor) -> None:
    layer(x).sum().backward()


def slope(xs: Iterable[float], ys: Iterable[float]) -> tuple[float, float]:
    """Pente de log y contre log x, et son erreur type (au moins trois points)."""
    u = torch.tensor(list(xs), dtype=torch.float64).log()
    w = torch.tensor(list(ys), dtype=torch.float64).log()
    u, w = u - u.mean(), w - w.mean()
    found = (u @ w) / (u @ u)
    residual = (w - found * u).square().sum() / (len(u) - 2)
    return float(found), float((residual / (u @ u)).sqrt())


def exponents(rows: list[dict], axis: str) -> list[dict]:
    """Ajuste l'exposant de chaque nom, de chaque passe, sur les grandes tailles."""
    fitted = []
    for name in dict.fromkeys(row["name"] for row in rows):
        own = sorted((r for r in rows if r["name"] == name), key=lambda r: r[axis])
        own = own[-FITTED:]
        if len(own) < 3:
            continue
        sizes = [row[axis] for row in own]
        for column in ("forward_ms", "both_ms", "flops", "kept_bytes"):
            values = [row[column] for row in own]
            if min(values) <= 0:  # une couche que l'instrument ne sait pas compter
                continue
            value, error = slope(sizes, values)
            fitted.append(
                {
                    "name": name, "axis": axis, "column": column, "sizes": sizes,
                    "exponent": round(value, 3), "error": round(error, 3),
                }
            )  # fmt: skip
    return fitted


def runs_at(T: int, passages: int) -> int:
    """Moins de passages aux grandes longueurs, mais jamais moins de cinq."""
    return max(5, min(passages, passages * 512 // T))


def measure(
    lengths: tuple[int, ...], widths: tuple[int, ...], length: int, passages: int
) -> dict:
    """Balaye T à largeur fixe, puis d à longueur fixe."""
    by_length = [r for T in lengths for r in one_size(T, WIDTH, runs_at(T, passages))]
    by_width = [
        r for d in widths for r in one_size(length, d, runs_at(length, passages))
    ]
    return {
        "heads": HEADS, "batch": 1, "threads": 1, "passages": passages,
        "settings": {
            "rank": RANK, "features": FEATURES, "window": REACH, "block": BLOCK,
        },
        "by_length": by_length,
        "by_width": by_width,
        "exponents": [*exponents(by_length, "T"), *exponents(by_width, "d")],
    }  # fmt: skip


def main(arguments: list[str]) -> None:
    """Mesure, montre chaque exposant, et écrit."""
    options = read_options(
        arguments, "Mesure le temps contre T et d.", passages=21, essai=False
    )
    sizes = (LENGTHS, WIDTHS, LENGTH, options.passages)
    if options.essai:
        sizes = ((64, 128, 256, 512), (16, 32, 64), 128, 5)
    results = measure(*sizes)
    for row in results["exponents"]:
        if row["column"] == "both_ms":
            print(f"{row['name']} : {row['axis']}^{row['exponent']} ± {row['error']}")
    if not options.essai:
        write_measure("complexity", results, arguments, seeds=[SEED])


if __name__ == "__main__":
    main(sys.argv[1:])
