"""Qui est où ? Une suite d'observations et de questions, pour éprouver les positions.

« Léa est à la cave. Où est Hugo ? » forme un seul token : un nom vu, un lieu, un nom
demandé. La réponse est le **dernier** lieu où l'on a vu ce nom, ce token compris. Il
faut donc retrouver le bon nom, et préférer la plus récente de ses apparitions.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

NAMES = ("Léa", "Hugo", "Ama", "Kossi", "Inès", "Paul", "Zoé", "Yao")
PLACES = ("cave", "cour", "cuisine", "forêt", "gare", "grange", "mairie", "plage")
UNKNOWN = -100  # jamais vu : cette question ne compte ni dans la perte, ni ailleurs


@dataclass(frozen=True)
class Tracking:
    """Des suites de T observations, chacune suivie d'une question."""

    seen: Int[Tensor, "n T"]
    places: Int[Tensor, "n T"]
    asked: Int[Tensor, "n T"]
    answers: Int[Tensor, "n T"]  # UNKNOWN si le nom demandé n'a pas encore paru

    @property
    def inputs(self) -> tuple[Tensor, Tensor, Tensor]:
        """Rend ce que lit un modèle : noms vus, lieux, noms demandés."""
        return self.seen, self.places, self.asked

    def story(self, i: int) -> list[str]:
        """Écrit la suite ``i`` en français, une phrase par token."""
        rows = zip(*(x[i].tolist() for x in self.inputs), strict=True)
        return [f"{NAMES[s]} : {PLACES[p]}. Où est {NAMES[a]} ?" for s, p, a in rows]


def tracking(n: int, T: int, generator: torch.Generator) -> Tracking:
    """Tire ``n`` suites de ``T`` tokens, tous les tirages indépendants et uniformes.

    Raises:
        ValueError: aucune suite, ou suite vide.
    """
    if n < 1 or T < 1:
        raise ValueError(f"n ≥ 1 et T ≥ 1 attendus ; reçu {n=}, {T=}")
    seen, asked = torch.randint(len(NAMES), (2, n, T), generator=generator)
    places = torch.randint(len(PLACES), (n, T), generator=generator)
    same = asked[:, :, None] == seen[:, None, :]
    step = torch.arange(T)
    known = same & (step[:, None] >= step)  # ni l'avenir, ni un autre nom
    last = torch.where(known, step, -1).amax(dim=-1)
    answers = places.gather(1, last.clamp(min=0)).masked_fill(last < 0, UNKNOWN)
    return Tracking(seen, places, asked, answers)
