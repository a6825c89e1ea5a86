"""Entraîne le GPT de la page, l'exporte en int8, et mesure ce que l'arrondi coûte.

    python outils/export_model.py                 # quelques minutes, un fil

Écrit ``src/cours_transformers/export/models/contes.js``, que le navigateur charge à la
demande, et ``src/cours_transformers/measurements/browser_model.json`` : avant et après
l'arrondi, les bits par caractère et les sondes d'accord sur la validation des
mini-contes ; les tailles en octets ; l'empreinte.

Le modèle apprend sur d'autres contes que ceux du livre, six fois plus nombreux. Leur
partage suit la même empreinte de trame : une trame que valide le livre n'est jamais
apprise, même racontée par une autre graine.
"""

import argparse
import sys
import time
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import torch
from gpt_models import Reader, new_reader

from cours_transformers.data.tales import tales
from cours_transformers.export import Exported, export_gpt, load
from cours_transformers.export.catalog import FOLDER as MODELS
from cours_transformers.measurements import FOLDER as MEASUREMENTS
from cours_transformers.measurements import save
from cours_transformers.models.gpt import GPT
from cours_transformers.training.agreement import network_scorer
from cours_transformers.training.gpt_trainer import GPTTrainer
from cours_transformers.training.tale_probes import probe_accuracy, tale_probes

MODEL = MODELS / "contes.js"
N_BYTES = 5_000_000  # octets des contes appris
KINDS = ("pronoun", "adjective", "verb")
PROBED = 380  # caractères : ceux d'une sonde tiennent toujours dans le contexte
SEED = 0
STEPS = 10_000


@lru_cache(maxsize=1)
def reader() -> Reader:
    """Les contes appris, découpés en morceaux du corpus du livre."""
    return new_reader("pieces", N_BYTES)


def train(steps: int) -> tuple[GPT, GPTTrainer, float]:
    """Un GPT neuf, appris ; et les secondes qu'il a fallu."""
    model = reader().new_model(SEED)
    trainer = reader().trainer(model, steps, SEED, bare=True)
    start = time.perf_counter()
    trainer.run(progress=_say)
    return model.eval(), trainer, time.perf_counter() - start


def _say(step: int, loss: float) -> None:
    if step % 100 == 0:
        print(f"pas {step} : {loss:.3f} nat par token", flush=True)


def quality(model: GPT) -> dict[str, float]:
    """Bits par caractère sur la validation, et part des sondes réussies, par espèce."""
    score, tokenizer = network_scorer(model), reader().tokenizer
    results = {"bits": round(reader().bits(model), 4)}
    for kind in KINDS:
        probes = tale_probes(tales(), kind, PROBED)
        results[kind] = round(probe_accuracy(score, probes, tokenizer), 4)
    return results


def measure(model: GPT, exported: Exported, path: Path) -> dict[str, object]:
    """Ce que l'arrondi change, et ce que pèsent les fichiers, en octets."""
    rounded, corpus = load(path).model(), tales()
    return {
        "n_parameters": sum(parameter.numel() for parameter in model.parameters()),
        "config": asdict(model.config),
        "float32": quality(model),
        "int8": quality(rounded),
        "n_probes": {kind: len(tale_probes(corpus, kind, PROBED)) for kind in KINDS},
        "largest_logit_error": _largest_error(model, rounded),
        "weights_bytes": len(exported.weights),
        "file_bytes": path.stat().st_size,
        "sha256": exported.sha256,
    }


@torch.no_grad()
def _largest_error(model: GPT, rounded: GPT) -> float:
    """Plus grand écart entre les logits des deux modèles, au début de la validation."""
    tokens = reader().validation[None, : reader().context]
    return round((model(tokens) - rounded(tokens)).abs().max().item(), 4)


def main(arguments: list[str]) -> None:
    """Entraîne, exporte, mesure et écrit."""
    parser = argparse.ArgumentParser(description="Exporte le GPT de la page.")
    parser.add_argument("--pas", type=int, default=STEPS, help="pas d'apprentissage")
    parser.add_argument("--fichier", type=Path, default=MODEL, help="où l'écrire")
    parser.add_argument(
        "--mesures", type=Path, default=MEASUREMENTS, help="dossier de la mesure"
    )
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    model, trainer, seconds = train(options.pas)
    exported = export_gpt(model, reader().tokenizer)
    path = exported.save(options.fichier)
    results = {
        "steps": options.pas,
        "recipe": asdict(trainer.recipe),
        "learned_bytes": N_BYTES,
        "train_seconds": round(seconds, 1),
        **measure(model, exported, path),
    }
    command = " ".join(["python outils/export_model.py", *arguments])
    written = save(
        "browser_model", results, command, seeds=[SEED], folder=options.mesures
    )
    print(f"écrits : {path} et {written}")
    print({name: results[name] for name in ("float32", "int8", "file_bytes")})


if __name__ == "__main__":
    main(sys.argv[1:])
