"""Des tokens sur le disque, lus sans être chargés : l'extrait demandé, et lui seul."""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor


class TokenFile:
    """Un fichier ``.npy`` de tokens, que l'on indexe comme un tenseur.

    Les pages du fichier viennent en mémoire à mesure qu'on les lit. Un token y tient
    sur un octet, deux ou quatre, selon la taille du vocabulaire.

    Raises:
        FileNotFoundError: aucun fichier à cette adresse.
        ValueError: ce n'est pas une suite d'entiers.
    """

    def __init__(self, path: Path | str):
        self.path = Path(path)
        if not self.path.exists():
            raise FileNotFoundError(f"aucun fichier de tokens à l'adresse {path}")
        try:
            self._kept = np.load(self.path, mmap_mode="r", allow_pickle=False)
        except ValueError as error:
            raise ValueError(f"{self.path.name} n'est pas un fichier .npy") from error
        if self._kept.ndim != 1 or self._kept.dtype.kind != "u":
            raise ValueError(
                f"{self.path.name} doit contenir une suite d'entiers positifs ; reçu "
                f"{self._kept.dtype}, de forme {self._kept.shape}"
            )

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, part: slice) -> Int[Tensor, " t"]:
        """Copie cette tranche en mémoire, en entiers de 64 bits."""
        return torch.from_numpy(self._kept[part].astype(np.int64))


def write_tokens(
    path: Path | str, tokens: Int[Tensor, " t"], vocabulary_size: int
) -> TokenFile:
    """Écrit ``tokens`` sur le plus petit entier qui convient ; rend le fichier ouvert.

    Raises:
        FileExistsError: le fichier existe ; rien n'est jamais écrasé.
        ValueError: suite vide, ou token hors du vocabulaire.
    """
    path = Path(path)
    if path.exists():
        raise FileExistsError(f"{path} existe déjà ; choisissez un autre nom")
    if not len(tokens) or tokens.min() < 0 or tokens.max() >= vocabulary_size:
        raise ValueError(
            "tokens doit être une suite non vide d'entiers de 0 à "
            f"{vocabulary_size - 1}"
        )
    kind = np.min_scalar_type(vocabulary_size - 1)
    with path.open("xb") as file:
        np.save(file, tokens.numpy().astype(kind))
    return TokenFile(path)
