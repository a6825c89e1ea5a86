"""Numérotation : le numéro d'un chapitre est le préfixe de son fichier.

`chapitres/04_attention.md` porte le numéro 4, quels que soient les chapitres présents
dans la table des matières. Sections (4.1), figures, équations et exercices suivent. Les
annexes, hors des parties numérotées, ne reçoivent pas de numéro.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.util import logging

logger = logging.getLogger(__name__)

PREFIX = re.compile(r"^(\d{2})_")

Numbers = dict[str, tuple[int, ...] | None]


def chapter_number(docname: str) -> int | None:
    """Numéro lu dans le nom du fichier : `chapitres/04_attention` → 4."""
    match = PREFIX.match(PurePosixPath(docname).name)
    return int(match[1]) if match else None


def numbered_documents(env: BuildEnvironment) -> Iterator[tuple[str, int]]:
    """Documents des parties numérotées, et profondeur de leur numérotation."""
    for root in env.numbered_toctrees:
        for toctree in env.get_doctree(root).findall(addnodes.toctree):
            depth = toctree.get("numbered", 0)
            if depth:
                yield from ((doc, depth) for doc in toctree["includefiles"])


def _number_items(
    entries: nodes.bullet_list, prefix: tuple[int, ...], depth: int, numbers: Numbers
) -> None:
    """Numérote les sections d'un niveau, puis celles qu'elles contiennent."""
    items = [node for node in entries.children if isinstance(node, nodes.list_item)]
    for position, item in enumerate(items, start=1):
        number = (*prefix, position)
        for child in item.children:
            if isinstance(child, nodes.bullet_list):
                _number_items(child, number, depth, numbers)
            elif isinstance(child, addnodes.compact_paragraph):
                reference = child[0]
                shown = number if len(number) <= depth else None
                numbers[reference["anchorname"]] = shown
                reference["secnumber"] = list(shown) if shown else None


def number_document(env: BuildEnvironment, docname: str, depth: int) -> Numbers:
    """Numéros des sections d'un chapitre : ancre → (4, 1)."""
    chapter = chapter_number(docname)
    if chapter is None:
        logger.warning(
            "chapitre numéroté sans préfixe « NN_ » dans son nom de fichier",
            location=docname,
        )
        return {}
    numbers: Numbers = {}
    for title in env.tocs[docname].children:
        reference = title[0][0]
        reference["secnumber"] = [chapter]
        numbers[reference["anchorname"]] = (chapter,)
        for sections in title.children[1:]:
            if isinstance(sections, nodes.bullet_list):
                _number_items(sections, (chapter,), depth, numbers)
    env.titles[docname]["secnumber"] = [chapter]
    return numbers


def assign_section_numbers(collector: Any, env: BuildEnvironment) -> list[str]:
    """Numérote tous les chapitres ; rend ceux dont un numéro a changé."""
    before = env.toc_secnumbers
    env.toc_secnumbers = {
        docname: number_document(env, docname, depth)
        for docname, depth in numbered_documents(env)
    }
    changed = env.toc_secnumbers.keys() | before.keys()
    return sorted(
        doc for doc in changed if env.toc_secnumbers.get(doc) != before.get(doc)
    )


def replace_numbering(app: Sphinx) -> None:
    """Remplace la numérotation de Sphinx et celles des extensions qui la modifient."""
    for collector in (TocTreeCollector, *TocTreeCollector.__subclasses__()):
        collector.assign_section_numbers = assign_section_numbers


def check_exercise_labels(app: Sphinx, env: BuildEnvironment) -> None:
    """Exige que l'étiquette dise le numéro : « Exercice 4.2 » s'appelle exo-04-2."""
    for docname, kinds in env.toc_fignumbers.items():
        for label, number in kinds.get("exercise", {}).items():
            expected = f"exo-{number[0]:02d}-{number[-1]}"
            if len(number) == 2 and label != expected:
                logger.warning(
                    f"l'exercice {number[0]}.{number[1]} s'appelle « {label} » ; "
                    f'il faut « {expected} », et check("{number[0]:02d}.{number[1]}")',
                    location=docname,
                )


def setup(app: Sphinx) -> dict[str, Any]:
    """Déclare l'extension."""
    app.connect("builder-inited", replace_numbering)
    app.connect("env-check-consistency", check_exercise_labels)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
