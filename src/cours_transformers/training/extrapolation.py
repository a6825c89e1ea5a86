"""Apprendre à une longueur, répondre à d'autres : ce qu'un encodage sait prolonger.

Deux tâches, au même modèle près : retrouver la dernière apparition d'un nom
(``"dernier"``), ou redire le symbole d'il y a trois pas (``"decalage"``).
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from cours_transformers.data.lag import lag_batch
from cours_transformers.data.tracking import NAMES, PLACES, UNKNOWN, tracking
from cours_transformers.models.position_reader import PositionReader

LENGTH = 32  # longueur d'apprentissage, en tokens
FACTORS = (1, 2, 4, 8)  # longueurs d'épreuve, en multiples de LENGTH
BATCH_SIZE, LR, WARM_UP = 32, 3e-3, 50
TESTED = 3200  # questions posées à chaque longueur
#: Réglages propres à un encodage : T5 garde, ici, tous ses seaux sous LENGTH.
OPTIONS = {"t5": {"max_distance": LENGTH, "n_buckets": 16}}


def _tracking(n: int, T: int, generator: torch.Generator) -> tuple[tuple, Tensor]:
    batch = tracking(n, T, generator)
    return batch.inputs, batch.answers


def _lag(n: int, T: int, generator: torch.Generator) -> tuple[tuple, Tensor]:
    symbols, answers = lag_batch(n, T, generator)
    return (symbols,), answers


#: Nom → (tailles des attributs, nombre de réponses, tirage d'un lot).
TASKS: dict[str, tuple[tuple[int, ...], int, Callable]] = {
    "dernier": ((len(NAMES), len(PLACES), len(NAMES)), len(PLACES), _tracking),
    "decalage": ((8,), 8, _lag),
}


def fit_reader(
    position: str, *, steps: int, seed: int = 0, task: str = "dernier"
) -> PositionReader:
    """Entraîne un lecteur à la longueur ``LENGTH`` ; sa table apprise va bien au-delà.

    Raises:
        ValueError: tâche inconnue, ou aucun pas.
    """
    if task not in TASKS or steps < 1:
        known = ", ".join(map(repr, TASKS))
        raise ValueError(f"task parmi {known} et steps ≥ 1 ; reçu {task!r}, {steps}")
    sizes, n_answers, draw = TASKS[task]
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = PositionReader(
        sizes, n_answers, position,
        max_length=LENGTH * max(FACTORS), **OPTIONS.get(position, {}),
    )  # fmt: skip
    optimizer = torch.optim.Adam(model.parameters(), lr=LR)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / WARM_UP) * (1 - step / steps)
    )
    for _ in range(steps):
        inputs, answers = draw(BATCH_SIZE, LENGTH, generator)
        logits = model(*inputs).transpose(1, 2)  # les classes sur l'axe 1
        loss = F.cross_entropy(logits, answers, ignore_index=UNKNOWN)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return model


@torch.inference_mode()
def accuracy_by_length(
    model: Callable[..., Tensor],
    *,
    task: str = "dernier",
    factors: Sequence[int] = FACTORS,
    seed: int = 1000,
) -> list[float]:
    """Exactitude, entre 0 et 1, sur les ``LENGTH`` derniers tokens de suites neuves.

    À la longueur 8 × 32, ce sont les positions 224 à 255. Une question sans réponse
    n'est pas comptée.
    """
    generator = torch.Generator().manual_seed(seed)
    accuracies = []
    for factor in factors:
        inputs, answers = TASKS[task][2](TESTED // LENGTH, factor * LENGTH, generator)
        best = model(*inputs).argmax(dim=-1)[:, -LENGTH:]
        answers = answers[:, -LENGTH:]
        right = (best == answers).sum() / (answers != UNKNOWN).sum()
        accuracies.append(round(right.item(), 3))
    return accuracies
