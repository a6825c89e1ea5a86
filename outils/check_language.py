"""Relit le français du cours : ``python outils/check_language.py [fichiers…]``.

Sans argument : les chapitres, les pages, README.md, CONTRIBUER.md, et les docstrings
et messages de ``src/``. Chaque remarque tient en une ligne,
``fichier:ligne: catégorie : « extrait » → proposition`` ; le code de sortie vaut 1
s'il y en a au moins une.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from language import grammar, markdown, python_source
from language.forms import Finding, Forms
from language.paragraphs import Paragraph

ROOT = Path(__file__).parents[1]
WORDS = Path(__file__).with_name("mots.txt")
DEFAULT = [
    "chapitres/*.md",
    "book/*.md",
    "README.md",
    "CONTRIBUER.md",
    "src/**/*.py",
]


@dataclass(frozen=True)
class Remark:
    """Une remarque, prête à lire."""

    path: Path
    line: int
    category: str
    extract: str
    suggestion: str

    def __str__(self) -> str:
        where = f"{display(self.path)}:{self.line}"
        return f"{where}: {self.category} : « {self.extract} » → {self.suggestion}"


def display(path: Path) -> str:
    """Donne le chemin relatif au dépôt, quand il y est."""
    path = path.resolve()
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def extract(path: Path) -> list[Paragraph]:
    """Donne les paragraphes d'une page MyST ou d'un module Python."""
    source = path.read_text(encoding="utf-8")
    reader = python_source if path.suffix == ".py" else markdown
    return [p for p in reader.paragraphs(source) if p.text.strip()]


def check(files: list[Path], with_grammar: bool = True) -> list[Remark]:
    """Relit des fichiers ; donne les remarques par fichier, puis par ligne."""
    found: list[tuple[Path, Paragraph, Finding]] = []
    prose: list[tuple[Path, Paragraph]] = []
    for path in files:
        forms = Forms()
        for paragraph in extract(path):
            found += [(path, paragraph, f) for f in forms.check(paragraph)]
            if not paragraph.comment:
                prose.append((path, paragraph))
    if with_grammar:
        words = grammar.read_words(WORDS)
        results = grammar.check_all([p for _, p in prose], words)
        for (path, paragraph), findings in zip(prose, results, strict=True):
            found += [(path, paragraph, f) for f in findings]
    found.sort(key=lambda item: (str(item[0]), item[1].lines[0], item[2].start))
    return sorted(_remarks(found), key=lambda r: (display(r.path), r.line))


def _remarks(found: list[tuple[Path, Paragraph, Finding]]) -> Iterator[Remark]:
    """Écrit les remarques ; deux règles ne parlent pas du même mot."""
    taken: dict[int, list[Finding]] = {}
    for path, paragraph, finding in found:
        others = taken.setdefault(id(paragraph), [])
        if any(finding.start < o.end and o.start < finding.end for o in others):
            continue
        others.append(finding)
        yield Remark(
            path,
            paragraph.line_of(finding.start),
            finding.category,
            " ".join(paragraph.text[finding.start : finding.end].split()),
            finding.suggestion,
        )


def default_files() -> list[Path]:
    """Donne les fichiers que relit ``make langue``."""
    return sorted(path for pattern in DEFAULT for path in ROOT.glob(pattern))


def main(arguments: list[str]) -> int:
    """Relit, écrit les remarques, et dit le compte."""
    files = [Path(a) for a in arguments] or default_files()
    with_grammar = grammar.available()
    if not with_grammar:
        print(grammar.INSTALL, file=sys.stderr)
        if os.environ.get("CI"):
            return 1
    remarks = check(files, with_grammar)
    for remark in remarks:
        print(remark)
    count = f"{len(remarks)} remarque(s)" if remarks else "Aucune remarque"
    print(f"{count}, {len(files)} fichier(s) relu(s).")
    return int(bool(remarks))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
