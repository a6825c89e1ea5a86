"""Ce qu'une source MyST contient : des blocs, chacun sachant sa ligne."""

from dataclasses import dataclass, field
from pathlib import Path


class SourceError(ValueError):
    """Construction MyST que les carnets ne savent pas rendre, et sa ligne."""

    def __init__(self, path: Path | str, line: int, message: str) -> None:
        super().__init__(f"{path}, ligne {line} : {message}")
        self.line = line


@dataclass(frozen=True)
class Text:
    """Paragraphes, listes et tableaux ordinaires."""

    lines: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Heading:
    """Titre ``## …``."""

    level: int
    title: str
    line: int


@dataclass(frozen=True)
class Target:
    """Étiquette ``(nom)=`` du bloc qui suit."""

    label: str
    line: int


@dataclass(frozen=True)
class Math:
    """Formule hors texte, numérotée si elle porte une étiquette."""

    body: str
    label: str
    line: int
    prefix: str = ""


@dataclass(frozen=True)
class Fence:
    """Bloc de code littéral, recopié tel quel."""

    language: str
    lines: tuple[str, ...]
    line: int
    prefix: str = ""


@dataclass(frozen=True)
class Break:
    """Coupure de cellule ``+++``."""

    line: int


@dataclass(frozen=True)
class Directive:
    """Bloc ``:::{nom} argument`` : options lues, corps laissé en lignes."""

    name: str
    argument: str
    lines: tuple[str, ...]
    line: int
    body_line: int
    prefix: str = ""
    options: dict[str, str] = field(default_factory=dict)
    metadata: dict = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Étiquette, que Sphinx nomme ``label`` ou ``name`` selon la directive."""
        return self.options.get("label") or self.options.get("name") or ""

    @property
    def folded(self) -> bool:
        """Vrai si l'on demande un bloc replié."""
        return "dropdown" in self.options.get("class", "").split()


Block = Text | Heading | Target | Math | Fence | Break | Directive
