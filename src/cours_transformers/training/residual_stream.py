"""Suivre le flux résiduel d'étage en étage : sa taille, son gradient, ce qu'il sait.

Un étage est l'entrée du premier bloc, ou la sortie d'une sous-couche : un modèle de L
blocs en a 2L + 1. Lettres : B lot, T positions, d_model largeur du flux.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional as F

from cours_transformers.models.block_lm import BlockLanguageModel


def residual_stream(
    model: BlockLanguageModel, tokens: Int[Tensor, "B T"]
) -> list[Float[Tensor, "B T d_model"]]:
    """Le flux à chaque étage ; ``model.read`` du dernier donne les logits."""
    levels = [model.embed(tokens)]
    for block in model.blocks:
        levels.append(block.attention(levels[-1], causal=True))
        levels.append(block.feed_forward(levels[-1]))
    return levels


@torch.no_grad()
def stream_rms(
    model: BlockLanguageModel, tokens: Int[Tensor, "B T"]
) -> Float[Tensor, " levels"]:
    """Taille du flux, √moyenne(x²), à chaque étage."""
    levels = residual_stream(model, tokens)
    return torch.stack([level.square().mean().sqrt() for level in levels])


@torch.no_grad()
def token_similarity(
    model: BlockLanguageModel, tokens: Int[Tensor, "B T"]
) -> Float[Tensor, " levels"]:
    """Cosinus moyen entre deux positions d'un même texte, à chaque étage.

    À 1, toutes les positions portent le même vecteur, à l'échelle près.

    Raises:
        ValueError: moins de deux positions.
    """
    T = tokens.shape[1]
    if T < 2:
        raise ValueError(f"tokens : au moins deux positions attendues ; reçu {T}")
    means = []
    for level in residual_stream(model, tokens):
        # En float64 : sans résidu, le flux devient trop petit pour ses carrés.
        unit = F.normalize(level.double(), dim=-1, eps=1e-300)
        cosines = unit @ unit.mT
        apart = cosines.sum(dim=(-2, -1)) - cosines.diagonal(dim1=-2, dim2=-1).sum(-1)
        means.append((apart / (T * (T - 1))).mean())
    return torch.stack(means)


def gradient_by_level(
    model: BlockLanguageModel,
    tokens: Int[Tensor, "B T"],
    targets: Int[Tensor, "B T"],
) -> Float[Tensor, " levels"]:
    """Norme du gradient de la perte moyenne par rapport au flux de chaque étage."""
    levels = residual_stream(model, tokens)
    loss = F.cross_entropy(model.read(levels[-1]).flatten(0, 1), targets.flatten())
    gradients = torch.autograd.grad(loss, levels)
    return torch.stack([gradient.norm() for gradient in gradients])


@torch.no_grad()
def bits_by_level(
    model: BlockLanguageModel,
    tokens: Int[Tensor, "B T"],
    targets: Int[Tensor, "B T"],
) -> Float[Tensor, " levels"]:
    """Bits par symbole si l'on lisait le flux dès cet étage, comme s'il était fini."""
    losses = [
        F.cross_entropy(model.read(level).flatten(0, 1), targets.flatten())
        for level in residual_stream(model, tokens)
    ]
    return torch.stack(losses) / torch.tensor(2.0).log()


@torch.no_grad()
def bits_without(
    model: BlockLanguageModel,
    tokens: Int[Tensor, "B T"],
    targets: Int[Tensor, "B T"],
    removed: Sequence[int] = (),
) -> float:
    """Bits par symbole quand les blocs ``removed`` laissent passer le flux tel quel.

    Raises:
        ValueError: bloc qui n'existe pas.
    """
    absent = [rank for rank in removed if not 0 <= rank < len(model.blocks)]
    if absent:
        raise ValueError(
            f"removed : les blocs vont de 0 à {len(model.blocks) - 1} ; reçu {absent}"
        )
    x = model.embed(tokens)
    for rank, block in enumerate(model.blocks):
        x = x if rank in removed else block(x, causal=True)
    loss = F.cross_entropy(model.read(x).flatten(0, 1), targets.flatten())
    return (loss / torch.tensor(2.0).log()).item()


@torch.no_grad()
def shared_and_own(
    model: BlockLanguageModel, tokens: Int[Tensor, "B T"]
) -> tuple[float, float]:
    """Ce que les sous-couches écrivent de commun à tous les mots, et le reste.

    Pour chacune : norme de l'écriture moyenne, puis écart type des écritures autour
    d'elle, en norme. Les deux sont moyennés sur les sous-couches.
    """
    levels, shared, own = residual_stream(model, tokens), [], []
    for rank, block in enumerate(model.blocks):
        mixing, width = block.attention, block.feed_forward
        for write in (
            mixing.sublayer(mixing.read(levels[2 * rank]), causal=True),
            width.sublayer(width.read(levels[2 * rank + 1])),
        ):
            mean = write.mean(dim=(0, 1))
            shared.append(mean.norm())
            own.append((write - mean).square().sum(dim=-1).mean().sqrt())
    return torch.stack(shared).mean().item(), torch.stack(own).mean().item()
