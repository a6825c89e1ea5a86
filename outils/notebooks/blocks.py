"""Découpe d'une source MyST en blocs, selon les règles de CommonMark et de MyST."""

import re
from collections.abc import Sequence
from pathlib import Path

from notebooks.model import (
    Block,
    Break,
    Directive,
    Fence,
    Heading,
    Math,
    SourceError,
    Target,
    Text,
)
from notebooks.options import read_options

OPENING = re.compile(
    r"^(?P<prefix>\s*(?:(?:[-*+]|\d+[.)])\s+)?)"
    r"(?P<fence>`{3,}(?!.*`)|~{3,}|:{3,})\s*(?P<info>.*)$"
)
DIRECTIVE = re.compile(r"^\{(?P<name>[\w:.+-]+)\}\s*(?P<argument>.*)$")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
TARGET = re.compile(r"^\s*\(([^()\s]+)\)=\s*$")
MATH_END = re.compile(r"^(?P<body>.*?)\$\$\s*(?:\((?P<label>[^()\s]+)\))?\s*$")
ENVIRONMENT = re.compile(r"^\\begin\{(\w+)(\*?)\}")
STARRED = {"align": "aligned", "gather": "gathered", "equation": ""}


class Parser:
    """Avance dans les lignes d'une source ; ``first`` est le numéro de la première."""

    def __init__(self, lines: Sequence[str], first: int, path: Path | str) -> None:
        self.lines, self.first, self.path = list(lines), first, path
        self.at = 0
        self.blocks: list[Block] = []
        self.text: list[str] = []

    def parse(self) -> list[Block]:
        """Rend tous les blocs, dans l'ordre."""
        while self.at < len(self.lines):
            block = self._block(self.lines[self.at])
            if block is None:
                self.text.append(self.lines[self.at])
                self.at += 1
            else:
                self._flush(block.line - self.first)
                self.blocks.append(block)
        self._flush(len(self.lines))
        return [b for b in self.blocks if not (isinstance(b, Text) and _blank(b))]

    def _flush(self, end: int) -> None:
        if self.text:
            line = self.first + end - len(self.text)
            self.blocks.append(Text(tuple(self.text), line))
            self.text = []

    def _block(self, line: str) -> Block | None:
        number = self.first + self.at
        if match := OPENING.match(line):
            return self._fence(match, number)
        if line.lstrip().startswith("$$") and (block := self._math(number)):
            return block
        if match := ENVIRONMENT.match(line):
            return self._environment(match, number)
        simple: Block | None = None
        if match := HEADING.match(line):
            simple = Heading(len(match[1]), match[2], number)
        elif match := TARGET.match(line):
            simple = Target(match[1], number)
        elif line.startswith("+++"):
            simple = Break(number)
        elif line.startswith("%"):
            simple = Text((), number)
        self.at += simple is not None
        return simple

    def _fence(self, match: re.Match, number: int) -> Block:
        width, fence = len(match["prefix"]), match["fence"]
        closing = re.compile(rf"^\s*{re.escape(fence[0])}{{{len(fence)},}}\s*$")
        rest = range(self.at + 1, len(self.lines))
        end = next((i for i in rest if closing.match(self.lines[i])), None)
        if end is None:
            raise SourceError(
                self.path, number, f"bloc {match[0].strip()} jamais fermé"
            )
        body = [_dedent(line, width) for line in self.lines[self.at + 1 : end]]
        self.at = end + 1
        if found := DIRECTIVE.match(match["info"]):
            options, metadata, skipped = read_options(body, self.path, number)
            return Directive(
                found["name"], found["argument"].strip(), tuple(body[skipped:]), number,
                number + 1 + skipped, match["prefix"], options, metadata,
            )  # fmt: skip
        if fence[0] == ":":
            raise SourceError(self.path, number, "bloc ::: sans nom de directive")
        return Fence(match["info"].strip(), tuple(body), number, match["prefix"])

    def _math(self, number: int) -> Math | None:
        line = self.lines[self.at]
        prefix, rest = line[: len(line) - len(line.lstrip())], line.lstrip()[2:]
        body, step = [], 0
        while not (end := MATH_END.match(rest)):
            if "$$" in rest:  # du texte suit la formule : elle est dans la phrase
                return None
            body.append(rest.strip())
            step += 1
            if self.at + step >= len(self.lines):
                raise SourceError(self.path, number, "formule $$ jamais fermée")
            rest = self.lines[self.at + step]
        self.at += step + 1
        parts = [part for part in [*body, end["body"].strip()] if part]
        return Math("\n".join(parts), end["label"] or "", number, prefix)

    def _environment(self, match: re.Match, number: int) -> Math:
        name, star = match[1], match[2]
        if not star or name not in STARRED:
            message = (
                f"\\begin{{{name}{star}}} hors de $$ : écrivez $$ … $$ (étiquette)"
            )
            raise SourceError(self.path, number, message)
        ending, start = f"\\end{{{name}*}}", self.at
        while ending not in self.lines[self.at]:
            self.at += 1
            if self.at == len(self.lines):
                raise SourceError(self.path, number, f"{ending} manque")
        self.at += 1
        body = "\n".join(self.lines[start : self.at]).strip()
        inner = STARRED[name]
        for word in ("begin", "end"):
            new = f"\\{word}{{{inner}}}" if inner else ""
            body = body.replace(f"\\{word}{{{name}*}}", new)
        return Math(body.strip(), "", number)


def parse(lines: Sequence[str], first: int, path: Path | str) -> list[Block]:
    """Blocs de ``lines``, dont la première porte le numéro ``first`` dans la source."""
    return Parser(lines, first, path).parse()


def _blank(text: Text) -> bool:
    return not any(line.strip() for line in text.lines)


def _dedent(line: str, width: int) -> str:
    return line[width:] if not line[:width].strip() else line.lstrip()
