"""La phrase du livre : douze mots, et l'ambiguïté que le chapitre 04 annonce."""

import torch

from cours_transformers.data.sentence import (
    WORDS,
    sentence_queries_keys,
    sentence_traits,
)
from cours_transformers.layers.attention import attention_weights


def test_c_est_bien_la_phrase_du_livre():
    text = " ".join(WORDS).replace("' ", "'")
    assert text == "la souris que les chats de l'étudiante regardent ne marche plus"


def test_le_verbe_regarde_un_nom_du_meme_nombre():
    weights = attention_weights(*sentence_queries_keys())
    of = dict(zip(WORDS, weights, strict=True))
    for verb, subject, decoy in (
        ("marche", "souris", "chats"),
        ("regardent", "chats", "souris"),
    ):
        assert of[verb][WORDS.index(subject)] > 3 * of[verb][WORDS.index(decoy)]


def test_deux_noms_de_memes_traits_sont_indiscernables():
    traits = dict(zip(WORDS, sentence_traits(), strict=True))
    assert torch.equal(traits["souris"], traits["étudiante"])
