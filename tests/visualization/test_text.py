"""Nombres à la française, dans le texte et sur les graduations."""

import math

import pytest

from cours_transformers.visualization.curves import plot_lines
from cours_transformers.visualization.text import (
    FrenchFormatter,
    enumerate_fr,
    fr,
    power_of_ten,
)


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (2.526, 2, "2,53"),
        (-0.001, 2, "0,00"),
        (-0.0, None, "0"),
        (-1.5, None, "−1,5"),
        (12800, None, "12\u202f800"),
        (0.6652, None, "0,6652"),
        (256.31, None, "256,3"),
        (256.0, None, "256"),
        (3e-17, None, "3·10⁻¹⁷"),
        (2.5e8, None, "2,5·10⁸"),
        (math.nan, None, "non défini"),
        (-math.inf, None, "−∞"),
    ],
)
def test_ecrit_un_nombre_a_la_francaise(value, digits, expected):
    assert fr(value, digits) == expected


def test_les_graduations_ont_toutes_le_meme_nombre_de_decimales():
    ticks = FrenchFormatter().format_ticks([0, 0.25, 0.5, 1])
    assert ticks == ["0,00", "0,25", "0,50", "1,00"]


def test_les_puissances_de_dix_sont_en_exposant():
    assert power_of_ten(1e-3) == "10⁻³"
    assert power_of_ten(-2e5) == "−2·10⁵"


def test_une_enumeration_finit_par_et():
    assert enumerate_fr(["a", "b", "c"]) == "a, b et c"
    assert enumerate_fr(["a"]) == "a"


def test_aucun_point_decimal_sur_les_axes_d_une_figure():
    figure = plot_lines([0, 1], {"y": [0.1, 0.3]}, "x", "y", alt="Une droite.")
    svg = figure.to_svg()
    texts = [t.split("<")[0] for t in svg.split("<text")[1:] for t in [t.split(">")[1]]]
    assert "0,15" in texts and not any("." in text for text in texts)
