"""Résultats de mesures, un fichier JSON chacun : machine, date, commande, graines.

Un chapitre les lit par ``load`` ; seuls les scripts de ``outils/`` les écrivent.
"""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
# Ce qui refait chaque mesure ; tenu à jour pour que l'erreur dise quoi lancer.
COMMANDS = {
    "agreement": "python outils/measure_agreement.py",
    "attention_cpu": "python outils/measure_attention.py",
    "attention_gpu": "python outils/mesurer_attention.py",
    "block": "python outils/measure_block.py",
    "bottleneck": "python outils/measure_bottleneck.py",
    "browser_model": "python outils/export_model.py",
    "browser_speed": "python outils/measure_browser.py",
    "complexity": "python outils/measure_complexity.py",
    "duel": "python outils/measure_duel.py",
    "ffn": "python outils/measure_ffn.py",
    "gpt": "python outils/measure_gpt.py",
    "gradient_flow": "python outils/measure_gradient_flow.py",
    "kernel_compilation": "python outils/measure_compilation.py",
    "mamba": "python outils/measure_mamba.py",
    "numbers": "python outils/measure_numbers.py",
    "positions": "python outils/measure_positions.py",
    "recall": "python outils/measure_recall.py",
    "recurrent_time": "python outils/measure_recurrent_time.py",
    "remedies": "python outils/measure_remedies.py",
    "score": "python outils/measure_score.py",
}


def load(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """Lit une mesure : ``machine``, ``date``, ``command``, ``seeds``, ``results``.

    Raises:
        ValueError: aucun script ne produit cette mesure.
        FileNotFoundError: le script existe, mais n'a pas encore été lancé.
    """
    path = folder / f"{name}.json"
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    if name not in COMMANDS:
        known = ", ".join(sorted(COMMANDS))
        raise ValueError(f"mesure inconnue : {name!r} ; mesures connues : {known}")
    raise FileNotFoundError(
        f"la mesure {name!r} n'a pas encore été faite ; lancez : {COMMANDS[name]}"
    )


def save(
    name: str,
    results: Mapping[str, Any],
    command: str,
    *,
    seeds: Sequence[int] = (),
    folder: Path = FOLDER,
) -> Path:
    """Écrit une mesure avec sa machine, sa date et la commande qui la refait."""
    record = {
        "machine": machine(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        "seeds": list(seeds),
        "results": dict(results),
    }
    path = folder / f"{name}.json"
    text = json.dumps(record, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def machine() -> dict[str, Any]:
    """Décrit la machine : processeur, cœurs, système, versions de Python et torch."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "torch": metadata.version("torch"),
    }


def _cpu_model() -> str:
    """Lit le nom commercial du processeur là où Linux l'écrit."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
