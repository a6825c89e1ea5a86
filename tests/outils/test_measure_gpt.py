"""La mesure du GPT, en petit : ce qu'elle compare est comparable."""

import math
from dataclasses import replace

import measure_gpt
import pytest
import torch
from gpt_models import new_reader
from nanogpt_loop import nanogpt_loop, reference_model
from torch.nn import functional as F

from cours_transformers.data.tales import tales
from cours_transformers.models.gpt import gpt2_weights
from cours_transformers.training.gpt_trainer import GPTRecipe


@pytest.mark.parametrize("kind", ["letters", "pieces"])
def test_les_deux_decoupages_se_notent_sur_le_meme_texte(kind):
    reader = new_reader(kind)
    model = reader.new_model(0)
    with torch.no_grad():
        model.embedding.weight.zero_()  # la loi uniforme
    tokens = len(reader.validation) - 1
    expected = math.log2(reader.tokenizer.vocabulary_size) * tokens
    characters = len(tales().validation) - 1
    assert reader.bits(model) == pytest.approx(expected / characters, rel=1e-3)


def test_la_reference_du_debit_est_le_meme_modele():
    """Mêmes poids, mêmes logits : les deux boucles font le même travail."""
    reader = new_reader("pieces")
    ours = reader.new_model(0, like_gpt2=True).eval()
    theirs = reference_model(ours.config).eval()
    ours.load_state_dict(gpt2_weights(theirs))
    tokens = reader.validation[None, :64]
    torch.testing.assert_close(
        ours(tokens), theirs(tokens).logits, atol=1e-4, rtol=1e-4
    )


def test_la_boucle_de_reference_apprend():
    reader = new_reader("pieces")
    theirs = reference_model(reader.new_model(0, like_gpt2=True).config)
    tokens = reader.tokens[:200]
    recipe = GPTRecipe(12, 4, reader.context, lr=5e-3, warmup=1)

    def loss() -> float:
        with torch.no_grad():
            logits = theirs(tokens[None, :100]).logits[0]
        return F.cross_entropy(logits, tokens[1:101]).item()

    before = loss()
    nanogpt_loop(theirs, tokens, recipe)
    assert loss() < before - 1


def test_les_arrets_sont_ceux_d_un_meme_trajet():
    reader = replace(new_reader("pieces"), n_layers=1)
    rows = measure_gpt.learn(reader, 4, (1, 2, 4), 0)
    assert [row["step"] for row in rows] == [1, 2, 4]
    assert rows[-1]["bits"] < rows[0]["bits"]
    (once,) = measure_gpt.learn(reader, 4, (4,), 0)
    assert once["bits"] == rows[-1]["bits"], "s'arrêter pour noter ne change rien"


def test_le_debit_compte_ses_passages():
    found = measure_gpt.throughput((), steps=2, passes=1)
    assert all(len(speeds) == 1 for speeds in found["passes"].values())
    ((ours,), (theirs,)) = found["passes"].values()
    assert found["ratio"] == pytest.approx(ours / theirs, abs=1e-3)
