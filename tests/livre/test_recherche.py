"""La recherche : racines, accents indifférents, servie ou depuis un dossier."""

import pytest
import search_fr

GROUPS = [
    ("débutants", "debutants", "débutant", "Débutante"),
    ("requêtes", "requete", "REQUÊTE"),
    ("entraîné", "entraînées", "entrainee", "entraîner"),
    ("cœur", "coeur"),
]


@pytest.mark.parametrize("group", GROUPS)
def test_accents_et_terminaisons_ne_comptent_pas(group):
    assert len({search_fr.stem(word) for word in group}) == 1


def test_des_mots_differents_restent_differents():
    words = ("requête", "clé", "valeur", "masque", "tête", "position")
    assert len({search_fr.stem(word) for word in words}) == len(words)


def titles(visiter, mode: str, query: str) -> list[str]:
    page, visit = visiter(f"search.html?q={query}", mode)
    page.wait_for_selector(".search-summary:not(:empty)")
    page.wait_for_timeout(300)
    visit.check()
    return page.locator("ul.search li > a").all_inner_texts()


@pytest.mark.parametrize("mode", ["http", "file"])
@pytest.mark.parametrize("query", ["requête", "requete", "requetes", "REQUÊTES"])
def test_la_recherche_trouve_avec_ou_sans_accents(visiter, mode, query):
    found = titles(visiter, mode, query)
    assert any("Requêtes, clés, valeurs" in title for title in found), found


@pytest.mark.parametrize("mode", ["http", "file"])
def test_un_mot_absent_ne_donne_rien_et_le_dit(visiter, mode):
    page, _ = visiter("search.html?q=hippopotamesque", mode)
    page.wait_for_selector(".search-summary:not(:empty)")
    assert page.locator("ul.search li").count() == 0
    assert "ne correspond" in page.locator(".search-summary").inner_text()


def test_un_resultat_montre_un_extrait_ou_le_mot_ressort(visiter):
    page, _ = visiter("search.html?q=debutants%20requete")
    page.wait_for_selector(".search-summary:not(:empty)")
    page, _ = visiter("search.html?q=requete")
    mark = page.locator("ul.search p.context mark").first
    mark.wait_for()
    assert mark.inner_text().lower().startswith(("requête", "requete"))


def test_la_recherche_s_ouvre_au_clavier(visiter):
    page, _ = visiter("book/accueil.html")
    page.keyboard.press("Control+k")
    field = page.locator("#pst-search-dialog input")
    field.fill("requete")
    field.press("Enter")
    page.wait_for_url("**/search.html?q=requete")
    page.wait_for_selector("ul.search li")
