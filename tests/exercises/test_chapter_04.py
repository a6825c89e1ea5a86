"""Chapitre 04 : ce que ses exercices ont de particulier."""

import math

from answers import chapter_04_right as right

from cours_transformers.exercises import check


def test_un_resultat_converti_est_accepte_et_signale():
    assert "numpy" in str(check("04.2", right.poids_en_numpy))
    assert "liste" in str(check("04.2", right.poids_en_boucles))
    assert "imaginaire nulle" in str(check("04.3", right.loi_complexe))


def presque(erreur):
    """Poids justes à une erreur relative près, sur une seule requête."""

    def poids(q, k):
        weights = right.poids_du_chapitre(q, k)
        weights[0] *= 1 + erreur
        return weights

    return poids


def test_la_tolerance_est_serree():
    assert check("04.2", presque(1e-5)).passed
    assert not check("04.2", presque(0.01)).passed
    assert not check("04.1", 0.6667).passed
    assert not check("04.4", lambda d, s, t: math.sqrt(d) * s * t * 1.01).passed


def fausse_au_dernier_essai(reference, last_shape):
    """Juste partout, sauf pour une forme d'entrée."""

    def answer(*inputs):
        result = reference(*inputs)
        return result * 2 if inputs[0].shape == last_shape else result

    return answer


def test_un_seul_essai_faux_suffit_a_refuser():
    report = check("04.2", fausse_au_dernier_essai(right.poids_du_chapitre, (5, 16)))
    assert not report.passed
    assert "5 essais sur 6" in str(report)
    assert "essai 5 sur 6" in str(report)


def test_l_erreur_de_forme_montre_les_deux_formes():
    report = check("04.2", lambda q, k: (k @ q.T / q.shape[1] ** 0.5).softmax(1))
    assert "(3, 2) au lieu de (2, 3)" in str(report)


def test_ce_qui_est_juste_est_dit_avec_ce_qui_ne_l_est_pas():
    lines = [
        (line.mark, line.text) for line in check("04.2", lambda q, k: q @ k.T).lines
    ]
    assert ("right", "la forme du résultat") in lines
    assert ("wrong", "la somme de chaque ligne vaut 1") in lines
    assert ("wrong", "aucun poids n'est négatif") in lines


def test_le_premier_essai_rate_montre_de_petits_nombres():
    text = str(check("04.4", lambda d, s, t: d * s * t))
    assert "d_k = 16" in text
    assert "sigma_q = 2" in text
    assert "vous obtenez = 96" in text
    assert "on attend = 24" in text


def test_une_valeur_fausse_ne_revele_pas_la_bonne():
    text = str(check("04.1", 0.3))
    assert "0,3" in text
    assert "0,665" not in text
