"""Vérifie, puis chronomètre nos noyaux d'attention sur un GPU, contre ceux de PyTorch.

    python outils/mesurer_attention.py               # un quart d'heure, GPU ≥ 8.0
    python outils/mesurer_attention.py --essai       # une minute, n'écrit rien

Écrit ``src/cours_transformers/measurements/attention_gpu.json``. Rien n'est chronométré
qui n'ait d'abord donné les bons nombres. Chaque moteur de PyTorch est nommé (flash,
cuDNN, efficient, math) : celui qu'il choisit seul change d'un GPU à l'autre. Temps :
médiane d'événements CUDA après échauffement, sur des entrées qui tournent, pour que le
cache L2 ne les garde pas. FLOPs comptés comme partout : 4 T S D par tête à l'aller, dix
au retour, la moitié en causal.
"""

import itertools
import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from statistics import median

import torch
from attention_rivals import RIVALS, rival_attention
from kernel_checks import check_kernels
from measuring import read_options, write_measure
from torch import Tensor

from cours_transformers.kernels.attention import attention
from cours_transformers.kernels.configurations import trying

TOKENS = 16_384  # B × T constant : le GPU est plein à toute longueur
LENGTHS = (512, 1024, 2048, 4096, 8192, 16_384)
LONGEST = 131_072
HEADS = {64: 32, 128: 16}  # H × D = 2 048
DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}
ROTATION = 4


def main(arguments: list[str]) -> int:
    """Vérifie, mesure le pic, puis chaque moteur ; dit clairement ce qui manque."""
    options = read_options(arguments, __doc__, essai=False, passages=20)
    if not torch.cuda.is_available():
        print("Aucun GPU NVIDIA ici : rien à mesurer. Sur Colab, choisissez un GPU.")
        return 0
    if torch.cuda.get_device_capability() < (8, 0):
        print(
            "Nos noyaux demandent une capacité 8.0 (A100, L4, H100…) : rien à mesurer."
        )
        return 0
    failures = check_kernels("triton", "cuda")
    with trying(descriptors=True):
        failures += check_kernels("triton", "cuda")
    if failures:
        print("Nombres faux, rien n'est chronométré :", *failures, sep="\n  ")
        return 1
    print("nombres vérifiés ; pic mesuré des produits de matrices :")
    peak = {name: matmul_peak(dtype) for name, dtype in DTYPES.items()}
    print({name: round(value) for name, value in peak.items()}, "TFLOP/s")
    lengths = LENGTHS[2:4] if options.essai else LENGTHS
    rows = [
        row
        for settings in itertools.product(DTYPES, HEADS, lengths, (False, True))
        for row in compare(options.passages, *settings)
    ]
    rows += grouped(options.passages, lengths[-1])
    results = {
        "gpu": torch.cuda.get_device_name(),
        "peak_tflops": peak,
        "attention": rows,
        "memory": [] if options.essai else memory(),
    }
    if not options.essai:
        write_measure("attention_gpu", results, arguments)
    return 0


def compare(runs: int, dtype: str, D: int, T: int, causal: bool) -> list[dict]:
    """Chronomètre tous les moteurs sur les mêmes tenseurs, aller puis retour."""
    return _compare(runs, dtype, D, T, causal, HEADS[D], HEADS[D])


def grouped(runs: int, T: int) -> list[dict]:
    """La même chose quand quatre têtes de requête partagent une tête clé-valeur."""
    return _compare(runs, "bf16", 128, T, True, 16, 4)


def _compare(
    runs: int, dtype: str, D: int, T: int, causal: bool, H: int, G: int
) -> list[dict]:
    rows = []
    inputs = [
        draw(TOKENS // T or 1, H, G, T, D, DTYPES[dtype]) for _ in range(ROTATION)
    ]
    for name in ("triton", "triton, descripteurs", *RIVALS):
        call, around = attention, nullcontext
        if name in RIVALS:
            call, around = rival_attention, RIVALS[name]
        elif name != "triton":
            around = partial(trying, descriptors=True)
        row = {"engine": name, "dtype": dtype, "D": D, "T": T, "causal": causal,
               "H": H, "G": G}  # fmt: skip
        try:
            with around():
                row |= timed(partial(call, causal=causal), inputs, runs)
        except RuntimeError as error:  # ce moteur ne sert pas ces tenseurs
            row |= {"refused": str(error).splitlines()[0][:120]}
        for passage, factor in (("forward", 4), ("backward", 10)):
            if passage in row:
                flops = factor * inputs[0][0].numel() * T / (2 if causal else 1)
                row[f"{passage}_tflops"] = round(flops / row[passage] / 1e9, 1)
        rows.append(row)
        print(row, flush=True)
    return rows


def timed(call: Callable, inputs: list, runs: int) -> dict[str, float]:
    """Rend les médianes, en millisecondes, de l'aller et du retour."""
    outs = [call(*tensors) for tensors in inputs]
    grads = [torch.randn_like(out) for out in outs]
    forward = median_of(lambda i: call(*inputs[i]), runs)

    def backward(i: int) -> None:
        torch.autograd.grad(outs[i], inputs[i], grads[i], retain_graph=True)

    return {"forward": forward, "backward": median_of(backward, runs)}


def median_of(work: Callable[[int], object], runs: int) -> float:
    """Chronomètre par événements, après échauffement, sur des entrées qui tournent."""
    for i in range(ROTATION):
        work(i)
    events = [[torch.cuda.Event(enable_timing=True) for _ in "az"] for _ in range(runs)]
    torch.cuda.synchronize()
    for i, (start, stop) in enumerate(events):
        start.record()
        work(i % ROTATION)
        stop.record()
    torch.cuda.synchronize()
    return round(median(start.elapsed_time(stop) for start, stop in events), 4)


def draw(
    B: int, H: int, G: int, T: int, D: int, dtype: torch.dtype
) -> tuple[Tensor, ...]:
    """Tire q, k et v sur le GPU, prêts pour un gradient."""
    return tuple(
        torch.randn(B, heads, T, D, device="cuda", dtype=dtype, requires_grad=True)
        for heads in (H, G, G)
    )


def matmul_peak(dtype: torch.dtype, size: int = 8192) -> float:
    """Mesure le débit d'un grand produit de matrices : le toit vraiment atteint."""
    pairs = [torch.randn(2, size, size, device="cuda", dtype=dtype) for _ in range(2)]
    ms = median_of(lambda i: pairs[i % 2][0] @ pairs[i % 2][1], 20)
    return round(2 * size**3 / ms / 1e9, 1)


def memory() -> list[dict]:
    """Mesure la mémoire d'un aller et retour, de 4 096 à 131 072 tokens."""
    rows, T = [], 4096
    while T <= LONGEST:
        tensors = draw(1, 8, 8, T, 128, torch.bfloat16)
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        attention(*tensors, causal=True, engine="triton").sum().backward()
        rows.append({"T": T, "bytes": torch.cuda.max_memory_allocated() - before})
        T *= 2
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
