"""Documents du dépôt : une seule adresse, une seule version, des liens qui mènent."""

import re
from pathlib import Path

import pytest
import yaml
from pybtex.database import parse_file

from cours_transformers import __version__

ROOT = Path(__file__).parents[2]
DOCUMENTS = ["README.md", "CONTRIBUER.md", "LICENSE-TEXTE.md"]


def _yaml(name):
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_la_citation_repete_les_adresses_et_la_version_du_depot():
    citation, config = _yaml("CITATION.cff"), _yaml("_config.yml")
    assert citation["repository-code"] == config["repository"]["url"]
    assert citation["url"] == config["html"]["baseurl"]
    assert citation["version"] == __version__
    assert citation["title"] == config["title"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_les_liens_vers_des_fichiers_menent_quelque_part(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_le_sommaire_de_contribuer_mene_a_ses_titres():
    text = (ROOT / "CONTRIBUER.md").read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", t.lower()).replace(" ", "-") for t in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors


def test_chaque_reference_a_auteur_titre_annee_et_une_cle_qui_la_dit():
    entries = parse_file(ROOT / "book" / "references.bib").entries
    assert len(entries) >= 25
    for key, entry in entries.items():
        assert entry.persons["author"]
        assert {"title", "year"} <= set(entry.fields), key
        assert key.endswith(entry.fields["year"])


def test_chaque_citation_des_sources_est_dans_la_bibliographie():
    known = set(parse_file(ROOT / "book" / "references.bib").entries)
    cited = set()
    for path in [*ROOT.glob("chapitres/*.md"), *ROOT.glob("book/*.md")]:
        for keys in re.findall(r"\{cite:\w+\}`([^`]+)`", path.read_text("utf-8")):
            cited |= {key.strip() for key in keys.split(",")}
    assert cited <= known
