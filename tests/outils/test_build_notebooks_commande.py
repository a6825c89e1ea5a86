"""La commande : carnets périmés ou orphelins, identifiants, numéros, adresses."""

import json
from pathlib import Path

import pytest
from build_notebooks import main
from notebooks import numbers

NAME = "04_exemple"


@pytest.fixture
def source(livre: Path) -> Path:
    return livre / f"chapitres/{NAME}.md"


@pytest.fixture
def carnet(livre: Path) -> Path:
    return livre / f"chapitres/{NAME}.ipynb"


def run(livre: Path, *arguments: str) -> int:
    return main(["--root", str(livre), *arguments])


def identifiers(path: Path) -> dict[str, str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {"".join(cell["source"]): cell["id"] for cell in cells}


def test_check_nomme_le_carnet_absent_puis_se_tait(livre, carnet, capsys):
    assert run(livre, "--check") == 1
    assert "Carnet périmé : 04_exemple.ipynb" in capsys.readouterr().err
    assert not carnet.exists()
    assert run(livre) == 0
    assert run(livre, "--check") == 0


def test_check_voit_une_source_modifiee(livre, source, carnet, capsys):
    run(livre)
    before = carnet.read_text(encoding="utf-8")
    source.write_text(source.read_text(encoding="utf-8") + "\nFin.\n", encoding="utf-8")
    assert run(livre, "--check") == 1
    assert "Carnet périmé : 04_exemple.ipynb" in capsys.readouterr().err
    assert carnet.read_text(encoding="utf-8") == before


def test_check_voit_un_carnet_retouche_a_la_main(livre, carnet):
    run(livre)
    text = carnet.read_text(encoding="utf-8")
    carnet.write_text(text.replace("figure_de(x)", "figure_de(2)"), encoding="utf-8")
    assert run(livre, "--check") == 1


def test_un_carnet_sans_source_est_nomme_puis_efface(livre, capsys):
    run(livre)
    orphan = livre / "chapitres/03_perdu.ipynb"
    orphan.write_text("{}", encoding="utf-8")
    assert run(livre, "--check") == 1
    assert "Carnet sans source : 03_perdu.ipynb" in capsys.readouterr().err
    assert run(livre) == 0
    assert not orphan.exists()


def test_une_faute_rend_un_code_d_erreur_et_n_ecrit_rien(livre, source, carnet, capsys):
    source.write_text("# Titre\n\n{oups}`x`\n", encoding="utf-8")
    assert run(livre) == 1
    assert "chapitres/04_exemple.md, ligne 3 : rôle inconnu" in capsys.readouterr().err
    assert not carnet.exists()


def test_deux_productions_sont_identiques(livre, carnet):
    run(livre)
    first = carnet.read_bytes()
    carnet.unlink()
    run(livre)
    assert carnet.read_bytes() == first


def test_inserer_une_cellule_garde_les_identifiants_des_autres(livre, source, carnet):
    run(livre)
    before = identifiers(carnet)
    text = source.read_text(encoding="utf-8")
    added = (
        "## Nouveau\n\n$$\nz\n$$ (eq-z)\n\n```{code-cell}\nz = 0\n```\n\n## Calculer"
    )
    source.write_text(text.replace("## Calculer", added, 1), encoding="utf-8")
    run(livre)
    after = identifiers(carnet)
    assert "z = 0" in after
    assert set(before.values()) <= set(after.values())


def test_deux_cellules_egales_ont_deux_identifiants(livre, source, carnet):
    cell = "```{code-cell}\nx += 1\n```\n\n"
    source.write_text(f"# Titre\n\n{cell}{cell}", encoding="utf-8")
    run(livre)
    cells = json.loads(carnet.read_text(encoding="utf-8"))["cells"]
    assert len({c["id"] for c in cells}) == len(cells)


def test_les_numeros_sont_ceux_du_site(source):
    assert numbers(source) == {
        "chap-exemple": "4",
        "eq-attention": "(4.1)",
        "eq-somme": "(4.2)",
        "fig-poids": "Figure 4.1",
        "fig-schema": "Figure 4.2",
        "fig-courbe": "Figure 4.3",
        "tab-moteurs": "Tableau 4.1",
        "exo-04-1": "Exercice 4.1",
        "exo-04-2": "Exercice 4.2",
        "exo-04-3": "Exercice 4.3",
    }


def test_les_exercices_non_comptes_ne_decalent_pas_les_autres(livre, source):
    source.write_text(
        "# Titre\n\n:::{exercise}\n:label: a\n:nonumber:\nUn.\n:::\n\n"
        ":::{exercise}\n:label: b\nDeux.\n:::\n",
        encoding="utf-8",
    )
    assert numbers(source) == {"b": "Exercice 4.1"}


def test_un_chapitre_renvoie_a_un_autre_avec_le_numero_de_celui_ci(livre, carnet):
    other = "# Têtes\n\n(sec-deux)=\n## Une\n\n$$\na\n$$ (eq-tete)\n"
    (livre / "chapitres/05_tetes.md").write_text(other, encoding="utf-8")
    text = "# Titre\n\nVoir {eq}`eq-tete`, {numref}`sec-deux` et {doc}`05_tetes`.\n"
    (livre / "chapitres/04_exemple.md").write_text(text, encoding="utf-8")
    assert run(livre) == 0
    page = "https://equipe.github.io/livre/chapitres/05_tetes.html"
    found = carnet.read_text(encoding="utf-8")
    for link in ("[(5.1)]", "[Section 5.1]", "[Têtes]"):
        assert f"{link}({page}" in found


def test_les_adresses_viennent_de_la_configuration(livre, carnet):
    path = livre / "_config.yml"
    text = path.read_text(encoding="utf-8").replace("equipe", "autres")
    path.write_text(text.replace("branch: main", "branch: suite"), encoding="utf-8")
    run(livre)
    found = carnet.read_text(encoding="utf-8")
    assert "equipe" not in found
    assert "git+https://github.com/autres/livre@suite" in found
    assert "github/autres/livre/blob/suite/chapitres/04_exemple.ipynb" in found
