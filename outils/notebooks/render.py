"""Blocs MyST en Markdown ordinaire, directives imbriquées comprises."""

import re
from collections.abc import Callable, Iterable, Sequence

from notebooks import inline, mathematics
from notebooks.blocks import parse
from notebooks.context import Context
from notebooks.model import Block, Break, Directive, Fence, Heading, Math, Target, Text

Handler = Callable[[Context, Directive], str]
# Rempli par les modules de directives, chacun pour les siennes.
HANDLERS: dict[str, Handler] = {}
DEFINITION = re.compile(r"^:\s+(.*)$")


def handles(*names: str) -> Callable[[Handler], Handler]:
    """Déclare la fonction qui rend les directives ``names``."""

    def register(handler: Handler) -> Handler:
        HANDLERS.update(dict.fromkeys(names, handler))
        return handler

    return register


def blocks(context: Context, found: Iterable[Block], *, nested: bool = False) -> str:
    """Markdown d'une suite de blocs ; dans une citation, formules sur une ligne."""
    parts = [block(context, one, nested=nested) for one in found]
    return "\n\n".join(part for part in parts if part)


def body(context: Context, directive: Directive) -> str:
    """Markdown du corps d'une directive."""
    return blocks(context, context.source.inner(directive), nested=True)


def lines(context: Context, found: Sequence[str], line: int) -> str:
    """Markdown de lignes MyST prises dans le corps d'une directive."""
    return blocks(context, parse(found, line, context.source.shown), nested=True)


def block(context: Context, one: Block, *, nested: bool = False) -> str:
    """Markdown d'un bloc."""
    match one:
        case Text():
            return text(context, one.lines, one.line)
        case Heading():
            title = context.heading(one)
            return "#" * one.level + " " + inline.convert(context, title, one.line)
        case Math():
            return _prefixed(one.prefix, _math(context, one, one.body, nested=nested))
        case Fence():
            tick = "`" * max(3, _longest_ticks(one.lines) + 1)
            code = [f"{tick}{one.language}", *one.lines, tick]
            return _prefixed(one.prefix, "\n".join(code))
        case Directive(name="math"):
            formula = "\n".join(line for line in one.lines if line.strip())
            return _prefixed(one.prefix, _math(context, one, formula, nested=nested))
        case Directive():
            if one.name not in HANDLERS:
                raise context.error(one.line, f"directive inconnue « {{{one.name}}} »")
            return _prefixed(one.prefix, HANDLERS[one.name](context, one))
        case Target() | Break():
            return ""


def text(context: Context, found: Sequence[str], line: int) -> str:
    """Texte courant : listes de définitions comprises."""
    source = list(found)
    for i, current in enumerate(source):
        match = DEFINITION.match(current)
        if match and i and source[i - 1].strip():
            source[i - 1 : i + 1] = [f"- **{source[i - 1]}** :", f"  {match[1]}"]
    return inline.convert(context, "\n".join(source), line).strip("\n")


def quote(title: str, content: str) -> str:
    """Citation titrée : la forme que prend un encadré dans un carnet."""
    quoted = [f"**{title}**", *(["", *content.split("\n")] if content else [])]
    return "\n".join(f"> {line}".rstrip() for line in quoted)


def details(summary: str, content: str) -> str:
    """Bloc replié ; Markdown n'y est lu qu'après une ligne vide."""
    opening = f"<details>\n<summary><b>{summary}</b></summary>"
    return f"{opening}\n\n{content}\n\n</details>"


def titled(name: str, title: str) -> str:
    """« Exercice 4.2. Titre »."""
    return f"{name}. {title}" if title else name


def french(number: str) -> str:
    """Nombre écrit à la française."""
    return number.strip().replace(".", ",")


def argument(context: Context, directive: Directive) -> str:
    """Titre donné à la directive, rendu."""
    return inline.convert(context, directive.argument, directive.line)


def _math(context: Context, one: Block, formula: str, *, nested: bool) -> str:
    label = context.label_of(one)
    tag = label.number if label and label.kind == "equation" else ""
    return mathematics.display(formula, tag, one_line=nested)


def _prefixed(prefix: str, rendered: str) -> str:
    """Garde la place du bloc dans sa liste."""
    if not prefix or not rendered:
        return rendered
    first, *rest = rendered.split("\n")
    indent = " " * len(prefix)
    return "\n".join([prefix + first, *((indent + x).rstrip() for x in rest)])


def _longest_ticks(code: Sequence[str]) -> int:
    found = re.findall(r"^\s*(`{3,})", "\n".join(code), re.MULTILINE)
    return max(map(len, found), default=2)
