"""Les docstrings, paragraphe par paragraphe, noms d'arguments et exemples à part."""

import ast
import re
from collections.abc import Iterator

from language.paragraphs import Paragraph, paragraph

OWNERS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
SECTION = re.compile(
    r"\s*(?:Args|Arguments|Returns|Raises|Yields|Examples?|Attributes|Note)\s*:\s*"
)
ENTRY = re.compile(r"\s+\*{0,2}[\w., *`/]+(?:\s\([^)]*\))?\s?:\s+(?=\S)")


def docstring_paragraphs(tree: ast.Module) -> Iterator[Paragraph]:
    """Donne les paragraphes des docstrings d'un module."""
    for node in ast.walk(tree):
        if isinstance(node, OWNERS) and ast.get_docstring(node, clean=False):
            constant = node.body[0].value
            yield from _docstring(constant.value, constant.lineno)


def _docstring(text: str, first_line: int) -> Iterator[Paragraph]:
    """Découpe une docstring ; exemples ``>>>`` et blocs littéraux mis à part."""
    buffer: list[tuple[int, str]] = []
    literal = example = False
    lines = text.splitlines()
    margin = len(lines[0]) if len(lines) == 1 else _margin(lines[1:])
    for number, line in enumerate(lines, first_line):
        indent = len(line) - len(line.lstrip())
        example = bool(line.strip()) and (example or ">>>" in line)
        literal = literal and (not line.strip() or indent > margin)
        heading = SECTION.fullmatch(line)
        entry = ENTRY.match(line) if number > first_line else None
        bullet = re.match(r"\s*[-*]\s+", line)
        skipped = example or literal or heading or not line.strip()
        if (skipped or entry or bullet) and buffer:
            yield paragraph(buffer, docstring=True)
            buffer = []
        if not skipped:
            start = entry or bullet
            buffer.append((number, line[start.end() :] if start else line))
        literal = literal or line.rstrip().endswith("::")
    if buffer:
        yield paragraph(buffer, docstring=True)


def _margin(lines: list[str]) -> int:
    """Donne le retrait commun des lignes non vides."""
    return min((len(x) - len(x.lstrip()) for x in lines if x.strip()), default=0)
