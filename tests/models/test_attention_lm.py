"""Le modèle à attention seule : causal, égal à ses cartes, et retouchable."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.layers.positional import POSITIONAL_NAMES
from cours_transformers.models.attention_lm import AttentionLanguageModel
from cours_transformers.models.edited_attention import (
    EditedAttention,
    flatten,
    shuffle,
    switch_off,
)


def model_of(position="learned", n_kv_heads=2):
    torch.manual_seed(0)
    return AttentionLanguageModel(
        11, 16, n_layers=2, n_heads=4, n_kv_heads=n_kv_heads, position=position
    ).double()


@pytest.fixture
def tokens():
    return torch.randint(11, (3, 9), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("position", POSITIONAL_NAMES)
def test_le_futur_ne_change_pas_le_passe(position, tokens):
    model, other = model_of(position), tokens.clone()
    other[:, 6:] = (other[:, 6:] + 1) % 11
    torch.testing.assert_close(model(tokens)[:, :6], model(other)[:, :6])
    assert not torch.allclose(model(tokens)[:, 6:], model(other)[:, 6:])


@pytest.mark.parametrize("position", POSITIONAL_NAMES)
@pytest.mark.parametrize("n_kv_heads", [1, 2, 4])
def test_relire_avec_ses_propres_cartes_ne_change_rien(position, n_kv_heads, tokens):
    """La matrice explicite et le noyau disent la même chose, couche après couche."""
    model = model_of(position, n_kv_heads)
    same = EditedAttention(model, lambda rank, weights: weights)
    torch.testing.assert_close(same(tokens), model(tokens))


def test_les_cartes_sont_celles_que_la_lecture_emploie(tokens):
    model, seen = model_of(), []
    EditedAttention(model, lambda rank, weights: seen.append(weights) or weights)(
        tokens
    )
    for drawn, used in zip(model.attention_maps(tokens), seen, strict=True):
        torch.testing.assert_close(drawn, used)
    assert torch.allclose(seen[0].sum(dim=-1), torch.ones(3, 4, 9).double())


def test_eteindre_une_tete_revient_a_annuler_son_bloc_de_projection(tokens):
    model = model_of()
    off = EditedAttention(model, switch_off([(1, 2)]))(tokens)
    with torch.no_grad():
        model.layers[1].out_proj.weight[:, 8:12] = 0  # d_head = 4 : la tête 2
    torch.testing.assert_close(off, model(tokens))


def test_toutes_les_tetes_eteintes_il_reste_le_plongement(tokens):
    model = model_of()
    heads = [(layer, head) for layer in range(2) for head in range(4)]
    off = EditedAttention(model, switch_off(heads))(tokens)
    torch.testing.assert_close(off, model.head(model.embed(tokens)))


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 12), st.integers(0, 10_000))
def test_redistribuer_garde_les_poids_et_la_causalite(T, seed):
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(2, 4, T, T, generator=generator)
    past = torch.ones(T, T, dtype=torch.bool).tril()
    weights = scores.masked_fill(~past, -torch.inf).softmax(dim=-1)
    moved = shuffle([(0, 1)], seed)(0, weights)
    assert not moved[:, 1][:, ~past].any()
    torch.testing.assert_close(
        moved[:, 1].sort(dim=-1).values, weights[:, 1].sort(dim=-1).values
    )
    torch.testing.assert_close(moved[:, [0, 2, 3]], weights[:, [0, 2, 3]])


def test_redistribuer_deplace_aussi_le_poids_du_mot_sur_lui_meme():
    """Une ligne de poids tous distincts : le dernier ne reste pas toujours dernier."""
    weights = torch.arange(1.0, 7).expand(50, 1, 6, 6).tril()
    moved = shuffle([(0, 0)])(0, weights)[:, 0, -1, -1]
    assert 2 <= (moved == 6).sum() <= 20  # une fois sur six, en moyenne


def test_indifferente_la_tete_moyenne_tout_ce_qu_elle_voit():
    weights = torch.rand(1, 2, 4, 4)
    flat = flatten([(3, 0)])(3, weights)
    expected = torch.tensor([1, 1 / 2, 1 / 3, 1 / 4])
    torch.testing.assert_close(flat[0, 0].diagonal(), expected)
    torch.testing.assert_close(flat[0, 0, 2], torch.tensor([1 / 3, 1 / 3, 1 / 3, 0]))
    assert torch.equal(flat[:, 1], weights[:, 1])
    assert flatten([(3, 0)])(2, weights) is weights  # une autre couche


@pytest.mark.sans_jaxtyping
def test_ce_qui_n_existe_pas_est_refuse():
    with pytest.raises(ValueError, match="vocabulary_size, n_layers et n_heads"):
        AttentionLanguageModel(0, 16, 2, 4)
    with pytest.raises(ValueError, match="vocabulary_size, n_layers et n_heads"):
        AttentionLanguageModel(11, 16, 0, 4)
    with pytest.raises(ValueError, match="n_heads=0"):
        AttentionLanguageModel(11, 16, 2, 0)
    with pytest.raises(ValueError, match="la couche 0 a des têtes de 0 à 3"):
        switch_off([(0, 4)])(0, torch.rand(1, 4, 2, 2))
