"""La vue de BertViz dans un carnet, avec les adresses d'où il charge ses scripts."""

import json
from html import escape

from IPython.display import display

from cours_transformers.widgets.heads_bertviz import Pieces

WAITING = (
    "Chargement de BertViz… Si rien ne vient, la connexion au réseau manque : ses "
    "bibliothèques (d3, jQuery) ne sont pas dans le carnet."
)
# Dans JupyterLab, un script ajouté n'attend pas les précédents : on attend donc
# require.js soi-même, au lieu de supposer qu'il est là.
SCRIPT = """(function () {{
const params = {params};
const root = document.getElementById(params.root_div_id);
function draw(require, requirejs) {{
{config}
requirejs(["jquery", "d3"], function () {{
root.parentNode.querySelector(".tetes-attente").remove();
{code}
}});
}}
if (window.requirejs) {{ draw(window.requirejs, window.requirejs); return; }}
const script = document.createElement("script");
script.src = "{require}";
script.onload = function () {{ draw(window.requirejs, window.requirejs); }};
document.head.append(script);
}})();"""


class LiveHeads:
    """HTML d'une vue, à afficher dans JupyterLab ou dans Colab."""

    def __init__(self, pieces: Pieces, alt: str, caption: str):
        self.text = alt
        params = json.dumps(pieces.params, ensure_ascii=False)
        script = SCRIPT.format(
            # Un mot de la phrase ne doit pas pouvoir fermer le script.
            params=params.replace("</", "<\\/").replace("<!--", "<\\u0021--"),
            config=pieces.config,
            code=pieces.code,
            require=pieces.require,
        )
        above = f"<p>{escape(caption)}</p>" if caption else ""
        self.html = (
            f'<div role="group" aria-label="{escape(alt)}">{above}'
            f'<p class="tetes-attente">{WAITING}</p>{pieces.markup}</div>'
            f"<script>{script}</script>"
        )

    def _repr_html_(self) -> str:
        return self.html

    def _ipython_display_(self) -> None:
        display({"text/html": self.html, "text/plain": self.text}, raw=True)
