"""05.5 : GQA, répéter chaque clé pour les têtes de son groupe."""

import torch
from einops import repeat
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = ((1, 2, 2, 1, 4), (2, 2, 3, 2, 6), (1, 3, 2, 2, 6), (2, 1, 4, 3, 4))
    return [(draw(generator, B, G, S, d), H) for B, G, S, d, H in shapes]


def _shared(k: Tensor, n_heads: int) -> Tensor:
    return repeat(k, "B G S d -> B (G r) S d", r=n_heads // k.shape[1])


SHARE = Exercise(
    number="05.5",
    title="Une clé pour plusieurs têtes",
    arguments=("k", "n_heads"),
    reference=_shared,
    cases=_cases,
    facts=(
        Fact(
            "deux têtes d'un même groupe ont la même clé",
            lambda heads, k, n_heads: torch.equal(
                heads[:, 0], heads[:, n_heads // k.shape[1] - 1]
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "groupes en alternance",
            lambda k, n_heads: k.repeat(1, n_heads // k.shape[1], 1, 1),
            "vos têtes prennent les clés à tour de rôle, 0, 1, 0, 1 : les têtes d'un "
            "même groupe sont-elles voisines, ou éloignées ?",
        ),
        Misconception(
            "clés non répétées",
            lambda k, n_heads: k,
            "il reste G têtes de clés : combien de têtes de requêtes vont les "
            "interroger ?",
        ),
        Misconception(
            "première clé pour toutes",
            lambda k, n_heads: k[:, :1].expand(-1, n_heads, -1, -1),
            "toutes les têtes lisent la première clé : c'est MQA. Que deviennent les "
            "autres groupes ?",
        ),
        Misconception(
            "moyenne des groupes",
            lambda k, n_heads: k.mean(1, keepdim=True).expand(-1, n_heads, -1, -1),
            "vous moyennez les groupes avant de partager : l'énoncé parle-t-il de "
            "mélanger des clés, ou de les prêter ?",
        ),
        Misconception(
            "répétition sur les positions",
            lambda k, n_heads: k.repeat_interleave(n_heads // k.shape[1], dim=2),
            "ce sont les mots que vous répétez : quel axe compte les têtes ?",
        ),
        Misconception(
            "groupes retournés",
            lambda k, n_heads: _shared(k, n_heads).flip(1),
            "les clés sont bien répétées, mais dans un ordre retourné : quelle tête de "
            "requête va avec quelle clé ?",
        ),
    ),
    hints=(
        "H / G têtes de requêtes partagent une clé : avec H = 4 et G = 2, l'ordre "
        "voulu est 0, 0, 1, 1",
        "`repeat_interleave` répète chaque élément sur place, `repeat` répète le tout",
    ),
    takeaway="rien n'est copié pour de bon dans un noyau : on garde G clés, et chaque "
    "groupe de têtes relit la sienne",
)
