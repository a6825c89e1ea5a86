"""Exercices de la page et interactions : ce qu'en garde un carnet."""

import hashlib
import re
from collections.abc import Sequence

from notebooks import items, render
from notebooks.context import Context
from notebooks.items import Item
from notebooks.model import Directive
from notebooks.render import french, handles

MESSAGE = re.compile(
    r"^(?P<value>\*|juste|[-−+]?[\d.,]+(?:[eE][-+]?\d+)?(?:/[\d.,]+)?)\s*:\s*"
)
RULE = re.compile(
    r"^(?P<kind>intrus|avant|juste)\s*(?:`(?P<a>[^`]+)`)?"
    r"(?:\s*(?:>|avant)\s*`(?P<b>[^`]+)`)?\s*:\s*"
)


@handles("calcul")
def computation(context: Context, directive: Directive) -> str:
    """Énoncé, puis la réponse et les erreurs fréquentes, repliées."""
    statement, messages = items.split(directive.lines, directive.body_line)
    options = directive.options
    if "reponse" not in options:
        raise context.error(directive.line, "calcul : il manque :reponse:")
    answer = f"Réponse : {french(options['reponse'])} {options.get('unite', '')}"
    if "tolerance" in options:
        answer = f"{answer.strip()} (à {french(options['tolerance'])} près)"
    lines = [_message(context, item) for item in messages]
    folded = [f"{answer.strip()}.", "\n".join(lines)]
    return _with_answer(
        render.lines(context, statement, directive.body_line),
        "Réponse et erreurs fréquentes",
        folded,
    )


@handles("ordonner")
def ordering(context: Context, directive: Directive) -> str:
    """Lignes mêlées, puis l'ordre juste et les messages, repliés."""
    statement, messages = items.split(directive.lines, directive.body_line)
    start = next((i for i, x in enumerate(statement) if x.startswith("```")), None)
    if start is None:
        raise context.error(directive.line, "ordonner : il manque le bloc de code")
    code = [line for line in statement[start + 1 :] if line.strip()]
    solution = code[: code.index("```")] if "```" in code else code
    rules = [(_rule(context, item), item) for item in messages]
    intruders = [match["a"] for match, _ in rules if match["kind"] == "intrus"]
    lines = [_rule_line(context, match, item) for match, item in rules]
    question = render.lines(context, statement[:start], directive.body_line)
    mixed = _code(statement[start], shuffled([*solution, *intruders]))
    folded = [_code(statement[start], solution), "\n".join(lines)]
    asked = "\n\n".join(part for part in (question, mixed) if part)
    return _with_answer(asked, "Solution et erreurs fréquentes", folded)


@handles("interaction")
def interaction(context: Context, directive: Directive) -> str:
    """Ce que montre la figure à manipuler, et où la trouver."""
    where, address = context.source.title, context.site.page(context.source.name)
    if section := context.section:
        where, address = context.section_title(section), context.link(section)
    where = render.text(context, [where], directive.line)
    where = f"Cette interaction vit dans la page : [{where}]({address})."
    alt = directive.options.get("alt", "")
    parts = [alt, render.body(context, directive), where]
    return render.quote("🖐️ À manipuler", "\n\n".join(part for part in parts if part))


def shuffled(lines: Sequence[str]) -> list[str]:
    """Mélange toujours pareil, qui n'est jamais l'ordre de départ."""
    found = sorted(lines, key=lambda line: hashlib.sha256(line.encode()).digest())
    return found[1:] + found[:1] if found == list(lines) else found


def _message(context: Context, item: Item) -> str:
    match = MESSAGE.match(item.first)
    if not match:
        message = "calcul : attendu « - valeur : message » ou « - * : message »"
        raise context.error(item.line, message)
    value = match["value"]
    named = {"*": "autre valeur", "juste": "juste"}.get(value, french(value))
    text = render.text(context, item.text[match.end() :].split("\n"), item.line)
    return f"- {named} : " + text.replace("\n", "\n  ")


def _rule(context: Context, item: Item) -> re.Match:
    match = RULE.match(item.first)
    if not match or (match["kind"] == "avant") != bool(match["b"]):
        message = "ordonner : attendu « - intrus `A` : … » ou « - avant `A` > `B` : … »"
        raise context.error(item.line, message)
    return match


def _rule_line(context: Context, match: re.Match, item: Item) -> str:
    text = render.text(context, item.text[match.end() :].split("\n"), item.line)
    heading = {
        "intrus": f"`{match['a']}` est de trop",
        "avant": f"`{match['a']}` avant `{match['b']}`",
        "juste": "dans le bon ordre",
    }[match["kind"]]
    return f"- {heading} : " + text.replace("\n", "\n  ")


def _code(fence: str, lines: Sequence[str]) -> str:
    return "\n".join([fence.strip(), *lines, "```"])


def _with_answer(question: str, summary: str, folded: Sequence[str]) -> str:
    answer = render.details(summary, "\n\n".join(part for part in folded if part))
    return f"{question}\n\n{answer}" if question else answer
