"""Le numéro d'un chapitre est le préfixe de son fichier."""

import re

import numbering
import pytest
from bs4 import BeautifulSoup


@pytest.mark.parametrize(
    ("docname", "number"),
    [
        ("chapitres/04_attention", 4),
        ("chapitres/00_avant_de_partir", 0),
        ("chapitres/17_perspectives", 17),
        ("book/notations", None),
    ],
)
def test_le_numero_se_lit_dans_le_nom(docname, number):
    assert numbering.chapter_number(docname) == number


def numbers(page, selector: str) -> list[str]:
    texts = [tag.get_text(" ", strip=True) for tag in page.select(selector)]
    return [match[0] for text in texts if (match := re.search(r"\d+(?:\.\d+)*", text))]


def test_sections_figures_equations_exercices_portent_ce_numero(site_construit):
    pages = sorted((site_construit / "chapitres").glob("*.html"))
    assert pages
    for path in pages:
        chapter = int(path.stem[:2])
        page = BeautifulSoup(path.read_text("utf8"), "html.parser").article
        assert page.h1.select_one(".section-number").get_text(strip=True) == str(
            chapter
        )
        for selector in ("h2 .section-number", ".eqno", ".caption-number"):
            found = numbers(page, selector)
            assert all(number.split(".")[0] == str(chapter) for number in found), (
                selector
            )
        sections = numbers(page, "h2 .section-number")
        assert sections == [f"{chapter}.{i}" for i in range(1, len(sections) + 1)]


def test_les_figures_et_les_exercices_se_suivent(site_construit):
    for path in (site_construit / "chapitres").glob("*.html"):
        page = BeautifulSoup(path.read_text("utf8"), "html.parser").article
        chapter = int(path.stem[:2])
        for word in ("Figure", "Exercice"):
            found = [
                match[1]
                for tag in page.select(".caption-number")
                if (match := re.match(rf"{word}\s+([\d.]+)", tag.get_text()))
            ]
            assert found == [f"{chapter}.{i}" for i in range(1, len(found) + 1)], word


def test_les_annexes_ne_sont_pas_numerotees(site_construit):
    for path in (site_construit / "book").glob("*.html"):
        page = BeautifulSoup(path.read_text("utf8"), "html.parser")
        assert page.article.select(".section-number") == [], path.name


def test_le_menu_montre_les_memes_numeros(site_construit):
    page = BeautifulSoup(
        (site_construit / "search.html").read_text("utf8"), "html.parser"
    )
    for link in page.select('.bd-sidebar-primary a[href^="chapitres/"]'):
        prefix = re.match(r"chapitres/(\d\d)_", link["href"])[1]
        assert link.get_text(strip=True).startswith(f"{int(prefix)}\u2002")
