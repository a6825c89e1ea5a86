"""Les façons de noter une clé : égalités, rangs et limites."""

import math

import pytest
import torch
from torch.nn import functional as F

from cours_transformers.layers.scores import (
    AdditiveScore,
    BilinearScore,
    ConstantScore,
    DotScore,
    NonlinearScore,
)

B, T, S, D = 2, 3, 5, 8


def _inputs():
    return torch.randn(B, T, D), torch.randn(B, S, D)


def test_le_produit_scalaire_est_une_bilineaire_de_rang_d_k():
    dot, (x, y) = DotScore(D, d_k=3), _inputs()
    matrix = dot.q_proj.weight.T @ dot.k_proj.weight
    assert torch.linalg.matrix_rank(matrix) == 3
    torch.testing.assert_close(dot(x, y), x @ matrix @ y.mT / math.sqrt(3))


def test_la_bilineaire_atteint_tout_produit_scalaire():
    dot, free, (x, y) = DotScore(D, d_k=D), BilinearScore(D), _inputs()
    with torch.no_grad():
        free.matrix.copy_(dot.q_proj.weight.T @ dot.k_proj.weight)
    torch.testing.assert_close(free(x, y), dot(x, y))


@pytest.mark.parametrize("d_k", [4, 64, 256])
def test_au_depart_les_scores_divises_ont_une_variance_de_un(d_k):
    x, y = torch.randn(1, 400, 64), torch.randn(1, 400, 64)
    assert abs(DotScore(64, d_k)(x, y).var() - 1) < 0.35
    raw = DotScore(64, d_k, scaled=False)(x, y).var()
    assert 0.65 * d_k < raw < 1.35 * d_k


def test_l_additive_suit_la_formule_de_2015():
    score, (x, y) = AdditiveScore(D, D, 6), _inputs()
    expected = torch.empty(B, T, S)
    for b in range(B):
        for i in range(T):
            for j in range(S):
                hidden = score.q_proj.weight @ x[b, i] + score.k_proj.weight @ y[b, j]
                expected[b, i, j] = (score.energy.weight @ hidden.tanh())[0]
    torch.testing.assert_close(score(x, y), expected)


def test_la_constante_ne_lit_pas_les_mots():
    score, (x, y) = ConstantScore(9), _inputs()
    with torch.no_grad():
        score.table.normal_()
    torch.testing.assert_close(score(x, y), score(x.roll(1, 0) * 7, -y))
    torch.testing.assert_close(score(x, y)[0], score.table[:T, :S])


def test_la_non_lineaire_n_est_pas_bilineaire():
    score, (x, y) = NonlinearScore(D, 4), _inputs()
    assert not torch.allclose(score(2 * x, y), 2 * score(x, y), rtol=1e-3)
    hidden = score.query[0](x)
    query = score.query[2](F.gelu(hidden))
    torch.testing.assert_close(score(x, y), query @ score.key(y).mT / 2)


def test_une_sequence_plus_longue_que_la_table_est_refusee():
    with pytest.raises(ValueError, match="jusqu'à 4 places ; reçu 3 et 5"):
        ConstantScore(4)(*_inputs())
