"""Rôles MyST : ce que devient ``{rôle}`contenu``` dans un carnet."""

import re
from collections.abc import Callable

from notebooks import citations
from notebooks.context import Context

EXPLICIT = re.compile(r"^(?P<text>.*?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)
SHAPES = {"q": "●", "k": "■", "v": "▲"}
Role = Callable[[Context, str, int], str]


def render(context: Context, name: str, content: str, line: int) -> str:
    """Markdown d'un rôle ; un rôle inconnu est une erreur."""
    if name not in ROLES:
        raise context.error(line, f"rôle inconnu « {{{name}}} »")
    return ROLES[name](context, " ".join(content.split()), line)


def _split(content: str) -> tuple[str, str]:
    match = EXPLICIT.match(content)
    return (match["text"], match["target"]) if match else ("", content)


def _eq(context: Context, content: str, line: int) -> str:
    label = context.label(content, line)
    if label.kind != "equation":
        raise context.error(line, f"« {content} » n'est pas une formule")
    return f"[{label.text(context.site.formats)}]({context.link(label)})"


def _ref(context: Context, content: str, line: int) -> str:
    text, target = _split(content)
    label = context.label(target, line)
    if not text:
        exercise = label.kind == "exercise"
        text = label.text(context.site.formats) if exercise else label.title
    if not text:
        raise context.error(line, f"« {target} » n'a pas de titre : donnez un texte")
    return f"[{text}]({context.link(label)})"


def _numref(context: Context, content: str, line: int) -> str:
    text, target = _split(content)
    label = context.label(target, line)
    if not label.number:
        raise context.error(line, f"« {target} » n'a pas de numéro")
    text = text or context.site.formats[label.kind]
    text = text.replace("{number}", "%s").replace("{name}", label.title)
    return f"[{text.replace('%s', label.number)}]({context.link(label)})"


def _doc(context: Context, content: str, line: int) -> str:
    text, target = _split(content)
    page = context.page(target, line)
    return f"[{text or page.title}]({context.site.page(page.name)})"


def _term(context: Context, content: str, line: int) -> str:
    text, target = _split(content)
    return f"*{text or target}*"


def _cite(style: Callable[[list[tuple[str, str]]], str]) -> Role:
    def role(context: Context, content: str, line: int) -> str:
        found = []
        for key in (part.strip() for part in content.split(",")):
            if key not in context.book.citations:
                raise context.error(line, f"référence inconnue « {key} »")
            found.append(context.book.citations[key])
        return f"[{style(found)}]({context.site.page('book/bibliographie')})"

    return role


def _number(context: Context, content: str, line: int) -> str:
    parts = content.split(maxsplit=4)
    if len(parts) < 4:
        message = "{nombre} attend un nom, un minimum, un maximum et une valeur"
        raise context.error(line, f"{message} ; reçu « {content} »")
    return parts[3].replace(".", ",")


def _wrap(before: str, after: str) -> Role:
    return lambda context, content, line: f"{before}{content}{after}"


def _download(context: Context, content: str, line: int) -> str:
    text, target = _split(content)
    return f"[{text or target}]({context.file(target, line)})"


ROLES: dict[str, Role] = {
    "eq": _eq,
    "ref": _ref,
    "numref": _numref,
    "doc": _doc,
    "term": _term,
    "download": _download,
    "cite": _cite(citations.parenthetical),
    "cite:p": _cite(citations.parenthetical),
    "cite:t": _cite(citations.textual),
    "nombre": _number,
    "sub": _wrap("<sub>", "</sub>"),
    "sup": _wrap("<sup>", "</sup>"),
    "kbd": _wrap("<kbd>", "</kbd>"),
    "abbr": _wrap("", ""),
    "math": _wrap("$", "$"),
    "code": _wrap("`", "`"),
    **{name: _wrap(f"{shape} ", "") for name, shape in SHAPES.items()},
}
