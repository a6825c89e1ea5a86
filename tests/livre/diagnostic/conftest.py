"""Un diagnostic de trois questions sur deux sections, construit une fois."""

import pytest
from mini_site import build, served, visits

PAGE = """# Avant de partir

```{toctree}
suite
```

(sec-produit)=
## Le produit scalaire

Du texte.

## Diagnostic

::::{diagnostic} Par où commencer ?
:::{question}
:section: sec-produit
Que vaut le produit scalaire de (1, 2) et (3, −1) ?

- [x] 1

  On ajoute 3 et −2.
- [ ] 5

  Le second terme est négatif.
:::
:::{question}
:section: sec-softmax
Que vaut la somme d'un softmax ?

- [ ] 0

  Ses termes sont positifs.
- [x] 1

  C'est une distribution.
:::
:::{question}
:section: sec-produit
Deux vecteurs orthogonaux ?

- [ ] 1

  Ce serait un vecteur unitaire avec lui-même.
- [x] 0

  Aucun ne se projette sur l'autre.
:::
::::
"""
SUITE = """(sec-softmax)=
# Le softmax et la température

Du texte.
"""


@pytest.fixture(scope="session")
def site_diagnostic(tmp_path_factory):
    """Le site d'essai, construit sans un avertissement."""
    folder = tmp_path_factory.mktemp("diagnostic")
    site, warnings = build(folder, {"index.md": PAGE, "suite.md": SUITE})
    assert warnings == ""
    return site


@pytest.fixture(scope="session")
def adresses_diagnostic(site_diagnostic):
    """Ses adresses."""
    with served(site_diagnostic) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_diagnostic):
    """Ouvre la page dans un contexte neuf."""
    with visits(chromium, adresses_diagnostic) as visit:
        yield visit
