"""Un petit livre, écrit dans un dossier temporaire, pour essayer les carnets."""

import shutil
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent / "exemples"


def write_book(root: Path) -> Path:
    """Écrit dans ``root`` un livre dont le chapitre 04 emploie toutes les formes."""
    for folder in ("chapitres/images", "book"):
        (root / folder).mkdir(parents=True)
    shutil.copy(EXAMPLES / "_config.yml", root)
    shutil.copy(EXAMPLES / "references.bib", root / "book")
    shutil.copy(EXAMPLES / "04_exemple.md", root / "chapitres")
    (root / "chapitres/images/schema.png").write_bytes(b"png")
    (root / "book/notations.md").write_text("# Notations\n", encoding="utf-8")
    return root


@pytest.fixture
def livre(tmp_path: Path) -> Path:
    """Un livre neuf, que le test peut modifier."""
    return write_book(tmp_path)


@pytest.fixture(scope="session")
def livre_commun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Le même, partagé par les tests qui ne font que le lire."""
    return write_book(tmp_path_factory.mktemp("livre"))
