"""Formules : KaTeX à la construction, rien à calculer dans la page."""

import katex_math
import katex_render
import pytest
from bs4 import BeautifulSoup


def test_une_formule_porte_une_version_lue_a_voix_haute():
    html = katex_render.render(r"\vq \cdot \vk = \text{clé à ça}", False)
    page = BeautifulSoup(html, "html.parser")
    assert page.select_one(".katex-mathml math")
    assert page.select_one('.katex-html[aria-hidden="true"]')
    spoken = page.select_one("math mtext").get_text().replace("\u00a0", " ")
    assert spoken == "clé à ça"


@pytest.mark.parametrize("letter", ["q", "k", "v"])
def test_matrices_et_vecteurs_portent_leur_couleur(letter):
    for command in (f"\\{letter.upper()}", f"\\v{letter}"):
        assert f'class="enclosing lettre-{letter}"' in katex_render.render(
            command, False
        )


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        (r"\frac{a}{", r"formule illisible « \\frac\{a\}\{ »"),
        (r"\inconnue", r"motif donné par KaTeX : Undefined control sequence"),
        ("a % b", "comment has no terminating newline"),
        (r"\href{https://exemple.org}{a}", "commande interdite"),
    ],
)
def test_une_formule_fautive_est_nommee_en_francais(tex, message):
    with pytest.raises(katex_render.FormulaError, match=message):
        katex_render.render(tex, False)


@pytest.mark.parametrize(
    ("typed", "prepared"),
    [
        (r"\begin{align} a &= b \end{align}", r"\begin{align*} a &= b \end{align*}"),
        ("a \\\\ b", r"\begin{split}a \\ b\end{split}"),
        ("a\n\nb", r"\begin{split}a \\ b\end{split}"),
        ("a = b % remarque", "a = b"),
    ],
)
def test_les_formules_hors_texte_sont_preparees(typed, prepared):
    assert katex_math.prepare_display(typed) == prepared
    assert katex_render.render(prepared, True)


def test_la_page_ne_charge_aucun_script_de_formules(site_construit, adresse_page):
    page = BeautifulSoup(
        (site_construit / adresse_page).read_text("utf8"), "html.parser"
    )
    sources = [
        tag.get("src", "") + (tag.string or "") for tag in page.find_all("script")
    ]
    assert not any(
        "mathjax" in text.lower() or "katex" in text.lower() for text in sources
    )
    for formula in page.select(".math"):
        assert formula.select_one("math"), str(formula)[:200]


def test_les_equations_citees_ont_un_numero_et_un_lien(site_construit):
    for path in (site_construit / "chapitres").glob("*.html"):
        page = BeautifulSoup(path.read_text("utf8"), "html.parser")
        for number in page.select(".eqno"):
            link = number.select_one("a.headerlink")
            assert page.find(id=link["href"].removeprefix("#")), path.name
