"""Les réglages d'un mélange d'experts, et ce qu'ils refusent.

Lettres : E experts, k experts par token.
"""

import math
from dataclasses import dataclass

EXECUTIONS = ("grouped", "dense")


@dataclass(frozen=True)
class MoEConfig:
    """E experts, dont chaque token emploie ``top_k``.

    Args:
        capacity_factor: places de chaque expert, en multiples de k N / E ; ``None`` :
            autant qu'il en faut. Ne vaut qu'à l'entraînement.
        normalize: ramène à 1 la somme des k poids ; par défaut, dès que k > 1.
        execution: ``"grouped"``, les tokens triés par expert, ou ``"dense"``, la
            référence, où tous les experts lisent tous les tokens.

    Raises:
        TypeError: ``n_experts`` ou ``top_k`` n'est pas un entier.
        ValueError: k hors de [1, E], capacité nulle, ou k = 1 avec ``normalize``.
    """

    n_experts: int
    top_k: int = 2
    capacity_factor: float | None = None
    normalize: bool | None = None
    execution: str = "grouped"

    def __post_init__(self) -> None:
        for name in ("n_experts", "top_k"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError(f"{name} doit être un entier ; reçu {value!r}")
        if not 1 <= self.top_k <= self.n_experts:
            raise ValueError(
                "top_k doit être compris entre 1 et n_experts ; "
                f"reçu top_k={self.top_k}, n_experts={self.n_experts}"
            )
        factor = self.capacity_factor
        if factor is not None and not 0 < factor < math.inf:
            raise ValueError(
                f"capacity_factor doit être positif et fini, ou None ; reçu {factor}"
            )
        if self.normalize and self.top_k == 1:
            raise ValueError(
                "normalize=True demande top_k ≥ 2 : ramené à 1, le poids d'un seul "
                "expert ne dépendrait plus du routeur, qui n'apprendrait rien"
            )
        if self.execution not in EXECUTIONS:
            raise ValueError(
                f"execution doit être l'un de : {', '.join(EXECUTIONS)} ; "
                f"reçu {self.execution!r}"
            )

    @property
    def normalized(self) -> bool:
        """Les k poids d'un token somment-ils à 1 ?"""
        return self.top_k > 1 if self.normalize is None else self.normalize
