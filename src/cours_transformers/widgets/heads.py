"""Les têtes d'un modèle vues par BertViz : dans la page, JupyterLab et Colab.

Lettres : L couches, H têtes, T requêtes, S clés.
"""

from collections.abc import Callable, Sequence

from jaxtyping import Float
from torch import Tensor

from cours_transformers.widgets.embed import Embedded
from cours_transformers.widgets.heads_bertviz import take_apart
from cours_transformers.widgets.heads_check import (
    MapsAndTokens,
    check_heads,
    check_maps,
)
from cours_transformers.widgets.heads_hub import HubAttention, Unavailable
from cours_transformers.widgets.heads_live import LiveHeads
from cours_transformers.widgets.heads_page import describe, page_data, picture
from cours_transformers.widgets.html import Html
from cours_transformers.widgets.page import is_page

Maps = Sequence[Float[Tensor, "1 H T S"]]
Shown = Embedded | LiveHeads | Html


def head_view(
    attention_maps: Maps | HubAttention | Unavailable,
    tokens: Sequence[str] | None = None,
    *,
    context_tokens: Sequence[str] | None = None,
    layer: int = 0,
    heads: Sequence[int] | None = None,
    caption: str = "",
) -> Shown:
    """Relie chaque requête aux clés qu'elle lit, tête par tête, pour une couche.

    Args:
        attention_maps: les poids (1, H, T, S) de chaque couche, ce que rend
            ``attention_maps`` d'un modèle ; ou ce que rend ``hub_attention``.
        tokens: mots des T requêtes ; un texte vaut la liste de ses caractères.
        context_tokens: mots des S clés ; ceux des requêtes par défaut.
        layer: rang, depuis 0, de la couche montrée d'abord.
        heads: rangs, depuis 0, des têtes allumées d'abord ; toutes par défaut.
        caption: phrase affichée au-dessus de la vue.

    Raises:
        ValueError: si les formes, les mots ou les rangs ne s'accordent pas, si la
            phrase est trop longue, ou si la page dépasserait 60 000 octets.
    """
    if isinstance(attention_maps, Unavailable):
        return attention_maps
    maps = check_maps(attention_maps, tokens, context_tokens)
    check_heads(maps, layer, heads)
    options = {"layer": layer, "heads": None if heads is None else list(heads)}
    start = (layer, 0 if heads is None else heads[0])
    return _show("head_view", maps, options, start, caption)


def model_view(
    attention_maps: Maps | HubAttention | Unavailable,
    tokens: Sequence[str] | None = None,
    *,
    context_tokens: Sequence[str] | None = None,
    caption: str = "",
) -> Shown:
    """Montre toutes les têtes de toutes les couches ; un clic en agrandit une.

    Args:
        attention_maps: les poids (1, H, T, S) de chaque couche, ce que rend
            ``attention_maps`` d'un modèle ; ou ce que rend ``hub_attention``.
        tokens: mots des T requêtes ; un texte vaut la liste de ses caractères.
        context_tokens: mots des S clés ; ceux des requêtes par défaut.
        caption: phrase affichée au-dessus de la vue.

    Raises:
        ValueError: si les formes ou les mots ne s'accordent pas, si la phrase est trop
            longue, ou si la page dépasserait 60 000 octets.
    """
    if isinstance(attention_maps, Unavailable):
        return attention_maps
    maps = check_maps(attention_maps, tokens, context_tokens)
    return _show("model_view", maps, {"display_mode": "light"}, (0, 0), caption)


def _show(
    kind: str, maps: MapsAndTokens, options: dict, start: tuple[int, int], caption: str
) -> Shown:
    """Une interaction dans la page ; dans un carnet, le HTML de BertViz."""
    alt = describe(kind, maps, caption)
    view = _bertviz(kind)
    if view is None:
        return Html(
            "<p>Le paquet bertviz manque : exécutez <code>%pip install -q bertviz"
            f"</code>, puis relancez cette cellule.</p>{picture(maps, start)}",
            alt,
        )
    pieces = take_apart(view, **maps.for_bertviz(), **options)
    pieces.params["box"] = maps.box()
    if not is_page():
        return LiveHeads(pieces, alt, caption)
    data = page_data(kind, pieces, maps, caption)
    return Embedded("bertviz", data, alt, picture(maps, start))


def _bertviz(kind: str) -> Callable | None:
    """La vue du paquet bertviz ; ``None`` s'il manque au carnet.

    Raises:
        ImportError: s'il manque à la construction de la page.
    """
    try:
        import bertviz
    except ImportError as error:
        if is_page():
            raise ImportError(
                "bertviz manque : la page ne peut se passer de lui"
            ) from error
        return None
    return getattr(bertviz, kind)
