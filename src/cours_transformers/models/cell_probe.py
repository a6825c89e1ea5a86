"""Quelle cellule d'une LSTM suit quel trait du texte : une corrélation, rien de plus.

Lettres : T caractères, d cellules.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cours_transformers.models.recurrent_lm import RecurrentLanguageModel
from cours_transformers.tokenization.characters import CharacterTokenizer


def text_traits(text: str) -> dict[str, Float[Tensor, " T"]]:
    """Quatre traits de chaque caractère : espace, mot, dialogue, phrase.

    ``début de mot`` vaut 1 sur une espace ; ``longueur du mot`` compte ses lettres déjà
    lues ; ``dialogue`` vaut 1 de « à » ; ``longueur de la phrase`` compte ses signes.
    """
    rows, word, sentence, quoted = [], 0, 0, False
    for sign in text:
        word = word + 1 if sign.isalpha() else 0
        sentence = 0 if sign in ".!?\n" else sentence + 1
        quoted = sign == "«" or (quoted and sign != "»")
        rows.append((float(sign == " "), float(word), float(quoted), float(sentence)))
    names = ("début de mot", "longueur du mot", "dialogue", "longueur de la phrase")
    return dict(zip(names, torch.tensor(rows).unbind(1), strict=True))


@torch.no_grad()
def cells_that_follow(
    model: RecurrentLanguageModel,
    tokens: Int[Tensor, " T"],
    tokenizer: CharacterTokenizer,
) -> tuple[dict[str, int], dict[str, float]]:
    """Pour chaque trait, le rang de la cellule la plus corrélée, et sa corrélation.

    La corrélation est celle de Pearson, entre tanh(c) et le trait ; une cellule ne
    sert qu'une fois. Elle peut être négative : la cellule dit alors le contraire.

    Raises:
        ValueError: la première récurrence du modèle n'est pas une LSTM.
    """
    layer = model.layers[0]
    if not hasattr(layer, "gates"):
        raise ValueError(
            f"model doit avoir une LSTM pour première couche ; "
            f"reçu {type(layer).__name__}"
        )
    cells = layer.gates(model.embedding(tokens[None])).c[0].tanh()  # (T, d)
    ranks, correlations = {}, {}
    for name, trait in text_traits(tokenizer.decode(tokens)).items():
        found = correlation(cells, trait)
        found[list(ranks.values())] = 0.0
        ranks[name] = int(found.abs().argmax())
        correlations[name] = float(found[ranks[name]])
    return ranks, correlations


def correlation(
    cells: Float[Tensor, "T d"], trait: Float[Tensor, " T"]
) -> Float[Tensor, " d"]:
    """Corrélation de Pearson de chaque colonne avec ``trait`` ; 0 si l'un est fixe."""
    cells, trait = cells - cells.mean(dim=0), trait - trait.mean()
    norms = cells.norm(dim=0) * trait.norm()
    return torch.where(norms > 0, trait @ cells / norms.clamp_min(1e-30), 0.0)
