"""Un site d'essai de quelques pages, construit à part, et de quoi le parcourir."""

import io
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import serve
from playwright.sync_api import Browser, Page
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

ASSETS = Path(__file__).parents[2] / "book" / "_assets"
CONFIG = {
    "extensions": ["myst_parser", "typography", "pedagogy"],
    # Dit ici : sinon Sphinx l'écrit dans sa valeur par défaut, que partagent tous les
    # sites construits par le même processus.
    "source_suffix": {".md": "markdown"},
    "language": "fr",
    "html_theme": "sphinx_book_theme",
    "html_static_path": ["_statique"],
    "html_css_files": ["cours/css/base.css"],
    "myst_enable_extensions": ["colon_fence"],
}


def build(root: Path, pages: dict[str, str]) -> tuple[Path, str]:
    """Construit `pages` ; rend le dossier du site et les avertissements."""
    source, out = root / "source", root / "html"
    shutil.copytree(ASSETS, source / "_statique" / "cours", dirs_exist_ok=True)
    for name, text in pages.items():
        (source / name).write_text(text, encoding="utf-8")
    warnings = io.StringIO()
    with patch_docutils(source), docutils_namespace():
        Sphinx(
            source, None, out, root / "doctrees", "html",
            confoverrides=CONFIG, status=None, warning=warnings,
        ).build()  # fmt: skip
    return out, warnings.getvalue()


@contextmanager
def served(site: Path) -> Iterator[dict[str, str]]:
    """Les deux adresses du site : servi par HTTP, ou ouvert depuis son dossier."""
    with serve.start(site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        yield {"http": address, "file": site.as_uri() + "/"}
        server.shutdown()


@contextmanager
def visits(
    browser: Browser, addresses: dict[str, str]
) -> Iterator[Callable[..., Page]]:
    """Ouvre des pages ; une erreur de script ou une requête externe fait échouer."""
    contexts, problems = [], []

    def filter_request(route) -> None:
        if route.request.url.startswith((*addresses.values(), "data:")):
            route.continue_()
            return
        problems.append(f"requête externe : {route.request.url}")
        route.abort()

    def visit(path: str, protocol: str = "http", theme: str = "light", **options):
        settings = {"viewport": {"width": 1280, "height": 900}, "locale": "fr-FR"}
        contexts.append(browser.new_context(**(settings | options)))
        contexts[-1].route("**/*", filter_request)
        contexts[-1].add_init_script(
            f"try {{ localStorage.setItem('mode', '{theme}');"
            f" localStorage.setItem('theme', '{theme}'); }} catch (e) {{}}"
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda m: m.type == "error" and problems.append(m.text))
        page.goto(addresses[protocol] + path, wait_until="load")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert problems == []
