"""Confusions communes à tous les exercices."""

import math

import numpy as np
import pytest
import torch

from cours_transformers.exercises import check


def poids(q, k):
    return (q @ k.T / math.sqrt(q.shape[-1])).softmax(-1)


def sans_return(q, k):
    poids(q, k)


def sur_place(q, k):
    q /= math.sqrt(q.shape[-1])
    return (q @ k.T).softmax(-1)


def transpose_sur_place(q, k):
    result = poids(q, k)
    k.t_()
    return result


def avec_nan(q, k):
    result = poids(q, k)
    result[0, 0] = float("nan")
    return result


def au_hasard(q, k):
    return torch.rand(len(q), len(k))


q_du_carnet, k_du_carnet = torch.ones(2, 4), torch.ones(3, 4)


def ignore_ses_arguments(q, k):
    return poids(q_du_carnet, k_du_carnet)


def arguments_inverses(k, q):
    return poids(q, k)


CAS = [
    ("résultat non renvoyé", sans_return),
    ("entrées modifiées sur place", sur_place),
    ("entrées modifiées sur place", transpose_sur_place),
    ("NaN", avec_nan),
    ("résultat transposé", lambda q, k: poids(q, k).T),
    ("dimension de taille 1", lambda q, k: poids(q, k)[None]),
    ("résultat aléatoire", au_hasard),
    ("arguments ignorés", ignore_ses_arguments),
    ("arguments intervertis", arguments_inverses),
]


@pytest.mark.parametrize(("name", "answer"), CAS)
def test_une_confusion_generale_est_nommee(name, answer):
    report = check("04.2", answer)
    assert not report.passed
    assert report.misconception == name, str(report)


def test_leurs_messages_sont_tous_differents():
    leads = {
        name: next(x.text for x in check("04.2", f).lines if x.mark == "lead")
        for name, f in CAS
    }
    assert len(set(leads.values())) == len(leads)


def test_une_erreur_inconnue_ne_recoit_pas_de_nom():
    """Mieux vaut se taire que d'accuser à tort : on montre le premier écart."""
    for answer in (
        lambda q, k: torch.ones(2, 3) * q.sum(),  # lit ses arguments
        lambda q, k: poids(q, k) ** 2,
        lambda q, k: (q @ k.T / 3).softmax(-1),
    ):
        report = check("04.2", answer)
        assert not report.passed
        assert report.misconception == ""
        assert "vous obtenez" in str(report)


def test_l_argument_modifie_est_nomme():
    assert "après l'appel, `q` n'a plus la même valeur" in str(check("04.2", sur_place))
    text = str(check("04.2", transpose_sur_place))
    assert "après l'appel, `k` n'a plus la même valeur" in text


def test_une_liste_modifiee_se_voit_aussi():
    def masque(lengths, T):
        past = torch.ones(T, T).tril().bool()
        keys = torch.tensor([[j < n for j in range(T)] for n in lengths])
        lengths.append(0)
        return past & keys[:, None]

    report = check("04.7", masque)
    assert report.misconception == "entrées modifiées sur place"
    assert "`lengths`" in str(report)


def test_une_modification_est_signalee_meme_quand_le_resultat_est_faux():
    def answer(q, k):
        q += 1
        return q @ k.T

    assert "Au passage, votre code modifie `q` sur place" in str(check("04.2", answer))


def test_un_masque_en_nombres_a_de_bonnes_valeurs_mais_pas_le_bon_type():
    def masque(lengths, T):
        keys = torch.tensor([[j < n for j in range(T)] for n in lengths])
        return (torch.ones(T, T).tril().bool() & keys[:, None]).int()

    report = check("04.7", masque)
    assert report.misconception == "type des éléments"
    assert "`int32`" in str(report)


def generateur(q, k):
    yield poids(q, k)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda q, k: (poids(q, k), q), "2 résultats sont renvoyés à la fois"),
        (lambda q, k: "rien", "de type `str` ne se convertit pas"),
        (lambda q, k: {"poids": 1}, "de type `dict` ne se convertit pas"),
        (lambda q, k: poids, "de type `function` ne se convertit pas"),
        (generateur, "de type `generator` ne se convertit pas"),
        (lambda q, k: [[1.0], [1.0, 2.0]], "de type `list` ne se convertit pas"),
        (lambda q, k: torch.ones(1000, 1000), "c'est démesuré"),
        (lambda q, k: [0] * 10**6, "1000000 éléments"),
        (lambda q, k: np.array(["a"]), "ne se convertit pas"),
        (lambda q, k: poids(q, k) * 1j, "partie imaginaire non nulle"),
    ],
)
def test_un_resultat_inutilisable_est_decrit(answer, said):
    report = check("04.2", answer)
    assert not report.passed
    assert said in str(report)
    assert len(str(report)) < 2000


@pytest.mark.parametrize(
    "answer",
    [
        lambda q, k: torch.empty(0),
        lambda q, k: torch.tensor(1.0),
        lambda q, k: 3,
        lambda q, k: True,
        lambda q, k: [],
        lambda q, k: torch.full((len(q), len(k)), float("inf")),
        lambda q, k: poids(q, k).to_sparse() * 2,
        lambda q, k: poids(q, k).half() * 2,
        lambda q, k: torch.zeros(len(q), len(k), device="meta"),
    ],
)
def test_un_resultat_etrange_est_refuse_sans_panne(answer):
    report = check("04.2", answer)
    assert report.heading == "✗ Exercice 4.2 · pas encore", str(report)
