"""``corpus(source)`` : un texte, coupé en apprentissage et validation."""

import sys
from dataclasses import dataclass
from pathlib import Path

from cours_transformers.data.tales import tales

from .download import MAX_BYTES, Unreachable, download, is_url
from .known import KNOWN

DEFAULT = "contes"


@dataclass(frozen=True)
class TextCorpus:
    """Un texte et ses deux parts.

    Attributes:
        name: d'où il vient, en peu de mots.
        note: pourquoi ce n'est pas celui qu'on demandait ; None si c'est lui.
    """

    name: str
    train: str
    validation: str
    note: str | None = None

    @property
    def alphabet(self) -> str:
        """Les signes des deux parts, triés."""
        return "".join(sorted({*self.train, *self.validation}))


def corpus(
    source: str | Path = DEFAULT,
    *,
    context: int = 64,
    timeout: float = 20.0,
    max_bytes: int = MAX_BYTES,
    folder: Path | str | None = None,
) -> TextCorpus:
    """Rend les mini-contes, un texte connu, un fichier, ou ce qu'une adresse donne.

    Un réseau absent n'arrête rien : la raison est dite en une phrase, et les contes
    prennent la place. Un fichier du lecteur, lui, est lu ou refusé ; rien n'y est
    jamais écrit. Les textes connus perdent un dixième, le dernier, pour la validation.

    Args:
        source: ``"contes"``, ``"shakespeare"``, ``"moliere"``, un chemin ou une
            adresse ``https``.
        context: contexte du modèle, en signes ; chaque part doit le dépasser.
        timeout: attente, en secondes, avant de renoncer au réseau.
        max_bytes: taille maximale, en octets.
        folder: où garder ce qui est téléchargé ; par défaut, ``cache_folder()``.

    Raises:
        TypeError: ``source`` n'est ni une chaîne, ni un chemin.
        FileNotFoundError: ni un nom connu, ni un fichier.
        ValueError: fichier vide, trop court, trop gros, ou qui n'est pas de l'UTF-8.
    """
    if not isinstance(source, str | Path):
        raise TypeError(
            f"source doit être un nom, un chemin ou une adresse ; reçu {source!r}"
        )
    if source == DEFAULT:
        return _tales()
    known = KNOWN.get(source) if isinstance(source, str) else None
    if known is None and not is_url(source):
        return _split(Path(source).name, _read(Path(source), max_bytes), context)
    try:
        if known is None:
            text = _decode(str(source), download(source, timeout, max_bytes, folder))
        else:
            text = known.text(timeout, max_bytes, folder)
    except Unreachable as error:
        note = f"{error} Les mini-contes prennent sa place."
        sys.stdout.write(f"{note}\n")
        return _tales(note)
    return _split(str(source), text, context)


def _tales(note: str | None = None) -> TextCorpus:
    found = tales()
    return TextCorpus("mini-contes", found.train, found.validation, note)


def _split(name: str, text: str, context: int) -> TextCorpus:
    cut = len(text) - len(text) // 10
    if len(text) - cut <= context:
        raise ValueError(
            f"{name} compte {len(text)} signes : il en faut plus de {10 * context}, "
            f"pour que le dixième gardé pour la validation dépasse un contexte de "
            f"{context}"
        )
    return TextCorpus(name, text[:cut], text[cut:])


def _read(path: Path, max_bytes: int) -> str:
    """Lit le fichier du lecteur, sans y toucher."""
    if not path.is_file():
        names = ", ".join([DEFAULT, *KNOWN])
        raise FileNotFoundError(
            f"source : « {path} » n'est ni un fichier, ni l'un des noms connus "
            f"({names}), ni une adresse https"
        )
    size = path.stat().st_size
    if not 0 < size <= max_bytes:
        raise ValueError(
            f"{path.name} pèse {size} octets ; il en faut de 1 à {max_bytes}"
        )
    return _decode(path.name, path.read_bytes())


def _decode(name: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{name} n'est pas encodé en UTF-8 : octet {data[error.start]:#x} à la "
            f"place {error.start} ; enregistrez-le en UTF-8"
        ) from None
    return text.replace("\r\n", "\n")
