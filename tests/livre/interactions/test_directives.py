"""Erreurs de rédaction : chacune est dite en français, à la construction."""

import pytest

FAUTES = """# Fautes

:::{interaction} attention-3d
:alt: Rien.
:::

:::{interaction} saturation
Sans description.
:::

:::{carte} moteur
:::

Un nombre {nombre}`d_k 1 512 64` hors de toute figure.

:::{interaction} saturation
:alt: Une description.

Un {nombre}`d_k 8 2 4` mal borné, un {nombre}`d_k un deux trois` illisible.
:::
"""


@pytest.fixture
def compte_rendu(petit_livre) -> str:
    (petit_livre.source / "index.md").write_text(FAUTES, encoding="utf-8")
    return petit_livre.construire("-E").stderr


def test_chaque_faute_de_redaction_est_nommee(compte_rendu):
    assert "interaction inconnue : « attention-3d »" in compte_rendu
    known = compte_rendu.partition("Connues : ")[2].split("\n")[0]
    assert {"attention-2d", "phrase", "saturation"} <= set(
        known.rstrip(".").split(", ")
    )
    assert "l'option alt doit décrire la figure" in compte_rendu
    assert "bloc inconnu : « moteur »" in compte_rendu
    assert "« d_k » : à écrire dans le corps d'une interaction" in compte_rendu
    assert "il faut min ≤ initial ≤ max et min < max" in compte_rendu
    assert "il faut « nom min max initial »" in compte_rendu
