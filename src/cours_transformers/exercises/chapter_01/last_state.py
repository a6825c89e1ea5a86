"""01.7 : la sortie du dernier vrai mot de chaque phrase d'un lot."""

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    def case(lengths: list[int], T: int, d: int) -> tuple:
        return draw(generator, len(lengths), T, d), torch.tensor(lengths)

    return [
        case([2, 3], 4, 2),  # aucune phrase pleine : l'indice T n'est jamais demandé
        case([3, 1, 4, 2], 4, 3),
        case([1, 2], 3, 2),
        case([5, 2, 4], 5, 1),
        case([6], 7, 4),
        case([2, 2, 1, 3, 2], 3, 3),
    ]


def _at(outputs: Tensor, steps: Tensor) -> Tensor:
    """La sortie d'un pas par phrase ; un indice négatif compte depuis la fin."""
    return outputs[torch.arange(len(outputs)), steps]


def _last(outputs: Tensor, lengths: Tensor) -> Tensor:
    return _at(outputs, lengths - 1)


def _real(outputs: Tensor, lengths: Tensor) -> Tensor:
    """Vrai sur les vrais pas, (B, T)."""
    return torch.arange(outputs.shape[1]) < lengths[:, None]


def _total(outputs: Tensor, lengths: Tensor) -> Tensor:
    """Somme des sorties des vrais pas."""
    return (outputs * _real(outputs, lengths)[..., None]).sum(dim=1)


def _is_step(last: Tensor, outputs: Tensor) -> Tensor:
    """Vrai là où la sortie d'un pas est le résultat de sa phrase, (B, T)."""
    return torch.isclose(last[:, None], outputs.double(), atol=1e-4).all(dim=-1)


LAST_STATE = Exercise(
    number="01.7",
    title="Le dernier vrai mot",
    arguments=("outputs", "lengths"),
    reference=_last,
    cases=_cases,
    facts=(
        Fact(
            "chaque ligne est une sortie de sa propre phrase",
            lambda last, outputs, lengths: bool(
                _is_step(last, outputs).any(dim=1).all()
            ),
        ),
        Fact(
            "aucune ligne ne vient du remplissage",
            lambda last, outputs, lengths: (
                not bool((_is_step(last, outputs) & ~_real(outputs, lengths)).any())
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "dernier pas du tableau",
            lambda outputs, lengths: outputs[:, -1],
            "vous lisez la dernière colonne : qu'y a-t-il là quand la phrase est plus "
            "courte que la plus longue du lot ?",
        ),
        Misconception(
            "décalage d'un pas",
            (
                _at,
                lambda outputs, lengths: _at(
                    outputs, lengths.clamp(max=outputs.shape[1] - 1)
                ),
                lambda outputs, lengths: _at(outputs, lengths - 2),
            ),
            "vous lisez le pas voisin : une phrase de trois mots a quels indices, si "
            "l'on compte à partir de 0 ?",
        ),
        Misconception(
            "premier pas",
            lambda outputs, lengths: outputs[:, 0],
            "vous lisez la sortie du premier mot : que sait-elle des suivants ?",
        ),
        Misconception(
            "moyenne de tous les pas",
            (
                lambda outputs, lengths: outputs.mean(dim=1),
                lambda outputs, lengths: outputs.sum(dim=1),
                lambda outputs, lengths: outputs.sum(dim=1) / lengths[:, None],
                lambda outputs, lengths: outputs.amax(dim=1),
            ),
            "vous résumez tous les pas, remplissage compris : l'énoncé demande-t-il un "
            "résumé de la phrase, ou un pas précis ?",
        ),
        Misconception(
            "moyenne des vrais pas",
            (
                lambda outputs, lengths: (
                    (outputs * _real(outputs, lengths)[..., None]).sum(dim=1)
                    / lengths[:, None]
                ),
                lambda outputs, lengths: (
                    outputs * _real(outputs, lengths)[..., None]
                ).sum(dim=1),
            ),
            "le remplissage est bien écarté, mais vous réunissez tous les vrais pas : "
            "lequel a déjà lu toute la phrase ?",
        ),
        Misconception(
            "une longueur pour tout le lot",
            (
                lambda outputs, lengths: outputs[:, lengths.max() - 1],
                lambda outputs, lengths: outputs[:, lengths.min() - 1],
                lambda outputs, lengths: outputs[:, lengths[0] - 1],
                lambda outputs, lengths: outputs[:, lengths[-1] - 1],
            ),
            "vous coupez toutes les phrases au même pas : celles qui sont plus "
            "courtes, ou plus longues, finissent-elles là ?",
        ),
        Misconception(
            "tous les pas pour toutes les phrases",
            (
                lambda outputs, lengths: outputs[:, lengths - 1],
                lambda outputs, lengths: outputs[:, lengths],
            ),
            "avec `:`, chaque phrase est lue aux pas de toutes les autres : comment "
            "dire à PyTorch d'avancer dans les deux axes à la fois, phrase 0 avec pas "
            "0, phrase 1 avec pas 1 ?",
        ),
        Misconception(
            "axes échangés",
            (
                lambda outputs, lengths: outputs[
                    lengths - 1, torch.arange(len(lengths))
                ],
                lambda outputs, lengths: outputs[lengths - 1],
            ),
            "vous choisissez une phrase d'après une longueur : lequel des axes de "
            "`outputs` compte les phrases, et lequel les pas ?",
        ),
        Misconception(
            "remplissage à gauche",
            lambda outputs, lengths: _at(outputs, -lengths),
            "vous comptez depuis la fin du tableau : de quel côté a-t-on ajouté le "
            "remplissage ?",
        ),
    ),
    hints=(
        "pour une seule phrase, `outputs[0]` est de forme (T, d) : quelle ligne est "
        "celle de son dernier vrai mot ?",
        "une boucle sur les phrases suffit ; `torch.stack` réunit les lignes obtenues",
        "sans boucle, donnez deux listes d'indices de même longueur, l'une pour les "
        "phrases, l'autre pour les pas : `outputs[torch.arange(B), …]`",
    ),
    takeaway="une récurrence continue de lire pendant le remplissage : son dernier pas "
    "n'est pas celui de la phrase",
)
