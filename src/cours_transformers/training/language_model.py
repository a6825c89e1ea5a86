"""Apprendre un modèle de langue, quel qu'il soit, et le noter en bits par symbole.

Un modèle rend des logits (B, T, V) pour des tokens (B, T). S'il a une méthode
``step(tokens, state) → (logits, state)``, son état est porté d'un morceau de texte au
suivant. Lettres : B lot, T positions, V symboles. Un symbole est un token.
"""

import math
from collections.abc import Callable, Iterator

import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.nn import functional as F

from .clipping import clip_gradient_norm


def batches(
    tokens: Int[Tensor, " t"],
    batch_size: int,
    context: int,
    generator: torch.Generator,
) -> Iterator[tuple[Int[Tensor, "B T"], Int[Tensor, "B T"]]]:
    """Tire sans fin des lots (entrée, cible) : la cible est l'entrée un symbole après.

    Raises:
        ValueError: ``context`` ou ``batch_size`` nul, texte qui ne le dépasse pas.
    """
    if context < 1 or batch_size < 1:
        raise ValueError(
            "context et batch_size doivent valoir au moins 1 ; "
            f"reçu {context=}, {batch_size=}"
        )
    check_longer(tokens, context)
    windows = tokens.unfold(0, context + 1, 1)  # toutes les fenêtres, sans copie
    return _draw(windows, batch_size, generator)


def _draw(
    windows: Tensor, batch_size: int, generator: torch.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    while True:
        starts = torch.randint(len(windows), (batch_size,), generator=generator)
        chosen = windows[starts]
        yield chosen[:, :-1], chosen[:, 1:]


def fit_language_model(
    model: nn.Module,
    tokens: Int[Tensor, " t"],
    *,
    steps: int,
    batch_size: int = 16,
    context: int = 64,
    lr: float = 3e-3,
    clip: float | None = 1.0,
    seed: int = 0,
    progress: Callable[[int, float], None] | None = None,
) -> list[float]:
    """Minimise l'entropie croisée avec Adam ; rend la perte de chaque pas, en nats.

    Args:
        clip: norme à laquelle le gradient est coupé ; ``None`` : jamais.
        progress: appelée après chaque pas avec (pas, perte), à partir de 1.

    Raises:
        ValueError: réglage impossible, texte trop court, ou perte qui n'est plus finie.
    """
    if steps < 1:
        raise ValueError(f"steps : au moins un pas ; reçu {steps}")
    source = batches(tokens, batch_size, context, torch.Generator().manual_seed(seed))
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    model.train()
    losses: list[float] = []
    for step in range(1, steps + 1):
        inputs, targets = next(source)
        loss = F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten())
        losses.append(loss.item())
        if not math.isfinite(losses[-1]):
            raise ValueError(
                f"perte : {losses[-1]} au pas {step} ; essayez un lr plus petit "
                f"(reçu {lr}) ou une coupure plus basse (reçu clip={clip})"
            )
        optimizer.zero_grad()
        loss.backward()
        if clip is not None:
            clip_gradient_norm(model.parameters(), clip)
        optimizer.step()
        if progress is not None:
            progress(step, losses[-1])
    return losses


@torch.no_grad()
def bits_per_symbol(
    model: nn.Module, tokens: Int[Tensor, " t"], *, context: int = 64
) -> float:
    """Entropie croisée moyenne sur ``tokens``, en bits ; le premier n'est pas prédit.

    Avec ``step``, l'état est porté d'un bout à l'autre du texte. Sans, le texte est lu
    par fenêtres de ``context`` symboles qui avancent d'une demi-fenêtre, et seule la
    seconde moitié compte : chaque symbole est prédit avec ``context`` / 2 symboles au
    moins, sauf au début du texte.

    Raises:
        ValueError: ``context`` nul, ou texte de moins de deux symboles.
    """
    if context < 1:
        raise ValueError(f"context doit valoir au moins 1 ; reçu {context}")
    check_longer(tokens, 1)
    training = model.training
    model.eval()
    score = _carried if hasattr(model, "step") else _windowed
    try:
        nats = score(model, tokens, context)
    finally:
        model.train(training)
    return nats / (len(tokens) - 1) / math.log(2)  # un bit vaut ln 2 nat


def _carried(model: nn.Module, tokens: Tensor, context: int) -> float:
    """Perte totale, en nats, d'un modèle dont l'état traverse tout le texte."""
    total, state = 0.0, None
    for start in range(0, len(tokens) - 1, context):
        targets = tokens[start + 1 : start + 1 + context]
        inputs = tokens[start : start + len(targets)]
        logits, state = model.step(inputs[None], state)
        total += F.cross_entropy(logits[0], targets, reduction="sum").item()
    return total


def _windowed(model: nn.Module, tokens: Tensor, context: int) -> float:
    """Perte totale, en nats, par fenêtres qui avancent d'une demi-fenêtre."""
    context = min(context, len(tokens) - 1)
    stride = max(context // 2, 1)
    windows = tokens.unfold(0, context + 1, stride)
    total = _losses(model, windows[:1])[:, : context - stride].sum().item()
    for some in windows.split(64):  # des lots, pour la vitesse
        total += _losses(model, some)[:, context - stride :].sum().item()
    unread = len(tokens) - 1 - context - (len(windows) - 1) * stride
    last = _losses(model, tokens[None, -context - 1 :])  # calée sur la fin du texte
    return total + last[:, context - unread :].sum().item()


def _losses(model: nn.Module, windows: Tensor) -> Tensor:
    """Perte de chaque symbole de chaque fenêtre, en nats ; le premier est donné."""
    logits = model(windows[:, :-1])
    return F.cross_entropy(logits.mT, windows[:, 1:], reduction="none")


def check_longer(tokens: Tensor, context: int) -> None:
    """Exige un texte d'au moins ``context`` + 1 symboles, sur un seul axe."""
    if tokens.ndim != 1 or len(tokens) <= context:
        raise ValueError(
            f"tokens doit compter au moins {context + 1} symboles, sur un seul axe "
            f"(context = {context}, et la cible du dernier) ; "
            f"reçu {tuple(tokens.shape)}"
        )
