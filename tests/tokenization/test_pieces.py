"""Le tokeniseur par morceaux : sans perte, le plus long d'abord, et ce qu'il refuse."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cours_transformers.data.tales import tales
from cours_transformers.tokenization.characters import CharacterTokenizer
from cours_transformers.tokenization.pieces import PieceTokenizer, split_pieces

TEXT = "Le chat de l'étudiante, le chat !\nLe chat de l'étudiante ?\n"


@given(st.text(min_size=1), st.text())
def test_un_texte_revient_intact(text, before):
    tokenizer = PieceTokenizer.from_text(text + before, size=500)
    assert tokenizer.decode(tokenizer.encode(text)) == text


@given(st.text(min_size=1))
def test_couper_ne_perd_rien(text):
    assert "".join(split_pieces(text)) == text


@given(st.text(min_size=1))
def test_sans_mot_c_est_le_tokeniseur_par_caracteres(text):
    letters = CharacterTokenizer.from_text(text)
    pieces = PieceTokenizer(letters.alphabet)
    assert torch.equal(pieces.encode(text), letters.encode(text))


def test_l_espace_reste_avec_le_mot_qui_le_suit():
    assert split_pieces("Le chat de l'âne : « Oui ! »\n") == [
        "Le", " chat", " de", " l'", "âne", " :", " «", " Oui", " !", " »", "\n",
    ]  # fmt: skip


def test_les_caracteres_puis_les_mots_les_plus_lus():
    tokenizer = PieceTokenizer.from_text(TEXT, alphabet="z")
    characters = sorted({*TEXT, "z"})
    words = [
        " chat",
        "Le",
        " de",
        " l'",
        "étudiante",
    ]  # « le », « ! », « ? » : une fois
    assert list(tokenizer.pieces) == characters + words
    small = PieceTokenizer.from_text(TEXT, size=len(set(TEXT)) + 1)
    assert small.pieces[-1] == " chat"


def test_le_plus_long_morceau_connu_est_pris():
    tokenizer = PieceTokenizer(["c", "h", "a", "t", "s", " ", " chat", " chats", "ch"])
    assert tokenizer.encode(" chats").tolist() == [7]
    assert tokenizer.encode(" chatch").tolist() == [6, 8]


def test_les_contes_se_lisent_en_quatre_fois_moins_de_tokens():
    corpus = tales(0, 100_000)
    tokenizer = PieceTokenizer.from_text(corpus.train, alphabet=corpus.alphabet)
    ids = tokenizer.encode(corpus.validation)
    assert tokenizer.decode(ids) == corpus.validation
    assert 4 * len(ids) < len(corpus.validation)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("pieces", [[], ["a", "a"], ["a", ""]])
def test_des_morceaux_refuses(pieces):
    with pytest.raises(ValueError, match="tous distincts et non vides ; reçu"):
        PieceTokenizer(pieces)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", ValueError, "text doit avoir au moins un caractère"),
        ("abé", ValueError, "le caractère 'é', à la position 2, ne commence aucun"),
        (3, TypeError, "text doit être une chaîne ; reçu int"),
    ],
)
def test_un_texte_refuse(text, error, message):
    with pytest.raises(error, match=message):
        PieceTokenizer("abc").encode(text)


@pytest.mark.sans_jaxtyping
def test_un_vocabulaire_trop_petit_est_refuse():
    with pytest.raises(ValueError, match=r"de 1 à size = 2 caractères.*reçu 3"):
        PieceTokenizer.from_text("abc", size=2)
    with pytest.raises(ValueError, match="reçu 0"):
        PieceTokenizer.from_text("")


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("ids", [[3], [-1], [[0]]])
def test_des_identifiants_refuses(ids):
    with pytest.raises(ValueError, match="un seul axe, et des rangs de 0 à 2"):
        PieceTokenizer("abc").decode(torch.tensor(ids))
