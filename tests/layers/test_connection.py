"""La connexion : où est la norme, ce que garde le résidu, ce que fait le dropout."""

import dataclasses

import pytest
import torch
from torch import nn

from cours_transformers.layers.block import Block
from cours_transformers.layers.connection import BlockConfig, Connection
from cours_transformers.layers.norm import NORM_NAMES

CONFIG = BlockConfig(8, 2)


def linear_connection(**changes):
    torch.manual_seed(0)
    layer = nn.Linear(8, 8)
    connection = Connection(layer, dataclasses.replace(CONFIG, **changes))
    for parameter in connection.norm.parameters():
        nn.init.normal_(parameter)
    return connection, layer


@pytest.fixture
def x():
    return 3 + 2 * torch.randn(2, 5, 8, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("name", NORM_NAMES)
@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_les_deux_places_suivent_leur_formule(name, scale, x):
    changes = {"norm": name, "residual_scale": scale}
    pre, f = linear_connection(norm_position="pre", **changes)
    torch.testing.assert_close(pre(x), x + scale * f(pre.norm(x)))
    torch.testing.assert_close(pre.read(x), pre.norm(x))
    post, f = linear_connection(norm_position="post", **changes)
    torch.testing.assert_close(post(x), post.norm(x + scale * f(x)))
    torch.testing.assert_close(post.read(x), x)


def test_pre_et_post_ne_se_confondent_pas(x):
    pre, _ = linear_connection(norm_position="pre")
    post, _ = linear_connection(norm_position="post")
    assert not torch.allclose(pre(x), post(x), atol=0.1)


@pytest.mark.parametrize("place", ["pre", "post"])
def test_sans_residu_il_ne_reste_que_la_sous_couche(place, x):
    connection, f = linear_connection(norm_position=place, residual=False)
    expected = f(connection.norm(x)) if place == "pre" else connection.norm(f(x))
    torch.testing.assert_close(connection(x), expected)


def test_une_branche_muette_laisse_passer_le_flux_intact(x):
    connection, f = linear_connection()
    nn.init.zeros_(f.weight)
    nn.init.zeros_(f.bias)
    assert torch.equal(connection(x), x)


def test_le_dropout_touche_la_branche_et_jamais_le_flux(x):
    connection, f = linear_connection(dropout=0.5)
    branch = f(connection.norm(x))
    added = connection(x) - x
    kept = added.abs() > 1e-6
    assert 0.3 < kept.float().mean() < 0.7
    torch.testing.assert_close(added[kept], 2 * branch[kept], atol=1e-5, rtol=1e-5)
    connection.eval()
    torch.testing.assert_close(connection(x), x + branch)


def test_le_reste_des_arguments_va_a_la_sous_couche(x):
    class Sum(nn.Module):
        def forward(self, x, other, *, factor):
            return x + factor * other

    connection = Connection(Sum(), dataclasses.replace(CONFIG, norm="none"))
    torch.testing.assert_close(connection(x, x, factor=3), 5 * x)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"norm_position": "avant"}, "norm_position doit être « pre » ou « post »"),
        ({"dropout": 1.0}, r"dropout doit être dans \[0, 1\[ ; reçu 1.0"),
        ({"dropout": -0.1}, "reçu -0.1"),
        ({"norm": "batch"}, "norm doit être l'un de"),
        ({"feed_forward": "tanh"}, "feed_forward doit être l'un de"),
        ({"n_heads": 3}, "multiple de n_heads"),
    ],
)
def test_un_reglage_impossible_est_refuse(changes, message):
    with pytest.raises(ValueError, match=message):
        Block(dataclasses.replace(CONFIG, **changes))
