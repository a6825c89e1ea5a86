"""Modèles de langue : lots décalés, pas à la main, bits, état porté."""

import copy
import itertools
import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cours_transformers.models.recurrent_lm import RecurrentLanguageModel
from cours_transformers.training.language_model import (
    batches,
    bits_per_symbol,
    fit_language_model,
)


class Bigram(nn.Module):
    """Le plus court des modèles sans état : une table de logits."""

    def __init__(self, V: int = 6):
        super().__init__()
        self.table = nn.Embedding(V, V)

    def forward(self, tokens):
        """Logits lus dans la table."""
        return self.table(tokens)


class Window(nn.Module):
    """Prédit la somme des symboles visibles modulo V : révèle ce que l'on a montré."""

    def forward(self, tokens):
        """Logits d'autant plus tranchés que l'on a vu de symboles."""
        seen = torch.arange(1, tokens.shape[1] + 1)[:, None]
        return seen * F.one_hot(tokens.cumsum(dim=1) % 6, 6).float()


def text(n=200, V=6):
    return torch.randint(V, (n,))


def test_la_cible_est_l_entree_un_symbole_apres():
    tokens = torch.arange(50)
    generator = torch.Generator().manual_seed(0)
    seen = set()
    for inputs, targets in itertools.islice(batches(tokens, 8, 5, generator), 40):
        assert (targets == inputs + 1).all()
        assert (inputs == inputs[:, :1] + torch.arange(5)).all()
        seen |= set(inputs[:, 0].tolist())
    assert seen == set(range(45))  # toute fenêtre peut sortir, la dernière comprise


def test_deux_pas_egalent_ceux_d_adam_ecrits_a_la_main():
    tokens, model = text(), Bigram()
    by_hand = copy.deepcopy(model)
    losses = fit_language_model(
        model, tokens, steps=2, batch_size=4, context=7, lr=0.1, clip=0.05, seed=3
    )
    source = batches(tokens, 4, 7, torch.Generator().manual_seed(3))
    optimizer, want = torch.optim.Adam(by_hand.parameters(), lr=0.1), []
    for inputs, targets in itertools.islice(source, 2):
        loss = F.cross_entropy(by_hand(inputs).flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(by_hand.parameters(), 0.05)
        optimizer.step()
        want.append(loss.item())
    torch.testing.assert_close(model.table.weight, by_hand.table.weight)
    assert losses == pytest.approx(want)


def test_la_coupure_est_appliquee():
    tokens, moved = text(), []
    for clip in (None, 1e-9):  # un gradient plus petit que l'ε d'Adam : presque rien
        model = Bigram()
        before = model.table.weight.detach().clone()
        fit_language_model(model, tokens, steps=1, context=7, clip=clip)
        moved.append((model.table.weight - before).abs().max().item())
    assert moved[1] < moved[0] / 5


def test_apprend_un_texte_previsible_et_reproduit_sa_course():
    tokens, runs = torch.tensor([0, 1, 2, 3, 4, 5] * 30), []
    for _ in range(2):
        torch.manual_seed(0)
        model = RecurrentLanguageModel(6, 8, 16, "rnn")
        reported: list[tuple[int, float]] = []
        losses = fit_language_model(
            model, tokens, steps=60, batch_size=8, context=12, lr=0.03,
            progress=lambda *call, kept=reported: kept.append(call),
        )  # fmt: skip
        runs.append(losses)
    assert runs[0] == runs[1]
    assert reported == list(enumerate(losses, start=1))
    assert losses[0] > 1.4 and losses[-1] < 0.2
    assert bits_per_symbol(model, tokens) < 0.3


def test_un_modele_uniforme_coute_log2_de_v_bits():
    model = Bigram(8)
    nn.init.zeros_(model.table.weight)
    assert bits_per_symbol(model, text(V=8)) == pytest.approx(3)


@pytest.mark.parametrize("n", [2, 5, 9, 16, 17, 24, 143])
@pytest.mark.parametrize("context", [1, 2, 7, 8, 64])
def test_chaque_symbole_est_note_une_fois_quelle_que_soit_la_fenetre(n, context):
    model, tokens = Bigram(), text(n)
    want = F.cross_entropy(model(tokens[:-1]), tokens[1:]).item() / math.log(2)
    assert bits_per_symbol(model, tokens, context=context) == pytest.approx(want)


def test_chaque_symbole_a_au_moins_une_demi_fenetre_de_passe():
    tokens, context, stride = text(61), 8, 4
    want = 0.0
    for t in range(1, 61):
        # Fins de fenêtre possibles : 8, 12, 16… puis la fin du texte.
        end = min(
            max(context, context + stride * math.ceil((t - context) / stride)), 60
        )
        logits = Window()(tokens[None, end - context : t])[0, -1]
        want += F.cross_entropy(logits, tokens[t]).item() / math.log(2) / 60
    got = bits_per_symbol(Window(), tokens, context=context)
    assert got == pytest.approx(want, rel=1e-5)


@pytest.mark.parametrize("context", [1, 7, 64])
def test_l_etat_est_porte_tout_le_long_du_texte(context):
    model, tokens = RecurrentLanguageModel(6, 4, 8).double(), text(50)
    logits = model(tokens[None, :-1])[0]
    want = F.cross_entropy(logits, tokens[1:]).item() / math.log(2)
    assert bits_per_symbol(model, tokens, context=context) == pytest.approx(want)


def test_noter_laisse_le_modele_dans_son_mode():
    model = nn.Sequential(Bigram(), nn.Dropout(0.9))
    tokens = text(30)
    scores = {bits_per_symbol(model, tokens) for _ in range(3)}
    assert len(scores) == 1 and model.training and model[1].training
    model.eval()
    bits_per_symbol(model, tokens)
    assert not model.training


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 0}, "au moins un pas ; reçu 0"),
        ({"context": 0}, "doivent valoir au moins 1 ; reçu context=0"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"context": 20}, r"au moins 21 symboles.*reçu \(20,\)"),
        ({"clip": 0.0}, "max_norm doit être strictement positif ; reçu 0.0"),
    ],
)
def test_refuse_un_reglage_impossible(options, message):
    options = {"steps": 1, "context": 5} | options
    with pytest.raises(ValueError, match=message):
        fit_language_model(Bigram(), text(20), **options)


@pytest.mark.sans_jaxtyping
def test_une_perte_qui_diverge_dit_quand_et_quoi_essayer():
    model = Bigram()
    calls = itertools.count(1)
    model.register_forward_hook(
        lambda _, __, logits: logits * (float("nan") if next(calls) == 3 else 1.0)
    )
    with pytest.raises(ValueError, match=r"nan au pas 3 ; essayez un lr plus petit.*5"):
        fit_language_model(model, text(), steps=5, lr=5.0)


@pytest.mark.sans_jaxtyping
def test_refuse_de_noter_sans_texte():
    with pytest.raises(ValueError, match=r"au moins 2 symboles.*reçu \(1,\)"):
        bits_per_symbol(Bigram(), text(1))
    with pytest.raises(ValueError, match="context doit valoir au moins 1 ; reçu 0"):
        bits_per_symbol(Bigram(), text(), context=0)
