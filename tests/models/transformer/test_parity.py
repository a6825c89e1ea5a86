"""Parité avec torch.nn.Transformer : mêmes poids, mêmes sorties, mêmes gradients."""

import pytest
import torch
from torch import nn

from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.transformer import (
    Decoder,
    Encoder,
    allowed,
    copy_torch_weights,
    paired_parameters,
)

D, H, FF, LAYERS = 16, 4, 24, 2
B, S, T = 3, 7, 5


def stacks(norm_position="post", activation="relu"):
    """Nos deux piles et la sienne, aux mêmes poids, en double précision."""
    oracle = nn.Transformer(
        D, H, LAYERS, LAYERS, FF, dropout=0.0, activation=activation,
        batch_first=True, norm_first=norm_position == "pre",
    ).double()  # fmt: skip
    with torch.no_grad():  # les biais et les gains ne doivent pas valoir 0 et 1
        for parameter in oracle.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    config = BlockConfig(
        D, H, d_ff=FF, feed_forward=activation, norm_position=norm_position, bias=True
    )
    encoder, decoder = Encoder(config, LAYERS), Decoder(config, LAYERS)
    encoder, decoder = encoder.double(), decoder.double()
    copy_torch_weights(encoder, decoder, oracle)
    return encoder, decoder, oracle


def inputs():
    source = torch.randn(B, S, D, dtype=torch.float64)
    target = torch.randn(B, T, D, dtype=torch.float64)
    padding = torch.arange(S) >= torch.tensor([7, 4, 2])[:, None]  # vrai : interdit
    return source, target, padding


def ours(encoder, decoder, source, target, padding):
    mask = allowed(padding)[:, None, None, :]
    return decoder(target, encoder(source, mask), memory_mask=mask)


def theirs(oracle, source, target, padding):
    causal = torch.ones(T, T, dtype=torch.bool).triu(1)  # vrai : interdit
    return oracle(
        source, target, tgt_mask=causal, src_key_padding_mask=padding,
        memory_key_padding_mask=padding,
    )  # fmt: skip


both = pytest.mark.parametrize("norm_position", ["pre", "post"])
activations = pytest.mark.parametrize("activation", ["relu", "gelu"])


@both
@activations
def test_memes_sorties_et_memes_gradients(norm_position, activation):
    encoder, decoder, oracle = stacks(norm_position, activation)
    data = inputs()
    got, wanted = ours(encoder, decoder, *data), theirs(oracle, *data)
    torch.testing.assert_close(got, wanted)
    for output in (got, wanted):
        (output * torch.arange(D)).sin().sum().backward()
    count = 0
    for mine, his, rows in paired_parameters(encoder, decoder, oracle):
        torch.testing.assert_close(mine.grad, his.grad[rows])
        count += mine.numel()
    # Aucun paramètre n'est oublié, ni chez nous, ni chez lui.
    for module in (oracle, nn.ModuleList([encoder, decoder])):
        assert count == sum(p.numel() for p in module.parameters())


def test_sans_inverser_le_masque_l_accord_cesse():
    encoder, decoder, oracle = stacks()
    source, target, padding = inputs()
    wanted = theirs(oracle, source, target, padding)
    wrong = ours(encoder, decoder, source, target, ~padding)
    assert not torch.allclose(wrong[1:], wanted[1:])


def test_sans_les_normes_finales_l_accord_cesse():
    """nn.Transformer en a deux, même en post-norme : l'article n'en a pas."""
    encoder, decoder, oracle = stacks()
    encoder.norm = decoder.norm = nn.Identity()
    data = inputs()
    assert not torch.allclose(ours(encoder, decoder, *data), theirs(oracle, *data))


@pytest.mark.sans_jaxtyping
def test_des_piles_inegales_sont_refusees():
    encoder, decoder, _ = stacks()
    oracle = nn.Transformer(D, H, 3, LAYERS, FF, batch_first=True)
    with pytest.raises(ValueError, match="autant de couches ; reçu 2 et 3"):
        copy_torch_weights(encoder, decoder, oracle)
