"""Nombres en toutes lettres : comparés à num2words, aux règles, et à eux-mêmes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from num2words import num2words

from cours_transformers.data.number_words import (
    VARIANTS,
    WORDS,
    number_words,
    spelled,
)

numbers = st.integers(0, 999_999)
SAMPLE = [*range(1000), *range(1000, 10**6, 997)]


def oracle(n: int, lang: str) -> str:
    return num2words(n, lang=lang).replace(" ", "-")


def without_plural(words: str) -> str:
    return words.replace("cents", "cent").replace("vingts", "vingt")


def test_la_france_est_celle_de_num2words():
    for n in SAMPLE:
        assert spelled(n) == oracle(n, "fr")


def test_la_suisse_est_celle_de_num2words_aux_pluriels_pres():
    """num2words oublie d'y retirer le s : « deux-cents-trois »."""
    for n in SAMPLE:
        ours = without_plural(spelled(n, "suisse"))
        assert ours == without_plural(oracle(n, "fr_CH"))


def test_la_belgique_est_celle_de_num2words_hors_quatre_vingt_et_un():
    """num2words y écrit « quatre-vingt-et-un », que l'usage ne connaît pas."""
    for n in SAMPLE:
        wanted = oracle(n, "fr_BE").replace("quatre-vingt-et-un", "quatre-vingt-un")
        assert without_plural(spelled(n, "belgique")) == without_plural(wanted)


@pytest.mark.parametrize(
    ("n", "variant", "written"),
    [
        (0, "france", "zéro"),
        (21, "france", "vingt-et-un"),
        (71, "france", "soixante-et-onze"),
        (80, "france", "quatre-vingts"),
        (81, "france", "quatre-vingt-un"),
        (91, "france", "quatre-vingt-onze"),
        (200, "france", "deux-cents"),
        (80_000, "france", "quatre-vingt-mille"),
        (200_200, "france", "deux-cent-mille-deux-cents"),
        (1_001, "france", "mille-un"),
        (80, "belgique", "quatre-vingts"),
        (81, "belgique", "quatre-vingt-un"),
        (71, "belgique", "septante-et-un"),
        (97, "belgique", "nonante-sept"),
        (203, "belgique", "deux-cent-trois"),
        (80, "suisse", "huitante"),
        (81, "suisse", "huitante-et-un"),
        (399, "suisse", "trois-cent-nonante-neuf"),
    ],
)
def test_les_cas_que_l_on_apprend_par_coeur(n, variant, written):
    assert spelled(n, variant) == written


@pytest.mark.parametrize("variant", VARIANTS)
def test_deux_nombres_ne_s_ecrivent_jamais_pareil(variant):
    some = set(SAMPLE)
    assert len({spelled(n, variant) for n in some}) == len(some)


@settings(max_examples=200, deadline=None)
@given(numbers, st.sampled_from(sorted(VARIANTS)))
def test_tous_les_mots_sont_connus(n, variant):
    words = number_words(n, variant)
    assert set(words) <= set(WORDS)
    assert not ({"septante", "huitante", "nonante"} & set(number_words(n)))
    assert len(spelled(n, variant)) <= 73


def test_les_mots_sont_distincts():
    assert len(set(WORDS)) == len(WORDS) == 30


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("n", [-1, 1_000_000, 2.5, True, "12"])
def test_un_nombre_impossible_est_refuse(n):
    with pytest.raises(ValueError, match="n doit être un entier de 0 à 999999"):
        number_words(n)


@pytest.mark.sans_jaxtyping
def test_un_pays_inconnu_est_refuse():
    with pytest.raises(ValueError, match=r"france, belgique, suisse.*'québec'"):
        number_words(70, "québec")
