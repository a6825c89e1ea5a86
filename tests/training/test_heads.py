"""Sonder, éteindre, expliquer : chaque mesure sur un cas dont on sait la réponse."""

import pytest
import torch

from cours_transformers.data.tales import agreement_pairs, tales
from cours_transformers.models.attention_lm import AttentionLanguageModel
from cours_transformers.models.edited_attention import switch_off
from cours_transformers.tokenization.words import WordTokenizer, split_words
from cours_transformers.training.explanation import (
    hide,
    prediction_change,
    rank_correlation,
    total_variation,
    weights_and_effects,
)
from cours_transformers.training.head_probes import (
    agreement_by_words,
    induction_scores,
    known_probes,
    no_preference,
    previous_token_scores,
    subject_scores,
)
from cours_transformers.training.language_model import bits_per_symbol
from cours_transformers.training.pruning import (
    all_heads,
    bits_without,
    head_costs,
    prune_in_order,
)


def looking(T, shift):
    """Une tête qui regarde toujours ``shift`` pas plus tôt, au début elle-même."""
    step = torch.arange(T)
    return torch.eye(T)[torch.where(step < shift, step, step - shift)]


@pytest.fixture
def model():
    torch.manual_seed(0)
    return AttentionLanguageModel(20, 16, n_layers=2, n_heads=2)


@pytest.fixture
def tokens():
    return torch.randint(20, (4, 10), generator=torch.Generator().manual_seed(1))


def test_chaque_sonde_reconnait_la_tete_de_son_metier():
    maps = [torch.stack([looking(12, shift) for shift in (0, 1, 5)])[None]]
    assert previous_token_scores(maps).tolist() == [[0.0, 1.0, 0.0]]
    assert induction_scores(maps, 6).tolist() == [[0.0, 0.0, 1.0]]  # t − 6 + 1


def test_sans_preference_le_score_est_celui_d_une_moyenne():
    flat = torch.ones(12, 12).tril()
    flat = (flat / flat.sum(dim=-1, keepdim=True))[None, None]
    assert previous_token_scores([flat]).item() == pytest.approx(no_preference(12))


def test_les_tetes_d_une_couche_ne_sont_pas_celles_d_une_autre():
    maps = [looking(6, shift)[None, None] for shift in (1, 2)]
    assert previous_token_scores(maps).tolist() == [[1.0], [0.0]]


@pytest.fixture(scope="module")
def words_and_probes():
    corpus = tales()
    tokenizer = WordTokenizer.from_text(corpus.train)
    return tokenizer, known_probes(agreement_pairs(corpus, 20, (0, 1)), tokenizer)


class Placed(AttentionLanguageModel):
    """Un modèle dont toutes les requêtes ne regardent que la place ``place``."""

    def attention_maps(self, tokens):
        """Rend tout le poids à une seule clé."""
        T = tokens.shape[1]
        return [torch.eye(T)[torch.full((T,), self.place)].expand(1, 1, T, T)]


@pytest.mark.parametrize(("place", "seen"), [(1, (1, 0)), (4, (0, 1)), (3, (0, 0))])
def test_la_sonde_du_sujet_vise_le_nom_et_celle_du_leurre_le_sien(
    words_and_probes, place, seen
):
    """« La souris que les chats… » : le sujet est le mot 1, le leurre le mot 4."""
    tokenizer, probes = words_and_probes
    model = Placed(tokenizer.vocabulary_size, 8, 1, 1)
    model.place = place
    subject, decoy = subject_scores(model, probes, tokenizer)
    assert (subject.item(), decoy.item()) == seen
    for probe in probes:
        words = split_words(probe.prefix)
        assert words.index("que") == 2
        assert words[3] in ("le", "la", "l'", "les")
        assert words[4].isalpha()


@pytest.mark.parametrize("right", [True, False])
def test_l_accord_compte_les_bonnes_formes(words_and_probes, right):
    tokenizer, probes = words_and_probes
    answers = {
        tuple(tokenizer.encode(p.prefix).tolist()): p.right if right else p.wrong
        for p in probes
    }

    class Oracle(torch.nn.Module):
        def forward(self, tokens):
            logits = torch.zeros(*tokens.shape, tokenizer.vocabulary_size)
            form = answers[tuple(tokens[0].tolist())]
            logits[0, -1, tokenizer.encode(form)[0]] = 1.0
            return logits

    assert agreement_by_words(Oracle(), probes, tokenizer) == right


def test_les_pertes_sont_celles_du_modele_ampute(model):
    text = torch.randint(20, (200,), generator=torch.Generator().manual_seed(2))
    whole = bits_per_symbol(model, text, context=16)
    assert bits_without(model, text, [], 16) == pytest.approx(whole)
    costs = head_costs(model, text, 16)
    assert list(costs) == all_heads(model) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    curve = prune_in_order(model, text, [(1, 0), (0, 1)], 16)
    assert curve[0] == pytest.approx(whole)
    assert curve[1] - whole == pytest.approx(costs[1, 0])
    assert curve[2] == pytest.approx(bits_without(model, text, [(0, 1), (1, 0)], 16))


def test_rien_ne_bouge_quand_on_n_eteint_rien(model, tokens):
    assert prediction_change(model, switch_off([]), tokens) == pytest.approx(
        0, abs=1e-6
    )
    assert prediction_change(model, switch_off(all_heads(model)), tokens) > 0.01


def test_la_variation_totale_va_de_zero_a_un():
    p, q = torch.tensor([0.5, 0.5, 0.0]), torch.tensor([0.0, 0.25, 0.75])
    assert total_variation(p, q).item() == pytest.approx(0.75)
    assert total_variation(p, p).item() == 0
    assert total_variation(torch.eye(2)[0], torch.eye(2)[1]).item() == 1


def test_un_mot_cache_ne_se_lit_plus_et_les_poids_somment_a_un(model, tokens):
    weights = model.attention_maps(tokens)[0]
    hidden = hide(3)(0, weights)
    assert not hidden[..., 4:, 3].any()
    assert hidden[..., 3, 3].all()  # lui-même se voit encore
    torch.testing.assert_close(hidden.sum(dim=-1), torch.ones(4, 2, 10))
    torch.testing.assert_close(hidden[..., :4, :], weights[..., :4, :])


def test_un_mot_que_rien_ne_lit_est_sans_effet(tokens):
    """Des valeurs nulles : cacher un mot ne change que des poids, jamais la sortie."""
    torch.manual_seed(0)
    model = AttentionLanguageModel(20, 16, n_layers=1, n_heads=2)
    with torch.no_grad():
        model.layers[0].v_proj.weight.zero_()
    weights, effects = weights_and_effects(model, tokens)
    assert weights.shape == effects.shape == (4, 9)
    assert effects.abs().max() < 1e-6 < weights.min()


def test_l_effet_d_un_mot_est_celui_de_le_cacher(model, tokens):
    weights, effects = weights_and_effects(model, tokens)
    maps = torch.cat([m[:, :, -1] for m in model.attention_maps(tokens)], dim=1)
    torch.testing.assert_close(weights, maps.mean(dim=1)[:, :9])
    assert effects.max() <= 1
    assert effects.min() > 0


def test_la_correlation_de_rang_suit_la_formule_de_spearman():
    """Sans ex æquo, elle vaut 1 − 6 Σ d² / (n (n² − 1)), d l'écart des deux rangs."""
    a = torch.tensor([[10.0, 20, 30, 40, 50], [1, 2, 3, 4, 5]])
    b = torch.tensor([[0.1, 0.3, 0.2, 0.9, 0.5], [1, 8, 27, 64, 125]])
    first = 1 - 6 * (0 + 1 + 1 + 1 + 1) / (5 * 24)
    assert rank_correlation(a, b).tolist() == pytest.approx([first, 1.0])
    assert rank_correlation(a, -b).tolist() == pytest.approx([-first, -1.0])


@pytest.mark.sans_jaxtyping
def test_ce_qui_ne_se_sonde_pas_est_refuse():
    with pytest.raises(ValueError, match="14 positions attendues pour period = 7"):
        induction_scores([torch.rand(1, 1, 12, 12)], 7)
    with pytest.raises(ValueError, match="probes doit compter au moins une sonde"):
        agreement_by_words(torch.nn.Identity(), [], WordTokenizer(["le"]))
