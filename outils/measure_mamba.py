"""Mesure les modèles d'état : leurs formes entre elles, puis contre un GPT et une LSTM.

    python outils/measure_mamba.py               # vingt minutes, machine au repos
    python outils/measure_mamba.py --essai       # une minute, n'écrit rien

Écrit ``src/cours_transformers/measurements/mamba.json``. Temps en millisecondes, passe
avant puis arrière, lot de 1, un fil, float32 : médiane de passages alternés. Mémoire en
octets gardés pour la passe arrière, paramètres exclus. Les modèles ont 0,8
million de paramètres, à 5 % près.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median

import torch
from mamba_forms import SELECTIVE, SSD, STATES, T_SCAN, scans, selective, ssd
from measure_attention import n_parameters
from measuring import medians, read_options, write_measure
from torch import Tensor, nn

from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.models.mamba import Mamba, MambaConfig
from cours_transformers.models.recurrent_lm import RecurrentLanguageModel
from cours_transformers.training.cost_instruments import kept_bytes

SEED, V = 0, 64
LENGTHS = (256, 512, 1024, 2048, 4096)
DECODED = 32  # tokens chronométrés après chaque contexte


def models(longest: int) -> dict[str, nn.Module]:
    """Les concurrents, de 0,8 million de paramètres chacun."""
    context = longest + 2 * DECODED
    return {
        "gpt": GPT(GPTConfig(V, context, 4, BlockConfig(128, 4))),
        "lstm": RecurrentLanguageModel(V, 64, 400, forget_bias=1.0),
        "mamba": Mamba(MambaConfig(V, 128, 7)),
        "mamba_recompute": Mamba(MambaConfig(V, 128, 7, recompute=True)),
        "mamba2": Mamba(MambaConfig(V, 128, 7, mixer="mamba2", d_state=64)),
    }


def training(runs: int, lengths: tuple) -> list[dict]:
    """Un pas d'apprentissage sans sa mise à jour : temps et octets gardés."""
    competing, rows = models(max(lengths)), []
    for T in lengths:
        tokens = torch.randint(V, (1, T))
        calls = [partial(learn, model, tokens) for model in competing.values()]
        times = medians(runs, *calls)
        for (name, model), ms in zip(competing.items(), times, strict=True):
            kept = kept_bytes(partial(model, tokens), (), model.parameters())
            row = {"model": name, "T": T, "ms": ms, "bytes": kept}
            rows.append(row | {"parameters": n_parameters(model)})
            print(rows[-1], flush=True)
    return rows


def learn(model: nn.Module, tokens: Tensor) -> None:
    """Une passe avant, une perte quelconque, une passe arrière."""
    model(tokens).logsumexp(dim=-1).sum().backward()


@torch.inference_mode()
def decoding(lengths: tuple) -> list[dict]:
    """Temps d'un token après T autres, et nombres gardés pour l'écrire."""
    rows = []
    for name, model in models(max(lengths)).items():
        if name == "mamba_recompute":
            continue  # la passe arrière seule y diffère
        for T in lengths:
            step, state = reader(model.eval(), torch.randint(V, (1, T)))
            times, token = [], torch.zeros(1, 1, dtype=torch.long)
            for _ in range(DECODED):
                start = time.perf_counter()
                step(token)
                times.append(1000 * (time.perf_counter() - start))
            ms = round(median(times), 3)
            rows.append({"model": name, "T": T, "ms": ms, "numbers": count(state())})
            print(rows[-1], flush=True)
    return rows


def reader(model: nn.Module, tokens: Tensor) -> tuple[Callable, Callable]:
    """Lit ``tokens`` ; rend de quoi lire un token de plus, et de quoi voir l'état."""
    if isinstance(model, GPT):
        caches = model.new_caches()
        model(tokens, caches)
        return partial(model, caches=caches), lambda: [c.own.kept() for c in caches]
    kept = [model.step(tokens)[1]]

    def step(token: Tensor) -> None:
        kept[0] = model.step(token, kept[0])[1]

    return step, lambda: kept[0]


def count(state: object) -> int:
    """Compte les nombres d'un état, quels que soient ses tuples et ses listes."""
    return state.numel() if isinstance(state, Tensor) else sum(map(count, state))


def main(arguments: list[str]) -> None:
    """Mesure, et écrit."""
    options = read_options(
        arguments, "Mesure les modèles d'état.", passages=11, essai=False
    )
    torch.manual_seed(SEED)
    runs, small = options.passages, options.essai
    lengths, states = (LENGTHS[:1], STATES[:1]) if small else (LENGTHS, STATES)
    T = 256 if small else T_SCAN
    results = {
        "config": {"batch": 1, "threads": 1, "runs": runs, "vocabulary_size": V,
                   "decoded": DECODED, "dtype": "float32"},
        "scans": scans(runs, lengths, states),
        "selective": selective(runs, SELECTIVE[:2] if small else SELECTIVE, T),
        "ssd": ssd(runs, SSD[:1] if small else SSD, lengths),
        "training": training(runs, lengths),
        "decoding": decoding(lengths),
    }  # fmt: skip
    if not small:
        write_measure("mamba", results, arguments, seeds=[SEED])


if __name__ == "__main__":
    main(sys.argv[1:])
