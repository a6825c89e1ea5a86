"""Mélange d'experts : des réseaux feed-forward, dont chaque token n'emploie que k.

| module | ce qu'il contient |
|---|---|
| ``config`` | les réglages, et ce qu'ils refusent |
| ``routing`` | la décision du routeur : qui va où, avec quel poids, qui est abandonné |
| ``router`` | le routeur : une couche linéaire, un softmax, les k meilleurs |
| ``capacity`` | combien de places a chaque expert, et qui les prend |
| ``execution`` | la référence dense, et la même somme calculée par groupes |
| ``losses`` | équilibrage (deux formes) et perte z |
| ``layer`` | la couche, et la façon d'en retirer un expert |
| ``collect`` | les décisions d'un modèle entier, le temps d'un appel |
"""

from .capacity import expert_capacity, within_capacity
from .collect import collect_routing
from .config import MoEConfig
from .execution import dense, grouped
from .layer import MixtureOfExperts
from .losses import auxiliary_loss, balance_kl, balance_loss, router_z_loss
from .router import Router
from .routing import Routing

__all__ = [
    "MixtureOfExperts",
    "MoEConfig",
    "Router",
    "Routing",
    "auxiliary_loss",
    "balance_kl",
    "balance_loss",
    "collect_routing",
    "dense",
    "expert_capacity",
    "grouped",
    "router_z_loss",
    "within_capacity",
]
