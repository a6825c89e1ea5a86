"""00.7 : la matrice d'un bigramme lissé, (n(ab) + 1) / (n(a·) + V)."""

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception


def _cases(generator: torch.Generator) -> list[tuple]:
    def case(n: int, V: int) -> tuple:
        # Le dernier symbole de l'alphabet n'apparaît jamais : sa ligne est vide.
        return torch.randint(V - 1, (n,), generator=generator), V

    return [
        (torch.tensor([0, 1, 0, 1, 1]), 3),
        *(case(*shape) for shape in ((12, 4), (30, 5), (60, 4), (9, 7))),
    ]


def _counts(ids: Tensor, V: int, gap: int = 1) -> Tensor:
    pairs = ids[:-gap] * V + ids[gap:]
    return torch.bincount(pairs, minlength=V * V).view(V, V).float()


def _overwritten(ids: Tensor, V: int) -> Tensor:
    counts = torch.zeros(V, V)
    counts[ids[:-1], ids[1:]] += 1
    return counts


def _smoothed(counts: Tensor) -> Tensor:
    return (counts + 1) / (counts + 1).sum(dim=1, keepdim=True)


BIGRAM = Exercise(
    number="00.7",
    title="La matrice du bigramme",
    arguments=("ids", "V"),
    reference=lambda ids, V: _smoothed(_counts(ids, V)),
    cases=_cases,
    facts=(
        Fact(
            "la somme de chaque ligne vaut 1",
            lambda p, ids, V: bool(((p.sum(-1) - 1).abs() < 1e-4).all()),
        ),
        Fact("aucune probabilité n'est nulle", lambda p, ids, V: bool((p > 0).all())),
    ),
    misconceptions=(
        Misconception(
            "doublons écrasés",
            lambda ids, V: _smoothed(_overwritten(ids, V)),
            "un couple qui revient n'est compté qu'une fois : `counts[a, b] += 1` avec "
            "des tenseurs d'indices additionne-t-il les doublons ?",
        ),
        Misconception(
            "lissage oublié",
            (
                lambda ids, V: _counts(ids, V) / _counts(ids, V).sum(1, keepdim=True),
                lambda ids, V: (
                    _counts(ids, V) / _counts(ids, V).sum(1, keepdim=True).clamp(min=1)
                ),
            ),
            "un couple jamais vu reçoit une probabilité nulle : s'il se présente "
            "demain, combien de bits coûtera-t-il ? Et une ligne jamais vue ?",
        ),
        Misconception(
            "lissage du numérateur seul",
            (
                lambda ids, V: (
                    (_counts(ids, V) + 1) / _counts(ids, V).sum(1, keepdim=True)
                ),
                lambda ids, V: (
                    (_counts(ids, V) + 1) / (_counts(ids, V).sum(1, keepdim=True) + 1)
                ),
            ),
            "vous ajoutez 1 à chaque case : de combien la somme d'une ligne "
            "augmente-t-elle ?",
        ),
        Misconception(
            "colonnes normalisées",
            lambda ids, V: _smoothed(_counts(ids, V).T).T,
            "vos colonnes somment à 1 : on sait la lettre d'avant et l'on devine celle "
            "d'après. Laquelle des deux est en ligne ?",
        ),
        Misconception(
            "sens inversé",
            lambda ids, V: _smoothed(_counts(ids, V).T),
            "vous devinez la lettre d'avant à partir de celle d'après : lisez-vous le "
            "texte à l'envers ?",
        ),
        Misconception(
            "probabilité du couple",
            lambda ids, V: (_counts(ids, V) + 1) / (_counts(ids, V) + 1).sum(),
            "tout le tableau somme à 1 : c'est la fréquence d'un couple. Que "
            "devient-elle quand on connaît déjà sa première lettre ?",
        ),
        Misconception(
            "comptes non normalisés",
            (lambda ids, V: _counts(ids, V), lambda ids, V: _counts(ids, V) + 1),
            "ce sont des comptes : par quoi diviser une ligne pour en faire des "
            "probabilités ?",
        ),
        Misconception(
            "dernier symbole compté",
            lambda ids, V: (
                (_counts(ids, V) + 1)
                / (torch.bincount(ids, minlength=V)[:, None].float() + V)
            ),
            "vous divisez par le nombre d'apparitions de la lettre ; la dernière du "
            "texte a-t-elle une suivante ?",
        ),
        Misconception(
            "unigramme",
            lambda ids, V: (
                (torch.bincount(ids, minlength=V) + 1.0) / (len(ids) + V)
            ).expand(V, V),
            "toutes vos lignes sont égales : la lettre d'avant change-t-elle vos "
            "prévisions ?",
        ),
        Misconception(
            "une lettre sautée",
            lambda ids, V: _smoothed(_counts(ids, V, gap=2)),
            "vous comptez les lettres à deux places l'une de l'autre : laquelle suit "
            "immédiatement ?",
        ),
    ),
    hints=(
        "les couples sont `ids[:-1]` et `ids[1:]`, lus ensemble",
        "une boucle convient ; sans boucle, `torch.bincount` sur `a * V + b` compte "
        "tous les couples d'un coup",
        "ajoutez 1 partout **avant** de diviser chaque ligne par sa somme",
    ),
    takeaway="une ligne par lettre connue, une distribution par ligne : c'est déjà une "
    "matrice de transition, comme celle des poids d'attention",
)
