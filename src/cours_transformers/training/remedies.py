"""Ce que chaque remède abandonne, à calcul égal : le même encodeur, le même budget.

Un budget est un nombre de FLOPs, comptés par l'instrument sur un pas entier, passe
arrière comprise : projections, feed-forward et lecture y sont. Un remède qui coûte
moins fait donc plus de pas, sur plus de séquences. Deux tâches (``remedy_tasks``) :
``Recall``, notée par l'exactitude, et ``MaskedTales``, par des bits par lettre cachée.

Lettres : B lot, T longueur.
"""

import time
from dataclasses import asdict, dataclass

import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.nn import functional as F

from cours_transformers.data.tracking import UNKNOWN
from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.remedy_encoder import RemedyEncoder

from .cosine import cosine_factor
from .cost_instruments import count_flops
from .remedy_tasks import MaskedTales, Recall

D_MODEL, N_HEADS, D_FF, N_LAYERS = 64, 4, 128, 2
BATCH_SIZE, CLIP, WARM_UP = 4, 1.0, 0.1  # WARM_UP : part des pas


@dataclass(frozen=True)
class Outcome:
    """Ce qu'un remède a obtenu, et ce qu'il a dépensé.

    Attributes:
        flops_per_step: FLOPs d'un pas, aller et retour, pour tout le lot.
        score: celui de la tâche, sur des séquences neuves.
        losses: perte de chaque pas, en nats.
        seconds: temps de calcul de l'apprentissage ; il ne compte pas dans le budget.
    """

    remedy: str
    lr: float
    seed: int
    steps: int
    flops_per_step: int
    score: float
    losses: tuple[float, ...]
    seconds: float

    def row(self) -> dict:
        """De quoi écrire une ligne de mesure : tout, sauf la courbe de la perte."""
        kept = asdict(self)
        del kept["losses"]
        return kept | {"score": round(self.score, 4), "seconds": round(self.seconds, 1)}


def remedy_model(
    remedy: str, task: Recall | MaskedTales, *, seed: int = 0
) -> RemedyEncoder:
    """Construit l'encodeur d'une tâche ; seule son attention dépend de ``remedy``."""
    torch.manual_seed(seed)
    config = BlockConfig(D_MODEL, N_HEADS, d_ff=D_FF)
    return RemedyEncoder(
        task.vocabulary_size, task.T, remedy, config=config, n_layers=N_LAYERS
    )


def answer_loss(
    model: nn.Module, tokens: Int[Tensor, "B T"], answers: Int[Tensor, "B T"]
) -> Tensor:
    """Entropie croisée aux seules places qui ont une réponse, en nats par réponse.

    Les logits des autres places ne sont pas calculés.
    """
    asked = answers != UNKNOWN
    return F.cross_entropy(model.head(model(tokens)[asked]), answers[asked])


def step_flops(
    model: nn.Module, task: Recall | MaskedTales, batch_size: int = BATCH_SIZE
) -> int:
    """FLOPs d'un pas, aller et retour, comptés par l'instrument."""
    tokens, answers = task.batch(batch_size, torch.Generator().manual_seed(0))
    flops = count_flops(lambda: answer_loss(model, tokens, answers).backward())
    model.zero_grad(set_to_none=True)
    return flops


def train_remedy(
    remedy: str,
    task: Recall | MaskedTales,
    *,
    budget: float,
    lr: float,
    seed: int = 0,
    batch_size: int = BATCH_SIZE,
) -> tuple[RemedyEncoder, Outcome]:
    """Entraîne un remède autant de pas que ``budget`` FLOPs le permettent, et le note.

    Adam ; le taux monte, puis descend en cosinus jusqu'à zéro ; gradient coupé à 1.
    À graine égale, tous lisent les mêmes séquences, dans le même ordre.

    Raises:
        ValueError: remède inconnu, ou budget de moins de dix pas.
    """
    model = remedy_model(remedy, task, seed=seed)
    flops = step_flops(model, task, batch_size)
    steps = int(budget // flops)
    if steps < 10:
        raise ValueError(
            f"budget doit payer au moins dix pas de {flops:.3g} FLOPs ; "
            f"reçu {budget:.3g}, soit {steps} pas"
        )
    generator = torch.Generator().manual_seed(seed)
    start = time.process_time()
    losses = _fit(model, task, generator, steps, lr, batch_size)
    seconds = time.process_time() - start
    score = task.score(model.eval())
    outcome = Outcome(remedy, lr, seed, steps, flops, score, tuple(losses), seconds)
    return model, outcome


def _fit(
    model: nn.Module,
    task: Recall | MaskedTales,
    generator: torch.Generator,
    steps: int,
    lr: float,
    batch_size: int,
) -> list[float]:
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, fused=True)
    warmup, losses = round(WARM_UP * steps), []
    for step in range(1, steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = lr * cosine_factor(step, steps, warmup, 0.0)
        loss = answer_loss(model, *task.batch(batch_size, generator))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(loss.item())
    return losses
