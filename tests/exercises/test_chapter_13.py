"""Chapitre 13 : ses références, ce que ses exercices de la page affirment."""

import math

import pytest
import torch
from answers import chapter_13 as answers

from cours_transformers.exercises import check
from cours_transformers.exercises.registry import find
from cours_transformers.layers.block import BlockConfig
from cours_transformers.layers.state_space import (
    hillis_steele_scan,
    lti_recurrence,
    selective_matrix,
    sequential_scan,
)
from cours_transformers.layers.state_space.ssd import segment_sums
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.models.mamba import Mamba, MambaConfig, state_numbers


def reference(number):
    return find(number).reference


def dit(number, answer):
    return {line.text: line.mark for line in check(number, answer).lines}


def test_deux_demi_pas_en_valent_un():
    for delta, a, b in ((0.5, -2.0, 3.0), (1.0, 0.0, 2.0), (3.0, -0.1, -1.0)):
        a_bar, b_bar = reference("13.2")(delta, a, b)
        half_a, half_b = reference("13.2")(delta / 2, a, b)
        torch.testing.assert_close(a_bar, half_a**2)
        torch.testing.assert_close(b_bar, half_a * half_b + half_b)


def test_le_noyau_est_la_reponse_de_la_recurrence_a_une_impulsion():
    a_bar, b_bar, c = torch.rand(3), torch.randn(3), torch.randn(3)
    impulse = torch.zeros(1, 6, 1)
    impulse[0, 0] = 1
    y, _ = lti_recurrence(impulse, a_bar[None], b_bar[None], c[None])
    torch.testing.assert_close(reference("13.3")(a_bar, b_bar, c, 6), y[0, :, 0])


def test_combiner_des_pas_un_a_un_donne_le_balayage():
    a, b = torch.rand(2, 1, 7, dtype=torch.double)
    step, states = (a[0, 0], b[0, 0]), [b[0, 0]]
    for pair in zip(a[0, 1:], b[0, 1:], strict=True):
        step = reference("13.4")(step, pair).unbind()
        states.append(step[1])
    torch.testing.assert_close(torch.stack(states), sequential_scan(a, b)[0])


def test_le_balayage_est_le_produit_par_sa_matrice():
    x, B, C = torch.randn(5, 2), torch.randn(5, 3), torch.randn(5, 3)
    delta, A = torch.rand(5, 2), -torch.rand(2, 3)
    M = selective_matrix(delta[None], A, B[None], C[None])[0]
    expected = torch.einsum("dts,sd->td", M, x)
    torch.testing.assert_close(reference("13.5")(x, delta, A, B, C), expected)


def test_le_masque_est_l_exponentielle_des_sommes_par_segment():
    log_a = -3 * torch.rand(6) - 0.01
    torch.testing.assert_close(reference("13.8")(log_a), segment_sums(log_a).exp())


def test_le_masque_d_une_tete_est_la_matrice_d_un_balayage():
    delta, A = torch.rand(1, 6, 1) + 0.1, torch.tensor([[-0.7]])
    M = selective_matrix(delta, A, 1 / delta, torch.ones(1, 6, 1))[0, 0]
    torch.testing.assert_close(reference("13.8")((delta * A)[0, :, 0]), M)


def test_les_nombres_de_la_demi_vie():
    """Exercice 13.1 : la réponse, et les erreurs dont la page parle."""
    delta, b = math.log(2), 3.0
    a_bar, b_bar = reference("13.2")(delta, -1.0, b).tolist()
    assert b_bar == pytest.approx(1.5)
    assert a_bar == pytest.approx(0.5)
    assert b_bar * delta == pytest.approx(1.04, abs=0.005)  # un Δ de trop
    assert delta * b == pytest.approx(2.079, abs=0.005)  # Mamba, Euler
    assert b_bar / delta == pytest.approx(2.164, abs=0.005)  # Δ oublié
    assert (math.exp(delta) - 1) * b == pytest.approx(3)  # signe de l'exposant


def lignes(pas, combiner, inverse=False):
    """Exercice 13.6 : les lignes de la page, dans l'ordre ; ou son intrus."""
    k = 1
    while k < pas.shape[1]:
        if inverse:
            fusion = torch.stack(combiner(pas[:, k:], pas[:, :-k]))
        else:
            fusion = torch.stack(combiner(pas[:, :-k], pas[:, k:]))
        pas = torch.cat([pas[:, :k], fusion], dim=1)
        k = 2 * k
    return pas[1]


@pytest.mark.parametrize("T", [1, 2, 5, 8, 13])
def test_les_lignes_remises_en_ordre_font_le_balayage(T):
    a, b = torch.rand(1, T), torch.randn(1, T)
    given = lignes(torch.cat([a, b]), answers.combine)
    torch.testing.assert_close(given, hillis_steele_scan(a, b)[0])
    torch.testing.assert_close(given, sequential_scan(a, b)[0])
    reverse = lignes(torch.cat([a, b]), answers.combine, inverse=True)
    assert T == 1 or (reverse - given).abs().max() > 1e-3


@torch.no_grad()
def test_le_cache_depasse_l_etat_a_34_tokens():
    """Exercice 13.7, compté sur les modèles eux-mêmes, et ses erreurs prévues."""
    tokens = torch.zeros(1, 1, dtype=torch.long)
    mamba = Mamba(MambaConfig(11, 128, 7))
    state = state_numbers(mamba.step(tokens)[1])
    gpt = GPT(GPTConfig(11, 64, 4, BlockConfig(128, 4)))
    caches = gpt.new_caches()
    gpt(tokens, caches)
    per_token = sum(part.numel() for cache in caches for part in cache.own.kept())
    assert (state, per_token) == (34_048, 1_024)

    def first(numbers, each=per_token):
        return numbers // each + 1

    assert first(state) == 34
    assert state == 7 * 256 * (16 + 3)
    assert first(7 * 256 * 16) == 29  # sans la fenêtre de la convolution
    assert first(7 * 256 * (16 + 4)) == 36  # une fenêtre d'un pas de trop
    assert first(7 * 128 * (16 + 3)) == 17  # sans l'élargissement
    assert first(7 * 256 * (1 + 3)) == 8  # sans N
    assert first(256 * (16 + 3)) == 5  # une seule couche de Mamba
    assert first(state, 512) == 67  # les clés sans les valeurs
    assert first(state, 256) == 134  # une seule couche de GPT


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda p, s: (1.0, 2.0, 3.0), "deux résultats de même forme"),
        (lambda p, s: (torch.ones(2), 1.0), "un tenseur (2,) et un tenseur ()"),
        (lambda p, s: (p, s), "autre chose"),
        (lambda p, s: [], "une liste vide"),
    ],
)
def test_un_resultat_d_une_autre_sorte_est_decrit(answer, said):
    report = check("13.4", answer)
    assert not report.passed
    assert said in str(report), str(report)


def test_les_proprietes_d_un_pas_sont_dites():
    repos = "une entrée constante mène l'état au même repos qu'en temps continu"
    oubli = "si a est négatif, l'état oublie sans changer de signe"
    lines = dit("13.2", lambda d, a, b: (math.exp(d * a), d * b))
    assert (lines[repos], lines[oubli]) == ("wrong", "right")
    lines = dit("13.2", lambda d, a, b: (1 + d * a, d * b))
    assert (lines[repos], lines[oubli]) == ("right", "wrong")
    lines = dit("13.2", lambda d, a, b: (math.exp(d * a), -b))
    assert lines["l'entrée pousse l'état dans le sens de b"] == "wrong"


def test_les_proprietes_du_balayage_sont_dites():
    debut = "au premier pas, on lit ce que l'on vient d'écrire"
    pause = "un pas de durée nulle laisse l'état tel quel"
    lines = dit("13.5", lambda *e: answers.balayage(
        *e, pas=lambda h, dt, A, x, B: dt * A * h + dt * x * B))  # fmt: skip
    assert (lines[debut], lines[pause]) == ("right", "wrong")
    lines = dit("13.5", lambda *e: 2 * answers.balayage(*e))
    assert (lines[debut], lines[pause]) == ("wrong", "right")


def test_les_proprietes_du_noyau_de_la_combinaison_et_du_masque_sont_dites():
    lines = dit("13.3", lambda *e: answers.noyau(*e).cumsum(0))
    assert lines["une impulsion se lit dès le pas où elle arrive"] == "right"
    assert lines["un pas plus tard, chaque état s'est usé une fois"] == "wrong"
    lines = dit("13.4", lambda p, s: (s[0], s[0] * p[1] + s[1]))
    assert lines["d'un état nul, il mène où mènent les deux pas"] == "right"
    assert lines["de l'état 1, il mène où mènent les deux pas"] == "wrong"
    lines = dit("13.8", lambda log_a: answers.masque(-log_a))
    assert lines["chaque pas se voit entier lui-même"] == "right"
    assert lines["le futur est nul"] == "right"
    assert lines["aucun poids ne dépasse 1, ni n'est négatif"] == "wrong"


def test_le_premier_essai_rate_montre_de_petits_nombres():
    text = str(check("13.2", lambda d, a, b: (math.exp(d * a), d * b)))
    assert "delta = 0,5" in text
    assert "a = −2" in text
    text = str(check("13.4", lambda p, s: (p[0] * s[0], p[1] * s[1])))
    assert "premier = (0.5, 4.0)" in text
    assert "[0,125  4,000]" in text
