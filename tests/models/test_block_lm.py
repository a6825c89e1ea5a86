"""Le modèle fait de blocs : causal, lu par sa norme finale, réductible à la source."""

import dataclasses
import math

import pytest
import torch

from cours_transformers.layers.block import BlockConfig
from cours_transformers.layers.positional import POSITIONAL_NAMES
from cours_transformers.models.block_lm import BlockLanguageModel, scale_outputs

CONFIG = BlockConfig(16, 4)


def model_of(n_layers=2, position="rope", final_norm=None, **changes):
    torch.manual_seed(0)
    config = dataclasses.replace(CONFIG, **changes)
    return BlockLanguageModel(
        11, config, n_layers, position=position, final_norm=final_norm
    ).double()


@pytest.fixture
def tokens():
    return torch.randint(11, (3, 9), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("position", POSITIONAL_NAMES)
@pytest.mark.parametrize("place", ["pre", "post"])
def test_le_futur_ne_change_pas_le_passe(position, place, tokens):
    model = model_of(position=position, norm_position=place)
    other = tokens.clone()
    other[:, 6:] = (other[:, 6:] + 1) % 11
    torch.testing.assert_close(model(tokens)[:, :6], model(other)[:, :6])
    assert not torch.allclose(model(tokens)[:, 6:], model(other)[:, 6:])


@torch.no_grad()
def test_la_norme_finale_suit_les_blocs_en_pre_et_nulle_part_en_post(tokens):
    for place, normed in (("pre", True), ("post", False)):
        model = model_of(norm_position=place)
        x = model.embed(tokens)
        for block in model.blocks:
            x = block(x, causal=True)
        expected = model.head(torch.nn.functional.layer_norm(x, (16,)) if normed else x)
        torch.testing.assert_close(model(tokens), expected)


@torch.no_grad()
def test_avec_la_norme_finale_grossir_le_flux_ne_change_pas_les_logits(tokens):
    """Sans elle, les logits suivent l'échelle du flux."""
    x = 3 * torch.randn(2, 5, 16).double()
    kept, forgotten = model_of(), model_of(final_norm=False)
    torch.testing.assert_close(kept.read(10 * x), kept.read(x), atol=1e-4, rtol=1e-4)
    gap = (forgotten.read(10 * x) - forgotten.read(x)).abs().max()
    assert gap > 1
    assert not torch.allclose(kept(tokens), forgotten(tokens))


def test_les_cartes_sont_celles_que_la_lecture_emploie(tokens):
    model, seen = model_of(), []
    drawn = model.attention_maps(tokens)
    for block in model.blocks:
        layer = block.attention.sublayer
        layer.register_forward_pre_hook(
            lambda layer, inputs: seen.append(layer.weights(*inputs, causal=True))
        )
    model(tokens)
    for ours, used in zip(drawn, seen, strict=True):
        torch.testing.assert_close(ours, used)


def test_reduire_les_sorties_ne_touche_que_ce_qui_ecrit_dans_le_flux():
    model, before = model_of(3, bias=True), model_of(3, bias=True).state_dict()
    scale_outputs(model)
    for name, value in model.state_dict().items():
        writes = "out_proj" in name or "down_proj" in name
        factor = 1 / math.sqrt(6) if writes else 1.0
        torch.testing.assert_close(value, factor * before[name])
    scale_outputs(model, math.sqrt(6))
    for name, value in model.state_dict().items():
        torch.testing.assert_close(value, before[name])


@pytest.mark.sans_jaxtyping
def test_ce_qui_n_existe_pas_est_refuse():
    with pytest.raises(ValueError, match="vocabulary_size=0"):
        BlockLanguageModel(0, CONFIG, 2)
    with pytest.raises(ValueError, match="n_layers=0"):
        BlockLanguageModel(11, CONFIG, 0)
    with pytest.raises(ValueError, match="multiple de n_heads"):
        BlockLanguageModel(11, BlockConfig(16, 3), 2, position="none")
    with pytest.raises(ValueError, match="factor doit être strictement positif"):
        scale_outputs(model_of(), 0.0)
