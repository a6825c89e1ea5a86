"""Le carnet de l'édition sans corrigés : tout y est, sauf les corrigés."""

import json
from pathlib import Path

import pytest
from pedagogy_solutions import without_solutions

CHAPITRES = sorted((Path(__file__).parents[3] / "chapitres").glob("*.ipynb"))


@pytest.mark.parametrize("path", CHAPITRES, ids=lambda path: path.stem)
def test_seuls_les_corriges_disparaissent(path):
    whole = path.read_text(encoding="utf-8")
    before, after = json.loads(whole), json.loads(without_solutions(whole))
    removed = [cell for cell in before["cells"] if cell not in after["cells"]]
    assert removed
    assert all("orrigé" in "".join(cell["source"]) for cell in removed)
    kept = "".join("".join(cell["source"]) for cell in after["cells"])
    assert "Corrigé" not in kept
    assert "bilan.passed" not in kept
    assert kept.count("# à vous") == whole.count("# à vous")
