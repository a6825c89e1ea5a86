"""Un réglage nommé et ses valeurs possibles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real

from cours_transformers.visualization.text import fr


@dataclass(frozen=True)
class Choice:
    """Réglage d'un explorateur : une étiquette et une suite finie de valeurs.

    Des nombres croissants donnent un curseur, le reste des boutons.

    Args:
        label: ce que lit la personne qui règle.
        values: valeurs passées à la fonction de dessin, deux au moins.
        initial: valeur de départ ; la première par défaut.
        labels: texte de chaque valeur ; par défaut, le nombre écrit à la française.
    """

    label: str
    values: Iterable
    initial: object = None
    labels: Sequence[str] | None = None

    def __post_init__(self):
        if not isinstance(self.label, str) or not self.label.strip():
            raise ValueError("label est vide : nommez le réglage en quelques mots")
        values = _sequence(self.label, self.values)
        object.__setattr__(self, "values", values)
        if len(values) < 2 or any(v in values[:i] for i, v in enumerate(values)):
            raise ValueError(
                f"« {self.label} » : il faut au moins deux valeurs, toutes "
                f"différentes, reçu {list(values)}"
            )
        if self.labels is not None and len(self.labels) != len(values):
            raise ValueError(
                f"« {self.label} » : {len(self.labels)} textes dans labels pour "
                f"{len(values)} valeurs"
            )
        if self.initial is not None and self.initial not in values:
            raise ValueError(
                f"« {self.label} » : la valeur de départ {self.initial!r} ne fait pas "
                f"partie de {list(values)}"
            )

    @property
    def start(self) -> int:
        """Position de la valeur de départ."""
        return 0 if self.initial is None else self.values.index(self.initial)

    @property
    def ordered(self) -> bool:
        """Vrai pour des nombres croissants : un curseur leur convient."""
        numeric = all(_is_number(value) for value in self.values)
        return numeric and all(
            a < b for a, b in zip(self.values, self.values[1:], strict=False)
        )

    def text(self, index: int) -> str:
        """Écrit la valeur de position ``index`` pour la personne qui lit."""
        if self.labels is not None:
            return str(self.labels[index])
        value = self.values[index]
        if isinstance(value, bool):
            return "oui" if value else "non"
        return fr(value) if _is_number(value) else str(value)


def check_choices(choices: dict[str, object]) -> dict[str, Choice]:
    """Vérifie qu'il y a d'un à trois réglages, tous décrits par ``Choice``."""
    if not 1 <= len(choices) <= 3:
        raise ValueError(
            f"explore attend d'un à trois réglages, reçu {len(choices)} : au-delà, "
            "on ne sait plus ce que l'on compare"
        )
    for name, choice in choices.items():
        if not isinstance(choice, Choice):
            raise TypeError(
                f"{name} doit être décrit par Choice(étiquette, valeurs), reçu "
                f"{type(choice).__name__} : sans étiquette, le réglage serait muet"
            )
    return choices


def values_at(choices: dict[str, Choice], index: tuple[int, ...]) -> dict[str, object]:
    """Donne les arguments de la fonction de dessin pour un état."""
    pairs = zip(choices.items(), index, strict=True)
    return {name: choice.values[i] for (name, choice), i in pairs}


def label_at(choices: dict[str, Choice], index: tuple[int, ...]) -> str:
    """Nomme un état : « Température : 0,5 ; Masque : causal »."""
    pairs = zip(choices.values(), index, strict=True)
    return "\u00a0; ".join(f"{c.label}\u00a0: {c.text(i)}" for c, i in pairs)


def _sequence(label: str, values: object) -> tuple:
    """Fige les valeurs ; une chaîne seule n'est pas une suite de valeurs."""
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise TypeError(
            f"« {label} » : values doit être une suite de valeurs, reçu {values!r}"
        )
    if hasattr(values, "tolist"):
        values = values.tolist()
    return tuple(values)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
