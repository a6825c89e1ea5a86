"""La phrase du livre : poids honnêtes, doigt, clavier, changement de sens."""

import pytest
import torch
from playwright.sync_api import expect

STATE = "root => root.interaction.state()"
N_MOTS = 13
SOURIS, CHATS, ETUDIANTE, REGARDENT, MARCHE, PLUS = 1, 4, 7, 8, 10, 11


def mot(root, i):
    return root.locator(".phrase-mot").nth(i)


def test_les_poids_sont_un_softmax_reduit(demarrer):
    _, root = demarrer("phrase")
    for sens in ("animal", "boitier"):
        for i in range(N_MOTS):
            call = "(root, a) => root.interaction.attend(...a)"
            s = root.evaluate(call, [i, sens])
            q = torch.tensor([s["q"]], dtype=torch.float64)
            k = torch.tensor(root.evaluate(STATE)["keys"], dtype=torch.float64)
            attendu = torch.nn.functional.scaled_dot_product_attention(
                q[None], k[None], torch.eye(N_MOTS, dtype=torch.float64)[None]
            )[0, 0]
            torch.testing.assert_close(
                torch.tensor(s["weights"], dtype=torch.float64), attendu
            )


@pytest.mark.parametrize("protocole", ["http", "file"])
def test_toucher_un_mot_dessine_ses_arcs(demarrer, protocole):
    _, root = demarrer("phrase", protocole=protocole)
    dessins = set()
    for i in range(N_MOTS):
        mot(root, i).click()
        assert root.evaluate(STATE)["chosen"] == i
        assert mot(root, i).get_attribute("aria-checked") == "true"
        poids = root.evaluate(STATE)["weights"]
        arcs = sum(w >= 0.01 for j, w in enumerate(poids) if j != i)
        assert root.locator(".arc").count() == arcs
        dessins.add(root.locator(".phrase-arcs").inner_html())
    assert len(dessins) == N_MOTS


def test_le_verbe_trouve_son_sujet_malgre_le_leurre(demarrer):
    _, root = demarrer("phrase")

    def poids(i):
        mot(root, i).click()
        return torch.tensor(root.evaluate(STATE)["weights"])

    assert poids(MARCHE).argmax() == SOURIS
    regard = poids(REGARDENT)
    assert regard.argmax() == CHATS
    assert regard[CHATS] > 5 * regard[ETUDIANTE]


def test_le_sens_change_la_requete_de_souris_et_rien_dautre(demarrer):
    _, root = demarrer("phrase")
    mot(root, SOURIS).click()
    animal = root.evaluate(STATE)
    root.get_by_label("celle de l’ordinateur").check()
    boitier = root.evaluate(STATE)
    assert animal["keys"] == boitier["keys"]
    assert animal["q"] != boitier["q"]
    assert torch.tensor(animal["weights"]).argmax() == CHATS
    assert torch.tensor(boitier["weights"]).argmax() == MARCHE
    call = "(root, a) => root.interaction.attend(...a).weights"
    for i in set(range(N_MOTS)) - {SOURIS}:
        deux = [root.evaluate(call, [i, sens]) for sens in ("animal", "boitier")]
        assert deux[0] == deux[1]


def test_les_fleches_parcourent_la_phrase(demarrer):
    page, root = demarrer("phrase")
    mot(root, MARCHE).focus()
    page.keyboard.press("ArrowRight")
    assert root.evaluate(STATE)["chosen"] == PLUS
    expect(mot(root, PLUS)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert root.evaluate(STATE)["chosen"] == MARCHE - 1
    expect(root.locator(".interaction-annonce")).to_contain_text("«\u00a0ne\u00a0»")


def test_la_page_dit_que_les_vecteurs_sont_choisis_a_la_main(demarrer):
    _, root = demarrer("phrase")
    expect(root).to_contain_text("Vecteurs choisis à la main")
    root.get_by_text("Voir les vecteurs").click()
    lignes = root.locator(".phrase-table tbody tr")
    assert lignes.count() == N_MOTS
    expect(lignes.nth(MARCHE)).to_contain_text("2,9")


def test_le_point_regarde_tout_le_monde_egalement(demarrer):
    _, root = demarrer("phrase")
    mot(root, N_MOTS - 1).click()
    assert root.evaluate(STATE)["weights"] == pytest.approx([1 / N_MOTS] * N_MOTS)
    expect(root.locator(".phrase-resultat")).to_contain_text("requête nulle")
