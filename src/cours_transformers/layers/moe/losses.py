"""Ce qu'on ajoute à la perte pour que les experts travaillent tous.

Lettres : E experts, f_i la part des choix, P_i la probabilité moyenne, N tokens.
"""

import math
from collections.abc import Sequence

from jaxtyping import Float
from torch import Tensor

from .routing import Routing

BALANCE_FORMS = ("switch", "kl")


def balance_loss(routing: Routing) -> Float[Tensor, ""]:
    """Calcule E Σ_i f_i P_i (Fedus, 2022) : 1 si tout est égal, E si l'un prend tout.

    f_i ne se dérive pas : le gradient passe par P_i, et vaut E f_i. Plus un expert est
    chargé, plus sa probabilité est poussée vers le bas.
    """
    return routing.n_experts * (routing.load * routing.importance).sum()


def balance_kl(routing: Routing) -> Float[Tensor, ""]:
    """Calcule KL(P ‖ uniforme) = Σ_i P_i ln(E P_i), en nats : de 0 à ln E.

    Elle ne voit que les probabilités, jamais les choix.
    """
    p = routing.importance
    return (p * p.clamp_min(1e-30).log()).sum() + math.log(routing.n_experts)


def router_z_loss(routing: Routing) -> Float[Tensor, ""]:
    """Calcule la moyenne de (ln Σ_i exp(logit_i))² (Zoph, 2022).

    Le softmax ignore une constante ajoutée aux logits ; cette perte, non : elle les
    garde petits, donc bien représentés en demi-précision.
    """
    return routing.logits.logsumexp(dim=-1).square().mean()


def auxiliary_loss(
    routings: Sequence[Routing],
    *,
    balance: float = 0.01,
    form: str = "switch",
    z: float = 0.0,
) -> Float[Tensor, ""]:
    """Somme, sur les couches, équilibrage × ``balance`` + perte z × ``z``.

    Raises:
        ValueError: aucune décision, forme inconnue, ou poids négatif.
    """
    if not routings:
        raise ValueError("routings est vide : le modèle a-t-il un mélange d'experts ?")
    if form not in BALANCE_FORMS:
        known = ", ".join(BALANCE_FORMS)
        raise ValueError(f"form doit être l'un de : {known} ; reçu {form!r}")
    if balance < 0 or z < 0:
        raise ValueError(f"balance et z doivent être ≥ 0 ; reçu {balance=}, {z=}")
    equal = balance_loss if form == "switch" else balance_kl
    return sum(balance * equal(r) + z * router_z_loss(r) for r in routings)
