"""Refus des modèles d'état : ce qui a été reçu, ce qu'il faut."""

from torch import Tensor


def check_choice(name: str, value: object, known: tuple[str, ...]) -> None:
    """Exige l'un des noms connus."""
    if value not in known:
        raise ValueError(
            f"{name} doit être l'un de : {', '.join(known)} ; reçu {value!r}"
        )


def check_count(name: str, value: object) -> None:
    """Exige un entier d'au moins 1."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} doit être un entier ; reçu {value!r}")
    if value < 1:
        raise ValueError(f"{name} doit valoir au moins 1 ; reçu {value}")


def check_shape(name: str, x: object, letters: str, expected: tuple[int, ...]) -> None:
    """Exige un tenseur flottant de cette forme ; ``letters`` la nomme dans l'erreur."""
    if not isinstance(x, Tensor) or not x.is_floating_point():
        got = x.dtype if isinstance(x, Tensor) else type(x).__name__
        raise TypeError(f"{name} doit être un tenseur flottant ; reçu {got}")
    if tuple(x.shape) != expected:
        raise ValueError(
            f"{name} doit avoir la forme {letters} = {expected} ; reçu {tuple(x.shape)}"
        )


def check_axes(name: str, x: object, letters: str) -> tuple[int, ...]:
    """Exige un tenseur flottant, un axe non vide par lettre ; rend sa forme."""
    count = len(letters.strip("()").split(","))
    if not isinstance(x, Tensor) or not x.is_floating_point():
        got = x.dtype if isinstance(x, Tensor) else type(x).__name__
        raise TypeError(f"{name} doit être un tenseur flottant ; reçu {got}")
    if x.ndim != count or 0 in x.shape:
        raise ValueError(
            f"{name} doit avoir la forme {letters}, sans axe vide ; "
            f"reçu {tuple(x.shape)}"
        )
    return tuple(x.shape)


def check_delta(delta: Tensor) -> None:
    """Exige des pas de temps finis, positifs ou nuls : un pas nul ne change rien.

    Zéro est permis, car softplus l'atteint : en float32, dès que son entrée est sous
    −104. La comparaison est écrite pour que NaN soit refusé.
    """
    if not ((delta >= 0) & (delta < float("inf"))).all():
        raise ValueError(
            "delta, un pas de temps, doit être fini et positif ; reçu des valeurs de "
            f"{delta.min().item()} à {delta.max().item()} (softplus les rend positives)"
        )
