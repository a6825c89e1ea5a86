"""Un conte, et ce que l'on sait de lui : sa trame, ses rôles, ses accords."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["pronoun", "adjective", "verb", "quotation"]
Span = tuple[int, int]


@dataclass(frozen=True)
class Annotation:
    """Un endroit où le texte impose un mot : ``text[start:end] == expected``.

    ``antecedent`` est l'intervalle de ce qui l'impose : le nom repris, le sujet du
    verbe, le guillemet ouvrant. Rien dans le conte ne rend ``alternative`` possible à
    cet endroit. ``distance`` compte les caractères entre la fin de l'antécédent et le
    mot. Une forme peut commencer l'autre (« marche », « marchent ») : une sonde les
    compare avec le signe qui suit.
    """

    kind: Kind
    start: int
    end: int
    expected: str
    alternative: str
    antecedent: Span

    @property
    def distance(self) -> int:
        """Compte les caractères entre l'antécédent et le mot."""
        return self.start - self.antecedent[1]


@dataclass(frozen=True)
class Tale:
    """Un conte ; ``signature`` réunit sa trame, ses personnages et ses objets."""

    text: str
    plot: str
    signature: tuple[str, ...]
    annotations: tuple[Annotation, ...]
    split: Literal["train", "validation"]
