"""Recueillir les décisions des routeurs d'un modèle, sans que rien ne les garde."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn

from .router import Router
from .routing import Routing


@contextmanager
def collect_routing(model: nn.Module) -> Iterator[list[Routing]]:
    """Donne une liste où chaque routeur appelé ajoute sa décision, dans l'ordre.

    >>> with collect_routing(model) as routings:
    ...     loss = criterion(model(x)) + auxiliary_loss(routings)
    """
    routings: list[Routing] = []
    hooks = [
        module.register_forward_hook(lambda _, __, routing: routings.append(routing))
        for module in model.modules()
        if isinstance(module, Router)
    ]
    try:
        yield routings
    finally:
        for hook in hooks:
            hook.remove()
