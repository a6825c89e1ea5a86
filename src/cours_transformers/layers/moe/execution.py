"""La somme pondérée des experts choisis : y = Σ_i w_i FFN_i(x), de deux façons.

``dense`` est la définition : chaque expert lit tous les tokens, et les poids nuls
effacent le surplus. ``grouped`` ne fait lire à chaque expert que les siens.
Lettres : N tokens, E experts, k experts par token, M choix honorés (au plus k N).
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from .routing import Routing


def dense(
    experts: nn.ModuleList, x: Float[Tensor, "N d_model"], routing: Routing
) -> Float[Tensor, "N d_model"]:
    """Fait lire tout le monde par tout le monde : E / k fois trop de calcul."""
    answers = torch.stack([expert(x) for expert in experts], dim=1)  # (N, E, d_model)
    weights = routing.weights * routing.kept
    gates = torch.zeros_like(routing.probabilities)
    gates = gates.scatter(1, routing.experts, weights)  # (N, E), k non nuls par ligne
    return (gates[:, None] @ answers)[:, 0]


def grouped(
    experts: nn.ModuleList, x: Float[Tensor, "N d_model"], routing: Routing
) -> Float[Tensor, "N d_model"]:
    """Trie les tokens par expert, sert chaque groupe d'un bloc, remet en place."""
    token, choice = routing.kept.nonzero(as_tuple=True)  # M choix honorés
    expert = routing.experts[token, choice]
    order = expert.argsort(stable=True)
    token, choice = token[order], choice[order]
    sizes = expert.bincount(minlength=len(experts)).tolist()
    groups = x[token].split(sizes)  # une copie par choix, experts à la suite
    answers = torch.cat([f(group) for f, group in zip(experts, groups, strict=True)])
    answers = answers * routing.weights[token, choice][:, None]
    # L'inverse du tri : chaque réponse s'ajoute à la ligne de son token.
    return torch.zeros_like(x).index_add(0, token, answers)
