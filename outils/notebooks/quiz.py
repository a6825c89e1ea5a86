"""Quiz et diagnostic : questions, options mêlées, explications repliées."""

import re
from collections.abc import Callable

from notebooks import items, render
from notebooks.context import Context
from notebooks.items import Item
from notebooks.model import Directive
from notebooks.pedagogy import shuffled
from notebooks.render import handles

BOX = re.compile(r"^\[(?P<mark>[ xX])\]\s+")


@handles("quiz")
def quiz(context: Context, directive: Directive) -> str:
    """Toutes les questions, numérotées dans leur ordre."""
    return _questions(context, directive, "❓", "Quiz", question)


@handles("diagnostic")
def diagnostic(context: Context, directive: Directive) -> str:
    """Toutes les questions, et la section que chacune conseille à qui hésite."""
    return _questions(context, directive, "🧭", "Diagnostic", guided_question)


@handles("question")
def lone_question(context: Context, directive: Directive) -> str:
    """Question hors d'un quiz : une faute de la source."""
    raise context.error(directive.line, "question hors d'un quiz")


def guided_question(context: Context, directive: Directive, rank: int) -> str:
    """Question d'un diagnostic, suivie du lien vers sa section."""
    name = directive.options.get("section", "")
    if not name:
        raise context.error(directive.line, "diagnostic : il manque :section:")
    label = context.label(name, directive.line)
    title = render.text(context, [context.section_title(label)], directive.line)
    link = f"À lire si vous hésitez : [{title}]({context.link(label)})."
    return f"{question(context, directive, rank)}\n\n{link}"


def question(context: Context, directive: Directive, rank: int) -> str:
    """Énoncé, options de A à Z, explication de chacune."""
    statement, options = items.split(directive.lines, directive.body_line)
    right = [item for item in options if _box(context, item)["mark"] in "xX"]
    if len(right) != 1 or len(options) < 2:
        message = "une question a plusieurs options, dont une seule juste, [x]"
        raise context.error(directive.line, message)
    order = {text: i for i, text in enumerate(shuffled([x.first for x in options]))}
    choices, answers = [], []
    for rank_of, item in enumerate(sorted(options, key=lambda x: order[x.first])):
        letter = chr(ord("A") + rank_of)
        choice, explanation = _option(context, item)
        choices.append(f"- **{letter}.** {choice}")
        verdict = "juste" if item in right else "faux"
        answers.append(f"- **{letter}**, {verdict} : {explanation}")
    asked = render.lines(context, statement, directive.body_line)
    folded = render.details("Réponse et explications", "\n".join(answers))
    return "\n\n".join([f"**Question {rank}.** {asked}", "\n".join(choices), folded])


def _questions(
    context: Context,
    directive: Directive,
    sign: str,
    default: str,
    write: Callable[[Context, Directive, int], str],
) -> str:
    parts, rank = [], 0
    for one in context.source.inner(directive):
        if isinstance(one, Directive) and one.name == "question":
            rank += 1
            parts.append(write(context, one, rank))
        else:
            parts.append(render.block(context, one, nested=True))
    title = render.argument(context, directive) or default
    content = "\n\n".join(part for part in parts if part)
    return render.quote(f"{sign} {title}", content)


def _box(context: Context, item: Item) -> re.Match:
    match = BOX.match(item.first)
    if not match:
        raise context.error(item.line, "option attendue : « - [x] … » ou « - [ ] … »")
    return match


def _option(context: Context, item: Item) -> tuple[str, str]:
    first, rest, line = items.paragraphs(item)
    first[0] = first[0][_box(context, item).end() :]
    choice = render.text(context, first, item.line).replace("\n", "\n  ")
    explanation = render.lines(context, rest, line)
    if not explanation:
        raise context.error(item.line, "option sans explication")
    return choice, explanation.replace("\n", "\n  ")
