"""Décisions dans le plan : la région coloriée est celle où le modèle répond 1."""

import torch

from cours_transformers.visualization.plane import plot_decisions

POINTS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
LABELS = torch.tensor([0, 1, 1, 1])


def regions(answer):
    figure = plot_decisions(answer, POINTS, LABELS, alt="quatre points")
    assert figure.alt == "quatre points"
    return [
        path.get_extents()
        for collection in figure.axes[0].collections
        for path in collection.get_paths()
    ]


def test_la_region_est_du_bon_cote():
    """Le modèle répond 1 là où la première entrée dépasse 3/4."""
    (box,) = regions(lambda grid: (grid[:, 0] > 0.75).float())
    assert 0.7 < box.x0 < 0.8
    assert (box.x1, box.y0, box.y1) == (1.5, -0.5, 1.5)


def test_la_frontiere_est_a_un_demi():
    (box,) = regions(lambda grid: grid[:, 0])
    assert abs(box.x0 - 0.5) < 1e-6


def test_un_refus_partout_ne_colorie_rien():
    assert regions(lambda grid: torch.zeros(len(grid))) == []


def test_des_reponses_hors_de_zero_un_se_colorient_aussi():
    (box,) = regions(lambda grid: 10 * grid[:, 1])
    assert box.y1 == 1.5
    assert box.y0 < 0.1


def test_chaque_reponse_a_sa_forme():
    figure = plot_decisions(lambda g: g[:, 0], POINTS, LABELS, alt="quatre points")
    zero, one = figure.axes[0].lines
    assert zero.get_marker() != one.get_marker()
    assert zero.get_xydata().tolist() == [[0, 0]]
    assert one.get_xydata().tolist() == POINTS[1:].tolist()
