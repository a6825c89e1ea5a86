"""Haut du carnet : titre, lien vers Colab et la page, installation."""

import re

from notebooks.cells import Cell, folded, markdown
from notebooks.context import Context

BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
INSTALL = """\
import importlib.util

if importlib.util.find_spec("cours_transformers") is None:
    %pip install -q "{requirement}"
    importlib.invalidate_caches()
    if importlib.util.find_spec("cours_transformers") is None:
        raise RuntimeError(
            "Le paquet du cours n'a pas pu être installé. Vérifiez la connexion "
            "au réseau, puis exécutez de nouveau cette cellule."
        )"""
# Ce qu'un chapitre emploie et que Colab n'a pas : le module du cours qui s'en sert, et
# le paquet, posé seul. S'il manque, le module le dit et montre autre chose.
EXTRAS = {"cours_transformers.widgets.heads": "bertviz"}
INSTALL_EXTRA = """\
if importlib.util.find_spec("{name}") is None:
    %pip install -q --no-deps "{name}=={version}"
    importlib.invalidate_caches()"""


def insert(context: Context, cells: list[Cell]) -> list[Cell]:
    """Ajoute au titre les liens, puis la cellule d'installation."""
    title, rest = cells[:1], cells[1:]
    if not title or not title[0].text.startswith("# "):
        raise context.error(1, "un chapitre commence par son titre « # … »")
    first, _, prose = title[0].text.partition("\n")
    head = [markdown(f"{first}\n\n{_links(context)}", "titre")]
    head.append(folded(_install(context), "Installation (à exécuter dans Colab)"))
    head[-1].origin = "installation"
    if prose.strip():
        head.append(markdown(prose.strip("\n"), title[0].origin))
    return head + rest


def _links(context: Context) -> str:
    name = context.source.name
    colab = context.site.colab_url(f"{name}.ipynb")
    badge = f"[![Ouvrir dans Colab]({BADGE})]({colab})"
    return f"{badge} [Lire la page du cours]({context.site.page(name)})"


def _install(context: Context) -> str:
    cells = [INSTALL.format(requirement=context.site.requirement())]
    text = context.source.path.read_text(encoding="utf-8")
    for module, name in EXTRAS.items():
        if module in text:
            pins = (context.source.root / "requirements.txt").read_text("utf-8")
            version = re.search(rf"^{name}==(.+)$", pins, re.MULTILINE)[1]
            cells.append(INSTALL_EXTRA.format(name=name, version=version))
    return "\n".join(cells)
