"""La loi de la lettre suivante, d'un modèle qui prédit des morceaux.

Un morceau prédit en dit plusieurs lettres d'un coup. Pour parier lettre à lettre, on
additionne tout ce qui commence par la même lettre :

    P(texte[:t] c) ≈ Σ_s P(texte[:s]) Σ_{w commence par texte[s:t] c} P(w | texte[:s])

où s est la place où commence le dernier morceau, que la lettre c coupe peut-être.
Lettres : t caractères du texte, V de l'alphabet.
"""

from collections.abc import Iterator

import torch
from jaxtyping import Float
from torch import Tensor, nn

from cours_transformers.tokenization.characters import CharacterTokenizer
from cours_transformers.tokenization.pieces import PieceTokenizer


@torch.no_grad()
def letter_table(
    model: nn.Module,
    tokenizer: PieceTokenizer,
    text: str,
    alphabet: str,
    before: str = "\n",
) -> Float[Tensor, "t V"]:
    """Donne la loi de chaque lettre de ``text`` selon celles qui la précèdent.

    Le texte déjà lu est découpé comme ``tokenizer`` le découpe ; les autres façons de
    l'épeler, presque impossibles pour un modèle qui a appris, sont négligées.

    Args:
        before: ce que le modèle a lu avant le texte ; par défaut, une fin de ligne.

    Raises:
        ValueError: texte vide, ou caractère hors de l'alphabet ou des morceaux.
    """
    ranks = CharacterTokenizer(alphabet).encode(text)  # refuse un signe inconnu
    if unknown := {piece[0] for piece in tokenizer.pieces} - set(alphabet):
        raise ValueError(f"alphabet : il y manque {sorted(unknown)}, que lit le modèle")
    readings = [_read(model, tokenizer, before, text[:s]) for s in range(len(ranks))]
    longest = max(map(len, tokenizer.pieces))
    rows = []
    for t in range(len(ranks)):
        masses = torch.zeros(len(alphabet), dtype=torch.float64)
        for s in range(max(0, t - longest + 1), t + 1):
            joint, law = readings[s]
            weight = (joint - readings[t][0]).exp()  # relatif : rien ne déborde
            for letter, token in _continuations(tokenizer, text[s:t]):
                masses[alphabet.index(letter)] += weight * law[token]
        rows.append(masses / masses.sum())
    return torch.stack(rows).float()


def _read(
    model: nn.Module, tokenizer: PieceTokenizer, before: str, text: str
) -> tuple[Tensor, Tensor]:
    """Log-probabilité de ``text`` après ``before``, et loi du morceau suivant."""
    given = tokenizer.encode(before)
    tokens = torch.cat([given, tokenizer.encode(text)]) if text else given
    logs = model(tokens[None])[0].double().log_softmax(dim=-1)
    read = logs[len(given) - 1 : -1].gather(1, tokens[len(given) :, None])
    return read.sum(), logs[-1].exp()


def _continuations(tokenizer: PieceTokenizer, start: str) -> Iterator[tuple[str, int]]:
    """La lettre qui suit ``start`` dans chaque morceau qui commence par lui."""
    for token, piece in enumerate(tokenizer.pieces):
        if len(piece) > len(start) and piece.startswith(start):
            yield piece[len(start)], token
