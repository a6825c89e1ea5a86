"""Site autonome : tout ce qu'une page charge vient du site lui-même.

Les fichiers du livre (`book/_assets`) vont dans `_static/cours`, où `modele` reçoit
aussi les modèles que le paquet emporte ; les bibliothèques tierces (`book/_vendor`)
vont dans `_static/vendor`. Les scripts distants et les extensions sans emploi sont
retirés, les icônes réduites à celles qui servent.
"""

import shutil
from pathlib import Path
from typing import Any

import icons
from pedagogy_solutions import without_solutions
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

BOOK = Path(__file__).resolve().parents[1]
MODELS = BOOK.parent / "src/cours_transformers/export/models"
BUILD_ONLY = shutil.ignore_patterns("katex.min.js")
UNUSED = (
    "://",  # tout ce qui viendrait d'un autre hôte
    "sphinx-thebe",
    "THEBE_JS_URL",
    "MathJax",
    "DOCUMENTATION_OPTIONS.",  # lignes lues par le seul sélecteur de versions
)
UNUSED_FILES = (
    "locales",
    "scripts/fontawesome.js",
    "scripts/fontawesome.js.LICENSE.txt",
    "sphinx-thebe.css",
    "sphinx-thebe.js",
    "webpack-macros.html",
    "sbt-webpack-macros.html",
    "images/logo_binder.svg",
    "images/logo_deepnote.svg",
    "images/logo_jupyterhub.svg",
    "images/logo_jupyterlite.svg",
    "images/logo_colab.png",
)


def copy_assets(app: Sphinx) -> None:
    """Copie les fichiers du livre et des tiers, puis les déclare à toutes les pages."""
    if app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for name in ("cours", "vendor/katex"):
        shutil.rmtree(static / name, ignore_errors=True)
    for source, name in (
        (BOOK / "_assets", "cours"),
        (MODELS, "cours/modele"),
        (BOOK / "_vendor", "vendor"),
    ):
        shutil.copytree(source, static / name, ignore=BUILD_ONLY, dirs_exist_ok=True)
    app.add_css_file("vendor/katex/katex.min.css", priority=800)
    styles = sorted(path.name for path in (BOOK / "_assets/css").glob("*.css"))
    for name in sorted(styles, key=lambda name: name != "base.css"):
        app.add_css_file(f"cours/css/{name}", priority=900)
    for path in sorted((BOOK / "_assets/js").glob("*.js")):
        app.add_js_file(f"cours/js/{path.name}", loading_method="defer", priority=900)


def _name(asset: Any) -> str:
    """Fichier d'une feuille de style ou d'un script, ou texte du script."""
    return str(asset.filename or asset.attributes.get("body", ""))


def _rank(style: Any) -> int:
    """Rang d'une feuille : le thème, puis `base.css`, puis le reste du livre."""
    name = _name(style)
    return ("cours/css/" in name) + ("cours/css/" in name and "base.css" not in name)


def keep_local(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Retire d'une page les fichiers distants, inutiles ou déclarés deux fois."""
    for kind in ("script_files", "css_files"):
        kept: dict[str, Any] = {}
        for asset in context.get(kind, []):
            if not any(word in _name(asset) for word in UNUSED):
                kept.setdefault(_name(asset), asset)
        context[kind] = list(kept.values())
    context["css_files"].sort(key=_rank)
    for script in context["script_files"]:
        if script.filename and not {"async", "defer"} & script.attributes.keys():
            script.attributes["defer"] = "defer"


def copy_notebooks(app: Sphinx) -> None:
    """Place à côté de chaque page le carnet que son bouton télécharge."""
    for docname in app.env.found_docs:
        source = Path(app.env.doc2path(docname))
        if "kernelspec" not in app.env.metadata.get(docname, {}):
            continue
        notebook = source.with_suffix(".ipynb")
        if not notebook.exists():
            logger.warning("carnet absent : %s", notebook.name, location=docname)
            continue
        target = Path(app.outdir) / "_sources" / f"{docname}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        text = notebook.read_text(encoding="utf-8")
        if not app.config.cours_solutions:
            text = without_solutions(text)
        target.write_text(text, encoding="utf-8")


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Allège les fichiers du thème une fois toutes les pages écrites."""
    if exception is not None or app.builder.format != "html":
        return
    copy_notebooks(app)
    static = Path(app.outdir) / "_static"
    icons.reduce(Path(app.outdir))
    for name in UNUSED_FILES:
        path = static / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for path in static.rglob("*.map"):
        path.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Déclare l'extension."""
    app.connect("builder-inited", copy_assets)
    app.connect("html-page-context", keep_local, priority=900)
    app.connect("build-finished", finish, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
