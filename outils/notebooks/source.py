"""Une source du livre : front matter, blocs, numéro de chapitre."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from notebooks.blocks import parse
from notebooks.model import Block, Directive, Heading

CHAPTER = re.compile(r"^(\d\d)_\w+$")
# Le corps de ces directives est du code, une formule ou du HTML, jamais du MyST.
LITERAL = {"code-cell", "code-block", "code", "math", "raw"}


@dataclass(frozen=True)
class Source:
    """Fichier MyST et son nom dans le livre (``chapitres/04_attention``)."""

    path: Path
    root: Path

    @property
    def name(self) -> str:
        """Nom de la page, sans suffixe, depuis la racine du livre."""
        return self.path.relative_to(self.root).with_suffix("").as_posix()

    @property
    def shown(self) -> str:
        """Chemin que montrent les messages d'erreur."""
        return self.path.relative_to(self.root).as_posix()

    @property
    def chapter(self) -> str:
        """Numéro du chapitre, celui de son fichier ; vide pour les autres pages."""
        match = CHAPTER.match(self.path.stem)
        return str(int(match[1])) if match else ""

    @cached_property
    def _parts(self) -> tuple[dict, list[Block]]:
        lines = self.path.read_text(encoding="utf-8").splitlines()
        front, first = {}, 0
        if lines and lines[0].strip() == "---":
            first = lines.index("---", 1) + 1 if "---" in lines[1:] else 0
            front = yaml.safe_load("\n".join(lines[1 : first - 1])) or {}
        return front, parse(lines[first:], first + 1, self.shown)

    @property
    def front_matter(self) -> dict:
        """Métadonnées YAML du haut du fichier."""
        return self._parts[0]

    @property
    def blocks(self) -> list[Block]:
        """Blocs du premier niveau, dans l'ordre."""
        return self._parts[1]

    @property
    def title(self) -> str:
        """Titre de la page, sans son numéro."""
        headings = (b for b in self.blocks if isinstance(b, Heading) and b.level == 1)
        return next((heading.title for heading in headings), self.path.stem)

    def inner(self, directive: Directive) -> list[Block]:
        """Blocs du corps d'une directive."""
        if directive.name in LITERAL:
            return []
        return parse(directive.lines, directive.body_line, self.shown)

    def walk(self, blocks: list[Block] | None = None) -> Iterator[Block]:
        """Tous les blocs, ceux des directives compris, dans l'ordre du document."""
        for block in self.blocks if blocks is None else blocks:
            yield block
            if isinstance(block, Directive):
                yield from self.walk(self.inner(block))
