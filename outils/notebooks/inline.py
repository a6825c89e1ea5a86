"""Texte courant : rôles, liens, images et formules, sans toucher au code."""

import re

from notebooks import mathematics, roles
from notebooks.context import Context

TOKEN = re.compile(
    r"""
    (?P<escape>\\[^\w\s])
  | \{(?P<role>[A-Za-z][\w:+.-]*)\}(?P<ticks>`+)(?P<content>.+?)(?<!`)(?P=ticks)(?!`)
  | (?P<code>(?P<fence>`+)(?!`).+?(?<!`)(?P=fence)(?!`))(?:\{[^{}`]*\})?
  | \$\$(?P<display>.+?)\$\$
  | \$(?!\s)(?P<math>(?:\\.|[^$\\])+?)(?<!\s)\$(?!\d)
  | (?P<substitution>\{\{.*?\}\})
  | \[\^(?P<note>[\w-]+)\](?P<definition>:)?
  | (?P<image>!?)\[(?P<text>(?:\\.|[^\[\]\\]|\[[^\[\]]*\])*)\]
    (?: \((?P<target><[^<>]*>|[^()\s]*)(?:\s+"[^"]*")?\)(?:\{[^{}`]*\})?
      | \{[.\#][^{}`]*\} )
    """,
    re.VERBOSE | re.DOTALL,
)

LINKS = {"ref", "numref", "doc"}


def convert(context: Context, text: str, line: int) -> str:
    """Markdown ordinaire d'un texte MyST commençant à la ligne ``line``."""

    def replace(match: re.Match) -> str:
        return _token(context, match, line + text.count("\n", 0, match.start()))

    return TOKEN.sub(replace, text)


def _token(context: Context, match: re.Match, line: int) -> str:
    if match["escape"]:
        return match[0]
    if match["role"]:
        return _role(context, match, line)
    if match["code"]:
        return match["code"]
    if match["display"]:
        return mathematics.display(match["display"], one_line=True)
    if match["math"]:
        return mathematics.inline(match["math"])
    if match["substitution"]:
        message = f"substitution {match[0]} : écrivez le texte en clair"
        raise context.error(line, message)
    if match["note"]:
        return _note(context, match)
    return _link(context, match, line)


def _role(context: Context, match: re.Match, line: int) -> str:
    content = match["content"].strip()
    rendered = roles.render(context, match["role"], content, line)
    if match["role"] == "math":
        return mathematics.expand(rendered)
    # Un titre de section peut lui-même contenir une formule ou un rôle.
    return convert(context, rendered, line) if match["role"] in LINKS else rendered


def _note(context: Context, match: re.Match) -> str:
    """Note de bas de page : un numéro, que les carnets ne savent pas lier."""
    if match["note"] not in context.notes:
        context.notes.append(match["note"])
    return f"<sup>({context.notes.index(match['note']) + 1})</sup>"


def _link(context: Context, match: re.Match, line: int) -> str:
    text, target = match["text"], match["target"]
    if match["image"]:
        return f"![{text}]({context.file((target or '').strip('<>'), line)})"
    text = convert(context, text, line)
    if target is None:
        return text
    address, title = _address(context, target.strip("<>"), line)
    return f"[{text or title}]({address})"


def _address(context: Context, target: str, line: int) -> tuple[str, str]:
    """Adresse et titre par défaut de la cible d'un lien."""
    if re.match(r"^[a-z][a-z+.-]*:", target):
        return target, target
    path, _, anchor = target.partition("#")
    if path.endswith((".md", ".ipynb")):
        page = context.page(path, line)
        return context.site.page(page.name, anchor), page.title
    if path and "." in path:
        return context.file(path, line), path
    label = context.label(path or anchor, line)
    return context.link(label), label.title or label.text(context.site.formats)
