"""Directives de MyST et de Sphinx : encadrés, figures, tableaux, code."""

import re

from notebooks import inline, render
from notebooks.context import Context
from notebooks.model import Directive
from notebooks.render import handles

ADMONITIONS = {
    "note": "📝 Note",
    "tip": "💡 Conseil",
    "hint": "💡 Indice",
    "important": "❗ Important",
    "attention": "⚠️ Attention",
    "warning": "⚠️ Avertissement",
    "caution": "⚠️ Prudence",
    "danger": "⛔ Danger",
    "error": "⛔ Erreur",
    "seealso": "🔗 Voir aussi",
}


@handles(*ADMONITIONS)
def admonition(context: Context, directive: Directive) -> str:
    """Encadré dont le nom fait le titre ; l'argument ouvre le corps."""
    parts = [render.argument(context, directive), render.body(context, directive)]
    content = "\n\n".join(part for part in parts if part)
    return _box(directive, ADMONITIONS[directive.name], content)


@handles("admonition", "topic", "sidebar", "card")
def titled_box(context: Context, directive: Directive) -> str:
    """Encadré au titre libre."""
    title = render.argument(context, directive) or "Remarque"
    return _box(directive, title, render.body(context, directive))


@handles("dropdown")
def dropdown(context: Context, directive: Directive) -> str:
    """Encadré replié."""
    title = render.argument(context, directive) or "Détails"
    return render.details(title, render.body(context, directive))


@handles("tab-item")
def tab(context: Context, directive: Directive) -> str:
    """Onglet : son titre, puis son contenu."""
    title = f"**{render.argument(context, directive)}**"
    return f"{title}\n\n{render.body(context, directive)}"


@handles("div", "container", "tab-set", "grid", "margin")
def transparent(context: Context, directive: Directive) -> str:
    """Mise en page seule : le contenu reste, sans cadre."""
    return render.body(context, directive)


@handles("epigraph", "pull-quote", "highlights")
def plain_quote(context: Context, directive: Directive) -> str:
    """Citation sans titre."""
    lines = render.body(context, directive).split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


@handles("figure")
def figure(context: Context, directive: Directive) -> str:
    """Image et légende numérotée."""
    picture = image(context, directive)
    caption = " ".join(render.body(context, directive).split())
    if not caption:
        return picture
    return f"{picture}\n\n{legend(context.numbered(directive), caption)}"


@handles("image")
def image(context: Context, directive: Directive) -> str:
    """Image, à son adresse publique."""
    address = context.file(directive.argument, directive.line)
    return f"![{directive.options.get('alt', '')}]({address})"


@handles("table")
def table(context: Context, directive: Directive) -> str:
    """Tableau Markdown et son titre numéroté."""
    return _captioned(context, directive, render.body(context, directive))


@handles("list-table")
def list_table(context: Context, directive: Directive) -> str:
    """Liste de listes ; la première rangée sert d'en-tête."""
    rows: list[list[str]] = []
    for line in directive.lines:
        if match := re.match(r"^\s*[*-]\s+[*-]\s?(.*)$", line):
            rows.append([match[1]])
        elif rows and (match := re.match(r"^\s+[*-]\s?(.*)$", line)):
            rows[-1].append(match[1])
        elif rows and line.strip():
            rows[-1][-1] += " " + line.strip()
    if not rows or len({len(row) for row in rows}) != 1:
        message = "list-table : rangées vides ou de longueurs différentes"
        raise context.error(directive.line, message)
    rows.insert(1, ["---"] * len(rows[0]))
    lines = [f"| {' | '.join(cell.strip() for cell in row)} |" for row in rows]
    rendered = inline.convert(context, "\n".join(lines), directive.body_line)
    return _captioned(context, directive, rendered)


@handles("code-block", "code")
def code(context: Context, directive: Directive) -> str:
    """Code montré, non exécuté."""
    fence = "\n".join([f"```{directive.argument}", *directive.lines, "```"])
    caption = directive.options.get("caption", "")
    if not caption:
        return fence
    caption = inline.convert(context, caption, directive.line)
    return f"{fence}\n\n{legend(context.numbered(directive), caption)}"


@handles("bibliography")
def bibliography(context: Context, directive: Directive) -> str:
    """La bibliographie vit sur le site."""
    return f"[Bibliographie]({context.site.page('book/bibliographie')})"


@handles("tableofcontents", "contents", "toctree", "carte")
def nothing(context: Context, directive: Directive) -> str:
    """Ce qui n'a de sens que dans la page."""
    return ""


def legend(number: str, caption: str) -> str:
    """« *Figure 4.1. Légende.* » ; un mot en italique y passe en gras."""
    inner = re.sub(r"(?<![*\\])\*(?!\*)([^*]+)\*(?!\*)", r"**\1**", caption)
    return f"*{render.titled(number, inner)}*" if number else f"*{inner}*"


def _captioned(context: Context, directive: Directive, content: str) -> str:
    if not directive.argument:
        return content
    caption = render.argument(context, directive)
    return f"{legend(context.numbered(directive), caption)}\n\n{content}"


def _box(directive: Directive, title: str, content: str) -> str:
    if directive.folded:
        return render.details(title, content)
    return render.quote(title, content)
