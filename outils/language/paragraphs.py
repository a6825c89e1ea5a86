"""Un paragraphe de prose, débarrassé de son balisage, dont chaque signe sait sa ligne.

Le code, les formules et les adresses laissent une lettre à leur place (« X ») :
la phrase garde ainsi sa construction sous les yeux du correcteur.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

PLACEHOLDER = "X"
PROSE_ROLES = {"q", "k", "v", "term", "abbr", "guilabel", "strong", "emphasis"}
LINK_ROLES = {"ref", "numref", "doc", "any", "download", "prf:ref"}
SILENT_ROLES = {"cite", "cite:p", "cite:ps", "footcite"}

INLINE = re.compile(
    r"""
      (?P<comment><!--.*?-->)
    | (?P<substitution>\{\{.*?\}\})
    | (?P<role>\{(?P<name>[\w:+-]+)\}(?P<rticks>`+)(?P<rbody>.+?)(?P=rticks))
    | (?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))
    | (?P<display>\$\$.+?\$\$)
    | (?P<math>(?<!\\)\$(?!\s)[^$]+?(?<!\s)\$(?!\d))
    | (?P<link>!?\[(?P<text>[^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\]))
    | (?P<note>\[\^[\w-]+\]:?)
    | (?P<address><?https?://[^\s>)]+>?)
    | (?P<tag></?[a-zA-Z][^<>]*>)
    | (?P<attributes>\{[.\#][^}]*\})
    | (?P<strong>\*\*|(?<!\w)__(?=\w)|(?<=\w)__(?!\w))
    | (?P<emphasis>(?<!\s)\*|\*(?!\s)|(?<!\w)_(?=\S)|(?<=\S)_(?!\w))
    | (?P<escape>\\[!-/:-@\[-`{-~])
    | (?P<entity>&(?:[a-z]+|\#\d+);)
    """,
    re.DOTALL | re.VERBOSE,
)


@dataclass
class Paragraph:
    """Prose continue : ``lines[i]`` est la ligne de ``text[i]`` dans la source."""

    text: str = ""
    lines: list[int] = field(default_factory=list)
    italics: list[tuple[int, int]] = field(default_factory=list)
    docstring: bool = False
    identifiers: frozenset[str] = frozenset()  # noms du module, à laisser tels quels
    comment: bool = False  # ni phrase ni ponctuation sûres : formes évitées seulement

    def add(self, text: str, line: int) -> None:
        """Ajoute ``text``, tout entier sur la même ligne."""
        self.text += text
        self.lines += [line] * len(text)

    def in_italics(self, start: int) -> bool:
        """Dit si le signe ``start`` est en italique : terme anglais, titre cité."""
        return any(a <= start < b for a, b in self.italics)

    def line_of(self, start: int) -> int:
        """Donne la ligne du signe ``start``."""
        return self.lines[min(start, len(self.lines) - 1)]


def paragraph(raw: Iterable[tuple[int, str]], docstring: bool = False) -> Paragraph:
    """Assemble des lignes numérotées et en retire le balisage."""
    text, lines = "", []
    for number, line in raw:
        text += line.strip() + "\n"
        lines += [number] * (len(text) - len(lines))
    result = Paragraph(docstring=docstring)
    _strip(text.rstrip("\n"), lines, result)
    return result


def _strip(text: str, lines: list[int], out: Paragraph) -> None:
    """Recopie ``text`` dans ``out`` sans balisage ; suit l'ouverture des italiques."""
    position, opened = 0, None
    for match in INLINE.finditer(text):
        _copy(text, lines, position, match.start(), out)
        position, line = match.end(), lines[match.start()]
        kind = match.lastgroup or ""
        if kind == "emphasis":
            if opened is None:
                opened = len(out.text)
            else:
                out.italics.append((opened, len(out.text)))
                opened = None
        elif kind == "link":
            start, end = match.span("text")
            _strip(text[start:end], lines[start:end], out)
        elif kind == "role":
            _role(match, lines, out)
        elif kind == "escape":
            out.add(match[0][1], line)
        elif kind == "entity":
            out.add(" ", line)
        elif kind in {"code", "math", "substitution", "display", "address"}:
            out.add(PLACEHOLDER, line)
    _copy(text, lines, position, len(text), out)


def _copy(text: str, lines: list[int], start: int, end: int, out: Paragraph) -> None:
    """Recopie une tranche ; une fin de ligne devient une espace."""
    out.text += text[start:end].replace("\n", " ")
    out.lines += lines[start:end]


def _role(match: re.Match, lines: list[int], out: Paragraph) -> None:
    """Garde le texte des rôles de prose ; les autres laissent une lettre."""
    name, (start, end) = match["name"], match.span("rbody")
    body = match["rbody"]
    if name in SILENT_ROLES:
        return
    titled = re.fullmatch(r"(.+?)\s*<[^<>]+>", body, re.DOTALL)
    if name in LINK_ROLES and titled:
        end = start + titled.end(1)
    elif name not in PROSE_ROLES:
        out.add(PLACEHOLDER, lines[match.start()])
        return
    _strip(match.string[start:end], lines[start:end], out)
