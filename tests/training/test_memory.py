"""L'annuaire : à coût égal, apprendre, retenir, équilibrer."""

import pytest
import torch

from cours_transformers.data.facts import facts
from cours_transformers.layers.feed_forward import FEED_FORWARD_NAMES, FeedForward
from cours_transformers.models.fact_memory import FactMemory
from cours_transformers.training import memory as m

PETIT = facts(12, 12, 8)


def un_petit_modele(name: str = "moe-1", seed: int = 0) -> FactMemory:
    torch.manual_seed(seed)
    return FactMemory(12, 12, 8, m.D_MODEL, m.memory_layer(name))


def test_chaque_couple_a_une_reponse_et_une_seule():
    known = facts(7, 5, 64, seed=3)
    assert len(known) == 35
    assert len({*zip(*(x.tolist() for x in known.inputs), strict=True)}) == 35
    assert torch.equal(known.answers, facts(7, 5, 64, seed=3).answers)
    assert not torch.equal(known.answers, facts(7, 5, 64, seed=4).answers)


def test_les_reponses_sont_uniformes():
    counts = torch.bincount(facts(100, 100, 10).answers)
    assert counts.min() > 850 and counts.max() < 1150


def test_toutes_les_couches_coutent_autant():
    flops = {
        name: m.flops_per_token(m.memory_layer(name))
        for name in (*FEED_FORWARD_NAMES, *m.MIXTURES)
    }
    assert max(flops.values()) / min(flops.values()) < 1.04


def test_une_couche_sans_activation_ne_croise_rien():
    """Logits d'un modèle linéaire : ce qu'ajoute le sujet ne dépend pas de l'autre."""
    model = FactMemory(4, 4, 8, 8, FeedForward(8, 16, lambda x: x))
    s, q = torch.arange(4).repeat_interleave(4), torch.arange(4).repeat(4)
    logits = model(s, q).view(4, 4, 8)
    effect = logits[1:] - logits[:-1]
    torch.testing.assert_close(effect[:, 0], effect[:, 3], atol=1e-5, rtol=1e-4)
    gelu = FactMemory(4, 4, 8, 8, m.feed_forward("gelu", 8))
    logits = gelu(s, q).view(4, 4, 8)
    effect = logits[1:] - logits[:-1]
    assert (effect[:, 0] - effect[:, 3]).abs().max() > 1e-3


def test_un_petit_annuaire_s_apprend_par_coeur():
    model = un_petit_modele("swiglu")
    before = m.retained(model, PETIT)
    m.fit_memory(model, PETIT, steps=150, lr=1e-2)
    assert before < 0.4 and m.retained(model, PETIT) > 0.95


def test_l_equilibrage_change_la_charge_et_se_refait_a_l_identique():
    loads = []
    for balance in (0.0, 1.0, 1.0):
        model = m.fit_memory(un_petit_modele(), PETIT, steps=60, balance=balance)
        loads.append(m.load_of(model, PETIT))
    assert loads[1].max() < loads[0].max()
    assert torch.equal(loads[1], loads[2])
    assert abs(loads[0].sum() - 1) < 1e-6


def test_le_suivi_voit_chaque_pas():
    seen = []
    m.fit_memory(
        un_petit_modele("none"), PETIT, steps=3, progress=lambda s, _: seen.append(s)
    )
    assert seen == [0, 1, 2]


def test_la_meme_graine_donne_le_meme_modele():
    one, two = m.memory("moe-2", seed=3), m.memory("moe-2", seed=3)
    for a, b in zip(one.parameters(), two.parameters(), strict=True):
        assert torch.equal(a, b)


@pytest.mark.sans_jaxtyping
def test_un_annuaire_vide_est_refuse():
    with pytest.raises(ValueError, match="n_subjects ≥ 1, n_questions ≥ 1"):
        facts(0, 4, 8)
    with pytest.raises(ValueError, match="n_answers ≥ 2"):
        facts(4, 4, 1)


@pytest.mark.sans_jaxtyping
def test_apprendre_sans_un_pas_est_refuse():
    with pytest.raises(ValueError, match="steps : au moins un pas"):
        m.fit_memory(un_petit_modele(), PETIT, steps=0)
