"""Les remèdes à calcul égal : le budget compte tout, et les épreuves sont justes."""

import math
import re

import pytest
import torch
from torch import nn

from cours_transformers.data.associative import UNKNOWN
from cours_transformers.layers.block import BlockConfig
from cours_transformers.layers.efficient import (
    BigBird,
    Longformer,
    Strided,
    Window,
)
from cours_transformers.models.remedy_encoder import FEATURES, REMEDIES
from cours_transformers.training import remedies as r
from cours_transformers.training import remedy_costs as rc
from cours_transformers.training.cost_instruments import count_flops
from cours_transformers.training.costs import attention_cost, block_cost
from cours_transformers.training.remedy_tasks import MaskedTales, Recall
from cours_transformers.training.score import score_data

T, B = 64, 2
SHAPE = (B, r.N_HEADS, T, r.D_MODEL // r.N_HEADS)
BLOCK = BlockConfig(r.D_MODEL, r.N_HEADS, d_ff=r.D_FF)
RAPPEL = Recall(T=T, n_pairs=6, n_keys=8, n_values=5, tested=40)
CONTES = MaskedTales(T=T, tested=40)


def graine(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def une_attention(name: str, model: nn.Module) -> int:
    """FLOPs d'une couche, hors projections, par formule."""
    attend = model.encoder.blocks[0].attention.sublayer.attend
    patterns = {
        "none": Window(1), "window": Window(8), "strided": Strided(8),
        "longformer": Longformer(8, tuple(range(8))), "bigbird": BigBird(4),
    }  # fmt: skip
    if name in patterns:
        return rc.sparse_cost(patterns[name], *SHAPE).flops
    return {
        "exact": lambda: attention_cost("torch", *SHAPE),
        "linear": lambda: rc.linear_attention_cost(*SHAPE),
        "performer": lambda: rc.performer_cost(*SHAPE, FEATURES),
        "linformer": lambda: rc.linformer_cost(*SHAPE, T // 4),
        "reformer": lambda: rc.reformer_cost(attend, *SHAPE),
    }[name]().flops


@pytest.mark.parametrize("name", REMEDIES)
def test_le_compte_est_celui_des_formules(name):
    """Projections et feed-forward compris : rien n'est gratuit."""
    model = r.remedy_model(name, RAPPEL)
    tokens, _ = RAPPEL.batch(B, graine())
    one = block_cost(BLOCK, B, T).token_flops + une_attention(name, model)
    assert count_flops(lambda: model(tokens)) == r.N_LAYERS * one


def test_un_pas_compte_l_aller_le_retour_et_la_lecture():
    model = r.remedy_model("exact", RAPPEL)
    head = 2 * B * RAPPEL.n_pairs * r.D_MODEL * RAPPEL.vocabulary_size
    blocks = r.N_LAYERS * block_cost(BLOCK, B, T).training_flops
    assert r.step_flops(model, RAPPEL, B) == blocks + 3 * head
    assert all(p.grad is None for p in model.parameters())


@pytest.mark.parametrize("task", [RAPPEL, CONTES])
def test_le_budget_est_depense_et_jamais_depasse(task, monkeypatch):
    drawn, draw = [], type(task).batch

    def batch(self, n, generator):
        drawn.append(n)
        return draw(self, n, generator)

    monkeypatch.setattr(type(task), "batch", batch)
    budget, steps = 1.2e9, {}
    for name in ("exact", "linear"):
        drawn.clear()
        _, found = r.train_remedy(name, task, budget=budget, lr=1e-3, batch_size=B)
        steps[name] = found.steps
        spent = found.steps * found.flops_per_step
        assert spent <= budget < spent + found.flops_per_step
        tested = task is RAPPEL  # sa note tire aussi un lot
        assert len(drawn) == found.steps + 1 + tested
        assert len(found.losses) == found.steps
    assert steps["exact"] < steps["linear"]


def test_le_meme_depart_donne_la_meme_arrivee():
    first, again, other = (
        r.train_remedy("window", RAPPEL, budget=2e9, lr=1e-3, seed=s, batch_size=B)[1]
        for s in (0, 0, 1)
    )
    assert first.losses == again.losses and first.score == again.score
    assert first.losses != other.losses
    assert set(first.row()) == {
        "remedy", "lr", "seed", "steps", "flops_per_step", "score", "seconds",
    }  # fmt: skip


class Devin(nn.Module):
    """Répond par ``answer(tokens)``, la suite des tokens prédits."""

    def __init__(self, answer, vocabulary_size):
        super().__init__()
        self.answer, self.head, self.V = answer, nn.Identity(), vocabulary_size

    def forward(self, tokens):
        """Rend des logits presque certains."""
        return 100.0 * nn.functional.one_hot(self.answer(tokens), self.V)


def suivant_de_la_meme_cle(tokens):
    """Le token qui suit l'autre place où paraît la même clé."""
    same = tokens[:, :, None] == tokens[:, None, :]
    same &= ~torch.eye(tokens.shape[1], dtype=torch.bool)
    other = same.double().argmax(dim=-1)
    return tokens.gather(1, (other + 1).clamp(max=tokens.shape[1] - 1))


def test_qui_sait_lire_la_paire_a_tout_juste():
    model = Devin(suivant_de_la_meme_cle, RAPPEL.vocabulary_size)
    assert RAPPEL.score(model) == 1
    right, distance = RAPPEL.answered(model)
    assert len(right) == 40 * RAPPEL.n_pairs
    assert distance.min() >= 1 and distance.max() < T
    shuffled = Devin(lambda t: torch.full_like(t, 9), RAPPEL.vocabulary_size)
    assert abs(RAPPEL.score(shuffled) - 1 / 5) < 0.08


def test_la_distance_est_celle_de_la_paire():
    _, distance = RAPPEL.answered(Devin(lambda t: t, RAPPEL.vocabulary_size))
    tokens, answers = RAPPEL.batch(40, graine(10_000))
    found = []
    for row, asked in zip(tokens.tolist(), (answers != UNKNOWN).tolist(), strict=True):
        for t in (t for t in range(T) if asked[t]):
            other = next(s for s in range(T) if row[s] == row[t] and s != t)
            found.append(abs(other - t))
    assert distance.tolist() == found


def test_les_contes_caches_se_relisent_dans_le_corpus():
    """Les réponses remises à leur place redonnent un extrait, lettre pour lettre."""
    tokens, answers = CONTES.batch(60, graine())
    hidden, data = answers != UNKNOWN, score_data()
    assert (hidden.sum(dim=1) == round(0.15 * T)).all()
    assert (tokens[hidden] == CONTES.vocabulary_size - 1).all()
    assert (tokens[~hidden] < CONTES.vocabulary_size - 1).all()
    text = data.tokenizer.decode(data.train)
    for row in torch.where(hidden, answers, tokens):
        assert data.tokenizer.decode(row) in text
    assert (hidden.sum(dim=0) > 0).all()  # toutes les places, du début à la fin


def test_la_note_des_contes_vient_de_la_validation_et_se_compte_en_bits():
    V = CONTES.vocabulary_size
    uniform = Devin(lambda t: t, V)
    uniform.forward = lambda t: torch.zeros(*t.shape, V)
    assert CONTES.score(uniform) == pytest.approx(math.log2(V), abs=1e-5)
    seen = []
    uniform.forward = lambda t: seen.append(t) or torch.zeros(*t.shape, V)
    CONTES.score(uniform)
    data = score_data()
    decode = data.tokenizer.decode
    for row in torch.cat(seen):
        letters = (re.escape(decode(x[None])) if x < V - 1 else "." for x in row)
        pattern = re.compile("".join(letters), re.DOTALL)
        assert pattern.search(decode(data.validation))
    assert len(torch.cat(seen)) == 40


def test_quelques_pas_apprennent():
    _, found = r.train_remedy("window", CONTES, budget=4e9, lr=3e-3)
    assert sum(found.losses[-5:]) < 0.85 * sum(found.losses[:5])


@pytest.mark.sans_jaxtyping
def test_un_budget_trop_petit_est_refuse():
    with pytest.raises(ValueError, match=r"au moins dix pas.*soit 0 pas"):
        r.train_remedy("exact", RAPPEL, budget=1e3, lr=1e-3)
