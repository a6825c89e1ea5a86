"""La phrase du livre, et, pour chaque mot, quatre traits écrits à la main.

« La souris que les chats de l'étudiante regardent ne marche plus. »
"""

import torch
from jaxtyping import Float
from torch import Tensor

TRAITS = ("nom", "verbe", "mot-outil", "singulier")
_WORDS = {  # nom, verbe, mot-outil, singulier (1) ou pluriel (−1)
    "la": (0, 0, 1, 1), "souris": (1, 0, 0, 1), "que": (0, 0, 1, 0),
    "les": (0, 0, 1, -1), "chats": (1, 0, 0, -1), "de": (0, 0, 1, 0),
    "l'": (0, 0, 1, 1), "étudiante": (1, 0, 0, 1), "regardent": (0, 1, 0, -1),
    "ne": (0, 0, 1, 0), "marche": (0, 1, 0, 1), "plus": (0, 0, 1, 0),
}  # fmt: skip
WORDS = list(_WORDS)


def sentence_traits() -> Float[Tensor, "12 4"]:
    """Donne les traits des douze mots de la phrase, une ligne par mot."""
    return torch.tensor(list(_WORDS.values()), dtype=torch.float32)


def sentence_queries_keys() -> tuple[Float[Tensor, "12 4"], Float[Tensor, "12 4"]]:
    """Donne (requêtes, clés) : un verbe cherche un nom du même nombre.

    Un nom cherche un verbe, un mot-outil un nom. Rien n'est appris ici.
    """
    seeks = torch.tensor(  # ligne : ce que je suis ; colonne : ce que je cherche
        [[0.0, 3, 1, 0], [3, 0, 0, 0], [2, 0, 0, 0], [0, 0, 0, 2]]
    )
    traits = sentence_traits()
    return traits @ seeks, traits
