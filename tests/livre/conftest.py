"""Le site construit, un serveur qui compresse, et Chromium coupé de tout autre hôte."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import serve
from chromium import launched
from mini_site import settle
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("COURS_SITE", ROOT / "_build" / "html")).resolve()
PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for path in SITE.rglob("*.html")
    if path.name != "index.html" and not path.is_relative_to(SITE / "_static")
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Un test par page du site ; un site absent se voit."""
    if "adresse_page" in metafunc.fixturenames:
        metafunc.parametrize("adresse_page", PAGES or ["site non construit"])


@pytest.fixture(scope="session")
def site_construit() -> Path:
    """Dossier du site que `make livre` a construit."""
    if not (SITE / "index.html").exists():
        pytest.fail(f"site absent ({SITE}) : lancez d'abord « make livre »")
    return SITE


@pytest.fixture(scope="session")
def serveur(site_construit: Path) -> Iterator[str]:
    """Adresse du site, servi compressé."""
    with serve.start(site_construit) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Un seul pilote pour tous les tests du site."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Un seul Chromium pour tous les tests du site."""
    with launched(playwright) as browser:
        yield browser


@dataclass
class Visit:
    """Ce qui s'est passé pendant qu'une page était ouverte."""

    base: str
    refused: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note les erreurs de la console et des scripts, et les fichiers absents."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("response", self._response)
        page.on("requestfailed", lambda request: self.missing.append(request.url))

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.type} : {message.text}")

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.missing.append(f"{response.status} {response.url}")

    def route(self, route: Any) -> None:
        """Laisse passer le site, refuse tout autre hôte."""
        url = route.request.url
        if url.startswith((self.base, "data:", "blob:")):
            route.continue_()
        else:
            self.refused.append(url)
            route.abort()

    def check(self) -> None:
        """Échoue si quoi que ce soit a été noté."""
        assert self.refused == [], "requêtes vers un autre hôte"
        assert self.missing == [], "fichiers absents"
        assert self.errors == [], "erreurs dans la console"


class Opener:
    """Ouvre des pages, chacune dans un contexte neuf."""

    def __init__(self, browser: Browser, site: Path, server: str) -> None:
        self.browser = browser
        self.roots = {"http": server, "file": site.as_uri() + "/"}
        self.contexts: list[BrowserContext] = []

    def __call__(
        self, path: str, mode: str = "http", theme: str = "light", **options: Any
    ) -> tuple[Page, Visit]:
        """Ouvre `path` et rend la page avec le relevé de sa visite."""
        settings = {"viewport": {"width": 1280, "height": 900}, "locale": "fr-FR"}
        context = self.browser.new_context(
            **(settings | {"color_scheme": theme} | options)
        )
        self.contexts.append(context)
        visit = Visit(self.roots[mode])
        context.route("**/*", visit.route)
        page = context.new_page()
        page.set_default_timeout(60_000)
        visit.watch(page)
        page.goto(self.roots[mode] + path, wait_until="load")
        if path != "index.html":  # qui renvoie aussitôt à l'accueil
            settle(page)
        return page, visit


@pytest.fixture
def visiter(chromium: Browser, site_construit: Path, serveur: str) -> Iterator[Opener]:
    """Ouvre une page du site (`http` ou `file`) ; les contextes sont fermés ensuite."""
    opener = Opener(chromium, site_construit, serveur)
    yield opener
    for context in opener.contexts:
        context.close()
