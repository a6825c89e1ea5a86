"""Chapitre 12 : ce que ses exercices ont de particulier, et d'abord le carré."""

import pytest
import torch
from answers import chapter_12 as essais

from cours_transformers.exercises import check
from cours_transformers.exercises.chapter_12.traffic import FEW, frugal
from cours_transformers.exercises.values import UnusableError

CARRE = "le carré est revenu"


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("12.4", essais.par_la_matrice),
        ("12.4", essais.par_lignes),
        ("12.5", essais.causale_par_la_matrice),
        ("12.5", essais.passe_relu),
    ],
)
def test_des_nombres_justes_au_prix_du_carre_sont_refuses(number, answer):
    report = check(number, answer)
    assert report.misconception == CARRE
    assert "512 requêtes × 512 clés" in str(report)


def test_la_ligne_qui_forme_la_matrice_est_montree():
    text = str(check("12.4", essais.par_la_matrice))
    assert "`weights = phi_q @ phi_k.T`" in text
    assert "essai 5" not in text  # c'est la ligne qui compte, et non des nombres


def test_ni_python_ni_numpy_n_echappent_a_la_comparaison_des_nombres():
    def fausse(phi_q, phi_k, v):
        return essais.recurrente_numpy(phi_q, phi_k, v) * 1.01

    assert check("12.5", essais.recurrente_numpy).passed
    assert not check("12.5", fausse).passed


def inputs(T, S, F=2, D=2):
    return torch.ones(T, F), torch.ones(S, F), torch.ones(S, D)


def test_une_petite_matrice_est_permise():
    result = frugal(essais.par_la_matrice)(*inputs(50, 60))
    torch.testing.assert_close(result, torch.ones(50, 2))


def test_a_la_limite_la_matrice_est_arretee_et_l_etat_ne_l_est_pas():
    side = int(FEW**0.5)
    with pytest.raises(UnusableError, match=f"{side} requêtes × {side} clés"):
        frugal(essais.par_la_matrice)(*inputs(side, side))
    # Là où l'on commence à compter, une somme en parallèle doit rester permise.
    frugal(essais.lineaire)(*inputs(side, side))
    frugal(essais.recurrente_cumulee)(*inputs(side, side))


def test_recoller_les_sorties_n_est_pas_un_carre_mais_relire_le_passe_en_est_un():
    frugal(essais.recurrente_recollee)(*inputs(512, 512))
    with pytest.raises(UnusableError, match="lu et écrit"):
        frugal(essais.passe_relu)(*inputs(512, 512))


def test_un_flop_de_trop_est_vu():
    assert not check("12.2", lambda T, d: essais.prix_detaille(T, d) + T * d).passed
    assert check("12.2", lambda T, d: float(essais.prix_detaille(T, d))).passed


def test_deux_points_suffisent_sur_une_puissance_exacte_mais_pas_sur_une_mesure():
    sizes = torch.tensor([64.0, 128.0, 1024.0])
    exact = essais.pente_aux_bouts(sizes, 3 * sizes**2)
    assert exact == pytest.approx(2, abs=1e-5)
    assert (
        check("12.3", essais.pente_aux_bouts).misconception == "deux points seulement"
    )


def test_le_premier_essai_des_temps_se_lit():
    text = str(check("12.3", lambda sizes, times: torch.tensor(1.0)))
    assert "128" in text
    assert "on attend = 1,9" in text
