"""Les modèles qui voyagent avec le paquet, donc jusque dans Colab.

Un fichier ``models/<nom>.js`` chacun, écrit par ``Exported.save`` ; la construction du
site les copie à côté du moteur de la page.
"""

from pathlib import Path

from .gpt import Exported, load

FOLDER = Path(__file__).parent / "models"


def served_path(name: str = "contes") -> Path:
    """Donne le fichier d'un modèle servi.

    Raises:
        ValueError: aucun modèle de ce nom ; ceux qui existent sont cités.
    """
    known = {path.stem: path for path in sorted(FOLDER.glob("*.js"))}
    if name not in known:
        raise ValueError(
            f"modèle servi inconnu : {name!r} ; modèles connus : {', '.join(known)}"
        )
    return known[name]


def served(name: str = "contes") -> Exported:
    """Relit un modèle servi : celui que la page charge, et son tokeniseur.

    >>> served("contes").model()  # doctest: +SKIP

    Raises:
        ValueError: aucun modèle de ce nom ; ceux qui existent sont cités.
    """
    return load(served_path(name))
