"""Entraîne le GPT de la page, l'exporte en int8, et mesure ce que l'arrondi coûte.

    python outils/export_model.py                 # cinq minutes, un fil

Écrit ``book/_assets/modele/contes.js``, que le navigateur charge à la demande, et
``src/cours_transformers/measurements/browser_model.json`` : bits par caractère sur la
validation des mini-contes avant et après l'arrondi, tailles en octets, empreinte.
"""

import argparse
import sys
import time
from dataclasses import asdict
from pathlib import Path

import torch
from freshness import ROOT

from cours_transformers.export import Exported, export_gpt, load
from cours_transformers.layers.block import BlockConfig
from cours_transformers.measurements import save
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.training.gpt_trainer import GPTRecipe, GPTTrainer
from cours_transformers.training.language_model import bits_per_symbol
from cours_transformers.training.score import score_data

MODEL = ROOT / "book" / "_assets" / "modele" / "contes.js"
CONTEXT = 128
BLOCK = BlockConfig(128, 4, feed_forward="swiglu", norm="rms")
N_LAYERS = 4
SEED = 0
STEPS = 1800


def train(steps: int) -> tuple[GPT, GPTTrainer, float]:
    """Un GPT neuf, appris sur les mini-contes ; et les secondes qu'il a fallu."""
    torch.manual_seed(SEED)
    data = score_data()
    V = data.tokenizer.vocabulary_size
    model = GPT(GPTConfig(V, CONTEXT, N_LAYERS, BLOCK, position="rope"))
    recipe = GPTRecipe(
        steps, batch_size=12, context=CONTEXT, warmup=min(100, steps // 10), floor=0.02
    )
    trainer = GPTTrainer(model, data.train, recipe, seed=SEED)
    start = time.perf_counter()
    trainer.run(progress=_say)
    return model.eval(), trainer, time.perf_counter() - start


def _say(step: int, loss: float) -> None:
    if step % 100 == 0:
        print(f"pas {step} : {loss:.3f} nat par caractère", flush=True)


def measure(model: GPT, exported: Exported, path: Path) -> dict[str, object]:
    """Ce que l'arrondi change, et ce que pèsent les fichiers, en octets."""
    data, rounded = score_data(), load(path).model()

    def bits(one: GPT) -> float:
        return round(bits_per_symbol(one, data.validation, context=CONTEXT), 4)

    return {
        "n_parameters": sum(parameter.numel() for parameter in model.parameters()),
        "config": asdict(model.config),
        "bits_float32": bits(model),
        "bits_int8": bits(rounded),
        "largest_logit_error": _largest_error(model, rounded),
        "weights_bytes": len(exported.weights),
        "file_bytes": path.stat().st_size,
        "sha256": exported.sha256,
    }


@torch.no_grad()
def _largest_error(model: GPT, rounded: GPT) -> float:
    """Plus grand écart entre les logits des deux modèles, au début de la validation."""
    tokens = score_data().validation[None, :CONTEXT]
    return round((model(tokens) - rounded(tokens)).abs().max().item(), 4)


def main(arguments: list[str]) -> None:
    """Entraîne, exporte, mesure et écrit."""
    parser = argparse.ArgumentParser(description="Exporte le GPT de la page.")
    parser.add_argument("--pas", type=int, default=STEPS, help="pas d'apprentissage")
    parser.add_argument("--fichier", type=Path, default=MODEL, help="où l'écrire")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    model, trainer, seconds = train(options.pas)
    exported = export_gpt(model, score_data().tokenizer)
    path = exported.save(options.fichier)
    results = {
        "steps": options.pas,
        "recipe": asdict(trainer.recipe),
        "train_seconds": round(seconds, 1),
        **measure(model, exported, path),
    }
    command = " ".join(["python outils/export_model.py", *arguments])
    save("browser_model", results, command, seeds=[SEED])
    print(f"écrits : {path.name} et browser_model.json")
    print({name: results[name] for name in ("bits_float32", "bits_int8", "file_bytes")})


if __name__ == "__main__":
    main(sys.argv[1:])
