"""Sonder les têtes : que regarde chacune, en moyenne, dans des textes connus ?

Lettres : L couches, H têtes, B textes, T positions. Une sonde rend un nombre entre 0
et 1 par tête : le poids moyen donné à la place que cette tête regarderait si elle
faisait ce métier-là. Aucune ne dit à quoi la tête **sert** : il faut l'éteindre.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from cours_transformers.data.tales.probes import AgreementProbe
from cours_transformers.models.attention_lm import AttentionLanguageModel
from cours_transformers.tokenization.words import WordTokenizer, split_words

from .agreement import agreement_accuracy, network_scorer

Maps = Sequence[Float[Tensor, "B H T T"]]


def previous_token_scores(maps: Maps) -> Float[Tensor, "L H"]:
    """Poids moyen sur le token qui précède ; la première position n'en a pas."""
    before = [w.diagonal(-1, dim1=-2, dim2=-1) for w in maps]
    return torch.stack([w.mean(dim=(0, 2)) for w in before])


def induction_scores(maps: Maps, period: int) -> Float[Tensor, "L H"]:
    """Poids moyen sur ce qui avait suivi le même symbole, ``period`` pas plus tôt.

    Les textes sont une suite de ``period`` symboles distincts, dite deux fois : à la
    redite, la position t doit regarder t − period + 1 (Olsson, 2022).

    Raises:
        ValueError: les cartes ne sont pas celles d'une suite dite deux fois.
    """
    T = maps[0].shape[-1]
    if period < 2 or 2 * period != T:
        raise ValueError(
            f"maps : {2 * period} positions attendues pour period = {period} ≥ 2 ; "
            f"reçu {T}"
        )
    again = [w[:, :, period:].diagonal(1, dim1=-2, dim2=-1) for w in maps]
    return torch.stack([w.mean(dim=(0, 2)) for w in again])


def no_preference(T: int) -> float:
    """Poids moyen qu'une tête sans préférence donne au token précédent, sur T pas."""
    return sum(1 / (t + 1) for t in range(1, T)) / (T - 1)


@torch.no_grad()
def subject_scores(
    model: AttentionLanguageModel,
    probes: Sequence[AgreementProbe],
    tokenizer: WordTokenizer,
) -> tuple[Float[Tensor, "L H"], Float[Tensor, "L H"]]:
    """Poids moyens sur le sujet et sur le leurre, au moment de choisir le verbe."""
    subject, decoy = [], []
    for probe in probes:
        words = split_words(probe.prefix)
        that = words.index("que")  # « La souris que les chats… » : sujet, que, article
        maps = model.attention_maps(tokenizer.encode(probe.prefix)[None])
        last = torch.stack([w[0, :, -1] for w in maps])
        subject.append(last[..., that - 1])
        decoy.append(last[..., that + 2])
    return torch.stack(subject).mean(dim=0), torch.stack(decoy).mean(dim=0)


def known_probes(
    probes: Sequence[AgreementProbe], tokenizer: WordTokenizer
) -> list[AgreementProbe]:
    """Garde les sondes dont tous les mots sont connus."""
    return [
        p
        for p in probes
        if tokenizer.knows(p.prefix + p.right) and tokenizer.knows(p.prefix + p.wrong)
    ]


def agreement_by_words(
    model: nn.Module, probes: Sequence[AgreementProbe], tokenizer: WordTokenizer
) -> float:
    """Part des sondes où la bonne forme du verbe est jugée la plus probable.

    Raises:
        ValueError: aucune sonde.
    """
    score = network_scorer(model)

    def score_verb(tokens: Tensor, n: int) -> float:
        return score(tokens[: len(tokens) - n + 1], 1)  # sans ce qui suit le verbe

    return agreement_accuracy(score_verb, probes, tokenizer)
