"""Mesure le temps d'une passe contre la longueur : pas à pas, ou d'un seul coup.

    python outils/measure_recurrent_time.py       # trois minutes, machine au repos

Écrit ``src/cours_transformers/measurements/recurrent_time.json``. Temps en
millisecondes, passe avant puis arrière, un fil, float32 : médiane de passages
alternés. ``sequential_steps`` compte les produits qui doivent s'attendre : c'est lui,
et non le nombre de calculs, que du matériel parallèle ne sait pas réduire.
"""

import sys
from collections.abc import Callable
from functools import partial

import torch
from measuring import medians, read_options, write_measure
from torch import Tensor, nn

from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.layers.recurrent import LSTM, RNN

SEED = 0
LENGTHS = (16, 32, 64, 128, 256, 512)
BATCH, D = 1, 64


class CausalConvolution(nn.Module):
    """Convolution de trois positions vers le passé, suivie de ReLU."""

    def __init__(self, d: int):
        super().__init__()
        self.conv = nn.Conv1d(d, d, kernel_size=3, padding=2)

    def forward(self, x: Tensor) -> Tensor:
        """Chaque position lit les deux précédentes et elle-même."""
        return self.conv(x.mT)[..., : x.shape[1]].mT.relu()


def contestants() -> dict[str, Callable[[Tensor], Tensor]]:
    """Les couches comparées, toutes de largeur ``D``, poids tirés au hasard."""
    rnn, lstm = RNN(D, D), LSTM(D, D)
    torch_lstm = nn.LSTM(D, D, batch_first=True)
    attention = MultiHeadAttention(D, n_heads=4)
    return {
        "rnn": lambda x: rnn(x)[0],
        "lstm": lambda x: lstm(x)[0],
        "torch_lstm": lambda x: torch_lstm(x)[0],
        "attention": lambda x: attention(x, causal=True),
        "convolution": CausalConvolution(D),
    }


def sequential_steps(name: str, T: int) -> int:
    """Nombre d'étapes qui doivent s'attendre : T pour une récurrence, 1 sinon."""
    return T if name in ("rnn", "lstm", "torch_lstm") else 1


def forward_backward(run: Callable[[Tensor], Tensor], x: Tensor) -> None:
    """Une passe avant et sa passe arrière, jusqu'à l'entrée comprise."""
    run(x).sum().backward()


def measure(lengths: tuple[int, ...], runs: int) -> dict:
    """Chronomètre tous les concurrents, tour à tour, à chaque longueur."""
    torch.manual_seed(SEED)
    competing = contestants()
    rows = []
    for T in lengths:
        x = torch.randn(BATCH, T, D, requires_grad=True)
        calls = [partial(forward_backward, run, x) for run in competing.values()]
        for name, ms in zip(competing, medians(runs, *calls), strict=True):
            steps = sequential_steps(name, T)
            rows.append({"name": name, "T": T, "ms": ms, "sequential_steps": steps})
    return {"batch": BATCH, "d": D, "threads": 1, "runs": runs, "rows": rows}


def main(arguments: list[str]) -> None:
    """Mesure, écrit, et montre chaque temps."""
    options = read_options(arguments, "Mesure le temps des récurrences.", passages=41)
    results = measure(LENGTHS, options.passages)
    for row in results["rows"]:
        print(f"T = {row['T']}, {row['name']} : {row['ms']} ms")
    write_measure("recurrent_time", results, arguments, seeds=[SEED])


if __name__ == "__main__":
    main(sys.argv[1:])
