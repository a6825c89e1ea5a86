"""Positions apprises : une table, ses lignes, sa fin."""

import pytest
import torch
from torch.nn import functional as F

from cours_transformers.layers.positional import Learned


@pytest.mark.parametrize("offset", [0, 3])
def test_chaque_position_recoit_sa_ligne(offset):
    encoding, x = Learned(8, max_length=9), torch.randn(2, 6, 8)
    rows = F.embedding(torch.arange(offset, offset + 6), encoding.table)
    torch.testing.assert_close(encoding.embed(x, offset), x + rows)


def test_un_decalage_est_une_tranche_de_la_suite():
    encoding, x = Learned(8, max_length=9), torch.randn(2, 9, 8)
    torch.testing.assert_close(
        encoding.embed(x[:, 4:], offset=4), encoding.embed(x)[:, 4:]
    )


def test_une_ligne_jamais_lue_n_apprend_rien():
    encoding = Learned(8, max_length=9)
    encoding.embed(torch.randn(2, 5, 8)).square().sum().backward()
    assert encoding.table.grad[:5].all() and not encoding.table.grad[5:].any()


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(("length", "offset"), [(10, 0), (1, 9), (5, 5)])
def test_au_dela_de_la_table(length, offset):
    message = "la position 9 dépasse la table.*de 0 à 8.*max_length ≥ 10"
    with pytest.raises(ValueError, match=message):
        Learned(8, max_length=9).embed(torch.randn(1, length, 8), offset)


@pytest.mark.sans_jaxtyping
def test_reglages_et_plongements_refuses():
    with pytest.raises(ValueError, match=r"max_length manque.*« learned »"):
        Learned(8, None)
    with pytest.raises(ValueError, match="max_length doit valoir au moins 1 ; reçu 0"):
        Learned(8, 0)
    with pytest.raises(ValueError, match=r"\(B, T, 8\), avec T ≥ 1.*\(1, 0, 8\)"):
        Learned(8, 4).embed(torch.randn(1, 0, 8))
    with pytest.raises(ValueError, match="offset doit valoir au moins 0 ; reçu -2"):
        Learned(8, 4).embed(torch.randn(1, 3, 8), -2)
