"""Ce qu'une vue des têtes accepte : des poids, des mots, et leurs longueurs."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from cours_transformers.widgets.heads_hub import HubAttention

MAX_TOKENS, MAX_LINES, MAX_LETTERS = 64, 60_000, 16
PIXELS_PER_LETTER = 8.2  # largeur moyenne, prise large, d'une lettre de 15 pixels
VISIBLE = {"\n": "↵", "\t": "⇥"}


@dataclass(frozen=True)
class MapsAndTokens:
    """Poids (H, T, S) de chaque couche, arrondis au millième, et les mots à montrer."""

    weights: list[Tensor]
    queries: list[str]
    keys: list[str]

    def for_bertviz(self) -> dict:
        """Les arguments que le paquet bertviz attend."""
        maps = [weights[None] for weights in self.weights]
        if self.keys == self.queries:
            return {"attention": maps, "tokens": self.queries}
        return {
            "cross_attention": maps,
            "decoder_tokens": self.queries,
            "encoder_tokens": self.keys,
        }

    def box(self) -> int:
        """Largeur d'une colonne de mots, en pixels."""
        longest = max(len(word.strip()) for word in self.queries + self.keys)
        return max(40, round(PIXELS_PER_LETTER * longest + 14))


def check_maps(
    attention_maps: Sequence[Tensor] | HubAttention,
    tokens: Sequence[str] | None,
    context_tokens: Sequence[str] | None,
) -> MapsAndTokens:
    """Vérifie les formes, les valeurs et les longueurs, et rend les mots lisibles.

    Raises:
        ValueError: si quelque chose ne s'accorde pas, ou dépasse une limite.
    """
    if isinstance(attention_maps, HubAttention):
        attention_maps, tokens = attention_maps
    maps = _check_shapes(attention_maps)
    if tokens is None:
        raise ValueError("tokens manque : donnez les mots des requêtes")
    queries = [_visible(word) for word in tokens]
    keys = queries if context_tokens is None else [_visible(w) for w in context_tokens]
    H, T, S = maps[0].shape
    if len(queries) != T or len(keys) != S:
        raise ValueError(
            f"attention_maps a {T} requêtes et {S} clés, mais il y a {len(queries)} "
            f"mots de requête et {len(keys)} mots de clé"
        )
    if max(T, S) > MAX_TOKENS or len(maps) * H * T * S > MAX_LINES:
        raise ValueError(
            f"attention_maps : {len(maps)} couches, {H} têtes, {T} requêtes et {S} "
            f"clés font {len(maps) * H * T * S} traits ; il en faut {MAX_LINES} au "
            f"plus, et {MAX_TOKENS} mots au plus : raccourcissez la phrase"
        )
    return MapsAndTokens(maps, queries, keys)


def _check_shapes(attention_maps: Sequence[Tensor]) -> list[Tensor]:
    """Retire l'axe du lot et arrondit, après contrôle des formes et des valeurs."""
    maps = list(attention_maps)
    if not maps:
        raise ValueError(
            "attention_maps est vide : il faut les poids d'une couche au moins"
        )
    shapes = [tuple(weights.shape) for weights in maps]
    for rank, shape in enumerate(shapes):
        if len(shape) != 4 or shape[0] != 1 or 0 in shape:
            raise ValueError(
                f"attention_maps[{rank}] doit être de forme (1, H, T, S), reçu {shape} "
                "; choisissez une phrase du lot : weights[:1]"
            )
        if shape != shapes[0]:
            raise ValueError(
                f"attention_maps[{rank}] a la forme {shape}, mais la première couche a "
                f"{shapes[0]} : BertViz veut les mêmes têtes partout"
            )
    stacked = torch.stack([weights.detach().double().cpu()[0] for weights in maps])
    # La négation prend aussi un NaN.
    if not (stacked.min() >= 0 and stacked.max() <= 1 + 1e-3):
        raise ValueError(
            f"attention_maps doit tenir entre 0 et 1, reçu de {stacked.min():.3g} à "
            f"{stacked.max():.3g} ; donnez les poids, après le softmax"
        )
    return list(stacked.round(decimals=3))


def check_heads(maps: MapsAndTokens, layer: int, heads: Sequence[int] | None) -> None:
    """Refuse une couche ou des têtes qui n'existent pas."""
    L, H = len(maps.weights), maps.weights[0].shape[0]
    if not 0 <= layer < L:
        raise ValueError(f"layer doit être entre 0 et {L - 1}, reçu {layer}")
    if heads is not None and (not heads or not all(0 <= head < H for head in heads)):
        raise ValueError(
            f"heads doit donner des rangs entre 0 et {H - 1}, reçu {list(heads)}"
        )


def _visible(word: str) -> str:
    """Donne un signe à une espace, à un retour à la ligne ; coupe un mot trop long."""
    if not word.strip(" ▁Ġ"):
        return "␣"
    short = word if len(word) <= MAX_LETTERS else word[: MAX_LETTERS - 1] + "…"
    return VISIBLE.get(word, short)
