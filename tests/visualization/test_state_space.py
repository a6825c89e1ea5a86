"""Ce que lit un modèle d'état : matrices à l'endroit, une barre par pas."""

import pytest
import torch

from cours_transformers.visualization.state_space import plot_mixing, plot_per_step

WORDS = ["a", "·", "b"]


def test_le_pas_qui_lit_est_en_ligne_et_le_signe_est_perdu():
    M = torch.zeros(1, 3, 3)
    M[0, 2, 0] = -0.5
    ax = plot_mixing(M, WORDS, ["fixe"], alt="une case").axes[0]
    (patch,) = ax.patches
    box = patch.get_path().get_extents()
    assert (box.x0, box.y0) == (0, 2)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("pas lu", "pas qui lit")


def test_une_carte_par_modele_et_une_seule_ordonnee_nommee():
    M = torch.eye(3).expand(2, 3, 3)
    figure = plot_mixing(M, WORDS, ["fixe", "sélectif"], alt="deux diagonales")
    assert [ax.get_title() for ax in figure.axes] == ["fixe", "sélectif"]
    assert [ax.get_ylabel() for ax in figure.axes] == ["pas qui lit", ""]
    assert figure.alt == "deux diagonales"


def test_chaque_mot_a_la_hauteur_de_sa_valeur():
    figure = plot_per_step(WORDS, torch.tensor([1.0, 0.25, 2.0]), "durée Δ")
    ax = figure.axes[0]
    assert [bar.get_height() for bar in ax.patches] == [1.0, 0.25, 2.0]
    assert [t.get_text() for t in ax.get_xticklabels()] == WORDS
    assert figure.alt.startswith(
        "durée Δ, pas à pas : au plus 2,00, pour « b » (pas 3)"
    )
    assert "au moins 0,25, pour « · » (pas 2)" in figure.alt


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("values", [[], [1.0, 2.0]])
def test_une_valeur_par_mot_est_exigee(values):
    with pytest.raises(ValueError, match="values doit avoir une valeur par mot"):
        plot_per_step(WORDS, values, "durée Δ")
