"""Sonder l'accord : un modèle préfère-t-il la suite au bon nombre ?"""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Int
from torch import Tensor, nn

from cours_transformers.data.tales.probes import AgreementProbe
from cours_transformers.models.ngram import NGram
from cours_transformers.tokenization.characters import CharacterTokenizer

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


def agreement_accuracy(
    score: Scorer, probes: Sequence[AgreementProbe], tokenizer: CharacterTokenizer
) -> float:
    """Part des sondes où la bonne suite est jugée plus probable ; le hasard : 0,5.

    Raises:
        ValueError: aucune sonde.
    """
    if not probes:
        raise ValueError("probes doit compter au moins une sonde ; reçu 0")
    won = [
        score(tokenizer.encode(p.prefix + p.right), len(p.right))
        > score(tokenizer.encode(p.prefix + p.wrong), len(p.wrong))
        for p in probes
    ]
    return sum(won) / len(won)
