"""Faire écrire un modèle de langue, un symbole à la fois.

Un modèle rend des logits (B, T, V) pour des tokens (B, T). S'il a une méthode
``step(tokens, state) → (logits, state)``, son état évite de tout relire.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn


@torch.no_grad()
def generate(
    model: nn.Module,
    prompt: Int[Tensor, " t"],
    n: int,
    *,
    temperature: float = 1.0,
    generator: torch.Generator | None = None,
    context: int | None = None,
) -> Int[Tensor, " total"]:
    """Prolonge ``prompt`` de ``n`` symboles tirés de softmax(logits / température).

    Température 0 : le symbole le plus probable. ``context`` limite ce que relit un
    modèle sans état ; un modèle à ``step`` porte le sien.

    Raises:
        ValueError: invite vide, ``n`` ou température négatifs, ``context`` nul.
    """
    if not len(prompt) or n < 0 or temperature < 0:
        raise ValueError(
            "prompt non vide, n ≥ 0 et temperature ≥ 0 attendus ; reçu une invite de "
            f"{len(prompt)} symboles, {n=}, {temperature=}"
        )
    if context is not None and context < 1:
        raise ValueError(f"context doit valoir au moins 1 ; reçu {context}")
    training = model.training
    model.eval()
    text, unread, state = prompt, prompt, None
    try:
        for _ in range(n):
            if hasattr(model, "step"):
                logits, state = model.step(unread[None], state)
            else:
                logits = model(text[None, -(context or len(text)) :])
            unread = pick(logits[0, -1], temperature, generator)
            text = torch.cat([text, unread])
    finally:
        model.train(training)
    return text


def pick(
    logits: Float[Tensor, " V"],
    temperature: float,
    generator: torch.Generator | None = None,
) -> Int[Tensor, " 1"]:
    """Tire un symbole selon softmax(logits / température) ; à 0, le plus probable."""
    if temperature == 0:
        return logits.argmax(dim=-1, keepdim=True)
    weights = (logits / temperature).softmax(dim=-1)
    return torch.multinomial(weights, 1, generator=generator)
