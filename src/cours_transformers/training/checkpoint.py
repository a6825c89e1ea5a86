"""Points de reprise : arrêter un apprentissage, le reprendre, n'y rien voir."""

from pathlib import Path
from typing import Any, TypeVar

import torch

from .resumable import PARTS, Resumable

AnyTrainer = TypeVar("AnyTrainer", bound=Resumable)


def save_checkpoint(path: Path | str, trainer: Resumable) -> Path:
    """Écrit l'état de ``trainer``, d'abord à côté : une coupure n'abîme rien."""
    path = Path(path)
    partial = path.with_name(path.name + ".partiel")
    torch.save(trainer.state(), partial)
    return partial.replace(path)


def load_checkpoint(path: Path | str, trainer: AnyTrainer) -> AnyTrainer:
    """Rend ``trainer`` tel qu'il était ; le pas suivant est le même, au bit près.

    ``weights_only=True`` : le fichier n'a que des tenseurs et des nombres, et ne peut
    faire exécuter aucun code. Un fichier refusé ne change rien à ``trainer``.

    Raises:
        FileNotFoundError: aucun fichier à cette adresse.
        ValueError: ce fichier n'est pas un point de reprise, est abîmé, ou vient d'un
            autre modèle.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"aucun point de reprise à l'adresse {path}")
    state = _read(path)
    if not isinstance(state, dict) or set(state) != PARTS:
        raise ValueError(
            f"{path.name} n'est pas un point de reprise : il doit contenir "
            f"{', '.join(sorted(PARTS))}"
        )
    try:
        trainer.load_state(state)
    except ValueError as error:
        raise ValueError(f"{path.name} ne peut être repris ici : {error}") from error
    return trainer


def _read(path: Path) -> Any:
    """Contenu du fichier, sur le processeur : chacun le remet sur son appareil."""
    with path.open("rb") as file:
        try:
            return torch.load(file, map_location="cpu", weights_only=True)
        except MemoryError:
            raise  # la faute n'est pas au contenu
        except Exception as error:  # selon les octets, presque n'importe laquelle
            raise ValueError(
                f"{path.name} n'est pas un point de reprise, ou le fichier est abîmé : "
                "torch n'y lit pas des tenseurs et des nombres"
            ) from error
