"""Dernier contrôle : rien de propre à MyST ne doit rester dans un carnet."""

import re

from nbformat import NotebookNode

from notebooks.context import Context

QUOTE = r"^\s*(?:> ?)*\s*"
CODE = re.compile(
    rf"{QUOTE}(?P<fence>`{{3,}}).*?{QUOTE}(?P=fence)\s*$|(?P<tick>`+)(?!`).+?(?P=tick)",
    re.MULTILINE | re.DOTALL,
)
LEFTOVERS = {
    rf"{QUOTE}:{{3,}}": "bloc :::",
    r"\{[\w:+.-]+\}`": "rôle",
    r"```\{": "directive",
    r"^\s*\([\w-]+\)=\s*$": "étiquette",
}


def check(context: Context, notebook: NotebookNode) -> None:
    """Refuse un carnet dont une cellule de texte montrerait du MyST brut."""
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        text = CODE.sub(_keep_myst, cell.source)
        for pattern, name in LEFTOVERS.items():
            if match := re.search(pattern, text, re.MULTILINE):
                shown = text[match.start() :].strip().split("\n")[0][:60]
                message = f"{name} que le carnet ne sait pas rendre : {shown}"
                raise context.error(_line(context, shown), message)


def _line(context: Context, shown: str) -> int:
    """Première ligne de la source où se lit ce reste ; la première à défaut."""
    lines = context.source.path.read_text(encoding="utf-8").splitlines()
    return next((i for i, line in enumerate(lines, 1) if shown in line), 1)


def _keep_myst(match: re.Match) -> str:
    """Du code est ôté, sauf s'il s'agit d'une directive ou d'un rôle resté là."""
    before = match.string[: match.start()]
    is_role = match["tick"] and re.search(r"\{[\w:+.-]+\}$", before)
    return match[0] if is_role or "```{" in match[0] else ""
