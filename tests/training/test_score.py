"""Le score : un corpus, un budget, que l'on lise des lettres ou des morceaux."""

import pytest
import torch

from cours_transformers.data.tales import tales
from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.models.mamba import MIXERS, Mamba, MambaConfig
from cours_transformers.training import score as module
from cours_transformers.training.score import score, score_data, train_gpt


def uniform_gpt(vocabulary_size: int) -> GPT:
    """Un GPT qui donne la même probabilité à tous les tokens."""
    model = GPT(GPTConfig(vocabulary_size, 16, 1, BlockConfig(8, 2)))
    with torch.no_grad():
        model.embedding.weight.zero_()
    return model.eval()


def test_les_deux_decoupages_lisent_le_meme_texte():
    for data in (score_data(), score_data(pieces=True)):
        assert data.tokenizer.decode(data.train) == tales().train
        assert data.tokenizer.decode(data.validation) == tales().validation


def test_un_extrait_commence_avec_un_conte():
    data = score_data(pieces=True)
    stories = [t.text for t in tales().stories if t.split == "train"]
    assert len(data.starts) == len(stories) - 1  # rien n'annonce le premier
    for rank in range(0, len(data.starts), 100):
        start = data.starts[rank]
        text = data.tokenizer.decode(data.train[start : start + 20])
        assert text.startswith("\n") and stories[rank + 1].startswith(text[1:])


def test_des_bits_par_token_deviennent_des_bits_par_caractere():
    """Une loi uniforme coûte log2 V par token, et moins par caractère."""
    data = score_data(pieces=True)
    V, n = data.tokenizer.vocabulary_size, len(tales().validation) - 1
    expected = torch.tensor(V).log2() * (len(data.validation) - 1) / n
    found = score(uniform_gpt(V))
    torch.testing.assert_close(torch.tensor(found), expected, rtol=1e-4, atol=0)


@pytest.mark.parametrize("mixer", MIXERS)
def test_un_mamba_lit_autant_de_caracteres_que_les_autres(monkeypatch, mixer):
    monkeypatch.setattr(module, "STEPS", 6)
    monkeypatch.setattr(module, "GPT_CONTEXT", 32)
    data = score_data(pieces=True)
    model = tiny_mamba(mixer)
    read = len(train_gpt(model)) * module.GPT_BATCH * 32 / data.rate
    assert abs(read - 6 * module.BATCH_SIZE * module.CONTEXT) < 64 / data.rate


def test_un_mamba_est_note_par_caractere_lui_aussi():
    data, model = score_data(pieces=True), tiny_mamba("mamba2")
    with torch.no_grad():
        model.embedding.weight.zero_()
    V, n = data.tokenizer.vocabulary_size, len(tales().validation) - 1
    expected = torch.tensor(V).log2() * (len(data.validation) - 1) / n
    torch.testing.assert_close(torch.tensor(score(model)), expected, rtol=1e-4, atol=0)


def tiny_mamba(mixer: str) -> Mamba:
    V = score_data(pieces=True).tokenizer.vocabulary_size
    return Mamba(MambaConfig(V, 8, 1, mixer, d_state=4, d_head=8)).eval()


def test_un_gpt_lit_autant_de_caracteres_que_les_autres(monkeypatch):
    monkeypatch.setattr(module, "STEPS", 30)
    data = score_data(pieces=True)
    model = GPT(GPTConfig(data.tokenizer.vocabulary_size, 16, 1, BlockConfig(8, 2)))
    read = len(train_gpt(model)) * module.GPT_BATCH * 16 / data.rate
    budget = 30 * module.BATCH_SIZE * module.CONTEXT
    assert abs(read - budget) < 16 * module.GPT_BATCH / data.rate
