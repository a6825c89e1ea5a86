"""Les automates de GitHub : droits minimaux, durées bornées, actions figées."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PAGES = {"pages": "write", "id-token": "write"}


def read(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_les_trois_automates_existent():
    assert [path.stem for path in WORKFLOWS] == ["ci", "colab", "publication"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_droits_durees_et_actions(path):
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["group"]
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 90
        assert job.get("permissions", PAGES) == PAGES
        for step in job["steps"]:
            action = step.get("uses", "propre/ici@v1")
            assert re.fullmatch(r"[\w-]+/[\w-]+@(v\d+|[0-9a-f]{40})", action), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_les_fichiers_lances_existent_et_sont_executables(path):
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"(?:outils|\.ci)/[\w.]+", text):
        assert (ROOT / name).stat().st_mode & 0o111, name


def test_seule_la_publication_peut_ecrire_et_apres_une_construction_propre():
    jobs = read(ROOT / ".github/workflows/publication.yml")["jobs"]
    assert "permissions" not in jobs["construction"]
    commands = [step["run"] for step in jobs["construction"]["steps"] if "run" in step]
    assert commands == ["make propre", "make livre"]
    assert jobs["publication"]["needs"] == "construction"


def test_la_verification_hebdomadaire_emploie_l_image_de_colab():
    text = (ROOT / ".github/workflows/colab.yml").read_text(encoding="utf-8")
    assert "us-docker.pkg.dev/colab-images/public/runtime:latest" in text
    assert re.search(r'cron: "\d+ \d+ \* \* \d"', text)
