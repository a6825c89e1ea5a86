"""Les messages d'un exercice `ordonner` : intrus, inversions, réussite."""

from __future__ import annotations

from typing import NamedTuple

from docutils import nodes
from pedagogy_directive import AuthoringError, inline_and_rest, take_prefix

FORM = "« intrus `ligne` : message », « avant `A` > `B` : message » ou « juste : … »"


class Rule(NamedTuple):
    """Un message et ce qui le déclenche : un intrus, une inversion, la réussite."""

    kind: str
    lines: tuple[str, ...]
    message: list[nodes.Node]


def read_rule(item: nodes.list_item) -> Rule:
    """Lit un élément de la liste finale."""
    inline, rest = inline_and_rest(item, "un message")
    unreadable = AuthoringError(f"message illisible ; attendu : {FORM}.", item.line)
    start = take_prefix(inline, r"\s*(intrus|avant|juste)\s*")
    if start is None:
        raise unreadable
    kind, after = start[0][1], start[1]
    lines = []
    if kind != "juste":
        after, lines = _take_code(after, lines, unreadable)
    if kind == "avant":
        then = take_prefix(after, r"\s*(>|avant)\s*")
        if then is None:
            raise unreadable
        after, lines = _take_code(then[1], lines, unreadable)
    message = take_prefix(after, r"\s*:\s*")
    if message is None:
        raise unreadable
    return Rule(kind, tuple(lines), [nodes.paragraph("", "", *message[1]), *rest])


def _take_code(inline, lines, unreadable):
    if not inline or not isinstance(inline[0], nodes.literal):
        raise unreadable
    return inline[1:], [*lines, inline[0].astext()]


def check_rule(rule: Rule, solution: list[str], line: int | None) -> None:
    """Refuse un message qui ne pourrait jamais, ou toujours, s'appliquer."""
    known = [text.strip() for text in solution]
    if rule.kind == "intrus" and rule.lines[0].strip() in known:
        raise AuthoringError(
            f"l'intrus `{rule.lines[0]}` est une ligne de la solution.", line
        )
    if rule.kind != "avant":
        return
    for text in rule.lines:
        if text.strip() not in known:
            raise AuthoringError(f"`{text}` n'est pas une ligne de la solution.", line)
    first, second = (known.index(text.strip()) for text in rule.lines)
    if first <= second:
        raise AuthoringError(
            f"`{rule.lines[0]}` est bien avant `{rule.lines[1]}` dans la solution :"
            " ce message condamnerait la bonne réponse.",
            line,
        )
