"""La quantification par ligne : son erreur, ses cas limites, ses refus."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cours_transformers.export.packing import pack, unpack
from cours_transformers.export.quantization import (
    LEVELS,
    dequantize_rows,
    quantize_rows,
)


@given(
    rows=st.integers(1, 6),
    columns=st.integers(1, 9),
    powers=st.lists(st.integers(-6, 6), min_size=6, max_size=6),
    seed=st.integers(0, 1000),
)
def test_l_erreur_ne_depasse_pas_une_demi_echelle_de_sa_ligne(
    rows, columns, powers, seed
):
    """Des lignes de grandeurs très différentes : chacune garde sa précision."""
    generator = torch.Generator().manual_seed(seed)
    matrix = torch.randn(rows, columns, generator=generator)
    matrix *= 10.0 ** torch.tensor(powers[:rows], dtype=torch.float32)[:, None]
    levels, scales = quantize_rows(matrix)
    error = (dequantize_rows(levels, scales) - matrix).abs().amax(dim=1)
    largest = matrix.abs().amax(dim=1)
    assert (error <= 0.501 * largest / LEVELS).all()


def test_le_plus_grand_poids_de_chaque_ligne_est_exact():
    matrix = torch.tensor([[0.1, -2.54, 0.3], [5e-4, 1e-4, -2e-4]])
    levels, scales = quantize_rows(matrix)
    assert levels.dtype == torch.int8
    assert levels.tolist() == [[5, -127, 15], [127, 25, -51]]
    torch.testing.assert_close(scales, torch.tensor([0.02, 5e-4 / 127]))


def test_une_ligne_nulle_reste_nulle():
    matrix = torch.tensor([[0.0, 0.0], [1.0, -1.0]])
    levels, scales = quantize_rows(matrix)
    assert dequantize_rows(levels, scales).tolist() == matrix.tolist()


def test_une_matrice_deja_quantifiee_ne_change_plus():
    once = dequantize_rows(*quantize_rows(torch.randn(5, 8)))
    torch.testing.assert_close(dequantize_rows(*quantize_rows(once)), once)


def test_ranger_puis_relire_rend_chaque_tenseur_a_sa_place():
    tensors = {"w": torch.randn(3, 5), "b": torch.randn(3), "u": torch.randn(2, 7)}
    content, table = pack(tensors)
    assert [entry["offset"] % 4 for entry in table] == [0, 0, 0]
    found = unpack(content, table)
    assert list(found) == list(tensors)
    assert torch.equal(found["b"], tensors["b"])
    for name in ("w", "u"):
        expected = dequantize_rows(*quantize_rows(tensors[name]))
        assert torch.equal(found[name], expected)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (torch.ones(3), r"deux axes ; reçu la forme \(3,\)"),
        (torch.tensor([[1.0, float("nan")]]), "nombres finis"),
    ],
)
def test_ce_qui_ne_se_quantifie_pas_est_refuse(matrix, message):
    with pytest.raises(ValueError, match=message):
        quantize_rows(matrix)


@pytest.mark.sans_jaxtyping
def test_un_tenseur_impossible_a_ranger_est_nomme():
    with pytest.raises(
        ValueError, match=r"cube doit avoir un ou deux axes.*\(1, 1, 1\)"
    ):
        pack({"cube": torch.ones(1, 1, 1)})
    with pytest.raises(ValueError, match=r"b doit avoir .* nombres finis"):
        pack({"b": torch.tensor([float("inf")])})


@pytest.mark.sans_jaxtyping
def test_des_octets_manquants_sont_dits():
    content, table = pack({"w": torch.randn(3, 5)})
    with pytest.raises(ValueError, match="w : 27 octets attendus à partir de 0"):
        unpack(content[:-4], table)
