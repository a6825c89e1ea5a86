"""Le HTML du paquet BertViz, séparé en morceaux et adapté par nos tables."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from cours_transformers.widgets.heads_tables import CODE, FRENCH_LAYER, LAYER, MARKUP

PARAMS = re.compile(r"const params = (\{.*\}); // HACK.*")
REQUIRE_CONFIG = re.compile(r"require\.config\(\{.*?\}\);\n*", re.DOTALL)
HTML = re.compile(
    r'<script src="(?P<require>[^"]*)"></script>\s*(?P<markup><div.*</div>)\s*'
    r'<script type="text/javascript">(?P<code>.*)</script>\s*',
    re.DOTALL,
)


@dataclass(frozen=True)
class Pieces:
    """Une vue de BertViz : son balisage, son code et ce que le code reçoit.

    ``code`` est le corps d'une fonction de ``requirejs`` et de ``params`` ; ``config``
    et ``require`` tiennent les adresses d'où BertViz charge d3, jQuery et require.js.
    """

    markup: str
    code: str
    params: dict
    config: str
    require: str


def take_apart(view: Callable, **arguments: object) -> Pieces:
    """Appelle ``view``, du paquet bertviz, et sépare ce qu'il rend, une fois adapté.

    Raises:
        RuntimeError: si cette version de bertviz n'écrit pas ce que l'on sait adapter.
    """
    kind = view.__name__
    html = HTML.fullmatch(view(**arguments, html_action="return").data.strip())
    found = html and PARAMS.search(html["code"])
    config = html and REQUIRE_CONFIG.search(html["code"])
    if not found or not config:
        raise RuntimeError(_unknown(kind, "sa disposition"))
    code = html["code"].replace(found[0], "").replace(config[0], "")
    labels = {LAYER: FRENCH_LAYER} if kind == "head_view" else {}
    markup = _replace(kind, html["markup"], MARKUP | labels)
    return Pieces(
        markup=re.sub(r"\s*\n\s*", "", markup),
        code=_lighter(_replace(kind, code, CODE[kind])),
        params=json.loads(found[1]),
        config=config[0],
        require=html["require"],
    )


def _replace(kind: str, text: str, table: dict[str, str]) -> str:
    """Remplace chaque morceau, en exigeant qu'il soit là."""
    for old, new in table.items():
        if old not in text:
            raise RuntimeError(_unknown(kind, repr(old)))
        text = text.replace(old, new)
    return text


def _lighter(code: str) -> str:
    """Ôte l'en-tête, les lignes de commentaire et les retraits : un tiers du poids."""
    lines = re.sub(r"/\*\*.*?\*/", "", code, flags=re.DOTALL).splitlines()
    kept = (line.strip() for line in lines)
    return "\n".join(line for line in kept if line and not line.startswith("//"))


def _unknown(kind: str, what: str) -> str:
    return (
        f"{kind} : {what} a changé dans cette version de bertviz ; le cours connaît la "
        "version 1.4.1 (%pip install bertviz==1.4.1)"
    )
