"""L'environnement est bien celui de Colab, et le paquet s'y dit compatible."""

import re
import tomllib
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
# Versions que Colab sert à ses lecteurs ; torch n'y est pas celui de nos essais.
COLAB = {
    "torch": "2.11.0",
    "numpy": "2.1.3",
    "matplotlib": "3.10.0",
    "ipython": "7.34.0",
    "ipywidgets": "7.7.1",
    "einops": "0.8.2",
}


@pytest.mark.parametrize("name", sorted(COLAB.keys() - {"torch"}))
def test_la_version_installee_est_celle_de_colab(name):
    assert version(name) == COLAB[name]


def test_les_demandes_du_paquet_acceptent_colab():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = [Requirement(text) for text in project["project"]["dependencies"]]
    refused = [
        f"{one.name}{one.specifier}"
        for one in found
        if one.name in COLAB and COLAB[one.name] not in one.specifier
    ]
    assert not refused
    assert not [one.name for one in found if re.search("==|~=", str(one.specifier))]


def test_ce_que_demande_le_paquet_est_installe_sans_conflit():
    wanted = [Requirement(text) for text in requires("cours-transformers")]
    unmet = [
        f"{one} (installé : {version(one.name)})"
        for one in wanted
        if not one.marker and version(one.name) not in one.specifier
    ]
    assert not unmet
