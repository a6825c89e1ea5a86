"""Le diagnostic dans un carnet : questions, réponses repliées, sections liées."""

import json

import pytest
from notebooks import SourceError, build
from notebooks.document import read_book

SOURCE = """(chap)=
# Titre

Du texte.

(sec-produit)=
## Le produit $q \\cdot k$

Du texte.

::::{diagnostic}
:::{question}
:section: sec-produit
Que vaut 1 + 1 ?

- [x] 2

  On ajoute.
- [ ] 3

  Un de trop.
:::
:::{question}
:section: chap
Que vaut 2 + 2 ?

- [ ] 5

  Un de trop.
- [x] 4

  On ajoute.
:::
::::
"""


def prose(livre, text: str) -> str:
    (livre / "chapitres/04_exemple.md").write_text(text, encoding="utf-8")
    book = read_book(livre)
    found = json.loads(build(book, book.pages["chapitres/04_exemple"]))
    return "\n".join("".join(cell["source"]) for cell in found["cells"])


def test_chaque_question_garde_ses_reponses_et_sa_section(livre):
    text = prose(livre, SOURCE)
    assert "> **🧭 Diagnostic**" in text
    assert text.count("<summary><b>Réponse et explications</b></summary>") == 2
    assert "juste : On ajoute." in text
    links = [line for line in text.splitlines() if "À lire si vous hésitez" in line]
    assert len(links) == 2
    assert "Le produit $q \\cdot k$](" in links[0]
    assert links[0].endswith("chapitres/04_exemple.html#sec-produit).")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (":section: chap\n", "", "ligne 23 : diagnostic : il manque :section:"),
        (":section: chap", ":section: nulle", "étiquette inconnue « nulle »"),
    ],
)
def test_une_section_absente_ou_inconnue_est_refusee(livre, old, new, message):
    with pytest.raises(SourceError, match=message):
        prose(livre, SOURCE.replace(old, new))
