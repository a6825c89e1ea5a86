"""Dictionnaire souple : ce qu'il calcule, et ce qu'il apprend en quelques secondes."""

import torch

from cours_transformers.data.colors import COLORS, NOUNS, color_questions
from cours_transformers.layers.attention import scaled_dot_product
from cours_transformers.layers.scores import ConstantScore, DotScore
from cours_transformers.models.soft_dictionary import SoftDictionary
from cours_transformers.training.classify import accuracy, fit_classifier


def _model(score):
    return SoftDictionary(len(NOUNS), len(COLORS), score, d_model=32)


def test_forward_est_l_attention_croisee_du_cours():
    model, data = _model(DotScore(32, 8)), color_questions(5, seed=2)
    groups = model.embed(data.nouns, data.colors)
    q = model.score.q_proj(model.noun(data.asked)[:, None])
    read = scaled_dot_product(q, model.score.k_proj(groups), model.v_proj(groups))
    torch.testing.assert_close(model(*data.inputs), model.head(read[:, 0]))


def test_l_ordre_des_groupes_ne_change_rien():
    model, data = _model(DotScore(32, 8)), color_questions(5, seed=2)
    order = torch.randperm(6)
    shuffled = model(data.nouns[:, order], data.colors[:, order], data.asked)
    torch.testing.assert_close(shuffled, model(*data.inputs))


def test_le_contenu_s_apprend_et_la_constante_echoue():
    train, test = color_questions(8000, seed=0), color_questions(800, seed=1)
    results = {}
    for name, score in {
        "contenu": DotScore(32, 8),
        "constante": ConstantScore(6),
    }.items():
        torch.manual_seed(0)
        model = _model(score)
        fit_classifier(model, train.inputs, train.answers, steps=200, lr=5e-3)
        results[name] = accuracy(model, test.inputs, test.answers)
    assert results["contenu"] > 0.9
    assert results["constante"] < 0.5
