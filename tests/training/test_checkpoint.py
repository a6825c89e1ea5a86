"""Points de reprise : les deux boucles reprennent, et un mauvais fichier est refusé."""

import os
from types import SimpleNamespace

import pytest
import torch

from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.models.transformer import Transformer, TransformerConfig
from cours_transformers.training.checkpoint import load_checkpoint, save_checkpoint
from cours_transformers.training.gpt_trainer import GPTRecipe, GPTTrainer
from cours_transformers.training.seq2seq_trainer import Seq2SeqTrainer

TOKENS = torch.arange(200) % 7


def draw(generator):
    """Un lot quelconque de quatre suites de trois tokens."""
    ids = torch.randint(1, 7, (4, 3), generator=generator)
    return SimpleNamespace(source=ids, target=ids, decoder_inputs=ids)


def gpt(width=8, layers=1):
    torch.manual_seed(0)
    block = BlockConfig(width, 2, d_ff=8, dropout=0.1)
    model = GPT(GPTConfig(7, 8, layers, block))
    recipe = GPTRecipe(6, batch_size=2, context=8, warmup=2)
    return GPTTrainer(model, TOKENS, recipe, seed=0)


def seq2seq(width=8, layers=1):
    torch.manual_seed(0)
    block = BlockConfig(width, 2, d_ff=8, dropout=0.1)
    config = TransformerConfig(
        7, 7, block, n_encoder_layers=layers, n_decoder_layers=layers, max_length=8
    )
    return Seq2SeqTrainer(Transformer(config), draw, seed=0)


chaque_boucle = pytest.mark.parametrize("make", [gpt, seq2seq])


def frozen(trainer):
    """Une copie de tout ce qu'un apprentissage a d'état, pour le comparer ensuite."""
    moments = trainer.optimizer.state_dict()["state"].values()
    tensors = [*trainer.model.state_dict().values(), trainer.generator.get_state()]
    tensors += [value for moment in moments for value in moment.values()]
    tensors.append(torch.get_rng_state())
    return [t.clone() for t in tensors], list(trainer.losses)


def same(before, after):
    pairs = zip(before[0], after[0], strict=True)
    return before[1] == after[1] and all(torch.equal(a, b) for a, b in pairs)


@chaque_boucle
def test_une_reprise_ne_se_voit_pas(make, tmp_path):
    """Le dropout, les lots, les moments d'Adam : rien ne dit qu'on s'est arrêté."""
    whole, first, second = make(), make(), make()
    torch.manual_seed(5)
    losses = whole.run(6)
    torch.manual_seed(5)
    first.run(2)
    path = save_checkpoint(tmp_path / "point.pt", first)
    torch.manual_seed(6)
    assert load_checkpoint(path, second) is second
    assert second.run(4) == losses[2:]
    assert same(frozen(whole), frozen(second))


@chaque_boucle
@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    "content",
    [b"", "Il était une fois.".encode(), bytes(range(256)), b"PK\x03\x04" + bytes(200)],
)
def test_un_fichier_quelconque_est_refuse(make, tmp_path, content):
    path = tmp_path / "quelconque.pt"
    path.write_bytes(content)
    trainer = make()
    before = frozen(trainer)
    with pytest.raises(ValueError, match=r"quelconque\.pt n'est pas .*abîmé"):
        load_checkpoint(path, trainer)
    assert same(before, frozen(trainer))


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_un_fichier_tronque_est_refuse(tmp_path, kept):
    trainer = gpt()
    trainer.run(1)
    path = save_checkpoint(tmp_path / "point.pt", trainer)
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    before = frozen(trainer)
    with pytest.raises(ValueError, match=r"point\.pt n'est pas .*abîmé"):
        load_checkpoint(path, trainer)
    assert same(before, frozen(trainer))


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("content", [torch.ones(2), {"model": {}}, {}, [1, 2]])
def test_un_autre_fichier_de_torch_est_refuse(tmp_path, content):
    torch.save(content, tmp_path / "poids.pt")
    with pytest.raises(ValueError, match=r"poids\.pt n'est pas .* contenir generator"):
        load_checkpoint(tmp_path / "poids.pt", gpt())


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("make", "other", "message"),
    [
        (gpt, {"width": 16}, r"« .* » y est de forme \(16,.* de forme \(8,"),
        (gpt, {"layers": 2}, r"« blocks\.1\..* » n'existe pas ici"),
        (seq2seq, {"layers": 2}, "« .* » n'existe pas ici"),
    ],
)
def test_le_point_d_un_autre_modele_est_refuse(make, tmp_path, other, message):
    """Plus large ou plus profond : on nomme ce qui diffère, et rien n'a bougé."""
    path = save_checkpoint(tmp_path / "point.pt", make(**other))
    trainer = make()
    trainer.run(2)
    before = frozen(trainer)
    with pytest.raises(ValueError, match=f"repris ici : .* autre modèle : {message}"):
        load_checkpoint(path, trainer)
    assert same(before, frozen(trainer))
    save_checkpoint(path, trainer)
    with pytest.raises(ValueError, match="» n'y est pas"):
        load_checkpoint(path, make(layers=3))


@pytest.mark.sans_jaxtyping
def test_le_point_d_une_autre_boucle_est_refuse(tmp_path):
    """Le même modèle, mais un optimiseur qui range autrement ses paramètres."""
    trainer = gpt()
    theirs = Seq2SeqTrainer(gpt().model, draw)
    path = save_checkpoint(tmp_path / "point.pt", theirs)
    before = frozen(trainer)
    with pytest.raises(ValueError, match=r"autre optimiseur : il range .* par groupe"):
        load_checkpoint(path, trainer)
    assert same(before, frozen(trainer))


@pytest.mark.sans_jaxtyping
def test_l_etat_incomplet_est_refuse_en_disant_ce_qu_il_a():
    state = gpt().state()
    del state["losses"]
    with pytest.raises(ValueError, match=r"doit contenir .*losses.* ; reçu generator"):
        gpt().load_state(state)


class Danger:
    """Ce qu'un fichier malveillant ferait exécuter en se lisant."""

    def __reduce__(self):
        return os.mkdir, (os.environ["COURS_PIEGE"],)


@pytest.mark.sans_jaxtyping
def test_un_fichier_ne_peut_rien_executer(tmp_path, monkeypatch):
    trap = tmp_path / "piege"
    monkeypatch.setenv("COURS_PIEGE", str(trap))
    torch.save(gpt().state() | {"losses": Danger()}, tmp_path / "point.pt")
    with pytest.raises(ValueError, match="n'est pas un point de reprise"):
        load_checkpoint(tmp_path / "point.pt", gpt())
    assert not trap.exists()


@pytest.mark.sans_jaxtyping
def test_une_adresse_sans_fichier_le_dit(tmp_path):
    for path in (tmp_path / "absent.pt", tmp_path):
        with pytest.raises(FileNotFoundError, match="aucun point de reprise"):
            load_checkpoint(path, gpt())
