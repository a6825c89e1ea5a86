"""Points de reprise : arrêter un apprentissage, le reprendre, n'y rien voir."""

from pathlib import Path

import torch

from .seq2seq_trainer import Seq2SeqTrainer

_PARTS = {"model", "optimizer", "losses", "generator", "global_generator"}


def save_checkpoint(path: Path | str, trainer: Seq2SeqTrainer) -> Path:
    """Écrit l'état de ``trainer``, d'abord à côté : une coupure n'abîme rien."""
    path = Path(path)
    partial = path.with_name(path.name + ".partiel")
    torch.save(trainer.state(), partial)
    return partial.replace(path)


def load_checkpoint(path: Path | str, trainer: Seq2SeqTrainer) -> Seq2SeqTrainer:
    """Rend ``trainer`` tel qu'il était ; le pas suivant est le même, au bit près.

    ``weights_only=True`` : le fichier n'a que des tenseurs et des nombres, et ne peut
    faire exécuter aucun code.

    Raises:
        FileNotFoundError: aucun fichier à cette adresse.
        ValueError: ce fichier n'est pas un point de reprise.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"aucun point de reprise à l'adresse {path}")
    state = torch.load(path, weights_only=True)
    if not isinstance(state, dict) or set(state) != _PARTS:
        raise ValueError(
            f"{path.name} n'est pas un point de reprise : il doit contenir "
            f"{', '.join(sorted(_PARTS))}"
        )
    trainer.load_state(state)
    return trainer
