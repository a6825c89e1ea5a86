"""Registre des moteurs, du préféré au dernier recours.

Un moteur est une paire de fonctions : ``run(call)`` rend (sortie, logsumexp ou None),
``refusal(call)`` rend None, ou la raison de son refus. Ajouter un moteur ne touche
ni l'appel public, ni les couches.
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from . import explicit, tiled, torch_engine, triton_engine
from .call import AttentionCall


@dataclass(frozen=True)
class Engine:
    """Un moteur : son nom, son calcul, ses refus (en français)."""

    name: str
    run: Callable[[AttentionCall], tuple[Tensor, Tensor | None]]
    refusal: Callable[[AttentionCall], str | None]


_ENGINES: list[Engine] = [
    Engine("triton", triton_engine.triton_attention, triton_engine.refusal),
    Engine("torch", torch_engine.torch_attention, torch_engine.refusal),
    Engine("tiled", tiled.tiled_attention, tiled.refusal),
    Engine("explicit", explicit.explicit_attention, explicit.refusal),
    # Après celui qui ne refuse rien : « auto » ne va jamais jusqu'à l'interpréteur.
    Engine(
        "interpreted",
        triton_engine.interpreted_attention,
        triton_engine.interpreted_refusal,
    ),
]


def engine_names() -> tuple[str, ...]:
    """Énumère les moteurs dans l'ordre où « auto » les essaie."""
    return tuple(engine.name for engine in _ENGINES)


def register(engine: Engine, *, before: str | None = None) -> None:
    """Ajoute un moteur, devant celui que nomme ``before`` (à la fin par défaut).

    Raises:
        ValueError: nom déjà pris, ou ``before`` inconnu.
    """
    names = engine_names()
    if engine.name in (*names, "auto"):
        raise ValueError(f"le nom de moteur {engine.name!r} est déjà pris")
    if before is not None and before not in names:
        raise ValueError(f"before doit être l'un de {names} ; reçu {before!r}")
    _ENGINES.insert(len(names) if before is None else names.index(before), engine)


def unregister(name: str) -> None:
    """Retire un moteur ajouté."""
    _ENGINES[:] = [engine for engine in _ENGINES if engine.name != name]


def choose(name: str, call: AttentionCall) -> Engine:
    """Rend le moteur nommé, ou le premier capable si ``name`` vaut « auto ».

    Raises:
        ValueError: moteur inconnu, ou qui ne sait pas servir cet appel.
    """
    if name == "auto":
        return next(engine for engine in _ENGINES if engine.refusal(call) is None)
    named = next((engine for engine in _ENGINES if engine.name == name), None)
    if named is None:
        raise ValueError(
            f"engine doit être « auto » ou l'un de {engine_names()} ; reçu {name!r}"
        )
    if (reason := named.refusal(call)) is not None:
        able = [engine.name for engine in _ENGINES if engine.refusal(call) is None]
        raise ValueError(
            f"engine={name!r} ne sait pas servir cet appel : {reason} ; "
            f"prenez engine='auto', ou bien : {', '.join(able)}"
        )
    return named
