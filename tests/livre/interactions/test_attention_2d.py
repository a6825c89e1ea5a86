"""Figure du plan : les nombres de la page, les gestes, les défis."""

import itertools

import pytest
import torch
from playwright.sync_api import expect

from cours_transformers.layers.attention import attention_weights

STATE = "root => root.interaction.state()"
HANDLES = '.poignee[role="slider"]'


def etat(root) -> dict:
    return root.evaluate(STATE)


def recalculer(q, k, v, temperature):
    """Poids et sortie selon le paquet du cours, en double précision."""
    q, k, v = (torch.tensor(x, dtype=torch.float64) for x in (q, k, v))
    weights = attention_weights(q[None] / temperature, k)[0]
    return weights, weights @ v


def verifier(obtenu, q, k, v, temperature):
    weights, output = recalculer(q, k, v, temperature)
    poids = torch.tensor(obtenu["weights"], dtype=torch.float64)
    sortie = torch.tensor(obtenu["output"], dtype=torch.float64)
    torch.testing.assert_close(poids, weights, rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(sortie, output, rtol=1e-9, atol=1e-12)


def dans_un_triangle(p, a, b, c) -> bool:
    def cote(u, w):
        return (w[0] - u[0]) * (p[1] - u[1]) - (w[1] - u[1]) * (p[0] - u[0])

    cotes = [cote(a, b), cote(b, c), cote(c, a)]
    return all(x >= -1e-9 for x in cotes) or all(x <= 1e-9 for x in cotes)


def glisser(page, element, dx, dy):
    """Glisse à la souris, en plusieurs pas, depuis le milieu de l'élément."""
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()


def appuyer(element, touche, fois):
    element.focus()
    for _ in range(fois):
        element.press(touche)


def test_les_nombres_sont_ceux_du_paquet(demarrer):
    _, root = demarrer("attention-2d")
    s = etat(root)
    verifier(s, s["q"], s["k"], s["v"], s["temperature"])


def test_parite_sur_des_vecteurs_tires_au_sort(demarrer):
    _, root = demarrer("attention-2d")
    for temperature in (0.05, 1.0, 7.0):
        q, k, v = (torch.randn(n, 2).mul(2).tolist() for n in (1, 4, 4))
        call = "(root, a) => root.interaction.attend(...a)"
        obtenu = root.evaluate(call, [q[0], k, v, temperature])
        verifier(obtenu, q[0], k, v, temperature)


def test_de_tres_grands_scores_ne_debordent_pas(demarrer):
    _, root = demarrer("attention-2d")
    q, k, v = [100, 100], [[100, 90], [10, 0], [0, 1], [-9, -9]], [[1, 2]] * 4
    call = "(root, a) => root.interaction.attend(...a)"
    verifier(root.evaluate(call, [q, k, v, 0.05]), q, k, v, 0.05)


def test_au_depart_la_cle_la_mieux_alignee_nest_pas_la_plus_lourde(demarrer):
    """C'est la leçon : le produit scalaire n'est pas le cosinus."""
    _, root = demarrer("attention-2d")
    s = etat(root)
    q, k = torch.tensor(s["q"]), torch.tensor(s["k"])
    cosinus = torch.cosine_similarity(q[None].float(), k.float(), dim=-1)
    assert cosinus.argmax() == 0
    assert torch.tensor(s["weights"]).argmax() == 1


@pytest.mark.parametrize("protocole", ["http", "file"])
def test_glisser_la_requete_change_les_poids_et_le_dessin(demarrer, protocole):
    page, root = demarrer("attention-2d", protocole=protocole)
    avant, dessin = etat(root), root.locator(".plan svg").last.inner_html()
    glisser(page, root.get_by_role("slider", name="Requête"), -120, 40)
    apres = etat(root)
    assert apres["q"][0] < avant["q"][0] - 0.5
    assert apres["q"][1] < avant["q"][1] - 0.2
    verifier(apres, apres["q"], apres["k"], apres["v"], 1.0)
    assert root.locator(".plan svg").last.inner_html() != dessin
    lus = root.locator(".a2d-table .nombre").all_inner_texts()
    attendus = [f"{100 * w:.1f}\u00a0%".replace(".", ",") for w in apres["weights"]]
    assert lus == attendus


@pytest.mark.parametrize("geste", ["souris", "clavier"])
def test_chaque_poignee_bouge_le_point_quelle_nomme(demarrer, geste):
    page, root = demarrer("attention-2d")
    handles = root.locator(HANDLES)
    assert handles.count() == 9
    for i in range(9):
        handle = handles.nth(i)
        nom, annonce = (
            handle.get_attribute(a) for a in ("aria-label", "aria-valuetext")
        )
        avant = etat(root)
        if geste == "souris":
            glisser(page, handle, 18, -14)
        else:
            appuyer(handle, "ArrowRight", 2)
            appuyer(handle, "ArrowUp", 2)
        apres = etat(root)
        change = [c for c in "qkv" if avant[c] != apres[c]]
        attendu = {"R": "q", "C": "k", "V": "v"}[nom[0]]
        assert change == [attendu], (nom, change)
        assert handle.get_attribute("aria-valuetext") != annonce
        verifier(apres, apres["q"], apres["k"], apres["v"], apres["temperature"])


def test_le_doigt_deplace_une_cle_sans_faire_defiler(demarrer):
    page, root = demarrer("attention-2d", width=390, has_touch=True)
    handle = root.get_by_role("slider", name="Clé de «\u00a0marche")
    handle.scroll_into_view_if_needed()
    box, defilement = handle.bounding_box(), page.evaluate("scrollY")
    x, y = box["x"] + 22, box["y"] + 22
    doigt = page.context.new_cdp_session(page)
    avant = etat(root)["k"][3]
    for kind, dx, dy in (("Start", 0, 0), ("Move", 20, -20), ("Move", 60, -60)):
        points = [{"x": x + dx, "y": y + dy}]
        doigt.send(
            "Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points}
        )
    doigt.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    apres = etat(root)["k"][3]
    assert apres[0] > avant[0] + 0.5
    assert apres[1] > avant[1] + 0.5
    assert page.evaluate("scrollY") == defilement


def test_la_temperature_va_du_tout_ou_rien_aux_poids_egaux(demarrer):
    _, root = demarrer("attention-2d")
    slider = root.locator(".glissiere")
    slider.press("Home")
    assert max(etat(root)["weights"]) > 0.999
    slider.press("End")
    assert max(etat(root)["weights"]) - min(etat(root)["weights"]) < 0.04
    s = etat(root)
    verifier(s, s["q"], s["k"], s["v"], s["temperature"])


def test_la_sortie_reste_dans_lenveloppe_convexe_des_valeurs(demarrer):
    page, root = demarrer("attention-2d")
    handles = root.locator(HANDLES)
    for i, (dx, dy) in enumerate([(60, 50), (-70, 20), (30, -60), (-40, 30)]):
        glisser(page, handles.nth(2 * i), dx, dy)
        s = etat(root)
        triangles = itertools.combinations(s["v"], 3)
        assert any(dans_un_triangle(s["output"], *t) for t in triangles)


def test_les_defis_se_relevent_un_par_un(demarrer):
    _, root = demarrer("attention-2d")
    defis = root.locator(".defis li")
    assert [d.startswith("○ À relever") for d in defis.all_inner_texts()] == [True] * 3

    souris = root.get_by_role("slider", name="Clé de «\u00a0souris")
    appuyer(souris, "Shift+ArrowRight", 5)
    appuyer(souris, "Shift+ArrowUp", 4)
    assert etat(root)["weights"][0] > 0.9
    expect(defis.nth(0)).to_contain_text("✓ Réussi")
    expect(root.locator(".interaction-annonce")).to_contain_text("Défi 1 réussi")
    expect(defis.nth(1)).to_contain_text("À relever")

    root.get_by_role("button", name="Revenir au départ").click()
    requete = root.get_by_role("slider", name="Requête")
    appuyer(requete, "ArrowLeft", 16)
    appuyer(requete, "ArrowDown", 8)
    assert etat(root)["q"] == [0, 0]
    expect(defis.nth(2)).to_contain_text("✓ Réussi")

    # Deux clés identiques et longues, deux autres loin derrière : sortie au milieu.
    root.get_by_role("button", name="Revenir au départ").click()
    appuyer(root.get_by_role("slider", name="Clé de «\u00a0étudiante"), "ArrowDown", 23)
    appuyer(
        root.get_by_role("slider", name="Clé de «\u00a0étudiante"), "ArrowRight", 26
    )
    appuyer(souris, "ArrowLeft", 30)
    appuyer(requete, "ArrowRight", 14)
    expect(defis.nth(1)).to_contain_text("✓ Réussi")


def test_bouger_la_requete_ne_releve_pas_le_premier_defi(demarrer):
    _, root = demarrer("attention-2d")
    appuyer(root.get_by_role("slider", name="Requête"), "ArrowUp", 1)
    souris = root.get_by_role("slider", name="Clé de «\u00a0souris")
    appuyer(souris, "Shift+ArrowRight", 5)
    appuyer(souris, "Shift+ArrowUp", 4)
    assert etat(root)["weights"][0] > 0.9
    expect(root.locator(".defis li").first).to_contain_text("À relever")


def test_revenir_au_depart_remet_tout(demarrer):
    page, root = demarrer("attention-2d")
    avant = etat(root)
    for i in (0, 4, 8):
        glisser(page, root.locator(HANDLES).nth(i), 25, 25)
    root.locator(".glissiere").press("End")
    root.get_by_role("button", name="Revenir au départ").click()
    assert etat(root) == avant


def test_les_cibles_font_44_pixels_et_seules_elles_retiennent_le_doigt(demarrer):
    _, root = demarrer("attention-2d", width=390)
    for handle in root.locator(HANDLES).all():
        box = handle.bounding_box()
        assert min(box["width"], box["height"]) >= 44
        assert handle.evaluate("e => getComputedStyle(e).touchAction") == "none"
    plan = root.locator(".plan").first
    assert plan.evaluate("e => getComputedStyle(e).touchAction") == "auto"
