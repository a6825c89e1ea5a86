"""Ce que les tests du site partagent : la racine du dépôt et la liste des chapitres."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHAPITRES = sorted(path.stem for path in (ROOT / "chapitres").glob("*.md"))
