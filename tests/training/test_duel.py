"""Le duel : mêmes tailles, mêmes lots, et une exactitude qui ne compte qu'une chose."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cours_transformers.data.tracking import UNKNOWN
from cours_transformers.training import duel
from cours_transformers.training.duel import (
    MODELS,
    RATES,
    STEP_TOKENS,
    TASKS,
    accuracy,
    duel_accuracy,
    duelist,
    learn,
)
from cours_transformers.training.duel_tasks import LENGTH, N_SYMBOLS


def parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


class Oracle(nn.Module):
    """Répond d'après le seul passé de chaque place, et se trompe partout ailleurs.

    ``shift`` : il répond ce qu'il fallait dire à la place d'à côté.
    """

    def __init__(self, task: str, shift: int = 0):
        super().__init__()
        self.answer, self.V = ANSWERS[task], TASKS[task].vocabulary_size
        self.shift = shift

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits d'un seul choix, sûr de lui."""
        said = [
            [self.answer(row[: t + 1], self.V) for t in range(len(row))]
            for row in tokens.tolist()
        ]
        said = torch.tensor(said).roll(self.shift, dims=1)
        return F.one_hot(said, self.V).float()


def recalled(past: list[int], V: int) -> int:
    """La valeur qui suivait la même clé ; sinon, un token qui n'est pas une réponse."""
    *before, last = past
    return before[before.index(last) + 1] if last in before[:-1] else V - 1


def copied(past: list[int], V: int) -> int:
    question, symbols = V - 1, [token for token in past if token < N_SYMBOLS]
    asked = past.count(question)
    return symbols[asked - 1] if asked else V - 1


ANSWERS = {"rappel": recalled, "copie": copied, "induction": recalled}


@pytest.mark.parametrize("task", TASKS)
def test_les_modeles_ont_la_meme_taille_a_cinq_pour_cent_pres(task):
    sizes = [parameters(duelist(name, task)) for name in MODELS]
    assert max(sizes) < 1.05 * min(sizes)
    assert 50_000 < min(sizes) < 100_000
    assert set(RATES) == set(MODELS)


@pytest.mark.parametrize("task", TASKS)
def test_tout_ce_qu_on_demande_se_trouve_dans_le_passe(task):
    """L'oracle ne lit que le passé ; il a tort partout où rien n'est demandé."""
    chosen = TASKS[task]
    for sizes in (*sum(chosen.exams.values(), ()), *chosen.lessons):
        tokens, answers = chosen.batch(
            9, generator=torch.Generator().manual_seed(1), **sizes
        )
        asked = answers != UNKNOWN
        found = Oracle(task)(tokens).argmax(dim=-1)
        assert (found == answers)[asked].all()
        assert asked.any(dim=1).all() and not asked[:, : sizes["T"] // 2].any()


@pytest.mark.parametrize("task", TASKS)
def test_l_exactitude_est_celle_des_seules_questions(task, monkeypatch):
    monkeypatch.setattr(duel, "TESTED", 100)
    sizes = next(iter(TASKS[task].exams.values()))[0]
    assert accuracy(Oracle(task), TASKS[task], sizes) == 1
    shifted = accuracy(Oracle(task, shift=1), TASKS[task], sizes)
    assert shifted < 0.3, "une réponse juste, mais un pas trop tard, ne vaut rien"


def test_un_modele_muet_repond_au_hasard():
    class Mute(nn.Module):
        def forward(self, tokens):
            generator = torch.Generator().manual_seed(0)
            n = TASKS["induction"].vocabulary_size
            return torch.rand(*tokens.shape, n, generator=generator)[..., :N_SYMBOLS]

    found = accuracy(Mute(), TASKS["induction"], {"T": LENGTH})
    assert abs(found - 1 / N_SYMBOLS) < 0.03


def seen_by(name: str, task: str, seed: int, steps: int) -> list[tuple]:
    """Les lots que ``learn`` donne à un modèle."""
    batches = []

    def batch(n, **sizes):
        drawn = TASKS[task].batch(n, **sizes)
        batches.append(drawn)
        return drawn

    learn(duelist(name, task), replace(TASKS[task], batch=batch), steps=steps,
          lr=1e-3, seed=seed)  # fmt: skip
    return batches


def test_tous_apprennent_sur_les_memes_lots():
    one, two = (seen_by(n, "rappel", 3, 4) for n in ("lstm", "mamba2"))
    for (tokens, answers), (same, answered) in zip(one, two, strict=True):
        assert torch.equal(tokens, same) and torch.equal(answers, answered)
        assert tokens.numel() == STEP_TOKENS
    other = seen_by("lstm", "rappel", 4, 4)
    assert not all(
        a.shape == b.shape and torch.equal(a, b)
        for (a, _), (b, _) in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("task", TASKS)
def test_l_epreuve_tire_d_autres_suites_que_la_lecon(task):
    chosen = TASKS[task]
    lesson = chosen.batch(
        8, generator=torch.Generator().manual_seed(0), **chosen.lessons[0]
    )
    drawn = []

    class Spy(nn.Module):
        def forward(self, tokens):
            drawn.append(tokens)
            return torch.zeros(*tokens.shape, chosen.vocabulary_size)

    accuracy(Spy(), chosen, chosen.lessons[0])
    rows = {tuple(row) for row in torch.cat(drawn).tolist()}
    assert not rows & {tuple(row) for row in lesson[0].tolist()}


def test_le_futur_ne_change_pas_le_passe():
    for name in MODELS:
        model = duelist(name, "copie").eval()
        tokens = torch.randint(18, (2, 40), generator=torch.Generator().manual_seed(0))
        changed = tokens.clone()
        changed[:, 30:] = (changed[:, 30:] + 1) % 18
        torch.testing.assert_close(model(tokens)[:, :30], model(changed)[:, :30])


@pytest.mark.parametrize("name", MODELS)
def test_chacun_sait_apprendre(name):
    """Une tâche minuscule : quatre tokens, deux symboles, quelques pas."""
    task = TASKS["induction"]
    small = replace(task, lessons=({"T": 4},))
    model = duelist(name, "induction")
    losses = learn(model, small, steps=40, lr=RATES[name])
    assert sum(losses[-5:]) < 0.5 * sum(losses[:5])
    assert accuracy(model, small, {"T": 4}) > 0.8


def test_une_graine_un_duel(monkeypatch):
    monkeypatch.setattr(duel, "TESTED", 50)
    first, again, other = (
        duel_accuracy("transformer", "copie", steps=3, seed=seed) for seed in (1, 1, 2)
    )
    assert first == again != other
    assert {name: len(found) for name, found in first.items()} == {"longueur": 4}


@pytest.mark.sans_jaxtyping
def test_ce_qui_ne_se_joue_pas_est_refuse():
    with pytest.raises(ValueError, match=r"model_name : l'un de .*lstm.* reçu 'gru'"):
        duel_accuracy("gru", "rappel", steps=1)
    with pytest.raises(ValueError, match=r"task : l'un de rappel, .* reçu 'tri'"):
        duel_accuracy("lstm", "tri", steps=1)
    with pytest.raises(ValueError, match="steps : au moins un pas ; reçu 0"):
        duel_accuracy("lstm", "rappel", steps=0)
