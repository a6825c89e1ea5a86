"""Un petit site d'essai, construit une fois, et Chromium pour le parcourir."""

import functools
import http.server
import io
import shutil
import threading
from pathlib import Path

import nbformat
import pytest
from mini_site import settle
from playwright.sync_api import expect
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

HERE = Path(__file__).parent
ASSETS = HERE.parents[2] / "book" / "_assets"
MEASURE = (
    '<output class="mesure" data-prediction="pred-carnet" data-valeur=\'8\'>8</output>'
)
expect.set_options(timeout=30_000)
CONFIG = {
    "extensions": ["myst_nb", "sphinx_exercise", "pedagogy"],
    "source_suffix": {".md": "myst-nb", ".ipynb": "myst-nb"},
    "language": "fr",
    "html_theme": "sphinx_book_theme",
    "html_static_path": ["_statique"],
    "html_css_files": ["cours/css/base.css"],
    "html_title": "Essai",
    "nb_execution_mode": "off",
    "myst_enable_extensions": ["colon_fence", "dollarmath", "amsmath", "deflist"],
    "numfig": True,
    "nitpicky": True,
    # Les formules ne sont pas l'objet de ces tests : un script vide les remplace.
    "mathjax_path": "formules.js",
}


def notebook() -> str:
    """Un carnet déjà exécuté : une mesure dans la zone repliée."""
    new = nbformat.v4
    display = new.new_output(
        "execute_result",
        data={"text/html": MEASURE, "text/plain": "La mesure donne 8."},
        execution_count=1,
    )
    cells = [
        new.new_markdown_cell("# Carnet"),
        new.new_markdown_cell(
            ":::{prediction}\n:type: nombre\n:name: pred-carnet\nCombien ?\n:::"
        ),
        new.new_code_cell("2 ** 3", outputs=[display], execution_count=1),
        new.new_code_cell(
            "print('caché')", metadata={"tags": ["hide-input"]}, execution_count=2
        ),
        new.new_markdown_cell(":::{fin-prediction}\n:::\n\nAprès."),
    ]
    language = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    return nbformat.writes(new.new_notebook(cells=cells, metadata=language))


def build(root: Path, pages: dict[str, str], builder="html", **config) -> tuple:
    """Construit `pages` dans `root` ; rend le dossier du site et les avertissements."""
    source, out = root / "source", root / builder
    (source / "_statique").mkdir(parents=True, exist_ok=True)
    shutil.copytree(ASSETS, source / "_statique" / "cours", dirs_exist_ok=True)
    (source / "_statique" / "formules.js").touch()
    for name, text in pages.items():
        (source / name).write_text(text, encoding="utf8")
    warnings = io.StringIO()
    with patch_docutils(source), docutils_namespace():
        app = Sphinx(
            source,
            None,
            out,
            root / f"doctrees-{builder}",
            builder,
            confoverrides=CONFIG | config,
            status=None,
            warning=warnings,
        )
        app.build()
    return out, warnings.getvalue()


@pytest.fixture(scope="session")
def example() -> dict[str, str]:
    """Les pages du site d'essai."""
    text = (HERE / "pages" / "index.md").read_text("utf8")
    return {"index.md": text, "carnet.ipynb": notebook()}


@pytest.fixture(scope="session")
def make_site():
    """La fonction de construction, pour les tests qui changent les sources."""
    return build


@pytest.fixture(scope="session")
def site(tmp_path_factory, example) -> Path:
    """Le site d'essai, construit sans aucun avertissement."""
    out, warnings = build(tmp_path_factory.mktemp("site"), example)
    assert warnings == ""
    return out


@pytest.fixture(scope="session")
def server(site):
    """L'adresse du site d'essai, servi en HTTP."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Rien dans la sortie des tests."""

    handler = functools.partial(Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


@pytest.fixture(scope="session")
def browser(chromium):
    """Le Chromium que partagent tous les tests du site."""
    return chromium


@pytest.fixture
def address(request, site, server) -> str:
    """L'adresse du site, servi ; ou ouvert depuis un dossier, si le test le demande.

    Un test le demande en paramétrant `address` ; un ou deux par brique suffisent.
    """
    return site.as_uri() if getattr(request, "param", "http") == "file" else server


@pytest.fixture
def open_page(browser):
    """Ouvre une page dans un contexte neuf ; toute erreur de console fait échouer."""
    contexts, errors = [], []

    def open_(url: str, **options):
        settings = {"viewport": {"width": 1100, "height": 900}, "locale": "fr-FR"}
        context = browser.new_context(**(settings | options))
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_default_timeout(60_000)
        page.goto(url)
        settle(page)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(open_page, address):
    """La page d'essai, dans un navigateur neuf."""
    return open_page(f"{address}/index.html")
