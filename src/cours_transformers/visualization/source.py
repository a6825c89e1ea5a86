"""Montre dans un chapitre le code testé, jamais une copie."""

import ast
import inspect
import textwrap
from pathlib import Path

from IPython.display import display
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.style import Style
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token

from cours_transformers import kernels
from cours_transformers.visualization.page import is_page


class CourseStyle(Style):
    """Couleurs du code là où la page n'a pas les siennes (JupyterLab, Colab)."""

    background_color = "#F7F8FA"
    styles = {  # noqa: RUF012 : attribut que Pygments attend
        Token: "#1B1E23",
        Comment: "italic #59616B",
        Keyword: "bold #0B5A8C",
        Operator.Word: "bold #0B5A8C",
        Name.Function: "#7A2E68",
        Name.Class: "bold #7A2E68",
        Name.Decorator: "#7A5200",
        Number: "#8A3A00",
        String: "#00604A",
    }  # fmt: skip


class Source:
    """Code coloré : classes CSS du site, ou couleurs incluses dans un carnet."""

    def __init__(self, code: str):
        self.code = code

    def __str__(self) -> str:
        return self.code

    def _repr_html_(self) -> str:
        style = "border-radius:6px;padding:.6em .9em;overflow-x:auto;color:#1B1E23"
        inline = HtmlFormatter(
            noclasses=True,
            style=CourseStyle,
            cssstyles=style,
            prestyles="margin:0;background:none;color:inherit",
        )
        live = highlight(self.code, PythonLexer(), inline)
        return live.replace("<pre", '<pre tabindex="0"', 1)

    def _repr_page_(self) -> str:
        """Rend le code avec les classes de Pygments, que le thème du site colore."""
        code = highlight(self.code, PythonLexer(), HtmlFormatter())
        code = code.replace("<pre", '<pre tabindex="0"', 1)
        return f'<div class="highlight-python notranslate">{code}</div>'

    def _ipython_display_(self) -> None:
        html = self._repr_page_() if is_page() else self._repr_html_()
        display({"text/html": html, "text/plain": self.code}, raw=True)


def show_source(obj: object, *methods: str) -> Source:
    """Renvoie le code de ``obj`` tel qu'il est testé, décorateurs de contrôle ôtés.

    Args:
        obj: fonction, méthode, classe ou module.
        methods: pour une classe, les seules méthodes à montrer.

    Raises:
        TypeError: si ``obj`` n'a pas de code Python lisible.
        ValueError: si la classe n'a pas l'une des méthodes.
    """
    try:
        source = inspect.getsource(_unwrapped(obj))
    except (TypeError, OSError) as error:
        raise TypeError(
            f"obj doit être une fonction, une classe ou un module écrits en Python, "
            f"reçu {type(obj).__name__}"
        ) from error
    source = textwrap.dedent(source).rstrip()
    return Source(_only(source, methods) if methods else source)


def show_kernel(name: str) -> Source:
    """Montre le texte d'un noyau Triton sans importer triton, qui peut manquer.

    Args:
        name: module et fonction, comme ``"steps.online"``.

    Raises:
        ValueError: aucun noyau de ce nom.
    """
    module, _, function = name.partition(".")
    path = Path(kernels.__file__).parent / "_triton" / f"{module}.py"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            lines = text.splitlines()[_start(node) - 1 : node.end_lineno]
            return Source(
                "\n".join(line.replace("  # fmt: skip", "") for line in lines)
            )
    known = sorted(p.stem for p in path.parent.glob("[!_]*.py"))
    raise ValueError(
        f"name doit nommer un noyau, « module.fonction », d'un module parmi "
        f"{', '.join(known)} ; reçu {name!r}"
    )


def _unwrapped(obj: object) -> object:
    """Retrouve la fonction sous ses décorateurs (jaxtyping, cache, propriété)."""
    if isinstance(obj, property):
        obj = obj.fget
    return inspect.unwrap(obj) if callable(obj) else obj


def _only(source: str, methods: tuple[str, ...]) -> str:
    """Garde l'en-tête d'une classe et les méthodes demandées, dans leur ordre."""
    lines, tree = source.splitlines(), ast.parse(source).body[0]
    found = {node.name: node for node in tree.body if hasattr(node, "name")}
    missing = [name for name in methods if name not in found]
    if not isinstance(tree, ast.ClassDef) or missing:
        raise ValueError(
            f"méthodes introuvables : {', '.join(missing) or ', '.join(methods)} ; "
            f"cette classe a {', '.join(found) or 'aucune méthode'}"
        )
    first = tree.body[1] if ast.get_docstring(tree) else tree.body[0]
    kept = lines[: _start(first) - 1]
    for node in tree.body:
        if getattr(node, "name", None) in methods:
            kept += ["", *lines[_start(node) - 1 : node.end_lineno]]
        elif hasattr(node, "name") and kept[-1] != "    ...":
            kept += ["", "    ..."]
    return "\n".join(_without_double_blanks(kept))


def _start(node: ast.stmt) -> int:
    """Donne la première ligne d'un nœud, décorateurs compris."""
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)])


def _without_double_blanks(lines: list[str]) -> list[str]:
    return [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if line.strip() or before.strip()
    ]
