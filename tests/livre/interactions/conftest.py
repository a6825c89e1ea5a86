"""Un petit livre, construit à part, ouvert dans Chromium par http et par file://."""

import functools
import http.server
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from mini_site import reach, settle

ROOT = Path(__file__).parents[3]
BOOK = ROOT / "book"

CONF = """
import sys
sys.path.insert(0, {extensions!r})
project, author, language = "Essai", "Le cours", "fr"
extensions = ["myst_parser", "typography", "interaction", "map"]
myst_enable_extensions = ["colon_fence"]
html_theme = "sphinx_book_theme"
html_static_path = ["statique"]
html_css_files = {css!r}
html_js_files = [("cours/js/interactions.js", {{"defer": "defer"}})]
smartquotes = False
nitpicky = True
"""

INDEX = """# Essai

:::{interaction} phrase
:alt: La phrase du livre ; on touche un mot et des arcs montrent son attention.
:::

:::{carte}
:::

```{toctree}
chapitres/04_attention
```
"""

CHAPTER = """# Requêtes, clés, valeurs

:::{carte} attention
:::

## Dans le plan

:::{interaction} attention-2d
:alt: Deux plans : une requête et quatre clés, puis quatre valeurs et la sortie.

Faites glisser la requête, les clés, les valeurs.
:::

## Saturation

:::{interaction} saturation
:alt: Les poids et leur entropie selon la dimension, avec et sans division.

Avec *d* = {nombre}`d_k 1 512 64 dimension des clés` composantes,
que devient le softmax ?
:::
"""


STILL = """(root) => new Promise((done) => {
  let last = null, calm = 0;
  const look = () => {
    const { top } = root.getBoundingClientRect();
    calm = top === last ? calm + 1 : 0;
    last = top;
    if (calm > 8) done(true);
    else requestAnimationFrame(look);
  };
  look();
})"""


def write_project(folder: Path) -> Path:
    """Écrit le petit livre et les fichiers que le site servirait."""
    shutil.copytree(BOOK / "_assets", folder / "statique" / "cours")
    css = [
        f"cours/css/{name}"
        for name in ("base.css", "interactions.css")
        if (BOOK / "_assets" / "css" / name).exists()
    ]
    conf = CONF.format(extensions=str(BOOK / "_ext"), css=css)
    (folder / "conf.py").write_text(conf, encoding="utf-8")
    (folder / "index.md").write_text(INDEX, encoding="utf-8")
    (folder / "chapitres").mkdir()
    (folder / "chapitres" / "04_attention.md").write_text(CHAPTER, encoding="utf-8")
    return folder


def run_sphinx(source: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Construit ``source`` dans ``source/_build`` et rend le compte rendu."""
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        *options,
        source,
        source / "_build",
    ]
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False
    )


@pytest.fixture
def petit_livre(tmp_path: Path) -> SimpleNamespace:
    """Un livre que le test peut modifier, et la commande qui le construit."""
    source = write_project(tmp_path / "livre")
    return SimpleNamespace(
        source=source,
        sortie=source / "_build",
        construire=functools.partial(run_sphinx, source),
    )


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dossier du petit livre construit, sans un avertissement."""
    source = write_project(tmp_path_factory.mktemp("interactions") / "livre")
    done = run_sphinx(source, "-n", "-W")
    assert done.returncode == 0, done.stderr
    return source / "_build"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Ne dit rien : la sortie appartient à pytest."""


@pytest.fixture(scope="session")
def adresses(site: Path) -> Iterator[dict[str, str]]:
    """Racine du site par http et par file://."""
    handler = functools.partial(_Quiet, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {
        "http": f"http://127.0.0.1:{server.server_port}/",
        "file": site.as_uri() + "/",
    }
    server.shutdown()


@pytest.fixture(scope="session")
def navigateur(chromium):
    """Le Chromium que partagent tous les tests du site."""
    return chromium


@pytest.fixture
def ouvrir(navigateur, adresses) -> Iterator[object]:
    """Ouvre une page du petit livre ; toute erreur ou requête externe est un échec."""
    contexts, problems = [], []

    def open_page(path, protocole="http", theme="light", width=1280, **options):
        context = navigateur.new_context(
            viewport={"width": width, "height": 900}, locale="fr-FR", **options
        )
        contexts.append(context)
        context.add_init_script(
            f"try {{ localStorage.setItem('mode', '{theme}');"
            f" localStorage.setItem('theme', '{theme}'); }} catch (e) {{}}"
        )
        page = context.new_page()

        def watch(message):
            if message.type == "error":
                problems.append(message.text)

        def filter_request(route):
            address = route.request.url
            if address.startswith((adresses["http"], "file:", "data:", "blob:")):
                return route.continue_()
            problems.append(f"requête externe : {address}")
            return route.abort()

        page.on("console", watch)
        page.on("pageerror", lambda error: problems.append(str(error)))
        context.route("**/*", filter_request)
        page.goto(adresses[protocole] + path, wait_until="load")
        settle(page)
        return page

    open_page.problems = problems
    yield open_page
    for context in contexts:
        context.close()
    assert not problems, problems


@pytest.fixture
def demarrer(ouvrir):
    """Ouvre une page, va jusqu'à une figure et attend qu'elle soit prête."""

    def start(name, **options):
        path = "index.html" if name == "phrase" else "chapitres/04_attention.html"
        page = ouvrir(path, **options)
        root = page.locator(f'.interaction[data-interaction="{name}"]')
        reach(page, root)
        root.evaluate(STILL)  # les figures d'au-dessus arrivent, et poussent la page
        return page, root

    return start
