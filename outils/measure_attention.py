"""Mesure l'attention sur CPU : notre couche face à PyTorch, deux sortes de score.

    python outils/measure_attention.py            # trois minutes, machine au repos

Écrit ``src/cours_transformers/measurements/attention_cpu.json``. Les temps sont en
millisecondes : médiane de passages alternés, pour que les deux concurrents
rencontrent la même machine ; inférence, float32, poids tirés au hasard.
"""

import sys
from collections.abc import Sequence

import torch
from measuring import medians, read_options, write_measure
from torch import Tensor, nn

from cours_transformers.layers.additive_attention import AdditiveAttention
from cours_transformers.layers.attention import MultiHeadAttention, attention_weights

SEED = 0
LENGTHS = (32, 64, 128, 256, 512)
DIMENSIONS = (16, 32, 64, 128, 256)


class DotProductWeights(nn.Module):
    """Poids par produit scalaire, avec ses projections : face à l'additive."""

    def __init__(self, d_query: int, d_key: int, d_hidden: int):
        super().__init__()
        self.q_proj = nn.Linear(d_query, d_hidden, bias=False)
        self.k_proj = nn.Linear(d_key, d_hidden, bias=False)

    def weights(self, q: Tensor, k: Tensor) -> Tensor:
        """Softmax de (q W_q)(k W_k)ᵀ / √d_hidden."""
        return attention_weights(self.q_proj(q), self.k_proj(k))


def multi_head(
    threads: int, bias: bool, runs: int, shape: tuple[int, int, int] = (8, 512, 512)
) -> dict:
    """Compare notre couche à ``nn.MultiheadAttention(need_weights=False)``."""
    torch.set_num_threads(threads)
    x, d_model, n_heads = torch.randn(shape), shape[-1], 8
    ours = MultiHeadAttention(d_model, n_heads, bias=bias).eval()
    theirs = nn.MultiheadAttention(d_model, n_heads, bias=bias, batch_first=True).eval()
    ours_ms, pytorch_ms = medians(
        runs, lambda: ours(x), lambda: theirs(x, x, x, need_weights=False)
    )
    return {
        "shape": list(shape),
        "n_heads": n_heads,
        "bias": bias,
        "threads": threads,
        "runs": runs,
        "ours_ms": ours_ms,
        "pytorch_ms": pytorch_ms,
        "ratio": round(ours_ms / pytorch_ms, 3),
    }


def additive_against_dot(T: int, d: int, runs: int, batch: int = 4) -> dict:
    """Compare les deux scores : T requêtes, T clés, toutes les largeurs égales à d."""
    torch.set_num_threads(1)
    q, k = torch.randn(2, batch, T, d)
    dot, additive = DotProductWeights(d, d, d), AdditiveAttention(d, d, d)
    dot_ms, additive_ms = medians(
        runs, lambda: dot.weights(q, k), lambda: additive.weights(q, k)
    )
    return {
        "T": T,
        "d": d,
        "batch": batch,
        "threads": 1,
        "runs": runs,
        "dot_ms": dot_ms,
        "additive_ms": additive_ms,
        "dot_parameters": n_parameters(dot),
        "additive_parameters": n_parameters(additive),
        "dot_pair_numbers": batch * T * T,  # un score par couple
        "additive_pair_numbers": batch * T * T * d,  # un vecteur caché par couple
    }


def n_parameters(layer: nn.Module) -> int:
    """Compte les paramètres d'une couche."""
    return sum(p.numel() for p in layer.parameters())


def measure(runs: int, threads: Sequence[int]) -> dict:
    """Fait toutes les mesures ; la plus longue d'abord."""
    torch.manual_seed(SEED)
    with torch.inference_mode():
        return {
            "multi_head": [
                multi_head(n_threads, bias, runs)
                for n_threads in threads
                for bias in (False, True)
            ],
            "by_length": [additive_against_dot(T, 64, runs) for T in LENGTHS],
            "by_dimension": [additive_against_dot(256, d, runs) for d in DIMENSIONS],
        }


def main(arguments: list[str]) -> None:
    """Mesure, écrit, et montre le rapport qui compte."""
    threads = sorted({1, torch.get_num_threads()})  # avant de n'en laisser qu'un
    options = read_options(arguments, "Mesure l'attention sur CPU.", runs=21)
    results = measure(options.runs, threads)
    for row in results["multi_head"]:
        print(
            f"{row['threads']} fil(s), biais {row['bias']} : nous {row['ours_ms']} ms, "
            f"PyTorch {row['pytorch_ms']} ms, rapport {row['ratio']}"
        )
    for row in results["by_length"] + results["by_dimension"]:
        print(
            f"T = {row['T']}, d = {row['d']} : produit scalaire {row['dot_ms']} ms, "
            f"additive {row['additive_ms']} ms"
        )
    write_measure("attention_cpu", results, arguments, seeds=[SEED])


if __name__ == "__main__":
    main(sys.argv[1:])
