"""Mettre dans un GPT le réseau feed-forward du lecteur, une fois vérifié."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

MOVED = 3  # le token que l'on change, pour voir si les autres le sentent


def own_feed_forward(make: Callable[[int], nn.Module], d_model: int) -> nn.Module:
    """Construit la couche du lecteur, ``make(d_model)``, et la vérifie.

    Raises:
        TypeError: ``make(d_model)`` n'est pas un ``nn.Module``.
        ValueError: la couche change la forme, mêle les tokens, rend autre chose que
            des nombres finis, ou laisse des poids sans gradient.
    """
    layer = make(d_model)
    if not isinstance(layer, nn.Module):
        raise TypeError(
            f"ffn : ffn({d_model}) doit être un nn.Module ; reçu {type(layer).__name__}"
        )
    training = layer.training
    layer.eval()  # un dropout changerait la sortie d'un appel à l'autre
    try:
        _check(layer, torch.randn(2, 5, d_model, generator=_seeded()))
    finally:
        layer.train(training)
    return layer


def _check(layer: nn.Module, x: Tensor) -> None:
    y = layer(x)
    shape = tuple(getattr(y, "shape", ()))
    if shape != x.shape:
        raise ValueError(
            f"ffn : la couche doit rendre la forme de son entrée, {tuple(x.shape)} ; "
            f"reçu {shape}"
        )
    if not y.isfinite().all():
        raise ValueError("ffn : la couche rend des NaN ou des infinis")
    moved = x.clone()
    moved[:, MOVED] += 1.0
    change = (layer(moved) - y).abs().amax(dim=(0, 2))
    change[MOVED] = 0
    if change.max() > 1e-4 * y.abs().max():
        raise ValueError(
            f"ffn : changer le token {MOVED} change la sortie du token "
            f"{change.argmax().item()} ; une couche qui mêle les tokens verrait la "
            "suite du texte, malgré le masque"
        )
    _check_gradients(layer, y)


def _check_gradients(layer: nn.Module, y: Tensor) -> None:
    named = dict(layer.named_parameters())
    if not named:
        return
    found = torch.autograd.grad(y.square().sum(), named.values(), allow_unused=True)
    idle = [name for name, g in zip(named, found, strict=True) if g is None]
    if idle:
        raise ValueError(f"ffn : aucun gradient n'atteint {', '.join(idle)}")


def _seeded() -> torch.Generator:
    return torch.Generator().manual_seed(0)
