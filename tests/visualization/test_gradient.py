"""Le gradient lettre par lettre : barres à leur place, texte de remplacement exact."""

import pytest

from cours_transformers.visualization.gradient import (
    FLOOR,
    PRECISION,
    plot_gradient_flow,
)

NORMS = [1.0, 1e-3, 1e-9, 1e-30]


def test_une_barre_par_lettre_et_la_derniere_vaut_un():
    figure = plot_gradient_flow("xabcd", NORMS, 3, "RNN")
    ax = figure.axes[0]
    tops = [bar.get_height() for bar in ax.patches]
    assert tops == pytest.approx([FLOOR, 1e-9, 1e-3, 1.0])
    assert [t.get_text() for t in ax.get_xticklabels()] == list("abcd")


@pytest.mark.parametrize(
    ("distance", "said"), [(1, "au-dessus de la précision"), (2, "sous la précision")]
)
def test_le_texte_dit_si_float32_le_voit(distance, said):
    assert NORMS[1] > PRECISION > NORMS[2]
    assert said in plot_gradient_flow("abcd", NORMS, distance, "RNN").alt


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("distance", [0, 4])
def test_une_distance_hors_du_texte_est_refusee(distance):
    with pytest.raises(ValueError, match="distance : entre 1 et 3 attendu"):
        plot_gradient_flow("abcd", NORMS, distance, "RNN")
