"""Faire retenir les mêmes faits à des couches de même coût, et compter ce qui reste.

Lettres : E experts, k experts par token. Toutes les couches ont, à un routeur près,
autant d'opérations par token : leurs largeurs sont choisies pour cela.
"""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from cours_transformers.data.facts import Facts, facts
from cours_transformers.layers.feed_forward import feed_forward, inner_width
from cours_transformers.layers.moe import (
    MixtureOfExperts,
    MoEConfig,
    auxiliary_loss,
    collect_routing,
)
from cours_transformers.models.fact_memory import FactMemory

SUBJECTS, QUESTIONS, ANSWERS = 96, 96, 64  # 9 216 faits, six bits chacun
D_MODEL, N_EXPERTS = 32, 8
STEPS, BATCH_SIZE, LR, BALANCE = 800, 512, 1e-2, 0.1
#: Mélanges d'experts : nom → k ; la largeur d'un expert est divisée par k.
MIXTURES = {"moe-1": 1, "moe-2": 2}


def the_facts(seed: int = 0) -> Facts:
    """Les faits à retenir, les mêmes pour tous les modèles d'une graine."""
    return facts(SUBJECTS, QUESTIONS, ANSWERS, seed=seed)


def memory_layer(name: str) -> nn.Module | None:
    """Construit la couche nommée, à coût égal ; ``"none"`` : aucune.

    ``name`` est un nom de ``FEED_FORWARD_NAMES`` ou de ``MIXTURES``.
    """
    if name == "none":
        return None
    if name in MIXTURES:
        k = MIXTURES[name]
        width = inner_width("gelu", D_MODEL) // k
        return MixtureOfExperts(D_MODEL, MoEConfig(N_EXPERTS, k), d_ff=width)
    return feed_forward(name, D_MODEL)


def memory(layer: nn.Module | str | None, *, seed: int = 0) -> FactMemory:
    """Construit la mémoire dont ``layer`` est la couche, ou son nom."""
    torch.manual_seed(seed)
    if isinstance(layer, str):
        layer = memory_layer(layer)
    return FactMemory(SUBJECTS, QUESTIONS, ANSWERS, D_MODEL, layer)


def fit_memory(
    model: FactMemory,
    known: Facts,
    *,
    steps: int = STEPS,
    lr: float = LR,
    balance: float = BALANCE,
    form: str = "switch",
    z: float = 0.0,
    seed: int = 0,
    progress: Callable[[int, FactMemory], None] | None = None,
) -> FactMemory:
    """Apprend par lots tirés au sort, avec Adam ; ``balance`` ne sert qu'aux mélanges.

    Args:
        progress: appelée avant chaque pas avec (pas, modèle), à partir de 0.

    Raises:
        ValueError: aucun pas.
    """
    if steps < 1:
        raise ValueError(f"steps : au moins un pas ; reçu {steps}")
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: 1 - s / steps)
    model.train()
    for step in range(steps):
        if progress is not None:
            progress(step, model)
        batch = torch.randint(len(known), (BATCH_SIZE,), generator=generator)
        with collect_routing(model) as routings:
            logits = model(*(x[batch] for x in known.inputs))
        loss = F.cross_entropy(logits, known.answers[batch])
        if routings:
            loss = loss + auxiliary_loss(routings, balance=balance, form=form, z=z)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return model.eval()


@torch.no_grad()
def retained(model: FactMemory, known: Facts) -> float:
    """Part des faits dont la réponse la plus probable est la bonne."""
    return (model(*known.inputs).argmax(dim=-1) == known.answers).float().mean().item()


@torch.no_grad()
def load_of(model: FactMemory, known: Facts) -> torch.Tensor:
    """Part des choix que reçoit chaque expert, sur tous les faits."""
    return model.layer.route(model.embed(*known.inputs)).load


def flops_per_token(layer: nn.Module, d_model: int = D_MODEL, n: int = 1024) -> float:
    """Multiplications et additions d'un passage, par token, comptées par PyTorch."""
    with FlopCounterMode(display=False) as counter:
        layer(torch.randn(n, d_model))
    return counter.get_total_flops() / n
