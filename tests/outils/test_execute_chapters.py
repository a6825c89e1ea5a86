"""Exécution des chapitres : cache, mode page, et erreurs qui disent où regarder."""

import execute_chapters
import nbformat
import pytest

HEADER = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
# Un chapitre d'essai

```{code-cell}
x = 1
```
"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    (tmp_path / "chapitres").mkdir()
    monkeypatch.setattr(execute_chapters, "ROOT", tmp_path)
    monkeypatch.setattr(execute_chapters, "CACHE", tmp_path / "_build" / "cache")
    return tmp_path / "chapitres"


def _cell(code: str) -> str:
    return f"\n```{{code-cell}}\n{code}\n```\n"


def test_une_erreur_nomme_le_chapitre_la_cellule_la_ligne_et_la_cause(book, capsys):
    source = HEADER + _cell("y = x + 1") + _cell("1 / 0")
    (book / "07_essai.md").write_text(source, encoding="utf-8")
    assert execute_chapters.main() == 1
    error = capsys.readouterr().err
    line = source.splitlines().index("1 / 0") + 1
    assert "07_essai.md" in error
    assert "cellule de code n° 3" in error
    assert any(f"ligne {n} " in error for n in (line - 1, line))
    assert "ZeroDivisionError : division by zero" in error


def test_un_chapitre_inchange_n_est_pas_execute_deux_fois(book, tmp_path, capsys):
    witness = tmp_path / "temoin"
    count = f"open({str(witness)!r}, 'a').write('x')"
    path = book / "07_essai.md"
    path.write_text(HEADER + _cell(count), encoding="utf-8")
    assert execute_chapters.main() == 0
    path.write_text(HEADER + "Une phrase de plus.\n" + _cell(count), encoding="utf-8")
    assert execute_chapters.main() == 0
    assert witness.read_text() == "x", "la prose ne relance pas le calcul"
    assert "0 à exécuter, 1 déjà à jour" in capsys.readouterr().out
    path.write_text(HEADER + _cell(count + " or 2"), encoding="utf-8")
    assert execute_chapters.main() == 0
    assert witness.read_text() == "xx", "une cellule changée le relance"


def test_le_noyau_sait_qu_il_travaille_pour_la_page(book):
    check = "import os\nassert os.environ['COURS_PAGE'] == '1'"
    (book / "07_essai.md").write_text(HEADER + _cell(check), encoding="utf-8")
    assert execute_chapters.main() == 0


def test_un_noyau_mort_est_signale(book, capsys):
    (book / "07_essai.md").write_text(
        HEADER + _cell("import os\nos._exit(3)"), encoding="utf-8"
    )
    assert execute_chapters.main() == 1
    assert "le noyau s'est arrêté" in capsys.readouterr().err


def test_un_print_coupe_en_deux_envois_reste_sur_sa_ligne():
    new = nbformat.v4
    texts = [
        ("stdout", "poids :"),
        ("stdout", " 156\n"),
        ("stderr", "!"),
        ("stdout", "a"),
    ]
    cell = new.new_code_cell(
        outputs=[new.new_output("stream", name=name, text=text) for name, text in texts]
    )
    notebook = new.new_notebook(cells=[new.new_markdown_cell("# Titre"), cell])
    execute_chapters.join_streams(notebook)
    kept = [(output.name, output.text) for output in cell.outputs]
    assert kept == [("stdout", "poids : 156\n"), ("stderr", "!"), ("stdout", "a")]
