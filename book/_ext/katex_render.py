r"""KaTeX pendant la construction : une formule LaTeX devient du HTML et du MathML.

KaTeX tourne dans un moteur V8 embarqué ; la page publiée n'exécute aucun script pour
ses formules. Les commandes `\Q`, `\K`, `\V` (matrices) et `\vq`, `\vk`, `\vv`
(vecteurs) donnent aux requêtes, aux clés et aux valeurs leur couleur.
"""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path

from py_mini_racer import JSEvalException, MiniRacer

KATEX = Path(__file__).resolve().parents[1] / "_vendor" / "katex"

MACROS = {
    command: rf"\htmlClass{{lettre-{letter}}}{{{symbol}}}"
    for letter in "qkv"
    for command, symbol in (
        (f"\\{letter.upper()}", letter.upper()),
        (f"\\v{letter}", letter),
    )
}

REFUSED = "#c00001"  # couleur que KaTeX donne aux commandes qu'il n'exécute pas

DRIVER = f"""
const ALLOWED = ["htmlExtension", "unicodeTextInMathMode"];
function renderFormula(tex, display, macros) {{
  return katex.renderToString(tex, {{
    displayMode: display,
    output: "htmlAndMathml",
    throwOnError: true,
    errorColor: "{REFUSED}",
    strict: (code) => (ALLOWED.includes(code) ? "ignore" : "error"),
    trust: (context) => context.command === "\\\\htmlClass",
    macros: JSON.parse(macros),
  }});
}}
"""

# KaTeX décompose « é » en « e » et un accent : illisible pour une synthèse vocale.
ACCENTS = {
    "ˊ": "\u0301",
    "ˋ": "\u0300",
    "^": "\u0302",
    "ˆ": "\u0302",
    "¨": "\u0308",
    "¸": "\u0327",
}
ACCENTED = re.compile(
    r'<mover accent="true"><mtext>(\w)</mtext><mo>(['
    + "".join(map(re.escape, ACCENTS))
    + r"])</mo></mover>"
)


class FormulaError(ValueError):
    """Formule que KaTeX refuse."""


@cache
def _engine() -> MiniRacer:
    engine = MiniRacer()
    engine.eval((KATEX / "katex.min.js").read_text("utf8"))
    engine.eval(DRIVER)
    return engine


def _detail(error: Exception) -> str:
    """Motif du refus, sans la pile d'appels de JavaScript."""
    line = next((line for line in str(error).splitlines() if "Error" in line), "")
    return re.sub(r"^.*(?:KaTeX parse error|Error): ", "", line) or str(error)


def _speakable(html: str) -> str:
    """Recompose dans le MathML les lettres accentuées du texte."""

    def compose(match: re.Match[str]) -> str:
        letter = unicodedata.normalize(
            "NFC", match[1].replace("ı", "i") + ACCENTS[match[2]]
        )
        return f"<mtext>{letter}</mtext>"

    return ACCENTED.sub(compose, html).replace("</mtext><mtext>", "")


@cache
def render(tex: str, display: bool) -> str:
    """Rend une formule ; le résultat est gardé pour toute la construction.

    Raises:
        FormulaError: formule illisible, avec le motif donné par KaTeX.
    """
    try:
        html = str(_engine().call("renderFormula", tex, display, json.dumps(MACROS)))
    except JSEvalException as error:
        raise FormulaError(
            f"formule illisible « {tex} » (motif donné par KaTeX : {_detail(error)})"
        ) from None
    if REFUSED in html:
        raise FormulaError(f"formule « {tex} » : commande interdite dans le livre")
    return _speakable(html)
