"""La loi des lettres d'un modèle par morceaux : contre l'énumération de tous."""

import itertools

import pytest
import torch

from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.tokenization.pieces import PieceTokenizer
from cours_transformers.training.letters import letter_table

ALPHABET = "\nab "
PIECES = ("\n", "a", "b", " ", "ab", " a", " ab", "bab")


def gpt(V: int, seed: int = 0) -> GPT:
    torch.manual_seed(seed)
    model = GPT(GPTConfig(V, 32, 2, BlockConfig(16, 2))).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    return model


@torch.no_grad()
def probability(model: GPT, tokens: list[int]) -> float:
    """P(tokens[1:] | tokens[0])."""
    laws = model(torch.tensor([tokens[:-1]]))[0].double().softmax(-1)
    return laws.gather(1, torch.tensor(tokens[1:])[:, None]).prod().item()


@torch.no_grad()
def test_lettre_a_lettre_c_est_la_loi_du_modele():
    model, tokenizer = gpt(4), PieceTokenizer(ALPHABET)
    text = "ab ba\nab"
    laws = model(tokenizer.encode("\n" + text)[None, :-1])[0].softmax(-1)
    found = letter_table(model, tokenizer, text, ALPHABET)
    torch.testing.assert_close(found, laws, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("text", ["abab a", " ab\nbab", "bbabab ab"])
def test_comme_en_enumerant_toutes_les_suites_de_morceaux(text):
    """Toutes celles dont le texte déjà lu est découpé comme le fait le tokeniseur."""
    model, tokenizer = gpt(len(PIECES), 1), PieceTokenizer(PIECES)
    found = letter_table(model, tokenizer, text, ALPHABET)
    for t in range(len(text)):
        masses = dict.fromkeys(ALPHABET, 0.0)
        for s, (token, piece) in itertools.product(range(t + 1), enumerate(PIECES)):
            read = tokenizer.encode(text[:s]).tolist() if s else []
            for letter in ALPHABET:
                if piece.startswith(text[s:t] + letter):
                    masses[letter] += probability(model, [0, *read, token])
        expected = torch.tensor([masses[letter] for letter in ALPHABET])
        torch.testing.assert_close(
            found[t], expected / expected.sum(), atol=1e-5, rtol=1e-4
        )


def test_la_fin_du_texte_ne_change_rien_a_son_debut():
    """Sinon le modèle saurait où finit le mot avant de l'avoir lu."""
    model, tokenizer = gpt(len(PIECES), 2), PieceTokenizer(PIECES)
    one = letter_table(model, tokenizer, "ab ab", ALPHABET)
    other = letter_table(model, tokenizer, "ab abab", ALPHABET)
    torch.testing.assert_close(other[: len(one)], one)
    torch.testing.assert_close(one.sum(dim=1), torch.ones(len(one)))


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("text", "alphabet", "message"),
    [
        ("", ALPHABET, "au moins un caractère"),
        ("abc", ALPHABET, "'c', à la position 2"),
        ("ab", "ab", r"il y manque \['\\n', ' '\]"),
    ],
)
def test_un_texte_que_l_on_ne_peut_pas_parier(text, alphabet, message):
    with pytest.raises(ValueError, match=message):
        letter_table(gpt(len(PIECES)), PieceTokenizer(PIECES), text, alphabet)
