"""Ce qui se lit dans une cellule de code : légende, phrases, commentaires."""

import re
from collections.abc import Iterator

from language.paragraphs import Paragraph, paragraph
from language.python_source import code_paragraphs

CAPTION = re.compile(r"\b(?:caption|alt|code_prompt_\w+):\s*(?P<text>.*)")


def end_of(lines: list[str], i: int, mark: str) -> int:
    """Trouve la ligne qui ferme le bloc ouvert en ``i`` par ``mark``."""
    for k in range(i + 1, len(lines)):
        line = lines[k].strip()
        if line.startswith(mark) and not line.strip(mark[0]):
            return k
    return len(lines) - 1


def cell_paragraphs(lines: list[str], first_line: int) -> Iterator[Paragraph]:
    """Donne les légendes des options, puis ce que le code donne à lire."""
    options = _options(lines)
    for k, line in enumerate(lines[:options]):
        found = CAPTION.search(line)
        if found:
            quoted = re.match(r'"((?:[^"\\]|\\.)*)"', found["text"])
            text = quoted[1] if quoted else found["text"]
            yield paragraph([(first_line + k, text)])
    code = ["" if re.match(r"\s*[%!]", line) else line for line in lines[options:]]
    yield from code_paragraphs("\n".join(code), first_line + options)


def _options(lines: list[str]) -> int:
    """Compte les lignes d'options, qu'elles s'écrivent ``:clé:`` ou en YAML."""
    if lines and lines[0].strip() == "---":
        return 1 + next(k for k in range(1, len(lines)) if lines[k].strip() == "---")
    return next(
        (k for k, line in enumerate(lines) if not re.match(r"\s*:[\w-]+:", line)),
        len(lines),
    )
