"""Le duel : trois mémoires de même taille, les mêmes lots, et ce qu'elles retiennent.

Un Transformer garde tout son passé ; Mamba et la LSTM, un état qui ne grandit pas. Tous
ont deux couches de largeur 64, et autant de paramètres à 5 % près. Chaque pas lit le
même nombre de tokens, les mêmes pour tous à graine égale.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from cours_transformers.data.tracking import UNKNOWN
from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.block_lm import BlockLanguageModel
from cours_transformers.models.mamba import Mamba, MambaConfig
from cours_transformers.models.recurrent_lm import RecurrentLanguageModel

from .clipping import clip_gradient_norm
from .cosine import cosine_factor
from .duel_tasks import TASKS, Sizes, Task
from .optimizer import adamw

STEP_TOKENS, WARMUP, CLIP = 512, 30, 1.0
TESTED = 400  # questions d'une épreuve, au moins


def transformer(vocabulary_size: int) -> nn.Module:
    """Deux blocs à deux têtes, avec RoPE."""
    return BlockLanguageModel(vocabulary_size, BlockConfig(64, 2, d_ff=128), 2)


def mamba(vocabulary_size: int, mixer: str = "mamba", **options: int) -> nn.Module:
    """Deux couches de Mamba, ou de Mamba-2."""
    return Mamba(MambaConfig(vocabulary_size, 64, 2, mixer, tied=False, **options))


def lstm(vocabulary_size: int) -> nn.Module:
    """Deux LSTM, porte d'oubli ouverte au départ."""
    return RecurrentLanguageModel(vocabulary_size, 64, 64, n_layers=2, forget_bias=1.0)


#: Nom → de quoi construire le modèle pour V tokens.
MODELS: dict[str, Callable[[int], nn.Module]] = {
    "transformer": transformer,
    "mamba": mamba,
    "mamba2": partial(mamba, mixer="mamba2", d_state=48, chunk=32),
    "lstm": lstm,
}
#: Le meilleur de ceux que l'on a essayés, sur une graine qui n'est pas du duel.
RATES = {"transformer": 3e-3, "mamba": 1e-2, "mamba2": 1e-2, "lstm": 1e-2}


def duelist(model_name: str, task: str, seed: int = 0) -> nn.Module:
    """Un modèle neuf, pour les tokens d'une tâche.

    Raises:
        ValueError: modèle ou tâche inconnus.
    """
    for argument, name, known in (
        ("model_name", model_name, MODELS), ("task", task, TASKS),
    ):  # fmt: skip
        if name not in known:
            raise ValueError(
                f"{argument} : l'un de {', '.join(known)} attendu ; reçu {name!r}"
            )
    torch.manual_seed(seed)
    return MODELS[model_name](TASKS[task].vocabulary_size)


def learn(
    model: nn.Module, task: Task, *, steps: int, lr: float, seed: int = 0
) -> list[float]:
    """Apprend, et rend la perte de chaque pas, en nats par question.

    Raises:
        ValueError: aucun pas.
    """
    if steps < 1:
        raise ValueError(f"steps : au moins un pas ; reçu {steps}")
    model.train()
    generator = torch.Generator().manual_seed(seed)
    optimizer, losses = adamw(model, lr, weight_decay=0.01), []
    for step in range(1, steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = lr * cosine_factor(step, steps, min(WARMUP, steps - 1))
        rank = int(torch.randint(len(task.lessons), (1,), generator=generator))
        sizes = task.lessons[rank]
        tokens, answers = task.batch(
            STEP_TOKENS // sizes["T"], generator=generator, **sizes
        )
        asked = answers != UNKNOWN
        loss = F.cross_entropy(model(tokens)[asked], answers[asked])
        optimizer.zero_grad()
        loss.backward()
        clip_gradient_norm(model.parameters(), CLIP)
        optimizer.step()
        losses.append(loss.item())
    return losses


@torch.inference_mode()
def accuracy(model: nn.Module, task: Task, sizes: Sizes, *, seed: int = 1000) -> float:
    """Part des questions bien répondues, entre 0 et 1, sur des suites neuves."""
    model.eval()
    generator = torch.Generator().manual_seed(seed)
    right = total = 0
    while total < TESTED:
        n = max(1, 8192 // sizes["T"])
        tokens, answers = task.batch(n, generator=generator, **sizes)
        asked = answers != UNKNOWN
        right += (model(tokens).argmax(dim=-1) == answers)[asked].sum().item()
        total += asked.sum().item()
    return round(right / total, 3)


def exam(model: nn.Module, task: Task) -> dict[str, list[float]]:
    """Exactitude à chaque épreuve, sous le nom de ce qui y varie."""
    return {
        name: [accuracy(model, task, sizes) for sizes in chosen]
        for name, chosen in task.exams.items()
    }


def duel_accuracy(
    model_name: str,
    task: str,
    *,
    steps: int | None = None,
    seed: int = 0,
    lr: float | None = None,
) -> dict[str, list[float]]:
    """Apprend une tâche à un modèle neuf ; rend son exactitude à chaque épreuve.

    Args:
        model_name: un nom de ``MODELS``.
        task: un nom de ``TASKS``, où sont aussi les épreuves.
        steps: par défaut, ceux de la tâche.
        lr: par défaut, celui de ``RATES``.

    Raises:
        ValueError: modèle ou tâche inconnus, ou aucun pas.
    """
    model, chosen = duelist(model_name, task, seed), TASKS[task]
    steps = chosen.steps if steps is None else steps
    lr = RATES[model_name] if lr is None else lr
    learn(model, chosen, steps=steps, lr=lr, seed=seed)
    return exam(model, chosen)
