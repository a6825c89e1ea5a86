"""Un site d'essai de quelques pages, construit à part, et de quoi le parcourir."""

import io
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import serve
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page
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
# Une page d'interactions, sans Sphinx : dans un sous-dossier, comme un chapitre.
TRIAL = "chapitres/essai.html"
PAGE = """<!doctype html><html lang="fr" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Essai</title>
<link rel="stylesheet" href="../_static/cours/css/base.css">
<link rel="stylesheet" href="../_static/cours/css/interactions.css">
<script>document.documentElement.dataset.theme = localStorage.theme || "light"</script>
{head}<script defer src="../_static/cours/js/interactions.js"></script></head>
<body class="bd-article"><main><h1>Essai</h1>{body}</main></body></html>"""
FRAME = """<div class="interaction" role="group" aria-label="{alt}"
 data-interaction="{name}"><p class="interaction-repli">{alt}</p>
<div class="interaction-texte"><p>{numbers}</p></div></div>"""
NUMBER = """<span class="nombre-mobile" data-name="{}" data-min="{}" data-max="{}"
 data-value="{}" data-label="{}">{}</span>"""


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


def frame(name: str, alt: str, *numbers: tuple) -> str:
    """Cadre d'interaction ; un nombre est (nom, minimum, maximum, valeur, libellé)."""
    written = " ; ".join(NUMBER.format(*number, number[3]) for number in numbers)
    return FRAME.format(name=name, alt=alt, numbers=written)


def write_trial(site: Path, body: str, head: str = "") -> Path:
    """Écrit la page d'essai et les ressources du livre ; rend son chemin."""
    shutil.copytree(ASSETS, site / "_static" / "cours")
    page = site / TRIAL
    page.parent.mkdir()
    page.write_text(PAGE.format(body=body, head=head), encoding="utf-8")
    return page


@contextmanager
def book_cell() -> Iterator[None]:
    """Une cellule exécutée pour le livre : ses interactions sont rendues en HTML."""
    os.environ["COURS_PAGE"] = "1"
    try:
        yield
    finally:
        del os.environ["COURS_PAGE"]


@contextmanager
def served(site: Path) -> Iterator[dict[str, str]]:
    """Les deux adresses du site : servi par HTTP, ou ouvert depuis son dossier."""
    with serve.start(site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        yield {"http": address, "file": site.as_uri() + "/"}
        server.shutdown()


def settle(page: Page) -> None:
    """Attend les polices et met toutes les sections en page, comme le fait une ancre.

    L'une et l'autre poussent la page après « load » (`site.js` déroule les sections à
    ses moments libres) : un clic commencé avant et fini après tombe à côté.
    """
    page.evaluate(
        "document.documentElement.classList.add('deroulee');"
        " document.fonts.ready.then(() => true)"
    )


def reload(page: Page) -> None:
    """Recharge la page, et attend qu'elle ne bouge plus."""
    page.reload()
    settle(page)


def reach(page: Page, root: Locator) -> None:
    """Va jusqu'à une figure, la suit si celles d'au-dessus la poussent, l'attend."""
    for _ in range(120):
        root.scroll_into_view_if_needed()
        if root.get_attribute("data-etat") == "prete":
            return
        page.wait_for_timeout(250)
    pytest.fail(f"la figure n'est pas prête : {root}")


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
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda m: m.type == "error" and problems.append(m.text))
        page.goto(addresses[protocol] + path, wait_until="load")
        settle(page)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert problems == []


PHONE = {"width": 390, "height": 844}
TOUCHED = "button:visible, label:visible"


def fits_a_phone(
    page: Page, root: Locator, *, inside: str = "", uncut: str = "", touched=TOUCHED
) -> None:
    """Affirme qu'à 390 pixels rien ne déborde, que tout se touche et porte un nom.

    ``inside`` : ce qui doit rester dans le cadre, même là où il défile ; ``uncut`` : ce
    dont le texte ne doit pas être coupé.
    """
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    frame = root.bounding_box()
    for part in root.locator(inside).all() if inside else ():
        box = part.bounding_box()
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
    for target in root.locator(touched).all():
        assert target.bounding_box()["height"] >= 44
    if uncut:
        cut = "all => all.filter((e) => e.scrollWidth > e.clientWidth).length"
        assert root.locator(uncut).evaluate_all(cut) == 0
    found = Axe().run(page, context={"include": [[".interaction"]]})
    assert [v["id"] for v in found.response["violations"]] == []


def named(name: str) -> str:
    """Sélecteur du cadre d'une interaction."""
    return f'[data-interaction="{name}"]'


@contextmanager
def trials(
    browser: Browser, addresses: dict[str, str]
) -> Iterator[Callable[..., tuple[Page, Locator]]]:
    """Ouvre la page d'essai, attend un cadre ; rend la page et le cadre."""
    with visits(browser, addresses) as visit:

        def opened(selector: str, protocol: str = "http", **options):
            page = visit(TRIAL, protocol, **options)
            root = page.locator(selector)
            root.scroll_into_view_if_needed()
            if options.get("java_script_enabled", True):
                reach(page, root)
            return page, root

        yield opened


def trial_fixtures(
    body: str | Callable[[pytest.FixtureRequest], str], name: str | None = None
) -> tuple[Callable, Callable]:
    """Donne ce que demandent les tests d'une page : ``adresses`` et ``ouvrir``.

    La seconde ouvre la page et attend l'interaction ``name``, prête ; sans ``name``,
    c'est le test qui la nomme. Elle rend la page et le cadre.
    """

    @pytest.fixture(scope="session")
    def adresses(request, tmp_path_factory):
        site = tmp_path_factory.mktemp("essai")
        write_trial(site, body if isinstance(body, str) else body(request))
        with served(site) as addresses:
            yield addresses

    @pytest.fixture
    def ouvrir(chromium, adresses):
        with trials(chromium, adresses) as opened:
            if name:
                yield partial(opened, named(name))
            else:
                yield lambda name, *args, **rest: opened(named(name), *args, **rest)

    return adresses, ouvrir
