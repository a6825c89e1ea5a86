"""Thème en français : boutons d'en-tête, textes restés en anglais."""

from typing import Any
from urllib.parse import quote

from sphinx.application import Sphinx

# Textes que les traductions du thème oublient : tels qu'ils sortent des gabarits.
STRINGS = {
    'title="Toggle primary sidebar"': (
        'title="Menu du cours" aria-label="Menu du cours"'
    ),
    'title="Toggle secondary sidebar"': (
        'title="Sommaire de la page" aria-label="Sommaire de la page"'
    ),
    '<div id="pst-primary-sidebar"': (
        '<div id="pst-primary-sidebar" role="complementary" aria-label="Menu latéral"'
    ),
    'aria-label="Main"': 'aria-label="Chapitres du cours"',
    'aria-label="Page"': 'aria-label="Sommaire à imprimer"',
    # Ce nom lu cacherait le texte vu, « Afficher le code ».
    ' aria-label="Toggle hidden content"': "",
    # Le nom lu doit contenir le texte vu : « Recherche Ctrl + K ».
    'pst-js-only" title="Recherche" aria-label="Recherche" data-bs-placement="bottom" '
    'data-bs-toggle="tooltip">\n <i': 'pst-js-only" title="Recherche">\n <i',
    # Rôle abandonné par la norme ARIA, que docutils écrit encore.
    'role="doc-biblioentry"': 'role="listitem"',
    "Permalink to this equation": "Lien vers cette équation",
    ">Copy to clipboard<": ">Copier dans le presse-papiers<",
}

# Le thème mesure tous les blocs de la page à l'ouverture ; `site.js` le fait à mesure.
MEASURE = "e.tabIndex=e.scrollWidth>e.clientWidth||e.scrollHeight>e.clientHeight?0:-1"

# Textes que les scripts du thème ajoutent aux pages, et la mesure qu'on leur ôte.
SCRIPTS = {
    "togglebutton.js": {"Toggle hidden content": "Afficher ou masquer le contenu"},
    "copybutton.js": {"presse-papier'": "presse-papiers'"},
    "scripts/pydata-sphinx-theme.js": {MEASURE: "0"},
}


def _link(text: str, url: str, icon: str, tooltip: str, label: str) -> dict[str, Any]:
    return {
        "type": "link",
        "text": text,
        "url": url,
        "icon": icon,
        "tooltip": tooltip,
        "label": label,
    }


def _group(tooltip: str, icon: str, label: str, buttons: list[Any]) -> dict[str, Any]:
    return {
        "type": "group",
        "tooltip": tooltip,
        "icon": icon,
        "label": label,
        "buttons": buttons,
    }


def _repository(app: Sphinx, pagename: str) -> dict[str, Any]:
    url = app.config.html_theme_options["repository_url"]
    title = quote(f"À propos de la page {pagename}")
    return _group(
        "Dépôt du code source",
        "fa-brands fa-github",
        "source-buttons",
        [
            _link(
                "Dépôt",
                url,
                "fa-brands fa-github",
                "Ouvrir le dépôt du cours",
                "source-repository-button",
            ),
            _link(
                "Signaler une erreur",
                f"{url}/issues/new?title={title}",
                "fa-solid fa-lightbulb",
                "Signaler une erreur ou proposer une amélioration",
                "source-issues-button",
            ),
        ],
    )


def _downloads(context: dict[str, Any], notebook: bool) -> dict[str, Any]:
    folder = context["pathto"]("_sources", 1)
    buttons: list[dict[str, Any]] = []
    if notebook:
        buttons.append(
            _link(
                "Carnet Jupyter (.ipynb)",
                f"{folder}/{context['pagename']}.ipynb",
                "fa-solid fa-code",
                "Télécharger le carnet",
                "download-notebook-button",
            )
        )
    buttons += [
        _link(
            "Source (.md)",
            f"{folder}/{context['sourcename']}",
            "fa-solid fa-file",
            "Télécharger le texte source",
            "download-source-button",
        ),
        {
            "type": "javascript",
            "javascript": "window.print()",
            "text": "Imprimer ou PDF",
            "icon": "fa-solid fa-file-pdf",
            "tooltip": "Imprimer la page ou l'enregistrer en PDF",
            "label": "download-pdf-button",
        },
    ]
    return _group(
        "Télécharger cette page", "fa-solid fa-download", "download-buttons", buttons
    )


def _colab(app: Sphinx, pagename: str) -> dict[str, Any]:
    options = app.config.html_theme_options
    repository = options["repository_url"].removeprefix("https://github.com/")
    branch = options["repository_branch"]
    root = options["launch_buttons"]["colab_url"]
    return _link(
        "Colab",
        f"{root}/github/{repository}/blob/{branch}/{pagename}.ipynb",
        "fa-solid fa-rocket",
        "Ouvrir le carnet dans Google Colab",
        "colab-button",
    )


def french_buttons(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Refait en français les boutons d'en-tête de chaque page."""
    notebook = "kernelspec" in app.env.metadata.get(pagename, {})
    # Le carnet du dépôt porte les corrigés : l'édition des étudiants n'y mène pas.
    on_colab = notebook and app.config.cours_solutions
    buttons = [_colab(app, pagename)] if on_colab else []
    if doctree is not None:
        buttons.append(_downloads(context, notebook))
    context["header_buttons"] = [*buttons, _repository(app, pagename)]


def translate(html: str) -> str:
    """Remplace les textes anglais d'une page construite."""
    for english, french in STRINGS.items():
        html = html.replace(english, french)
    return html


def translate_templates(app: Sphinx) -> None:
    """Traduit chaque page au moment où elle est écrite."""
    if app.builder.format != "html":
        return
    render = app.builder.templates.render

    def render_in_french(template: str, context: dict[str, Any]) -> str:
        return translate(render(template, context))

    app.builder.templates.render = render_in_french


def translate_scripts(app: Sphinx, exception: Exception | None) -> None:
    """Retouche les scripts du thème."""
    if exception is not None or app.builder.format != "html":
        return
    for name, strings in SCRIPTS.items():
        path = app.outdir / "_static" / name
        text = path.read_text("utf8")
        for english, french in strings.items():
            text = text.replace(english, french)
        path.write_text(text, encoding="utf8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Déclare l'extension."""
    app.connect("builder-inited", translate_templates)
    app.connect("html-page-context", french_buttons, priority=900)
    app.connect("build-finished", translate_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
