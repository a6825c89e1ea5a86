"""Choisir un encodage par son nom : la liste, les options, le compte des paramètres."""

import pytest
import torch

from cours_transformers.layers.positional import (
    POSITIONAL_NAMES,
    Positional,
    Rope,
    distances,
    positional,
    positional_parameters,
)

DIMENSIONS = {"d_model": 32, "n_heads": 4, "d_head": 8, "max_length": 50}


def test_la_liste_des_noms():
    assert POSITIONAL_NAMES == (
        "none", "sinusoidal", "learned", "shaw", "t5", "alibi", "rope",
    )  # fmt: skip


@pytest.mark.parametrize("name", POSITIONAL_NAMES)
def test_une_seule_etape_change_sauf_pour_les_valeurs_de_shaw(name):
    encoding = positional(name, **DIMENSIONS)
    x, q, k = torch.randn(2, 5, 32), torch.randn(2, 4, 5, 8), torch.randn(2, 2, 5, 8)
    changed = {
        "embed": not torch.equal(encoding.embed(x), x),
        "rotate": not torch.equal(encoding.rotate(q, k)[1], k),
        "bias": encoding.bias(q, 5) is not None,
    }
    where = {"none": None, "sinusoidal": "embed", "learned": "embed", "rope": "rotate"}
    step = where.get(name, "bias")
    assert changed == {key: key == step for key in changed}
    assert encoding.on_embeddings == (step == "embed")
    assert encoding.on_values == (name == "shaw")


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("none", {}, 0),
        ("sinusoidal", {"base": 100.0}, 0),
        ("learned", {}, 50 * 32),
        ("shaw", {"max_distance": 6}, 2 * 13 * 8),
        ("t5", {"n_buckets": 10}, 10 * 4),
        ("alibi", {}, 0),
        ("rope", {"pairing": "half"}, 0),
    ],
)
def test_le_compte_des_nombres_appris(name, options, expected):
    assert positional_parameters(name, **DIMENSIONS, **options) == expected


def test_les_options_arrivent_a_l_encodage():
    rope = positional("rope", **DIMENSIONS, base=500.0, pairing="half")
    assert (rope.d_head, rope.base, rope.pairing) == (8, 500.0, "half")
    t5 = positional("t5", **DIMENSIONS, causal=True, max_distance=40)
    assert t5.causal and t5.max_distance == 40
    assert isinstance(rope, Rope) and isinstance(rope, Positional)


def test_distances_alignees_en_bas_a_droite():
    assert distances(2, 4).tolist() == [[2, 1, 0, -1], [3, 2, 1, 0]]
    assert distances(3, 1).tolist() == [[-2], [-1], [0]]


@pytest.mark.sans_jaxtyping
def test_un_nom_inconnu_recoit_la_liste():
    message = "position.*« none », « sinusoidal ».*« alibi », « rope » ; reçu 'rotary'"
    with pytest.raises(ValueError, match=message):
        positional("rotary", **DIMENSIONS)


@pytest.mark.sans_jaxtyping
def test_options_et_dimensions_refusees():
    with pytest.raises(
        TypeError, match=r"« rope » n'a pas d'option k ; .* base, pairing"
    ):
        positional("rope", **DIMENSIONS, k=3)
    with pytest.raises(
        TypeError, match=r"« alibi » n'a pas d'option base ; .*: aucune"
    ):
        positional("alibi", **DIMENSIONS, base=10.0)
    with pytest.raises(ValueError, match="max_length manque"):
        positional("learned", d_model=32, n_heads=4, d_head=8)
    with pytest.raises(ValueError, match="T doit valoir au moins 1 ; reçu 0"):
        distances(0, 3)
    with pytest.raises(NotImplementedError, match="Positional n'ajoute rien aux val"):
        Positional().read(torch.rand(1, 1, 2, 2))
