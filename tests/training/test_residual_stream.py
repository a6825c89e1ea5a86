"""Le flux résiduel : ses étages sont ceux du modèle, ses gradients ceux de torch."""

import math
from itertools import pairwise

import pytest
import torch
from torch.nn import functional as F

from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.block_lm import BlockLanguageModel
from cours_transformers.training.residual_stream import (
    bits_by_level,
    bits_without,
    gradient_by_level,
    residual_stream,
    shared_and_own,
    stream_rms,
    token_similarity,
)


def model_of(n_layers=3, **changes):
    torch.manual_seed(0)
    return BlockLanguageModel(7, BlockConfig(16, 4, **changes), n_layers).double()


@pytest.fixture
def pair():
    text = torch.randint(7, (4, 9), generator=torch.Generator().manual_seed(1))
    return text[:, :-1], text[:, 1:]


@pytest.mark.parametrize("place", ["pre", "post"])
def test_le_dernier_etage_est_celui_que_le_modele_lit(place, pair):
    model = model_of(norm_position=place)
    levels = residual_stream(model, pair[0])
    assert len(levels) == 7
    torch.testing.assert_close(model.read(levels[-1]), model(pair[0]))
    torch.testing.assert_close(levels[0], model.embed(pair[0]))
    middle = model.blocks[0](levels[0], causal=True)
    torch.testing.assert_close(levels[2], middle)
    sizes = [level.square().mean().sqrt().item() for level in levels]
    assert stream_rms(model, pair[0]).tolist() == pytest.approx(sizes)


def test_le_gradient_du_premier_etage_egale_les_differences_finies(pair):
    model, (tokens, targets) = model_of(), pair
    got = gradient_by_level(model, tokens, targets)[0]
    x = model.embed(tokens).detach()

    def loss(moved):
        for block in model.blocks:
            moved = block(moved, causal=True)
        return F.cross_entropy(model.read(moved).flatten(0, 1), targets.flatten())

    slopes = []
    with torch.no_grad():
        for place in range(x.numel()):
            step = torch.zeros_like(x)
            step.view(-1)[place] = 1e-6
            slopes.append((loss(x + step) - loss(x - step)) / 2e-6)
    assert got.item() == pytest.approx(torch.stack(slopes).norm().item(), rel=1e-5)


def test_des_tokens_egaux_se_ressemblent_et_des_contraires_se_fuient():
    model = model_of(1, norm="none")
    with torch.no_grad():
        model.embedding.weight.zero_()
        model.embedding.weight[0, 0] = model.embedding.weight[1, 1] = 2.0
        model.embedding.weight[2, 0] = -3.0
    texts = {(0, 0): 1.0, (0, 1): 0.0, (0, 2): -1.0, (0, 1, 0): 1 / 3}
    for text, cosine in texts.items():
        got = token_similarity(model, torch.tensor([text]))[0].item()
        assert got == pytest.approx(cosine, abs=1e-9)


def test_les_bits_du_dernier_etage_sont_ceux_du_modele(pair):
    model, (tokens, targets) = model_of(), pair
    loss = F.cross_entropy(model(tokens).flatten(0, 1), targets.flatten()).item()
    bits = bits_by_level(model, tokens, targets)
    assert bits[-1].item() == pytest.approx(loss / math.log(2))
    assert bits_without(model, tokens, targets) == pytest.approx(loss / math.log(2))


def test_tous_les_blocs_retires_il_reste_le_plongement(pair):
    model, (tokens, targets) = model_of(), pair
    bits = bits_by_level(model, tokens, targets)
    assert bits_without(model, tokens, targets, range(3)) == pytest.approx(
        bits[0].item()
    )
    assert bits_without(model, tokens, targets, [2]) == pytest.approx(bits[4].item())
    assert bits_without(model, tokens, targets, [0]) != pytest.approx(bits[4].item())


@pytest.mark.parametrize("place", ["pre", "post"])
@torch.no_grad()
def test_les_ecritures_se_partagent_entre_le_commun_et_le_propre(place, pair):
    """Sur un bloc sans norme, l'écriture est la différence de deux étages."""
    model = model_of(2, norm="none", norm_position=place)
    levels = residual_stream(model, pair[0])
    writes = torch.stack([b - a for a, b in pairwise(levels)])
    writes = writes.flatten(1, 2)  # (sous-couche, mot, d_model)
    common = writes.mean(1).norm(dim=-1)
    total = writes.square().sum(-1).mean(1)
    shared, own = shared_and_own(model, pair[0])
    assert shared == pytest.approx(common.mean().item())
    assert own == pytest.approx((total - common**2).sqrt().mean().item())


@pytest.mark.sans_jaxtyping
def test_ce_qui_n_existe_pas_est_refuse(pair):
    with pytest.raises(ValueError, match="au moins deux positions attendues ; reçu 1"):
        token_similarity(model_of(), pair[0][:, :1])
    with pytest.raises(ValueError, match=r"vont de 0 à 2 ; reçu \[3\]"):
        bits_without(model_of(), *pair, [1, 3])
