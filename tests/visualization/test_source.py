"""Le code montré est celui qui tourne, sans ses décorateurs de contrôle."""

import functools

import pytest

from cours_transformers.visualization import text
from cours_transformers.visualization.source import show_kernel, show_source
from cours_transformers.visualization.text import FrenchFormatter, fr


def _decorated(function):
    @functools.wraps(function)
    def hidden(*args):
        return function(*args)

    return hidden


class Sample:
    """Classe d'exemple."""

    size = 3

    def __init__(self, n):
        self.n = n

    @property
    def twice(self):
        """Double."""
        return 2 * self.n

    @_decorated
    def thrice(self):
        """Triple."""
        return 3 * self.n

    def last(self):
        """Dernier."""
        return self.n


def test_le_code_d_une_fonction_est_entier():
    code = str(show_source(fr))
    assert code.startswith("def fr(") and "non défini" in code
    assert "jaxtyped" not in code


def test_une_methode_est_ramenee_a_la_marge_sous_son_decorateur():
    code = str(show_source(Sample.thrice))
    assert code.startswith("@_decorated\ndef thrice(self):")
    assert "hidden" not in code


def test_on_ne_montre_d_une_classe_que_les_methodes_demandees():
    code = str(show_source(Sample, "__init__", "twice"))
    assert code.startswith('class Sample:\n    """Classe d\'exemple."""')
    assert "def __init__" in code and "@property\n    def twice" in code
    assert "thrice" not in code and code.count("    ...") == 1
    assert "\n\n\n" not in code


def test_une_classe_et_un_module_se_montrent_aussi():
    assert "def format_ticks" in str(show_source(FrenchFormatter))
    assert "THIN_SPACE" in str(show_source(text))


def test_une_methode_absente_est_nommee():
    with pytest.raises(ValueError, match="méthodes introuvables : absente"):
        show_source(Sample, "absente")


def test_un_objet_sans_code_est_refuse():
    with pytest.raises(TypeError, match="écrits en Python, reçu int"):
        show_source(3)


def test_la_page_colore_par_classes_et_le_carnet_en_ligne(monkeypatch):
    shown = show_source(fr)
    assert 'style="color' in shown._repr_html_()
    assert '<span class="k">' in shown._repr_page_()
    assert (
        'tabindex="0"' in shown._repr_html_() and 'tabindex="0"' in shown._repr_page_()
    )
    bundles = []
    monkeypatch.setattr(
        "cours_transformers.visualization.source.display",
        lambda bundle, raw: bundles.append(bundle["text/html"]),
    )
    shown._ipython_display_()
    monkeypatch.setenv("COURS_PAGE", "1")
    shown._ipython_display_()
    assert bundles == [shown._repr_html_(), shown._repr_page_()]


def test_un_noyau_se_montre_sans_importer_triton():
    shown = str(show_kernel("steps.online"))
    assert shown.startswith("@triton.jit\ndef online(")
    assert "row_sum = alpha * row_sum + tl.sum(p, 1)" in shown
    assert "def causal_skip" not in shown
    assert "fmt: skip" not in shown


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("name", ["steps.absent", "absent.online", "online"])
def test_un_noyau_inconnu_est_nomme(name):
    with pytest.raises(ValueError, match=f"backward, common, forward.*reçu '{name}'"):
        show_kernel(name)
