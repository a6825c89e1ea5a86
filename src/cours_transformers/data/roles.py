"""« Le chat a léché la main » : qui agit, et sur quoi ? Deux choses à lire d'un coup.

Une phrase compte trois tokens : un groupe nominal, un verbe, un autre groupe nominal.
À la voix active, celui qui agit est devant ; à la voix passive, il est derrière. Seul
le verbe dit laquelle des deux : « La main est léchée par le chat. »
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

NOUNS = (
    "le chat", "la main", "la souris", "le chien", "la poule", "le loup", "la tortue",
    "le lion", "la chèvre", "le singe", "la brebis", "le zébu", "la clé", "le pain",
    "la porte", "le sac", "la lampe", "le vélo", "la pomme", "le panier", "la lettre",
    "le violon", "la corde", "le tambour",
)  # fmt: skip
VERBS = ("léché", "caché", "touché", "poussé")
N_WORDS = len(NOUNS) + 2 * len(VERBS)  # chaque verbe a deux voix
LENGTH = 3


@dataclass(frozen=True)
class RoleSentences:
    """Des phrases de trois tokens, et leurs deux réponses : qui agit, sur quoi."""

    words: Int[Tensor, "n 3"]
    roles: Int[Tensor, "n 2"]

    def sentence(self, i: int) -> list[str]:
        """Les trois groupes de la phrase ``i``, participe accordé."""
        first, middle, last = self.words[i].tolist()
        passive, verb = divmod(middle - len(NOUNS), len(VERBS))
        feminine = "e" if NOUNS[first].startswith("la ") else ""
        group = f"est {VERBS[verb]}{feminine} par" if passive else f"a {VERBS[verb]}"
        return [NOUNS[first], group, NOUNS[last]]


def role_sentences(n: int, seed: int = 0) -> RoleSentences:
    """Tire ``n`` phrases : deux noms distincts, un verbe, une voix.

    Raises:
        ValueError: aucune phrase.
    """
    if n < 1:
        raise ValueError(f"n : au moins une phrase ; reçu {n}")
    generator = torch.Generator().manual_seed(seed)
    roles = torch.rand(n, len(NOUNS), generator=generator).argsort(dim=1)[:, :2]
    verb = torch.randint(len(VERBS), (n,), generator=generator)
    passive = torch.randint(2, (n,), generator=generator)
    around = torch.where(passive[:, None] == 1, roles.flip(1), roles)
    middle = len(NOUNS) + passive * len(VERBS) + verb
    return RoleSentences(torch.stack([around[:, 0], middle, around[:, 1]], 1), roles)


def right_roles(
    logits: Float[Tensor, "n nouns 2"], roles: Int[Tensor, "n 2"]
) -> Bool[Tensor, "n 2"]:
    """Dit, pour chaque phrase, si celui qui agit est trouvé, et si l'objet l'est."""
    return logits.argmax(dim=1) == roles
