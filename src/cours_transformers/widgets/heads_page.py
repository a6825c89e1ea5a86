"""Ce que la page reçoit d'une vue des têtes : données, phrase et image de repli."""

from cours_transformers.visualization.attention import plot_attention
from cours_transformers.widgets.heads_bertviz import Pieces
from cours_transformers.widgets.heads_check import MapsAndTokens

PRINTED = 16  # mots au plus dans l'image qui remplace la vue
SCALE = 1000  # la page reçoit des millièmes


def page_data(kind: str, pieces: Pieces, maps: MapsAndTokens, caption: str) -> dict:
    """Ce que reçoit la page : le code de BertViz, et des poids en millièmes.

    Les zéros de fin de ligne, la moitié d'une carte causale, ne s'écrivent pas.
    """
    params = dict(pieces.params)
    identifier = params.pop("root_div_id")
    (shown,) = params.pop("attention")
    rows = [
        [[_thousandths(row) for row in head] for head in layer]
        for layer in shown["attn"]
    ]
    return {
        "view": kind,
        "caption": caption,
        "markup": pieces.markup.replace(f' id="{identifier}"', ""),
        "code": pieces.code,
        "params": params,
        "queries": shown["left_text"],
        "keys": shown["right_text"],
        "weights": rows,
    }


def _thousandths(row: list[float]) -> list[int]:
    counts = [round(SCALE * weight) for weight in row]
    while counts and not counts[-1]:
        counts.pop()
    return counts


def describe(kind: str, maps: MapsAndTokens, caption: str) -> str:
    """Dit ce que montre la vue, sans la souris ni les couleurs."""
    L, H = len(maps.weights), maps.weights[0].shape[0]
    what = {
        "head_view": f"Des traits, une couleur par tête, relient chaque mot aux mots "
        f"qu'il lit : {H} têtes, une couche à la fois parmi {L}.",
        "model_view": f"Une vignette par tête, {L} couches en lignes et {H} têtes en "
        "colonnes : des traits relient chaque mot aux mots qu'il lit.",
    }[kind]
    return f"{what} {caption}".strip()


def picture(maps: MapsAndTokens, start: tuple[int, int]) -> str:
    """Carte d'une tête, lue sans JavaScript et à l'impression."""
    layer, head = start
    queries, keys = maps.queries[:PRINTED], maps.keys[:PRINTED]
    shown = maps.weights[layer][head, : len(queries), : len(keys)]
    title = f"couche {layer + 1}, tête {head + 1}"
    if len(queries) < len(maps.queries) or len(keys) < len(maps.keys):
        title += f", {PRINTED} premiers mots"
    return plot_attention(shown, queries, keys, [title])._repr_html_()
