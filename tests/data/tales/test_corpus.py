"""Le corpus : sa taille, son hasard, son partage, et ses refus."""

import hashlib
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.data.tales import tales
from cours_transformers.data.tales.plots import plots

SHA256 = "fd1725d2ee009d81003010ed8bbc0a4f17ef3c7e5ddd92abb2c99e7744b59c34"


@pytest.fixture(scope="module")
def corpus():
    return tales()


def test_la_graine_zero_donne_toujours_le_meme_texte(corpus):
    text = corpus.train + "\n\n" + corpus.validation
    assert hashlib.sha256(text.encode()).hexdigest() == SHA256


def test_le_corpus_a_la_taille_demandee_a_un_conte_pres(corpus):
    size = sum(len(tale.text.encode()) + 1 for tale in corpus.stories)
    assert 800_000 <= size < 800_600


def test_aucun_conte_ne_se_repete(corpus):
    assert len({tale.text for tale in corpus.stories}) == len(corpus.stories)


def test_chaque_conte_a_la_longueur_promise(corpus):
    assert all(250 <= len(tale.text) <= 500 for tale in corpus.stories)


def test_un_conte_tient_en_une_ligne(corpus):
    lines = corpus.train.split("\n") + corpus.validation.split("\n")
    assert sorted(lines) == sorted(tale.text for tale in corpus.stories)


def test_aucune_trame_instanciee_n_est_des_deux_cotes(corpus):
    sides = {"train": set(), "validation": set()}
    for tale in corpus.stories:
        sides[tale.split].add(tale.signature)
    assert not sides["train"] & sides["validation"]


def test_un_conte_sur_dix_est_garde_pour_la_validation(corpus):
    held_out = len(corpus.validation) / (len(corpus.train) + len(corpus.validation))
    assert 0.06 < held_out < 0.14


def test_chaque_trame_est_des_deux_cotes_et_aucune_ne_domine(corpus):
    names = {plot.name for plot in plots()}
    assert len(names) >= 12
    for split in ("train", "validation"):
        assert {t.plot for t in corpus.stories if t.split == split} == names
    for name in names:
        share = sum(t.plot == name for t in corpus.stories) / len(corpus.stories)
        assert 0.5 < share * len(names) < 1.5


def test_la_signature_nomme_ce_qui_est_dans_le_conte(corpus):
    for tale in corpus.stories:
        plot, *nouns = tale.signature
        assert plot == tale.plot
        assert all(noun.lower() in tale.text.lower() for noun in nouns)


def test_l_alphabet_est_petit_et_suffit(corpus):
    assert len(corpus.alphabet) < 60
    assert set(corpus.train + corpus.validation) <= set(corpus.alphabet)
    assert list(corpus.alphabet) == sorted(set(corpus.alphabet))


def test_la_phrase_du_livre_y_dit_l_animal_et_l_ordinateur(corpus):
    sentence = "La souris que les chats de l'étudiante regardent ne marche plus."
    told = {t.plot for t in corpus.stories if sentence in t.text}
    assert told == {"souris_de_la_maison", "souris_de_l_ordinateur"}
    for tale in corpus.stories:
        if tale.plot == "souris_de_l_ordinateur":
            assert re.search("ordinateur|écran|flèche|fil ", tale.text)


@given(seed=st.integers(0, 10**9))
@settings(max_examples=6, deadline=None)
def test_une_autre_graine_donne_un_autre_corpus_tout_aussi_propre(seed):
    tales.cache_clear()
    random.seed(seed)
    corpus = tales(seed, 20_000)
    tales.cache_clear()
    random.seed(seed + 1)  # le hasard global n'y est pour rien
    assert tales(seed, 20_000) == corpus
    assert tales(seed + 1, 20_000).train != corpus.train
    texts = [tale.text for tale in corpus.stories]
    assert len(set(texts)) == len(texts)
    assert corpus.train and corpus.validation


def test_un_corpus_plus_long_commence_comme_le_court():
    short, long = tales(5, 20_000).stories, tales(5, 40_000).stories
    assert long[: len(short)] == short


def test_le_meme_corpus_n_est_engendre_qu_une_fois():
    assert tales(0, 20_000) is tales(0, 20_000)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"seed": 1.0}, TypeError, r"seed doit être un entier ; reçu 1\.0"),
        ({"seed": True}, TypeError, "seed doit être un entier ; reçu True"),
        ({"seed": "a"}, TypeError, "seed doit être un entier ; reçu 'a'"),
        ({"n_bytes": 1e6}, TypeError, "n_bytes doit être un entier ; reçu 1000000"),
        ({"seed": -1}, ValueError, "seed doit être positive ou nulle ; reçu -1"),
        ({"n_bytes": 9_999}, ValueError, "n_bytes doit valoir au moins 10000.*9999"),
    ],
)
def test_ce_qui_est_refuse(arguments, error, message):
    with pytest.raises(error, match=message):
        tales(**arguments)
