"""Choisir un encodage par son nom : ``position="rope"``, et rien d'autre à écrire."""

from dataclasses import dataclass

from .alibi import Alibi
from .base import Positional
from .checks import check_choice
from .learned import Learned
from .rope import Rope
from .shaw import Shaw
from .sinusoidal import Sinusoidal
from .t5 import T5Bias


@dataclass(frozen=True)
class _Kind:
    """Une sorte d'encodage : les dimensions qu'il lui faut, et ses options."""

    build: type[Positional]
    needs: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


_KINDS = {
    "none": _Kind(Positional),
    "sinusoidal": _Kind(Sinusoidal, ("d_model",), ("base",)),
    "learned": _Kind(Learned, ("d_model", "max_length")),
    "shaw": _Kind(Shaw, ("d_head",), ("max_distance", "form")),
    "t5": _Kind(T5Bias, ("n_heads", "causal"), ("n_buckets", "max_distance")),
    "alibi": _Kind(Alibi, ("n_heads",)),
    "rope": _Kind(Rope, ("d_head",), ("base", "pairing")),
}
POSITIONAL_NAMES = tuple(_KINDS)


def positional(
    name: str,
    *,
    d_model: int,
    n_heads: int,
    d_head: int,
    max_length: int | None = None,
    causal: bool = False,
    **options: int | float | str,
) -> Positional:
    """Construit l'encodage nommé ; chacun ne prend que les dimensions qu'il lui faut.

    Args:
        max_length: nombre de positions de la table ; seul « learned » l'exige.
        causal: aucune clé future ne sera vue ; seul « t5 » s'en sert.
        options: réglages propres à l'encodage, comme ``base`` ou ``pairing``.

    Raises:
        ValueError: nom inconnu, ou dimension impossible.
        TypeError: option que cet encodage n'a pas.
    """
    check_choice("position", name, POSITIONAL_NAMES)
    kind = _KINDS[name]
    if unknown := sorted(set(options) - set(kind.options)):
        known = ", ".join(kind.options) or "aucune"
        raise TypeError(
            f"« {name} » n'a pas d'option {', '.join(unknown)} ; ses options : {known}"
        )
    dimensions = {
        "d_model": d_model, "n_heads": n_heads, "d_head": d_head,
        "max_length": max_length, "causal": causal,
    }  # fmt: skip
    return kind.build(**{need: dimensions[need] for need in kind.needs}, **options)


def positional_parameters(
    name: str,
    *,
    d_model: int,
    n_heads: int,
    d_head: int,
    max_length: int | None = None,
    causal: bool = False,
    **options: int | float | str,
) -> int:
    """Compte les nombres appris par l'encodage nommé : 0 s'il est fixe."""
    encoding = positional(
        name, d_model=d_model, n_heads=n_heads, d_head=d_head,
        max_length=max_length, causal=causal, **options,
    )  # fmt: skip
    return sum(parameter.numel() for parameter in encoding.parameters())


def attention_position(
    position: Positional | str | None, d_model: int, n_heads: int, d_head: int
) -> Positional:
    """Rend l'encodage d'une couche : l'objet reçu tel quel, ou celui qu'un nom désigne.

    Raises:
        ValueError: nom inconnu, ou d'un encodage qui n'agit pas dans l'attention.
        TypeError: ni un encodage, ni un nom, ni None.
    """
    if isinstance(position, Positional):
        return position
    if position is not None and not isinstance(position, str):
        raise TypeError(
            "position doit être un encodage, son nom ou None ; "
            f"reçu {type(position).__name__}"
        )
    name = "none" if position is None else position
    if name in _KINDS and _KINDS[name].build.on_embeddings:
        raise ValueError(
            f"l'encodage « {name} » s'ajoute aux plongements, avant la première "
            f"couche : écrivez encoding = positional({name!r}, …), puis "
            "x = encoding.embed(x), et donnez à la couche position=encoding, ou None"
        )
    return positional(name, d_model=d_model, n_heads=n_heads, d_head=d_head)
