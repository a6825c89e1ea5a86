"""Un token par mot : les élisions, la ponctuation, et ce qui est refusé."""

import pytest

from cours_transformers.data.tales import tales
from cours_transformers.tokenization.words import WordTokenizer, split_words


def test_une_elision_garde_son_apostrophe():
    words = split_words("La souris de l'étudiante ne marche plus.\n« Oui ! »")
    assert words == [
        "La", "souris", "de", "l'", "étudiante", "ne", "marche", "plus", ".", "\n",
        "«", "Oui", "!", "»",
    ]  # fmt: skip


def test_le_texte_se_retrouve_aux_espaces_pres():
    corpus = tales()
    tokenizer = WordTokenizer.from_text(corpus.validation)
    told = "".join(tokenizer.decode(tokenizer.encode(corpus.validation)))
    assert told == corpus.validation.replace(" ", "")


def test_un_mot_inconnu_se_sait_avant_d_encoder():
    tokenizer = WordTokenizer(["chat", "le", "."])
    assert tokenizer.vocabulary_size == 3
    assert tokenizer.knows("le chat.") and not tokenizer.knows("le chien.")
    assert tokenizer.encode("le chat.").tolist() == [1, 0, 2]


@pytest.mark.sans_jaxtyping
def test_ce_qui_ne_peut_pas_s_encoder_est_refuse():
    with pytest.raises(ValueError, match="'chien' n'est pas dans le vocabulaire"):
        WordTokenizer(["le"]).encode("le chien")
    with pytest.raises(ValueError, match="au moins un mot ; reçu ' '"):
        WordTokenizer(["le"]).encode(" ")
    with pytest.raises(ValueError, match="reçu 2 mots, dont 1 distincts"):
        WordTokenizer(["le", "le"])
    with pytest.raises(ValueError, match="words doit compter au moins un mot"):
        WordTokenizer([])
