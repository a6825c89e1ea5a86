"""Formules lisibles par MathJax 2 (JupyterLab, Colab) comme par KaTeX."""

import re

# Une lettre, une couleur : les mêmes que sur le site (thème clair).
COLORS = {"q": "#0072B2", "k": "#B04A00", "v": "#006B4C"}
MACRO = re.compile(r"\\(?:(?P<matrix>[QKV])|v(?P<vector>[qkv]))(?![A-Za-z])")


def expand(formula: str) -> str:
    r"""Remplace ``\Q``, ``\vq``… par leur lettre en couleur.

    L'accolade intérieure sert MathJax 2, dont ``\color`` attend deux arguments.
    """

    def letter(match: re.Match) -> str:
        matrix, vector = match["matrix"], match["vector"]
        body = matrix or vector
        return rf"{{\color{{{COLORS[body.lower()]}}}{{{body}}}}}"

    return MACRO.sub(letter, formula)


def inline(formula: str) -> str:
    """Formule dans la phrase, sur une ligne : une citation y mettrait un « > »."""
    return "$" + " ".join(expand(formula).split()) + "$"


def display(formula: str, tag: str = "", *, one_line: bool = False) -> str:
    """Formule hors texte, avec le numéro que lui donne le site."""
    body = expand(formula.strip())
    if r"\\" in re.sub(r"\\begin\{(\w+)\}.*?\\end\{\1\}", "", body, flags=re.DOTALL):
        body = f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"
    if tag:
        body += f" \\tag{{{tag}}}"
    if one_line:
        return "$$ " + " ".join(body.split()) + " $$"
    return f"$$\n{body}\n$$"
