"""Masques : cas écrits à la main, et accord avec le noyau."""

import pytest
import torch

from cours_transformers.kernels.attention import attention
from cours_transformers.layers.masks import (
    causal_mask,
    padding_mask,
    sliding_window_mask,
)

LENGTHS = [(5, 5), (3, 7), (7, 3), (1, 6)]


def drawing(mask):
    """Dessine un masque : une ligne par requête, x pour une clé permise."""
    return ["".join("x" if seen else "." for seen in row) for row in mask.tolist()]


def test_le_masque_causal_se_dessine():
    assert drawing(causal_mask(3, 3)) == ["x..", "xx.", "xxx"]
    assert drawing(causal_mask(2, 4)) == ["xxx.", "xxxx"]
    assert drawing(causal_mask(3, 2)) == ["..", "x.", "xx"]


def test_la_fenetre_se_dessine():
    assert drawing(sliding_window_mask(4, 4, 2)) == ["xx..", "xxx.", ".xxx", "..xx"]
    window = sliding_window_mask(2, 5, 3) & causal_mask(2, 5)
    assert drawing(window) == [".xxx.", "..xxx"]


def test_le_remplissage_se_dessine():
    mask = padding_mask([2, 0, 3], 3)
    assert mask.shape == (3, 1, 1, 3)
    assert drawing(mask[:, 0, 0]) == ["xx.", "...", "xxx"]
    assert torch.equal(padding_mask(torch.tensor([2, 0, 3]), 3), mask)


@pytest.mark.parametrize(("T", "S"), LENGTHS)
@pytest.mark.parametrize("engine", ["torch", "tiled", "explicit"])
def test_le_noyau_voit_ce_que_les_masques_dessinent(T, S, engine):
    q, k, v = (torch.randn(1, 2, n, 4) for n in (T, S, S))
    causal, window = causal_mask(T, S), sliding_window_mask(T, S, 2)
    for options, mask in (
        ({"causal": True}, causal),
        ({"window": 2}, window),
        ({"causal": True, "window": 2}, causal & window),
    ):
        got = attention(q, k, v, engine=engine, **options)
        torch.testing.assert_close(got, attention(q, k, v, mask=mask, engine=engine))


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: causal_mask(0, 3), "T et S doivent valoir au moins 1.*T = 0 et S = 3"),
        (lambda: sliding_window_mask(2, 2, 0), "window doit valoir au moins 1.*reçu 0"),
        (lambda: padding_mask([4], 3), r"entre 0 et S = 3 ; reçu \[4\]"),
        (lambda: padding_mask([-1], 3), r"entre 0 et S = 3 ; reçu \[-1\]"),
        (lambda: padding_mask([1.5], 3), r"longueur entière par texte ; reçu \[1\.5\]"),
        (
            lambda: padding_mask([[1]], 3),
            r"longueur entière par texte ; reçu \[\[1\]\]",
        ),
    ],
)
def test_masques_refuses(build, message):
    with pytest.raises(ValueError, match=message):
        build()
