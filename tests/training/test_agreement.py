"""Les sondes d'accord : qui sait la suite gagne toujours, qui sait l'autre jamais."""

import pytest
import torch
from torch import nn

from cours_transformers.data.tales import agreement_pairs, tales
from cours_transformers.models.ngram import NGram
from cours_transformers.training.agreement import (
    agreement_accuracy,
    counting_scorer,
    network_scorer,
)
from cours_transformers.training.score import score_data


class Oracle(nn.Module):
    """Un modèle qui connaît les bonnes suites, et trouve le reste improbable."""

    def __init__(self, texts):
        super().__init__()
        self.encoded = [score_data().tokenizer.encode(text) for text in texts]

    def forward(self, tokens):
        """Donne 9 à la suite connue, 0 au reste."""
        logits = torch.zeros(*tokens.shape, score_data().tokenizer.vocabulary_size)
        for text in self.encoded:
            n = tokens.shape[1]
            if text[:n].tolist() == tokens[0].tolist():
                logits[0, torch.arange(n), text[1 : n + 1]] = 9.0
        return logits


@pytest.fixture
def probes():
    return agreement_pairs(tales(), 4, (1,))


@pytest.mark.parametrize("said", ["right", "wrong"])
def test_qui_connait_une_suite_la_prefere_toujours(probes, said):
    score = network_scorer(Oracle([p.prefix + getattr(p, said) for p in probes]))
    found = agreement_accuracy(score, probes, score_data().tokenizer)
    assert found == (said == "right")


@pytest.mark.sans_jaxtyping
def test_sans_sonde_il_n_y_a_pas_de_part():
    with pytest.raises(ValueError, match="probes doit compter au moins une sonde"):
        agreement_accuracy(lambda tokens, n: 0.0, [], score_data().tokenizer)


def test_la_note_d_un_ngramme_est_la_somme_de_ses_logarithmes():
    tokens = torch.tensor([0, 1, 2, 1, 0, 1, 2])
    model = NGram(2, 3).fit(tokens)
    score = counting_scorer(model)
    expected = sum(model.log_probabilities(tokens[:t])[tokens[t]] for t in (5, 6))
    assert score(tokens, 2) == pytest.approx(expected.item())
