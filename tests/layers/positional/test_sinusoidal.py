"""Sinusoïdes : la formule de l'article, ses rotations, ses produits scalaires."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.layers.positional import Sinusoidal, frequencies, shift_matrix

BASES = st.sampled_from([10.0, 100.0, 10_000.0])
DOUBLE = torch.empty(0, dtype=torch.float64)


def by_formula(p, d, base):
    """PE_p, une composante après l'autre, comme l'article l'écrit."""
    row = []
    for i in range(d // 2):
        row.append(math.sin(p / base ** (2 * i / d)))
        row.append(math.cos(p / base ** (2 * i / d)))
    return row


@pytest.mark.parametrize("base", [100.0, 10_000.0])
@pytest.mark.parametrize("offset", [0, 5])
def test_la_formule_de_l_article(base, offset):
    got = Sinusoidal(12, base).table(9, offset, like=DOUBLE)
    expected = [by_formula(offset + i, 12, base) for i in range(9)]
    torch.testing.assert_close(got, torch.tensor(expected, dtype=torch.float64))


def test_la_position_zero_et_les_deux_extremes():
    assert Sinusoidal(6).table(1).tolist() == [[0.0, 1.0] * 3]
    omega = frequencies(512)
    assert omega[0] == 1.0 and (omega.diff() < 0).all()
    assert omega[-1].item() == pytest.approx(10_000 ** (-510 / 512))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 200), st.integers(-100, 100), BASES)
def test_avancer_de_k_est_une_rotation_qui_ignore_p(p, k, base):
    table = Sinusoidal(8, base).table(p + abs(k) + 1, like=DOUBLE)
    start, end = (p, p + k) if k >= 0 else (p - k, p)
    M = shift_matrix(k, 8, base, dtype=torch.float64)
    torch.testing.assert_close(table[start] @ M, table[end])
    torch.testing.assert_close(M @ M.T, torch.eye(8, dtype=torch.float64))
    assert torch.linalg.det(M).item() == pytest.approx(1.0)


def test_la_matrice_de_rotation_est_diagonale_par_blocs():
    M = shift_matrix(3, 6)
    blocks = torch.block_diag(*[torch.ones(2, 2)] * 3).bool()
    assert (M[blocks] != 0).all() and not M[~blocks].any()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 300), st.integers(0, 300), BASES)
def test_le_produit_scalaire_ne_depend_que_de_l_ecart(p, k, base):
    table = Sinusoidal(16, base).table(p + k + 1, like=DOUBLE)
    expected = torch.cos(k * frequencies(16, base, dtype=torch.float64)).sum()
    torch.testing.assert_close(table[p] @ table[p + k], expected)


def test_un_decalage_est_une_tranche_de_la_suite():
    encoding, x = Sinusoidal(8), torch.randn(2, 10, 8)
    whole = encoding.embed(x)
    torch.testing.assert_close(encoding.embed(x[:, 4:], offset=4), whole[:, 4:])
    torch.testing.assert_close(whole - x, encoding.table(10).expand(2, 10, 8))


def test_en_demi_precision_les_grandes_positions_restent_distinctes():
    like = torch.empty(0, dtype=torch.bfloat16)
    table = Sinusoidal(8).table(2, 256, like=like)  # bfloat16 : 257 = 256
    assert (table[0, 0] - table[1, 0]).abs() > 0.1
    x = torch.zeros(1, 2, 8, dtype=torch.bfloat16)
    assert Sinusoidal(8).embed(x, 256).dtype == torch.bfloat16


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((7,), "d_model doit être pair.*deux dimensions ; reçu 7"),
        ((0,), "d_model doit valoir au moins 2 ; reçu 0"),
        ((8, 0.5), "base doit être un nombre fini d'au moins 1 ; reçu 0.5"),
        ((8, math.inf), "base doit être un nombre fini"),
        ((8, "dix"), "base doit être un nombre fini.*reçu 'dix'"),
    ],
)
def test_reglages_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        Sinusoidal(*arguments)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("shape", [(2, 5, 6), (2, 0, 8), (5, 8)])
def test_plongements_refuses(shape):
    with pytest.raises(ValueError, match=r"x doit avoir la forme \(B, T, 8\), avec T"):
        Sinusoidal(8).embed(torch.randn(shape))


@pytest.mark.sans_jaxtyping
def test_decalages_refuses():
    x = torch.randn(1, 2, 8)
    with pytest.raises(ValueError, match="offset doit valoir au moins 0 ; reçu -1"):
        Sinusoidal(8).embed(x, -1)
    with pytest.raises(TypeError, match=r"offset doit être un entier ; reçu 1\.5"):
        Sinusoidal(8).embed(x, 1.5)
    with pytest.raises(TypeError, match="offset doit être un entier ; reçu True"):
        Sinusoidal(8).embed(x, True)
    with pytest.raises(ValueError, match="length doit valoir au moins 1 ; reçu 0"):
        Sinusoidal(8).table(0)
