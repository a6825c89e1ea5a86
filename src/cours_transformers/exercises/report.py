"""Réponses faites au lecteur : le même texte au terminal, en carnet et sur le site."""

import html
import re
from dataclasses import dataclass

# Un signe ET un mot : le sens ne repose jamais sur la couleur.
MARKS = {
    "right": ("✓", "Juste"),
    "wrong": ("✗", "Pas encore"),
    "lead": ("→", "Piste"),
    "note": ("•", "À noter"),
}
# Bordures et couleurs héritées seulement : lisible en clair comme en sombre.
BOX = (
    "border:1px solid;border-left-width:.35em;border-radius:.3em;"
    "padding:.6em 1em;margin:.5em 0;max-width:48em"
)
BLOCK = (
    "white-space:pre-wrap;overflow-wrap:anywhere;margin:.3em 0 .3em 1.5em;"
    "padding:0;border:0;background:none;color:inherit"
)


@dataclass(frozen=True)
class Line:
    """Une remarque : sa marque (clé de ``MARKS``), sa phrase, un bloc facultatif."""

    mark: str
    text: str
    block: str = ""

    @property
    def sentence(self) -> str:
        """Le texte ; une piste ou une note est une phrase, majuscule et point."""
        if self.mark in ("right", "wrong"):
            return self.text
        end = "" if self.text[-1:] in ".?!:…" else "."
        return self.text[:1].upper() + self.text[1:] + end

    def __str__(self) -> str:
        sign, word = MARKS[self.mark]
        block = "".join(f"\n      {row}" for row in self.block.splitlines())
        return f"  {sign} {word} : {self.sentence}{block}"

    def to_html(self) -> str:
        """Élément de liste ; le texte entre accents graves devient du code."""
        sign, word = MARKS[self.mark]
        block = html.escape(self.block)
        block = f'<pre style="{BLOCK}">{block}</pre>' if block else ""
        return (
            f'<li style="margin:.3em 0"><span aria-hidden="true">{sign}</span> '
            f"<strong>{word}</strong>{typeset(' : ' + self.sentence)}{block}</li>"
        )


@dataclass(frozen=True, repr=False)
class Card:
    """Encadré : un titre, puis des remarques."""

    heading: str
    lines: tuple[Line, ...] = ()

    def __str__(self) -> str:
        return "\n".join([self.heading, *map(str, self.lines)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(line.to_html() for line in self.lines)
        rows = rows and (
            f'<ul style="list-style:none;padding:0;margin:.4em 0 0">{rows}</ul>'
        )
        sign, _, words = self.heading.partition(" ")
        return (
            f'<div class="verification" role="group" style="{BOX}" '
            f'aria-label="{html.escape(words)}">'
            f'<strong><span aria-hidden="true">{sign}</span> {typeset(words)}</strong>'
            f"{rows}</div>"
        )


@dataclass(frozen=True, repr=False)
class Report(Card):
    """Réponse à un exercice.

    Args:
        heading: le verdict, en une ligne.
        lines: ce qui est juste, ce qui ne l'est pas, et une piste.
        passed: vrai si l'exercice est réussi.
        misconception: nom de la confusion reconnue, vide s'il n'y en a pas.
    """

    passed: bool = False
    misconception: str = ""


def typeset(text: str) -> str:
    """HTML d'une phrase : espaces insécables, apostrophes, `code`."""
    parts = text.split("`")
    for i, part in enumerate(parts):
        if i % 2:
            parts[i] = f"<code>{html.escape(part)}</code>"
            continue
        part = re.sub(r" ([;!?])", "\u202f\\1", part.replace("'", "’"))
        part = re.sub(r" ([:»])", "\u00a0\\1", part).replace("« ", "«\u00a0")
        parts[i] = html.escape(part)
    return "".join(parts)
