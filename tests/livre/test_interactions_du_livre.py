"""Sur les pages publiées : tout curseur bouge, tout exercice juge, tout pari s'ouvre.

Ces tests valent pour tous les chapitres : ils prennent ce qu'ils trouvent dans la page.
"""

import re

import pytest
from notebooks import numbers
from playwright.sync_api import Locator, Page, expect
from tests_du_livre import CHAPITRES, ROOT

MODES = ["http", "file"]


def _open(visiter, name: str, mode: str) -> Page:
    page, _ = visiter(f"chapitres/{name}.html", mode)
    page.wait_for_selector("html.deroulee", state="attached")
    return page


@pytest.fixture(params=CHAPITRES)
def chapitre(request, visiter) -> Page:
    """Un chapitre, ouvert par le serveur."""
    return _open(visiter, request.param, "http")


@pytest.fixture(params=[f"{mode}:{name}" for name in CHAPITRES for mode in MODES])
def chapitre_partout(request, visiter) -> Page:
    """Un chapitre, ouvert par le serveur puis depuis un dossier.

    Seuls l'emploient les tests de ce qui charge ou garde quelque chose : le reste est
    le même script dans la même page.
    """
    mode, _, name = request.param.partition(":")
    return _open(visiter, name, mode)


def _picture(root: Locator) -> str:
    return root.locator(".explorateur-etat:visible").first.inner_html()


def test_chaque_reglage_d_explorateur_change_l_image(chapitre):
    explorers = chapitre.locator(".explorateur").all()
    assert explorers, "un chapitre a au moins un explorateur"
    for explorer in explorers:
        explorer.scroll_into_view_if_needed()
        sliders = explorer.locator("input[type=range]").all()
        for slider in sliders:
            seen = {_picture(explorer)}
            slider.focus()
            slider.press("Home")
            for _ in range(int(slider.get_attribute("max"))):
                slider.press("ArrowRight")
                seen.add(_picture(explorer))
            assert len(seen) > int(slider.get_attribute("max")) // 2 + 1
            slider.press("Home")  # au bout d'un réglage, l'autre peut ne rien changer
        for slider in sliders:
            slider.press("End")
        seen, radios = set(), explorer.locator("input[type=radio]").all()
        for radio in radios:
            radio.check(force=True)
            seen.add(_picture(explorer))
        assert len(seen) >= min(2, len(radios))


def test_chaque_calcul_nomme_l_erreur_et_reconnait_la_reponse(chapitre):
    for exercise in chapitre.locator(".calcul").all():
        answer, reply = exercise.locator("input"), exercise.locator(".retour")
        wrong = exercise.locator(".messages li[data-valeur]").all()
        assert wrong, "un calcul nomme au moins une confusion"
        replies = set()
        for message in wrong:
            value = message.get_attribute("data-valeur")
            if value == "*":
                continue
            answer.fill(value.replace(".", ","))
            exercise.locator(".verifier").click()
            expect(reply).not_to_have_text("")
            assert "c’est juste" not in reply.inner_text().lower()
            replies.add(reply.inner_text())
        assert len(replies) >= len(wrong) - 1, "chaque confusion a son message"
        answer.fill(exercise.get_attribute("data-reponse"))
        exercise.locator(".verifier").click()
        expect(reply).to_contain_text(re.compile("juste", re.IGNORECASE))


def _order(exercise: Locator) -> list[str]:
    return [
        line.get_attribute("data-rang")
        for line in exercise.locator(".programme .ligne").all()
    ]


def test_chaque_programme_se_remet_en_ordre_avec_les_boutons(chapitre):
    for exercise in chapitre.locator(".ordonner").all():
        exercise.scroll_into_view_if_needed()
        check, reply = exercise.locator(".verifier"), exercise.locator(".retour")
        check.click()
        expect(reply).not_to_have_text("")
        expect(exercise.locator(".retour.juste")).to_have_count(0)
        while "intrus" in _order(exercise):
            line = exercise.locator('.programme .ligne[data-rang="intrus"]').first
            line.get_by_role("button", name=re.compile("Retirer")).click()
        for _ in range(40):
            order = [int(rank) for rank in _order(exercise)]
            wrong = [i for i in range(1, len(order)) if order[i] < order[i - 1]]
            if not wrong:
                break
            line = exercise.locator(".programme .ligne").nth(wrong[0])
            line.locator(".monter").click()
        check.click()
        expect(exercise.locator(".retour.juste")).to_have_count(1)


def test_chaque_prediction_cache_puis_montre_la_mesure(chapitre_partout):
    predictions = chapitre_partout.locator(".revelation").all()
    assert predictions, "un chapitre fait prédire avant de montrer"
    for reveal in predictions:
        name = reveal.get_attribute("data-prediction")
        block = chapitre_partout.locator(
            f'.prediction[data-nom="{name}"], #{name}'
        ).first
        expect(reveal).to_be_hidden()
        block.scroll_into_view_if_needed()
        block.get_by_role("button", name="Montrer sans répondre").click()
        expect(reveal).to_be_visible()
        expect(reveal.locator(".mesure").first).to_be_attached()
        if block.locator('input[type="radio"]').count():
            expect(reveal.locator(".mesure").first).not_to_have_text(
                re.compile(r"^Mesure\s: \d+$")  # un rang ne dit rien à personne
            )
        for twice in reveal.locator(".mesure-courbe").all():
            expect(twice).to_be_hidden()  # déjà dessinée sur celle du lecteur


def test_une_reponse_s_affiche_a_cote_de_la_mesure(chapitre):
    for block in chapitre.locator(".prediction").all():
        block.scroll_into_view_if_needed()
        field, choice = block.locator('input[type="text"]'), block.locator("label")
        if field.count():
            field.fill("5")
        elif block.locator('input[type="radio"]').count():
            choice.first.click()
        else:
            continue  # la courbe a son propre essai
        block.get_by_role("button", name="Valider").click()
        outcome = block.locator(".prediction-bilan")
        expect(outcome).not_to_have_text("")
        if field.count():
            expect(outcome).to_contain_text("prédit 5")


def test_une_courbe_se_trace_a_la_souris(chapitre):
    for block in chapitre.locator(".prediction:has(.trace-lecteur)").all():
        drawing = block.locator("svg:has(.trace-lecteur)")
        drawing.scroll_into_view_if_needed()
        mouse, before, box = (
            chapitre.mouse, drawing.inner_html(), drawing.bounding_box()
        )  # fmt: skip
        mouse.move(box["x"] + 0.15 * box["width"], box["y"] + 0.3 * box["height"])
        mouse.down()
        for step in range(1, 9):
            mouse.move(
                box["x"] + (0.15 + 0.1 * step) * box["width"],
                box["y"] + (0.3 + 0.05 * step) * box["height"],
            )
        mouse.up()
        assert drawing.inner_html() != before
        block.get_by_role("button", name="Valider").click()
        expect(block.locator(".prediction-bilan")).not_to_have_text("")


def test_le_quiz_compte_cinq_questions_et_reconnait_les_bonnes_reponses(chapitre):
    questions = chapitre.locator(".quiz .question").all()
    assert len(questions) == 5
    for question in questions:
        question.scroll_into_view_if_needed()
        for rank in range(question.locator(".option").count()):
            question.locator(f'.option[data-option="{rank}"] label').click()
            question.locator(".verifier").click()
            if "Juste" in question.locator(".retour").inner_text():
                break
            expect(question.locator(".retour")).not_to_have_text("")
        expect(question.locator(".retour")).to_contain_text("Juste")
        expect(question.locator(".verifier")).to_be_hidden()
    expect(chapitre.locator(".quiz-score")).to_contain_text("sur 5")


def test_les_interactions_calculees_vivent_au_clavier(chapitre_partout):
    roots = chapitre_partout.locator("[data-interaction]").all()
    assert roots, "un chapitre a au moins une interaction calculée dans la page"
    for root in roots:
        root.scroll_into_view_if_needed()
        chapitre_partout.wait_for_function(
            "e => Boolean(e.interaction)", arg=root.element_handle()
        )
        state = "e => JSON.stringify(e.interaction.state())"
        handle = root.locator('[role="slider"]').first
        if root.get_attribute("data-interaction") == "ecrire":
            # Rien n'est chargé avant le bouton ; le dernier réglage parcourt le texte.
            root.get_by_role("button", name="Charger le modèle").press("Enter")
            chapitre_partout.wait_for_function(
                "e => e.interaction.state().selected >= 0", arg=root.element_handle()
            )
            handle = root.locator('[role="slider"]').last
        before = root.evaluate(state)
        handle.focus()
        for _ in range(4):
            handle.press("ArrowLeft")
        assert root.evaluate(state) != before


@pytest.mark.parametrize("name", CHAPITRES)
def test_une_ancre_lointaine_tombe_juste(visiter, name):
    page, _ = visiter(f"chapitres/{name}.html#corriges")
    page.wait_for_timeout(1500)
    top = page.locator("#corriges").evaluate("e => e.getBoundingClientRect().top")
    assert 0 <= top < 200


@pytest.mark.parametrize("name", CHAPITRES)
def test_le_carnet_porte_les_numeros_du_site(visiter, name):
    page, _ = visiter(f"chapitres/{name}.html")
    text = page.locator("body").text_content().replace("\u2002", " ")
    for label, number in numbers(ROOT / "chapitres" / f"{name}.md").items():
        expected = number.replace("Équation ", "").strip()
        assert expected in text, f"{label} : « {expected} » n'est pas dans la page"
