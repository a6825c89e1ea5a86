"""Pile réversible : mêmes gradients, rien de gardé, un passage de plus."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.layers.efficient import ReversibleBlock, ReversibleStack
from cours_transformers.layers.feed_forward import feed_forward


def une_couche(d=6):
    f = nn.Sequential(nn.LayerNorm(d), MultiHeadAttention(d, 2))
    return ReversibleBlock(f, nn.Sequential(nn.LayerNorm(d), feed_forward("gelu", d)))


def deux_flux(dtype=torch.float64, d=6):
    return [torch.randn(2, 5, d, dtype=dtype, requires_grad=True) for _ in range(2)]


def deux_piles(n, dtype=torch.float64):
    blocks = [une_couche().to(dtype) for _ in range(n)]
    return ReversibleStack(blocks), ReversibleStack(blocks, keep=True)


def gradients(stack, x1, x2):
    y1, y2 = stack(x1, x2)
    return torch.autograd.grad((y1 * y2.sin()).sum(), [x1, x2, *stack.parameters()])


def gardes(run, known):
    kept = {}

    def pack(x):
        kept[x.untyped_storage().data_ptr()] = x
        return x

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x):
        run()
    known = {x.untyped_storage().data_ptr() for x in known}
    return sum(x.numel() for address, x in kept.items() if address not in known)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_memes_sorties_et_memes_gradients_qu_une_pile_ordinaire(n):
    reversible, ordinary = deux_piles(n)
    flows = deux_flux()
    for one, two in zip(reversible(*flows), ordinary(*flows), strict=True):
        torch.testing.assert_close(one, two)
    for one, two in zip(
        gradients(reversible, *flows), gradients(ordinary, *flows), strict=True
    ):
        torch.testing.assert_close(one, two, rtol=1e-8, atol=1e-10)


def test_l_inverse_retrouve_l_entree():
    block, (x1, x2) = une_couche().double(), deux_flux()
    for one, two in zip(block.inverse(*block(x1, x2)), (x1, x2), strict=True):
        torch.testing.assert_close(one, two)


def test_la_memoire_ne_depend_pas_du_nombre_de_couches():
    kept = {}
    for n in (1, 4):
        for stack in deux_piles(n):
            flows = deux_flux()
            known = (*flows, *stack.parameters())
            kept[n, stack.keep] = gardes(lambda: stack(*flows), known)  # noqa: B023
    assert kept[1, False] == kept[4, False] == 2 * 2 * 5 * 6  # la sortie, deux flux
    assert kept[4, True] > 3.8 * kept[1, True]
    assert kept[1, True] > 7 * kept[1, False]


def test_le_prix_est_un_passage_avant_de_plus():
    flops = {}
    for stack in deux_piles(3, torch.float32):
        flows = deux_flux(torch.float32)
        with FlopCounterMode(display=False) as counter:
            y1, y2 = stack(*flows)
            (y1 * y2).sum().backward()
        flops[stack.keep] = counter.get_total_flops()
    assert flops[False] / flops[True] == pytest.approx(4 / 3)


def test_un_poids_partage_recoit_la_somme_de_ses_gradients():
    block = une_couche().double()
    flows = deux_flux()
    for one, two in zip(
        gradients(ReversibleStack([block] * 3), *flows),
        gradients(ReversibleStack([block] * 3, keep=True), *flows),
        strict=True,
    ):
        torch.testing.assert_close(one, two, rtol=1e-8, atol=1e-10)


def test_un_poids_gele_n_en_recoit_pas():
    reversible, ordinary = deux_piles(2)
    frozen = reversible.blocks[0].f[1].q_proj.weight.requires_grad_(False)
    for stack in (reversible, ordinary):
        y1, y2 = stack(*deux_flux())
        (y1 * y2).sum().backward()
    assert frozen.grad is None
    assert reversible.blocks[0].f[1].v_proj.weight.grad.abs().max() > 0


def test_une_seule_sortie_utile_suffit():
    reversible, ordinary = deux_piles(2)
    x1, x2 = deux_flux()
    stacks = (reversible, ordinary)
    one, two = (torch.autograd.grad(s(x1, x2)[0].sum(), x1) for s in stacks)
    torch.testing.assert_close(one, two)


@pytest.mark.sans_jaxtyping
def test_refus():
    with pytest.raises(ValueError, match="blocks doit contenir au moins une couche"):
        ReversibleStack([])
    noisy = ReversibleBlock(nn.Dropout(0.1), nn.Identity())
    with pytest.raises(ValueError, match="dropout doit valoir 0 dans une pile"):
        ReversibleStack([noisy])(*deux_flux())
    x1, x2 = deux_flux()
    torch.testing.assert_close(ReversibleStack([noisy]).eval()(x1, x2)[0], x1 + x2)
