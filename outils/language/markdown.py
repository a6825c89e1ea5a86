"""De la source MyST aux paragraphes : ce que lit le lecteur, et rien d'autre.

Sont laissés de côté l'en-tête, le code, les formules, les étiquettes et les options
des directives ; sont gardés les titres, les légendes, les textes de remplacement,
le contenu des encadrés, des exercices, des prédictions et des quiz. Les chaînes
françaises et les commentaires des cellules de code sont l'affaire de ``cells``.
"""

import re
from collections.abc import Iterator

from language.cells import cell_paragraphs, end_of
from language.paragraphs import Paragraph, paragraph

FENCE = re.compile(r"(?P<indent>\s*)(?P<mark>`{3,}|~{3,}|:{3,})\s*(?P<info>.*)")
VERBATIM = {
    "bibliography",
    "carte",
    "code",
    "code-block",
    "eval-rst",
    "image",
    "include",
    "literalinclude",
    "math",
    "mermaid",
    "raw",
    "tableofcontents",
    "toctree",
}
SILENT_ARGUMENT = {
    "figure",
    "fin-prediction",
    "interaction",
    "solution",
    "solution-start",
}
PROSE_OPTIONS = re.compile(r":(?:alt|axe-x|axe-y|caption|titre):\s+(?P<text>.+)")
MISCONCEPTION = re.compile(r"(?P<head>\s*[-*+]\s+\S.*?)\s:\s+(?P<text>\S.*)")
LEAVE = re.compile(r"%\s*langue\s*:\s*libre")
MARKER = re.compile(
    r"\s*(?:#{1,6}\s+|(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?|:\s+|\[\^[\w-]+\]:\s*)"
)
IGNORED = re.compile(
    r"\s*(?:\([\w:-]+\)=|%.*|\[[^\]^]+\]:\s*\S+.*|[|:\s-]*-{3,}[|:\s-]*|\+\+\+.*)\s*"
)


def paragraphs(source: str) -> Iterator[Paragraph]:
    """Donne les paragraphes d'une page MyST, dans l'ordre."""
    yield from _Reader(source.splitlines()).read()


class _Reader:
    """Lit la page ligne à ligne et se souvient des directives ouvertes."""

    def __init__(self, lines: list[str]):
        self.lines = lines
        self.buffer: list[tuple[int, str]] = []
        self.opened: list[tuple[str, str]] = []  # marque, nom de la directive
        self.free = False  # paragraphe laissé libre

    def read(self) -> Iterator[Paragraph]:
        i = self._front_matter()
        while i < len(self.lines):
            line = self.lines[i]
            fence = FENCE.fullmatch(line)
            if fence:
                yield from self._flush()
                i = yield from self._fence(i, fence)
            elif line.strip().startswith("$$"):
                yield from self._flush()
                i = self._skip(i, r"\$\$", line.strip()[2:])
            elif re.match(r"\s*\\begin\{", line):
                yield from self._flush()
                i = self._skip(i, r"\\end\{", "")
            elif re.match(r"\s*<(script|style|svg)\b", line):
                yield from self._flush()
                i = self._skip(i - 1, r"</(script|style|svg)>", "")
            elif line.strip().startswith("<!--"):
                yield from self._flush()
                i = self._skip(i - 1, "-->", "")
            else:
                yield from self._line(i + 1, line)
                i += 1
        yield from self._flush()

    def _front_matter(self) -> int:
        """Saute l'en-tête YAML ; donne la première ligne du corps."""
        if self.lines and self.lines[0].strip() == "---":
            return 1 + self.lines.index("---", 1)
        return 0

    def _skip(self, i: int, pattern: str, first: str) -> int:
        """Saute un bloc jusqu'à la ligne qui le ferme ; donne la suivante."""
        if re.search(pattern, first):
            return i + 1
        i += 1
        while i < len(self.lines) and not re.search(pattern, self.lines[i]):
            i += 1
        return i + 1

    def _line(self, number: int, line: str) -> Iterator[Paragraph]:
        """Range une ligne de prose dans le paragraphe en cours."""
        line = re.sub(r"^(\s*>)+ ?", "", line)
        if LEAVE.search(line):
            yield from self._flush()
            self.free = True
        elif not line.strip():
            empty = not self.buffer
            yield from self._flush()
            self.free = self.free and empty
        elif IGNORED.fullmatch(line):
            yield from self._flush()
        elif line.lstrip().startswith("|"):
            yield from self._flush()
            for cell in re.split(r"(?<!\\)\|", line):
                if cell.strip():
                    yield paragraph([(number, cell)])
        else:
            marker = MARKER.match(line)
            if marker:
                yield from self._flush()
                line = self._message(line) or line[marker.end() :]
            self.buffer.append((number, line))
            if marker and marker[0].lstrip().startswith("#"):
                yield from self._flush()

    def _message(self, line: str) -> str:
        """Dans un exercice de la page, garde le message et tait la valeur fautive."""
        if not any(name in {"calcul", "ordonner"} for _, name in self.opened):
            return ""
        found = MISCONCEPTION.fullmatch(line)
        return found["text"] if found else ""

    def _flush(self) -> Iterator[Paragraph]:
        """Ferme le paragraphe en cours."""
        if self.buffer and not self.free:
            yield paragraph(self.buffer)
        self.buffer = []

    def _fence(self, i: int, fence: re.Match):
        """Ouvre ou ferme une directive ; donne la ligne où reprendre."""
        mark, info = fence["mark"], fence["info"].strip()
        named = re.match(r"\{([\w:-]+)\}\s*(.*)", info)
        if not info and self.opened and self._closes(mark):
            return i + 1
        if mark[0] != ":" and (not named or named[1] in VERBATIM):
            return end_of(self.lines, i, mark) + 1
        if not named:
            return i + 1
        name, title = named[1], named[2]
        if name == "code-cell":
            end = end_of(self.lines, i, mark)
            yield from cell_paragraphs(self.lines[i + 1 : end], i + 2)
            return end + 1
        if name in VERBATIM:
            return end_of(self.lines, i, mark) + 1
        self.opened.append((mark, name))
        if title and name not in SILENT_ARGUMENT:
            yield paragraph([(i + 1, title)])
        return (yield from self._options(i + 1))

    def _closes(self, mark: str) -> bool:
        """Ferme la directive la plus proche qui porte cette marque."""
        for k in range(len(self.opened) - 1, -1, -1):
            if self.opened[k][0] == mark:
                del self.opened[k:]
                return True
        return False

    def _options(self, i: int):
        """Passe les options d'une directive et garde celles qui se lisent."""
        while i < len(self.lines):
            line = self.lines[i].strip()
            if not re.match(r":[\w-]+:(\s|$)", line):
                break
            found = PROSE_OPTIONS.fullmatch(line)
            if found:
                yield paragraph([(i + 1, found["text"])])
            i += 1
        return i
