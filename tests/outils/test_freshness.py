"""Une sortie caduque n'est jamais publiée : ce que voient les empreintes."""

import freshness
import pytest


@pytest.fixture
def tree(tmp_path, monkeypatch):
    (tmp_path / "src" / "paquet").mkdir(parents=True)
    (tmp_path / "src" / "paquet" / "a.py").write_text("x = 1\n")
    (tmp_path / "requirements.txt").write_text("torch==2.13.0\n")
    monkeypatch.setattr(freshness, "ROOT", tmp_path)
    return tmp_path


INPUTS = ("src", "requirements.txt")


def test_l_empreinte_suit_le_contenu_les_noms_et_les_versions(tree):
    seen = {freshness.digest(INPUTS)}
    (tree / "src" / "paquet" / "a.py").write_text("x = 2\n")
    seen.add(freshness.digest(INPUTS))
    (tree / "src" / "paquet" / "a.py").rename(tree / "src" / "paquet" / "b.py")
    seen.add(freshness.digest(INPUTS))
    (tree / "requirements.txt").write_text("torch==2.14.0\n")
    seen.add(freshness.digest(INPUTS))
    seen.add(freshness.digest(INPUTS, "sans corrigés"))
    assert len(seen) == 5


def test_l_empreinte_ignore_les_fichiers_compiles(tree):
    before = freshness.digest(INPUTS)
    (tree / "src" / "paquet" / "__pycache__").mkdir()
    (tree / "src" / "paquet" / "__pycache__" / "a.pyc").write_bytes(b"\0")
    assert freshness.digest(INPUTS) == before


def test_ce_qui_est_caduc_est_efface_une_fois(tree):
    cache, stamp = tree / "_build" / "cache", tree / "_build" / "empreinte"
    cache.mkdir(parents=True)
    assert freshness.discard_if_changed(stamp, "un", [cache])
    assert not cache.exists()
    cache.mkdir()
    assert not freshness.discard_if_changed(stamp, "un", [cache])
    assert cache.exists()
    assert freshness.discard_if_changed(stamp, "deux", [cache])
    assert not cache.exists()
