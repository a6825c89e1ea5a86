"""La boucle du GPT : reprise exacte, lots accumulés, taux, rappel vers zéro."""

import itertools
import math
from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

from cours_transformers.data.token_file import write_tokens
from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.training.cosine import cosine_factor
from cours_transformers.training.gpt_trainer import GPTRecipe, GPTTrainer
from cours_transformers.training.optimizer import adamw, decay_groups

V = 11
TOKENS = torch.randint(V, (400,), generator=torch.Generator().manual_seed(3))
RECIPE = GPTRecipe(steps=12, batch_size=4, context=8, warmup=2)


def trainer(recipe: GPTRecipe = RECIPE, dropout: float = 0.0, tokens=TOKENS):
    torch.manual_seed(0)
    block = BlockConfig(16, 2, dropout=dropout)
    return GPTTrainer(GPT(GPTConfig(V, 8, 2, block)), tokens, recipe)


def test_reprendre_ne_se_voit_pas(tmp_path):
    whole, first, second = (trainer(dropout=0.3) for _ in range(3))
    torch.manual_seed(7)
    whole.run()
    torch.manual_seed(7)
    first.run(5)
    torch.save(first.state(), tmp_path / "point.pt")
    torch.manual_seed(1234)
    second.load_state(torch.load(tmp_path / "point.pt", weights_only=True))
    second.run()
    assert second.losses == whole.losses
    for a, b in zip(second.model.parameters(), whole.model.parameters(), strict=True):
        assert torch.equal(a, b)


def test_accumuler_deux_lots_vaut_un_lot_double():
    one = trainer(replace(RECIPE, batch_size=4, accumulation=2))
    two = trainer(replace(RECIPE, batch_size=8))
    rows = [one._draw() for _ in range(2)]
    one._draw = iter(rows).__next__
    two._draw = lambda: tuple(torch.cat(part) for part in zip(*rows, strict=True))
    assert one.run(1)[0] == pytest.approx(two.run(1)[0], rel=1e-5)
    for a, b in zip(one.model.parameters(), two.model.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-6)


def test_un_extrait_ne_commence_que_la_ou_on_l_a_permis():
    torch.manual_seed(0)
    model = GPT(GPTConfig(400, 8, 1, BlockConfig(16, 2)))
    starts = torch.tensor([0, 17, 391])
    trainer = GPTTrainer(model, torch.arange(400), RECIPE, starts=starts)
    drawn = torch.cat([trainer._draw()[0][:, 0] for _ in range(20)])
    assert set(drawn.tolist()) == set(starts.tolist())


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("starts", [[], [-1], [0, 392]])
def test_un_debut_d_ou_l_extrait_deborde_est_refuse(starts):
    model = GPT(GPTConfig(400, 8, 1, BlockConfig(16, 2)))
    starts = torch.tensor(starts, dtype=torch.long)
    with pytest.raises(ValueError, match=r"starts doit .* de 0 à 391 ; reçu"):
        GPTTrainer(model, torch.arange(400), RECIPE, starts=starts)


def test_la_cible_est_l_entree_un_symbole_plus_loin():
    counting = trainer(tokens=torch.arange(11))
    inputs, targets = counting._draw()
    assert torch.equal(targets, inputs + 1)
    assert inputs.min() == 0, "le premier extrait possible est tiré"
    drawn = torch.cat([counting._draw()[1] for _ in range(20)])
    assert drawn.max() == 10, "et le dernier aussi"


def test_le_premier_pas_est_celui_d_une_boucle_ecrite_a_la_main():
    ours, theirs = trainer(), trainer()
    inputs, targets = theirs._draw()
    optimizer = torch.optim.AdamW(
        decay_groups(theirs.model, 0.1), lr=3e-3 / 2, betas=(0.9, 0.95)
    )
    loss = F.cross_entropy(theirs.model(inputs).flatten(0, 1), targets.flatten())
    loss.backward()
    torch.nn.utils.clip_grad_norm_(theirs.model.parameters(), 1.0)
    optimizer.step()
    assert ours.run(1)[0] == pytest.approx(loss.item(), rel=1e-6)
    for a, b in zip(ours.model.parameters(), theirs.model.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_seules_les_matrices_sont_rappelees_vers_zero():
    model = trainer().model
    matrices, others = decay_groups(model, 0.1)
    assert matrices["weight_decay"] == 0.1 and others["weight_decay"] == 0.0
    norms = {id(p) for n, p in model.named_parameters() if "norm" in n}
    assert norms <= {id(p) for p in others["params"]}
    listed = [id(p) for p in (*matrices["params"], *others["params"])]
    assert sorted(listed) == sorted({id(p) for p in model.parameters()})
    optimizer = adamw(model, lr=0.5, weight_decay=0.2)
    before = {n: p.detach().clone() for n, p in model.named_parameters()}
    for p in model.parameters():
        p.grad = torch.zeros_like(p)
    optimizer.step()  # sans gradient, il ne reste que le rappel
    for name, p in model.named_parameters():
        kept = 0.9 if p.ndim >= 2 else 1.0
        torch.testing.assert_close(p, kept * before[name], msg=name)


def test_le_cosinus_monte_puis_descend_jusqu_au_plancher():
    factor = [cosine_factor(s, 100, 10, 0.1) for s in range(1, 101)]
    assert factor[0] == 0.1 and factor[9] == 1.0
    assert factor[-1] == pytest.approx(0.1)
    assert factor[54] == pytest.approx(0.1 + 0.9 * (1 + math.cos(math.pi / 2)) / 2)
    assert all(a > b for a, b in itertools.pairwise(factor[9:]))
    assert cosine_factor(500, 100, 10) == pytest.approx(0.1)


def test_la_demi_precision_garde_des_poids_entiers():
    half = trainer(replace(RECIPE, precision="bfloat16"))
    full = trainer()
    assert half.run(3)[-1] == pytest.approx(full.run(3)[-1], abs=0.05)
    assert {p.dtype for p in half.model.parameters()} == {torch.float32}


def test_un_fichier_de_tokens_donne_les_memes_pertes(tmp_path):
    file = write_tokens(tmp_path / "contes.npy", TOKENS, V)
    assert file.path.stat().st_size < 400 + 200, "un octet par token"
    assert trainer(tokens=file).run(3) == trainer().run(3)


def test_les_bits_sont_ceux_du_modele():
    found = trainer()
    found.run(3)
    assert math.log2(V) - 1 < found.bits(TOKENS) < math.log2(V) + 1


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": 0}, "steps doit valoir au moins 1 ; reçu 0"),
        ({"accumulation": 0}, "accumulation doit valoir au moins 1"),
        ({"precision": "float8"}, "precision doit être l'une de : auto, float32"),
    ],
)
def test_une_recette_impossible_est_refusee(change, message):
    with pytest.raises(ValueError, match=message):
        replace(RECIPE, **change)


@pytest.mark.sans_jaxtyping
def test_les_erreurs_disent_ce_qui_manque():
    with pytest.raises(ValueError, match=r"au moins 9 symboles.*reçu 8"):
        trainer(tokens=TOKENS[:8])
    done = trainer()
    done.run()
    with pytest.raises(ValueError, match="reçu 0, après 12 pas sur 12"):
        done.run()
    with pytest.raises(ValueError, match=r"perte : .* au pas 2 ; essayez un lr plus"):
        trainer(replace(RECIPE, lr=1e30, warmup=0)).run()
    with pytest.raises(ValueError, match="weight_decay doit être ≥ 0 ; reçu -1"):
        adamw(done.model, 1e-3, -1)
    for bad in ({"step": 0}, {"warmup": 100}, {"floor": 2}):
        with pytest.raises(ValueError, match="0 ≤ warmup < total"):
            cosine_factor(**({"step": 1, "total": 100, "warmup": 10} | bad))
