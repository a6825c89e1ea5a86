"""Le carnet d'un chapitre qui emploie toutes les constructions du livre."""

import importlib.util
import re
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from notebooks import build
from notebooks.document import read_book
from notebooks.mathematics import COLORS

ROOT = Path(__file__).parents[2]
SITE = "https://equipe.github.io/livre/"
PAGE = f"{SITE}chapitres/04_exemple.html"


@pytest.fixture(scope="module")
def carnet(livre_commun: Path) -> NotebookNode:
    book = read_book(livre_commun)
    return nbformat.reads(build(book, book.pages["chapitres/04_exemple"]), 4)


@pytest.fixture(scope="module")
def prose(carnet: NotebookNode) -> str:
    return "\n\n".join(c.source for c in carnet.cells if c.cell_type == "markdown")


def codes(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_le_carnet_est_valide_et_sans_sortie(carnet):
    nbformat.validate(carnet)
    assert all(not c.outputs and c.execution_count is None for c in codes(carnet))
    assert len({cell.id for cell in carnet.cells}) == len(carnet.cells)


def test_les_cellules_de_code_gardent_leur_ordre(carnet):
    firsts = [cell.source.splitlines()[-1] for cell in codes(carnet)]
    assert firsts[1:] == [
        "x",
        "figure_de(x)",
        "ma_prediction_variance = None  # votre réponse, puis exécutez (en bits)",
        'measured("pred-variance", 64.0)',
        "tracer()",
        "ma_prediction_mot = None  # le numéro de votre choix, puis exécutez",
        'measured("pred-mot", 0)',
        'check("04.2", mes_poids)',
        "    return (q @ k.T).softmax(-1)",
    ]
    assert not any("secret" in cell.source for cell in carnet.cells)


def test_le_haut_du_carnet_mene_a_colab_a_la_page_et_installe(carnet):
    title, install = carnet.cells[:2]
    assert title.source.startswith("# 4. Requêtes, clés, valeurs\n")
    colab = "https://colab.research.google.com/github/equipe/livre/blob/main/"
    assert f"({colab}chapitres/04_exemple.ipynb)" in title.source
    assert f"[Lire la page du cours]({PAGE})" in title.source
    assert install.metadata["cellView"] == "form"
    requirement = "cours-transformers @ git+https://github.com/equipe/livre@main"
    assert f'%pip install -q "{requirement}"' in install.source


def test_rien_de_myst_ne_reste_dans_le_texte(prose):
    text = re.sub(r"```.*?```", "", prose, flags=re.DOTALL)
    text = text.replace("`{pas-un-role}`", "").replace("`code $x$ {eq}`", "")
    assert not re.search(r"^[> ]*:{3,}|\{[\w:]+\}`|```\{|^\([\w-]+\)=", text, re.M)
    assert "auteur" not in prose
    assert ":::{note}\ndu code, laissé tel quel {ref}`rien`" in prose


@pytest.mark.parametrize(
    "attendu",
    [
        "> **À la fin de ce chapitre, vous saurez**",
        ">   > **📝 Note**",
        "La ● requête interroge la ■ clé, et la ▲ valeur répond",
        f"[(Vaswani et al., 2017 ; Bahdanau et Cho, 2015)]({SITE}book/bibliographie",
        f"[Shaw et al. (2018)]({SITE}book/bibliographie.html)",
        "H<sub>2</sub>O et x<sup>2</sup>, RNN (réseau récurrent), <kbd>Ctrl</kbd>",
        f"[Notations]({SITE}book/notations.html)",
        f"[chapitre]({SITE}book/notations.html)",
        f"[Masque causal]({PAGE}#sec-masque)",
        f"[section]({PAGE}#sec-masque)",
        f"[figure]({PAGE}#fig-poids)",
        "[lien](https://exemple.fr/a_b)",
        "un `code $x$ {eq}`, un mot<sup>(1)</sup>",
        "- **Terme défini** :\n  Sa définition, avec ● requête.",
        "![Un schéma](https://github.com/equipe/livre/raw/main/chapitres/images/",
        "*Figure 4.2. Un schéma.*",
        "*Tableau 4.1. Deux moteurs*\n\n| Moteur | Temps |\n| --- | --- |",
        "Avec $d_k$ = 64, tout sature ; à 0,5, non.",
        f"Cette interaction vit dans la page : [Une sous-section]({PAGE}#une-sous-",
        f"[Bibliographie]({SITE}book/bibliographie.html)",
    ],
)
def test_chaque_construction_devient_du_markdown(prose, attendu):
    assert attendu in prose


def test_sections_formules_et_renvois_ont_les_numeros_du_site(prose):
    assert "## 4.2. Masquer" in prose
    assert "### Masque causal" in prose
    assert r"\cdot {\color{#B04A00}{k}} \tag{4.1}" in prose
    assert r"\alpha_{ij} = 1 \tag{4.2}" in prose
    assert "$$\na = b\n$$" in prose
    assert f"[(4.1)]({PAGE}#equation-eq-attention)" in prose
    assert f"[la planche 4.1]({PAGE}#fig-poids)" in prose
    assert f"[Tableau 4.1]({PAGE}#tab-moteurs)" in prose
    assert f"[Exercice 4.2]({PAGE}#exo-04-2)" in prose


def test_les_macros_sont_developpees_pour_mathjax_et_katex(prose):
    assert r"${\color{#0072B2}{Q}}{\color{#B04A00}{K}}^\top$" in prose
    assert not re.search(r"\\(?:[QKV]|v[qkv])(?![A-Za-z])", prose)


def test_les_couleurs_sont_celles_du_site():
    css = (ROOT / "book/_assets/css/base.css").read_text(encoding="utf-8").lower()
    for letter, color in COLORS.items():
        assert f"--cours-{letter}: {color.lower()};" in css


def test_une_formule_citee_tient_sur_une_ligne(prose):
    assert "$$ v = v $$" in prose
    for line in prose.splitlines():
        if line.startswith(">"):
            assert line.count("$$") % 2 == 0, line


def test_la_legende_suit_sa_figure_repliee(carnet):
    sources = [cell.source for cell in carnet.cells]
    at = next(i for i, text in enumerate(sources) if "figure_de(x)" in text)
    assert sources[at].startswith("#@title Code de la figure 4.1\n")
    assert carnet.cells[at].metadata["jupyter"]["source_hidden"] is True
    assert sources[at + 1].startswith("*Figure 4.1. Les **poids** d'une phrase, selon")
    assert sources[at + 1].endswith("chaque ligne somme à $1$.*")


def test_les_options_sur_plusieurs_lignes_sont_lues(carnet):
    sources = [cell.source for cell in carnet.cells]
    at = sources.index("*Figure 4.3. Une courbe : elle monte.*")
    assert sources[at - 1] == "#@title Code de la figure 4.3\ntracer()"
    assert carnet.cells[at - 1].metadata["tags"] == ["hide-input", "nbval-skip"]


def test_une_prediction_est_une_citation_puis_une_cellule(carnet):
    sources = [cell.source for cell in carnet.cells]
    at = next(i for i, s in enumerate(sources) if s.startswith("ma_prediction_mot"))
    assert sources[at - 1].startswith("> **🔮 Prédisez**")
    assert "> - choix 0 : souris\n> - choix 1 : chats" in sources[at - 1]


def test_les_exercices_sont_des_citations_numerotees(prose):
    assert "> **✏️ Exercice 4.1. À la main**" in prose
    assert "> **✏️ Exercice 4.2. Vos poids**\n>\n> Écrivez `mes_poids`" in prose
    assert "> Réponse : 0,665 (à 0,01 près)." in prose
    assert r"> - 0,867 : Vous avez oublié $\sqrt{d_k}$." in prose
    assert "> - autre valeur : Reprenez le calcul." in prose


def test_un_corrige_est_replie_texte_et_code(carnet, prose):
    summary = "<summary><b>Corrigé de l'exercice 4.2</b></summary>\n\nOn divise"
    assert f"<details>\n{summary}" in prose
    assert "<summary><b>Corrigé de l'exercice 4.1</b></summary>\n\n$0{,}665$" in prose
    solution = codes(carnet)[-1]
    assert solution.source.startswith(
        "#@title Corrigé de l'exercice 4.2\ndef mes_poids"
    )
    assert solution.metadata["cellView"] == "form"
    assert solution.metadata["jupyter"] == {"source_hidden": True}


def test_les_lignes_a_ordonner_sont_melees_puis_donnees(prose):
    block = re.findall(r"> ```python\n(.*?)> ```", prose, re.DOTALL)
    mixed, right = (re.sub(r"^> ", "", x, flags=re.M).splitlines() for x in block)
    assert right == [
        "scores = q @ k.T",
        "weights = scores.softmax(-1)",
        "return weights @ v",
    ]
    assert sorted(mixed) == sorted([*right, "scores.softmax(0)"])
    assert [line for line in mixed if line in right] != right
    assert "> - `scores.softmax(0)` est de trop : mauvais axe." in prose


def test_chaque_option_du_quiz_garde_son_explication(prose):
    letters = dict(re.findall(r"> - \*\*([A-Z])\.\*\* (.*)", prose))
    assert sorted(letters.values()) == ["les **scores**", "les valeurs"]
    right = next(key for key, text in letters.items() if "scores" in text)
    assert f"> - **{right}**, juste : Leur variance vaut $d_k$." in prose
    assert re.search(r"> - \*\*[A-Z]\*\*, faux : Non :\n>\n>   \$\$ v = v \$\$", prose)


class Shell:
    """Noyau factice : il note les commandes qu'on lui donne."""

    def __init__(self):
        self.commands = []

    def run_line_magic(self, name, line, **kwargs):
        """Note la commande sans l'exécuter."""
        self.commands.append((name, line))


def run_install(notebook: NotebookNode) -> list[tuple[str, str]]:
    """Exécute la cellule d'installation ; renvoie les commandes reçues."""
    shell = Shell()
    code = TransformerManager().transform_cell(notebook.cells[1].source)
    exec(code, {"get_ipython": lambda: shell})  # noqa: S102
    return shell.commands


@pytest.fixture
def installer(carnet):
    return lambda: run_install(carnet)


def test_l_installation_ne_fait_rien_si_le_paquet_est_la(installer):
    assert installer() == []


def test_sans_reseau_l_installation_s_arrete_sur_une_phrase(installer, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(RuntimeError, match="Vérifiez la connexion au réseau"):
        installer()


def test_dans_colab_le_paquet_vient_du_depot(installer, monkeypatch):
    answers = iter([None, object()])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: next(answers))
    ((name, line),) = installer()
    assert name == "pip"
    assert line == (
        'install -q "cours-transformers @ git+https://github.com/equipe/livre@main"'
    )


def test_un_carnet_qui_montre_des_tetes_installe_bertviz_seul(livre, monkeypatch):
    chapter = livre / "chapitres/04_exemple.md"
    code = "from cours_transformers.widgets.heads import head_view"
    text = f"{chapter.read_text('utf-8')}\n```{{code-cell}}\n{code}\n```\n"
    chapter.write_text(text, encoding="utf-8")
    (livre / "requirements.txt").write_text("a==1\nbertviz==9.8\nc==2\n", "utf-8")
    book = read_book(livre)
    carnet = nbformat.reads(build(book, book.pages["chapitres/04_exemple"]), 4)
    present = {"cours_transformers"}
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: name in present or None
    )
    assert run_install(carnet) == [("pip", 'install -q --no-deps "bertviz==9.8"')]
    present.add("bertviz")
    assert run_install(carnet) == []
