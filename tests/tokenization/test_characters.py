"""Le tokeniseur par caractères : l'aller et le retour, et ce qu'il refuse."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cours_transformers.data.tales import tales
from cours_transformers.tokenization.characters import CharacterTokenizer


@given(st.text(min_size=1))
def test_un_texte_revient_intact(text):
    tokenizer = CharacterTokenizer.from_text(text)
    assert tokenizer.decode(tokenizer.encode(text)) == text


@given(st.text(min_size=1))
def test_chaque_caractere_a_son_rang_dans_l_alphabet(text):
    tokenizer = CharacterTokenizer.from_text(text)
    ids = tokenizer.encode(text)
    assert ids.dtype == torch.long and ids.shape == (len(text),)
    assert tokenizer.vocabulary_size == len(set(text))
    assert [sorted(set(text))[i] for i in ids.tolist()] == list(text)


def test_l_ordre_de_l_alphabet_est_garde():
    assert CharacterTokenizer("cba").encode("abc").tolist() == [2, 1, 0]


def test_le_corpus_des_contes_tient_dans_son_alphabet():
    corpus = tales(0, 20_000)
    tokenizer = CharacterTokenizer(corpus.alphabet)
    assert tokenizer.decode(tokenizer.encode(corpus.train)) == corpus.train


def test_aucun_identifiant_donne_un_texte_vide():
    nothing = torch.empty(0, dtype=torch.long)
    assert CharacterTokenizer("ab").decode(nothing) == ""


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("alphabet", "error", "message"),
    [
        ("", ValueError, "alphabet doit avoir au moins un caractère"),
        ("abca", ValueError, "caractères distincts ; 'a' y est 2 fois"),
        (["a"], TypeError, r"alphabet doit être une chaîne ; reçu \['a'\]"),
    ],
)
def test_un_alphabet_refuse(alphabet, error, message):
    with pytest.raises(error, match=message):
        CharacterTokenizer(alphabet)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", ValueError, "text doit avoir au moins un caractère"),
        ("abé", ValueError, "le caractère 'é', à la position 2, n'est pas dans.*'abc'"),
        (3, TypeError, "text doit être une chaîne ; reçu int"),
    ],
)
def test_un_texte_refuse(text, error, message):
    with pytest.raises(error, match=message):
        CharacterTokenizer("abc").encode(text)


@pytest.mark.sans_jaxtyping
def test_un_texte_vide_n_a_pas_d_alphabet():
    with pytest.raises(ValueError, match="text doit avoir au moins un caractère"):
        CharacterTokenizer.from_text("")


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("ids", "error", "message"),
    [
        (torch.tensor([0, 3]), ValueError, "3, à la position 1.*entre 0 et 2"),
        (torch.tensor([-1]), ValueError, "-1, à la position 0.*entre 0 et 2"),
        (torch.tensor([[0]]), ValueError, r"un seul axe.*\(1, 1\)"),
        (torch.tensor([0.0]), TypeError, "tenseur d'entiers ; reçu torch.float32"),
        (torch.tensor([True]), TypeError, "tenseur d'entiers ; reçu torch.bool"),
        ([0], TypeError, "tenseur d'entiers ; reçu list"),
    ],
)
def test_des_identifiants_refuses(ids, error, message):
    with pytest.raises(error, match=message):
        CharacterTokenizer("abc").decode(ids)
