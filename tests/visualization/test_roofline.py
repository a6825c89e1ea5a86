"""Le toit et les étages : ce qui est tracé est ce qui est calculé."""

from dataclasses import replace

import pytest

from cours_transformers.training.gpus import A100, GPUS, H100, H200, T4
from cours_transformers.training.roofline import attainable, ridge
from cours_transformers.visualization.roofline import plot_hierarchy, plot_roofline

POINTS = {"tuiles": 124.0, "standard": 31.5}


def test_chaque_toit_se_brise_a_son_equilibre():
    ax = plot_roofline(GPUS).axes[0]
    roofs = {line.get_label(): line.get_xydata() for line in ax.lines}
    for gpu in GPUS:
        (_, _), (x, y), (_, flat) = roofs[gpu.name]
        assert x == ridge(gpu) and flat == gpu.flops / 1e12 == pytest.approx(y)
        start = roofs[gpu.name][0]
        assert start[1] == pytest.approx(start[0] * gpu.bandwidth / 1e12)


def test_chaque_calcul_est_pose_sous_chaque_toit():
    ax = plot_roofline([A100, H100], POINTS).axes[0]
    placed = [tuple(xy) for line in ax.lines for xy in line.get_xydata()]
    for gpu in (A100, H100):
        for intensity in POINTS.values():
            assert (intensity, attainable(gpu, intensity) / 1e12) in placed


def test_les_noms_montent_avec_l_intensite():
    ax = plot_roofline([A100], {**POINTS, "grand": 600.0}).axes[0]
    named = [(text.get_text(), text.xy, text.get_ha()) for text in ax.texts]
    assert [name for name, _, _ in named] == ["standard", "tuiles", "grand"]
    heights = [y for _, (_, y), _ in named]
    assert heights == sorted(set(heights))
    assert [side for _, _, side in named] == ["left", "left", "right"]


def test_le_texte_dit_ce_qui_limite_chaque_calcul():
    alt = plot_roofline([A100, H100], {"près": 10.0, "loin": 200, "haut": 400}).alt
    assert "A100, 312 TFLOP/s à partir de 153 FLOP par octet" in alt
    assert "près, 10 FLOP par octet : limité par la mémoire sur A100 et H100." in alt
    assert "loin, 200 FLOP par octet : limité par la mémoire sur H100." in alt
    assert "haut, 400 FLOP par octet : limité par le calcul partout." in alt


def test_une_barre_par_etage_longue_de_sa_taille():
    figure = plot_hierarchy(A100)
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    assert widths == [108 * 256 * 1024, 108 * 192 * 1024, 40 * 2**20, 80e9]
    low, high = figure.axes[0].get_xlim()
    assert low < min(widths) and max(widths) < high
    assert "108 × 192 Kio, soit 20 Mio, 19 To/s" in figure.alt
    assert "mémoire globale : 80 Go, 2,0 To/s" in figure.alt


def test_un_debit_sans_source_n_est_pas_ecrit():
    assert plot_hierarchy(T4).alt.count("To/s") == 1
    assert plot_hierarchy(H100).alt.count("To/s") == 3
    assert "cache L2 : 50 Mio, 12 To/s" in plot_hierarchy(H100).alt
    known = replace(H200, l2_bandwidth=5.55e12)
    assert "cache L2 : 50 Mio, 5,5 To/s" in plot_hierarchy(known).alt


def test_le_texte_se_remplace():
    assert plot_hierarchy(T4, alt="quatre étages").alt == "quatre étages"
    assert plot_roofline([T4], alt="un toit").alt == "un toit"


@pytest.mark.sans_jaxtyping
def test_refus():
    with pytest.raises(ValueError, match="gpus doit en contenir de 1 à 6"):
        plot_roofline([])
    with pytest.raises(ValueError, match="gpus doit en contenir de 1 à 6"):
        plot_roofline(7 * [A100])
    with pytest.raises(ValueError, match="l'intensité de « rien » doit être positive"):
        plot_roofline([A100], {"rien": 0.0})
