"""Ce que les carnets refusent, et la ligne qu'ils nomment."""

from pathlib import Path

import pytest
from notebooks import SourceError, build
from notebooks.document import read_book

FAULTS = {
    "directive inconnue « {mystere} »": ":::{mystere}\n:::",
    "rôle inconnu « {fonte} »": "Un {fonte}`mot`.",
    "étiquette inconnue « nulle »": "Voir {ref}`nulle`.",
    "page inconnue « 99_absent »": "Voir {doc}`99_absent`.",
    "référence inconnue « personne1900 »": "Selon {cite:t}`personne1900`.",
    "fichier introuvable « images/rien.png »": "![Rien](images/rien.png)",
    "jamais fermé": ":::{note}\nSans fin.",
    "bloc ::: sans nom": ":::\n:::",
    "substitution {{ nom }}": "Bonjour {{ nom }}.",
    "écrivez $$ … $$ (étiquette)": "\\begin{align}\na &= b\n\\end{align}",
    "formule $$ jamais fermée": "$$\na = b",
    "étiquette « chap » déjà prise": "$$\na\n$$ (chap)",
    "question hors d'un quiz": ":::{question}\nQui ?\n:::",
    "il manque :reponse:": ":::{calcul}\nCombien ?\n:::",
    "il manque le bloc de code": ":::{ordonner}\nRangez.\n:::",
    "exercise-end sans ouverture": "```{exercise-end}\n```",
    "exercise-start sans exercise-end": "```{exercise-start}\n:label: a\n```",
    "n'est pas un exercice": ":::{solution} chap\nCorrigé.\n:::",
    "prediction attend :name:": ":::{prediction}\n:type: nombre\nCombien ?\n:::",
    "directive inconnue « {code-cell} »": "::::{note}\n```{code-cell}\n1\n```\n::::",
    "bloc ::: que le carnet ne sait pas rendre": "> :::{note}\n> Cité.\n> :::",
    "n'a pas de titre": "(cible)=\nDu texte, voir {ref}`cible`.",
}


def chapter(livre: Path, text: str) -> None:
    path = livre / "chapitres/04_exemple.md"
    path.write_text(f"(chap)=\n# Titre\n\nDu texte.\n\n{text}\n", encoding="utf-8")
    book = read_book(livre)
    build(book, book.pages["chapitres/04_exemple"])


@pytest.mark.parametrize("message", FAULTS)
def test_une_faute_est_nommee_avec_son_fichier(livre, message):
    with pytest.raises(SourceError) as caught:
        chapter(livre, FAULTS[message])
    assert message in str(caught.value)
    assert str(caught.value).startswith("chapitres/04_exemple.md, ligne ")
    expected = 7 if message.startswith(("directive inconnue « {code", "n'a pas")) else 6
    assert caught.value.line == expected


def test_la_ligne_reste_juste_au_fond_des_blocs(livre):
    inner = "- a\n\n  :::{tip}\n  {oups}`x`\n  :::"
    nested = f"::::{{note}}\n:class: dropdown\n\n{inner}\n::::"
    with pytest.raises(SourceError, match=r"ligne 12 : rôle inconnu « \{oups\} »"):
        chapter(livre, nested)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("- [ ] a\n\n  Non.\n- [ ] b\n\n  Non.", "dont une seule juste"),
        ("- [x] a\n\n  Oui.\n- [x] b\n\n  Oui.", "dont une seule juste"),
        ("- [x] a\n\n  Oui.\n- [ ] b", "option sans explication"),
        ("- [x] a\n\n  Oui.\n- b\n\n  Non.", "option attendue"),
    ],
)
def test_un_quiz_mal_forme_est_refuse(livre, options, message):
    text = f"::::{{quiz}}\n:::{{question}}\nQui ?\n\n{options}\n:::\n::::"
    with pytest.raises(SourceError, match=message):
        chapter(livre, text)


def test_un_chapitre_mal_nomme_est_refuse(livre):
    from notebooks.document import chapters

    (livre / "chapitres/attention.md").write_text("# Titre\n", encoding="utf-8")
    with pytest.raises(SourceError, match="un chapitre se nomme NN_nom"):
        list(chapters(read_book(livre)))
