"""Cellules d'un carnet : texte, code, code replié ; identifiants tirés du contenu."""

import hashlib
from dataclasses import dataclass, field

import nbformat.v4 as v4
from nbformat import NotebookNode


@dataclass
class Cell:
    """Cellule à écrire ; ``origin`` est ce dont son identifiant dépend."""

    kind: str
    text: str
    origin: str
    metadata: dict = field(default_factory=dict)


def markdown(text: str, origin: str) -> Cell:
    """Cellule de texte."""
    return Cell("markdown", text, origin)


def code(text: str, tags: list[str] | None = None) -> Cell:
    """Cellule de code."""
    return Cell("code", text, text, {"tags": tags} if tags else {})


def folded(text: str, title: str, tags: list[str] | None = None) -> Cell:
    """Cellule de code repliée, dans Colab (``form``) comme dans JupyterLab."""
    cell = code(text, tags)
    cell.metadata |= {"cellView": "form", "jupyter": {"source_hidden": True}}
    if not text.startswith("%%"):  # une commande de cellule doit rester en tête
        cell.text = f"#@title {title}\n{text}"
    return cell


def notebook(cells: list[Cell], kernel: dict) -> NotebookNode:
    """Carnet sans sortie."""
    metadata = {
        "kernelspec": kernel,
        "language_info": {"name": "python"},
        "colab": {"provenance": [], "toc_visible": True},
    }
    return v4.new_notebook(cells=_nodes(cells), metadata=metadata)


def _nodes(cells: list[Cell]) -> list[NotebookNode]:
    """Une cellule insérée ne change pas l'identifiant des autres."""
    nodes, seen = [], {}
    for cell in cells:
        content = f"{cell.kind}\0{cell.origin}"
        seen[content] = seen.get(content, 0) + 1
        digest = hashlib.sha256(f"{content}\0{seen[content]}".encode()).hexdigest()
        new = v4.new_code_cell if cell.kind == "code" else v4.new_markdown_cell
        nodes.append(new(cell.text, id=digest[:8], metadata=cell.metadata))
    return nodes
