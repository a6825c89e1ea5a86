"""Triton est-il là, et dans quel mode ? Ce module ne l'importe qu'à la demande.

Triton choisit au premier import, pour tout le processus, entre compiler pour un GPU et
interpréter sur le CPU (TRITON_INTERPRET=1). On ne peut plus en changer ensuite.
"""

import importlib
import importlib.util
import os
import sys
from functools import cache
from types import ModuleType

import torch

SWITCH = "TRITON_INTERPRET"
ON = {"1", "true", "on", "yes", "y"}


_MISSING = (
    None
    if importlib.util.find_spec("triton")
    else "triton n'est pas installé (sous Linux : pip install triton)"
)


def triton_missing() -> str | None:
    """Rend None si triton est installé, sinon la phrase qui dit comment l'avoir."""
    return _MISSING


def prepare_kernels() -> str | None:
    """Fixe le mode de ce processus : compilé s'il y a un GPU, interprété sinon.

    À appeler tôt, avant tout entraînement. Rend None, ou ce qui en empêche.
    """
    interpreted = not torch.cuda.is_available()
    if (reason := mode_refusal(interpreted)) is None:
        load_kernels(interpreted)
    return reason


def mode_refusal(interpreted: bool) -> str | None:
    """Dit pourquoi ce processus ne peut pas interpréter, ou compiler ; None s'il peut.

    Tant que triton n'est pas importé, l'interpréteur peut encore être choisi. Un
    ``optimizer.step()`` ou ``torch.compile`` suffit à l'importer.
    """
    if _MISSING is not None:
        return _MISSING
    if torch.compiler.is_compiling():  # le mode se vérifiera au lancement
        return None
    loaded = "triton" in sys.modules
    frozen = _is_interpreting() if loaded else os.environ.get(SWITCH, "") in ON
    if interpreted and loaded and not frozen:
        return (
            "triton a déjà été importé en mode compilé ; redémarrez le noyau du carnet "
            f"et posez d'abord {SWITCH}=1 dans l'environnement"
        )
    if not interpreted and frozen:
        return (
            "l'interpréteur de Triton est actif dans ce processus ; retirez "
            f"{SWITCH} de l'environnement et redémarrez le noyau du carnet"
        )
    return None


def load_kernels(interpreted: bool) -> ModuleType:
    """Importe les noyaux dans le mode demandé.

    Raises:
        RuntimeError: triton absent, ou déjà figé dans l'autre mode.
    """
    if (reason := mode_refusal(interpreted)) is not None:
        raise RuntimeError(reason)
    if interpreted:
        os.environ[SWITCH] = "1"
    kernels = importlib.import_module("cours_transformers.kernels._triton")
    if not interpreted:
        kernels.give_scratch()
    return kernels


@cache
def _is_interpreting() -> bool:
    """Lit le mode figé : la bibliothèque de Triton est décorée à son import."""
    language = importlib.import_module("triton.language")
    compiled = importlib.import_module("triton.runtime.jit").JITFunction
    return not isinstance(language.sum, compiled)
