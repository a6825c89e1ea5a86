"""Qui agit, et sur quoi : la réponse se lit dans la phrase."""

import pytest
import torch

from cours_transformers.data.roles import (
    LENGTH,
    N_WORDS,
    NOUNS,
    VERBS,
    right_roles,
    role_sentences,
)
from cours_transformers.models.role_reader import RoleReader


def test_la_phrase_dit_bien_qui_agit():
    data = role_sentences(300)
    for i, (agent, patient) in enumerate(data.roles.tolist()):
        first, verb, last = data.sentence(i)
        passive = verb.endswith(" par")
        expected = (patient, agent) if passive else (agent, patient)
        assert (first, last) == tuple(NOUNS[noun] for noun in expected)
        assert verb.startswith("est " if passive else "a ")


def test_le_participe_s_accorde_avec_le_sujet():
    data = role_sentences(300)
    verbs = [data.sentence(i)[:2] for i in range(300)]
    for noun, verb in verbs:
        if verb.endswith(" par"):
            assert verb.endswith("ée par") == noun.startswith("la ")


def test_les_deux_noms_differ_et_la_voix_ne_se_devine_pas():
    data = role_sentences(4000)
    assert (data.roles[:, 0] != data.roles[:, 1]).all()
    passive = (data.words[:, 1] >= len(NOUNS) + len(VERBS)).float().mean()
    assert 0.46 < passive < 0.54
    assert data.words.max() < N_WORDS and data.words.shape[1] == LENGTH
    assert torch.equal(data.words, role_sentences(4000).words)
    assert not torch.equal(data.words, role_sentences(4000, seed=1).words)


def test_le_verbe_lit_ce_que_ses_poids_disent():
    torch.manual_seed(0)
    reader, words = RoleReader(8, 2), role_sentences(5).words
    weights = reader.weights(words)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(5, 2))
    x = reader.embedding(words) + reader.place
    v = reader.attention._split_heads(reader.attention.v_proj(x))
    read = reader.attention.out_proj((weights[:, :, None] @ v)[:, :, 0].flatten(1))
    expected = reader.readout(read).view(5, len(NOUNS), 2)
    torch.testing.assert_close(reader(words), expected)


def test_chaque_reponse_est_jugee_a_part():
    logits = torch.zeros(1, len(NOUNS), 2)
    logits[0, 3, 0] = logits[0, 5, 1] = 1.0
    assert right_roles(logits, torch.tensor([[3, 4]])).tolist() == [[True, False]]


@pytest.mark.sans_jaxtyping
def test_il_faut_une_phrase():
    with pytest.raises(ValueError, match="n : au moins une phrase ; reçu 0"):
        role_sentences(0)
