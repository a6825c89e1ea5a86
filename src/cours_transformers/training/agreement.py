"""Sonder l'accord : un modèle préfère-t-il la bonne suite à l'autre ?"""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Int
from torch import Tensor, nn

from cours_transformers.models.ngram import NGram
from cours_transformers.tokenization.tokenizer import Tokenizer
from cours_transformers.tokenization.words import WordTokenizer

# Donne la log-probabilité (en nats) des n derniers tokens d'un texte.
Scorer = Callable[[Int[Tensor, " t"], int], float]


def network_scorer(model: nn.Module) -> Scorer:
    """Note la fin d'un texte selon un réseau qui rend des logits (B, T, V)."""

    @torch.inference_mode()
    def score(tokens: Tensor, n: int) -> float:
        logs = model(tokens[None, :-1])[0].log_softmax(dim=-1)
        return logs[-n:].gather(1, tokens[-n:, None]).sum().item()

    return score


def counting_scorer(model: NGram) -> Scorer:
    """Note la fin d'un texte selon un n-gramme."""

    def score(tokens: Tensor, n: int) -> float:
        places = range(len(tokens) - n, len(tokens))
        return sum(
            model.log_probabilities(tokens[max(t - model.order, 0) : t])[tokens[t]]
            for t in places
        ).item()

    return score


@runtime_checkable
class Probe(Protocol):
    """Un début et ses deux suites, dont aucune ne commence l'autre."""

    prefix: str
    right: str
    wrong: str


def agreement_accuracy(
    score: Scorer, probes: Sequence[Probe], tokenizer: Tokenizer | WordTokenizer
) -> float:
    """Part des sondes où la bonne suite est jugée plus probable ; le hasard : 0,5.

    Les deux suites se notent à partir du premier token qui les distingue.

    Raises:
        ValueError: aucune sonde.
    """
    if not probes:
        raise ValueError("probes doit compter au moins une sonde ; reçu 0")
    won = 0
    for p in probes:
        ids = [tokenizer.encode(p.prefix + form) for form in (p.right, p.wrong)]
        same = _common(*(one.tolist() for one in ids))
        right, wrong = (score(one, len(one) - same) for one in ids)
        won += right > wrong
    return won / len(probes)


def _common(a: list[int], b: list[int]) -> int:
    """Compte les tokens communs, depuis le début."""
    return next(n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y)
