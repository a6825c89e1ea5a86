"""Reprendre les poids de ``torch.nn.Transformer``, et son masque, qui dit l'inverse.

``nn.Transformer`` relie des vecteurs à des vecteurs : ni plongement, ni lecture. Il a
des biais partout et deux normes finales, même en post-norme.
"""

from collections.abc import Iterator

import torch
from jaxtyping import Bool
from torch import Tensor, nn

from cours_transformers.layers.block import Block
from cours_transformers.layers.connection import Connection

from .stacks import Decoder, Encoder

Pair = tuple[nn.Parameter, nn.Parameter, slice]


def allowed(torch_mask: Bool[Tensor, "*shape"]) -> Bool[Tensor, "*shape"]:
    """Traduit un masque booléen de ``nn.Transformer``, vrai là où il **interdit**."""
    return ~torch_mask


def paired_parameters(
    encoder: Encoder, decoder: Decoder, oracle: nn.Transformer
) -> Iterator[Pair]:
    """Nos paramètres, les siens, et les lignes des siens qui nous reviennent.

    Raises:
        ValueError: piles de hauteurs différentes.
    """
    for ours, theirs in ((encoder, oracle.encoder), (decoder, oracle.decoder)):
        if len(ours.blocks) != len(theirs.layers):
            raise ValueError(
                "les piles doivent avoir autant de couches ; reçu "
                f"{len(ours.blocks)} et {len(theirs.layers)}"
            )
        for block, layer in zip(ours.blocks, theirs.layers, strict=True):
            yield from _block(block, layer)
        yield from _same(ours.norm.gain, theirs.norm.weight)
        yield from _same(ours.norm.shift, theirs.norm.bias)


@torch.no_grad()
def copy_torch_weights(
    encoder: Encoder, decoder: Decoder, oracle: nn.Transformer
) -> None:
    """Donne à nos deux piles les poids de ``oracle``."""
    for ours, theirs, rows in paired_parameters(encoder, decoder, oracle):
        ours.copy_(theirs[rows])


def _block(block: Block, layer: nn.Module) -> Iterator[Pair]:
    norms = [layer.norm1, layer.norm2]
    yield from _attention(block.attention, layer.self_attn)
    connections = [block.attention]
    if block.cross_attention is not None:
        yield from _attention(block.cross_attention, layer.multihead_attn)
        connections.append(block.cross_attention)
        norms.append(layer.norm3)
    width = block.feed_forward.sublayer
    for ours, theirs in ((width.up_proj, layer.linear1),
                         (width.down_proj, layer.linear2)):  # fmt: skip
        yield from _same(ours.weight, theirs.weight)
        yield from _same(ours.bias, theirs.bias)
    for connection, norm in zip([*connections, block.feed_forward], norms, strict=True):
        yield from _same(connection.norm.gain, norm.weight)
        yield from _same(connection.norm.shift, norm.bias)


def _attention(connection: Connection, theirs: nn.MultiheadAttention) -> Iterator[Pair]:
    """Trois projections chez nous ; chez lui, une seule matrice, découpée en trois."""
    ours, d = connection.sublayer, theirs.embed_dim
    for rank, projection in enumerate((ours.q_proj, ours.k_proj, ours.v_proj)):
        rows = slice(rank * d, (rank + 1) * d)
        yield projection.weight, theirs.in_proj_weight, rows
        yield projection.bias, theirs.in_proj_bias, rows
    yield from _same(ours.out_proj.weight, theirs.out_proj.weight)
    yield from _same(ours.out_proj.bias, theirs.out_proj.bias)


def _same(ours: nn.Parameter, theirs: nn.Parameter) -> Iterator[Pair]:
    yield ours, theirs, slice(None)
