"""D'un module Python aux paragraphes : docstrings, phrases des chaînes, commentaires.

Une chaîne compte comme prose si elle a au moins trois mots et l'air d'une phrase,
française ou anglaise : un message resté en anglais doit se voir. Une ligne qui porte
le commentaire ``# langue : libre`` est laissée de côté.
"""

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Iterator
from functools import lru_cache

from language.docstrings import docstring_paragraphs
from language.paragraphs import PLACEHOLDER, Paragraph, paragraph
from language.terms import ENGLISH

_FRENCH = """
le la les un une des du de et est sont ne pas qui que dans pour sur par avec
doit doivent faut il elle vous votre vos au aux ce cette ces sans se en
"""  # langue : libre
FRENCH = frozenset(_FRENCH.split())
ACCENTED = re.compile(r"[àâçéèêëîïôûùœ]", re.IGNORECASE)
LEAVE = re.compile(r"#\s*langue\s*:\s*libre")
CODE = re.compile(  # feuille de style, script, expression rationnelle
    r"[;{}]\s*$|^\s*[#.@][\w-]+\s*\{|\b[a-z-]+:\s*[^;\s]+;|\w\|\w|\\[wdsb(]|\(\?",
    re.MULTILINE,
)
QUOTED_CODE = re.compile(r"`+[^`]+`+")
MARKUP = re.compile(r"<[^<>]*>|\{\w*\}|%[sd]|&\w+;|https?://\S+")


def paragraphs(source: str) -> Iterator[Paragraph]:
    """Donne les docstrings d'un module, puis ses chaînes et ses commentaires."""
    for result in docstring_paragraphs(ast.parse(source)):
        result.identifiers = identifiers(source)
        yield result
    yield from code_paragraphs(source)


@lru_cache(maxsize=4)
def identifiers(source: str) -> frozenset[str]:
    """Réunit les noms d'un module et ses chaînes d'un seul mot (noms de moteurs…)."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        for name in ("id", "arg", "attr", "name"):
            value = getattr(node, name, None)
            found |= set(value.split(".")) if isinstance(value, str) else set()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {node.value} if node.value.isidentifier() else set()
    return frozenset(found | {"True", "False", "None"})


def code_paragraphs(source: str, first_line: int = 1) -> Iterator[Paragraph]:
    """Donne ce qu'un lecteur lit dans du code : phrases des chaînes, commentaires."""
    try:
        names = identifiers(source)
    except SyntaxError:  # cellule volontairement incomplète : rien à y lire
        return
    for read in (_strings, _comments):
        for result in read(source, first_line):
            result.identifiers = names
            yield result


def _comments(source: str, first_line: int) -> Iterator[Paragraph]:
    """Donne les commentaires : fragments où seules comptent les formes évitées."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not LEAVE.search(token.string):
            line = token.start[0] + first_line - 1
            result = paragraph([(line, token.string.lstrip("#: "))])
            result.comment = True
            yield result


def _strings(source: str, first_line: int) -> Iterator[Paragraph]:
    """Donne les chaînes qui ont l'air de phrases, hors docstrings et annotations."""
    tree = ast.parse(source)
    lines, hidden = source.splitlines(), _hidden(tree)
    for node in ast.walk(tree):
        if id(node) in hidden or not isinstance(node, ast.Constant | ast.JoinedStr):
            continue
        text = _value(node)
        span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        free = any(LEAVE.search(lines[k - 1]) for k in span)
        if not free and is_sentence(text):
            yield from _string(text, lines, span, first_line)


def _hidden(tree: ast.AST) -> set[int]:
    """Repère les chaînes à taire : docstrings, annotations, morceaux de f-strings."""
    nodes: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            nodes.append(node)
        elif isinstance(node, ast.JoinedStr):
            nodes += node.values
        elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
            nodes.append(node.annotation)
        elif isinstance(node, ast.FunctionDef) and node.returns:
            nodes.append(node.returns)
    return {id(child) for node in nodes for child in ast.walk(node)}


def _value(node: ast.Constant | ast.JoinedStr) -> str:
    """Donne le texte d'une chaîne ; ce qu'une f-string calcule devient une lettre."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(
        _value(part) if isinstance(part, ast.Constant) else PLACEHOLDER
        for part in node.values
    )


def is_sentence(text: str) -> bool:
    """Dit si une chaîne est une phrase à relire, plutôt qu'une clé ou du code."""
    if CODE.search(text):
        return False
    words = re.findall(r"[^\W\d_]+", MARKUP.sub(" ", text).lower())
    if len(words) < 3:
        return False
    known = sum(word in FRENCH for word in words)
    accents = sum(bool(ACCENTED.search(word)) for word in words)
    return known + accents >= 2 or sum(word in ENGLISH for word in words) >= 2


def _string(
    text: str, lines: list[str], span: range, first_line: int
) -> Iterator[Paragraph]:
    """Découpe une chaîne en lignes et retrouve chacune dans la source."""
    at = span.start
    text = QUOTED_CODE.sub(PLACEHOLDER, MARKUP.sub(" ", text))
    for piece in inspect.cleandoc(text).splitlines():
        if not piece.strip():
            continue
        result = Paragraph()
        for word in re.findall(r"\s*\S+", piece.strip()):
            at = _line_of(word.strip(), lines, at, span.stop)
            result.add(word, at + first_line - 1)
        yield result


def _line_of(word: str, lines: list[str], at: int, stop: int) -> int:
    """Cherche ``word`` à partir de la ligne ``at`` ; à défaut, y reste."""
    return next((k for k in range(at, stop) if word in lines[k - 1]), at)
