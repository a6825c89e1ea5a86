"""Le compte rendu se lit partout : terminal, carnet, Colab, page du site."""

import re
from xml.etree import ElementTree

import pytest

from cours_transformers.exercises import check, hint
from cours_transformers.exercises.hints import _given
from cours_transformers.exercises.report import Line, Report, typeset

RAPPORTS = {
    "réussi": lambda: check("04.4", lambda d, s, t: d**0.5 * s * t),
    "pas encore": lambda: check("04.2", lambda q, k: q @ k.T),
    "à vous de jouer": lambda: check("04.2", ...),
    "erreur": lambda: check("04.2", lambda q, k: q < "<script>"),
    "inconnu": lambda: check("04.99", 1),
    "indice": lambda: hint("04.5"),
}


@pytest.fixture(params=RAPPORTS)
def report(request):
    return RAPPORTS[request.param]()


def test_le_html_est_bien_forme(report):
    ElementTree.fromstring(report._repr_html_())  # noqa: S314 : notre propre HTML


def test_le_html_n_impose_aucune_couleur(report):
    """Clair ou sombre, tout est hérité ; le sens tient dans les mots."""
    styles = " ".join(re.findall(r'style="([^"]*)"', report._repr_html_()))
    assert not re.search(r"#[0-9a-f]{3}|rgb|hsl", styles)
    assert set(re.findall(r"(?:color|background)\s*:\s*([\w-]+)", styles)) <= {
        "inherit",
        "none",
    }


def test_chaque_signe_est_double_d_un_mot_et_cache_aux_lecteurs_d_ecran(report):
    page = report._repr_html_()
    root = ElementTree.fromstring(page)  # noqa: S314
    for item in root.iter("li"):
        sign, word = item[0], item[1]
        assert sign.get("aria-hidden") == "true"
        assert word.tag == "strong"
        assert word.text in ("Juste", "Pas encore", "Piste", "À noter")
    assert root.get("role") == "group"
    assert root.get("aria-label")
    assert root.get("aria-label")[0] not in "✓✗○→?•"


def test_le_texte_et_le_html_disent_la_meme_chose(report):
    root = ElementTree.fromstring(report._repr_html_())  # noqa: S314
    words = " ".join("".join(root.itertext()).split())
    words = words.replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")
    plain = lambda text: re.sub(r"[\s`]", "", text).replace("\u202f", "")  # noqa: E731
    for line in report.lines:
        assert plain(line.sentence) in plain(words)
        assert plain(line.sentence) in plain(str(report))


def test_le_code_du_lecteur_est_echappe():
    page = RAPPORTS["erreur"]()._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    page = check("04.2", lambda q, k: print("<b>"))._repr_html_()
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


def test_la_typographie_francaise_epargne_le_code():
    assert typeset("« a » : b ?") == "«\u00a0a\u00a0»\u00a0: b\u202f?"
    assert typeset("l'axe `x['a'] : 1`") == "l’axe <code>x[&#x27;a&#x27;] : 1</code>"


def test_une_piste_est_une_phrase():
    assert Line("lead", "pensez à l'axe").sentence == "Pensez à l'axe."
    assert Line("lead", "et l'axe ?").sentence == "Et l'axe ?"


def test_le_texte_brut_sert_aussi_de_repr():
    report = Report("✓ Exercice", (Line("right", "la forme"),), passed=True)
    assert repr(report) == str(report) == "✓ Exercice\n  ✓ Juste : la forme"


# --- numéros et indices ---------------------------------------------------


@pytest.mark.parametrize("number", ["04.4", "4.4", " 4.4 ", "04,4", 4.4])
def test_le_numero_s_ecrit_comme_on_veut(number):
    assert check(number, lambda d, s, t: d**0.5 * s * t).passed


def test_un_numero_inconnu_liste_les_exercices_du_chapitre():
    text = str(check("04.99", 1))
    for number in ("04.1", "04.2", "04.3", "04.4", "04.5", "04.6", "04.7", "04.8"):
        assert number in text
    assert "Les poids d'attention" in text


@pytest.mark.parametrize("number", ["", "99.1", "quatre", None, print, 3, "04.2.1"])
def test_un_numero_illisible_recoit_une_reponse_en_francais(number):
    report = check(number, 1)
    assert not report.passed
    assert "Je ne connais pas d'exercice" in report.heading
    assert re.search(r"chapitres : (\d\d, )*04\b", str(report))
    assert "Je ne connais pas" in str(hint(number))


def test_un_exercice_de_la_page_renvoie_a_la_page():
    for answer in (check("04.6", 1), hint("04.6")):
        assert "dans la page du cours" in str(answer)


def test_les_indices_viennent_un_a_un_et_le_dernier_mene_a_la_solution():
    _given.clear()
    texts = [str(hint("04.2")) for _ in range(5)]
    assert len(set(texts[:4])) == 4
    assert "indice 1 sur 4" in texts[0]
    assert "« Corrigés »" in texts[3]
    assert all("Corrigés" not in t for t in texts[:3])
    assert texts[4] == texts[3]  # et l'on en reste là


def test_les_indices_de_deux_exercices_avancent_separement():
    _given.clear()
    hint("04.2")
    assert "indice 1 sur" in str(hint("4.3"))
    assert "indice 2 sur" in str(hint("04.2"))
