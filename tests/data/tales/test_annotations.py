"""Les annotations : chacune pointe juste, et son antécédent l'explique."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from cours_transformers.data.tales import tales

KINDS = ("pronoun", "adjective", "verb", "quotation")


@pytest.fixture(scope="module")
def annotated():
    """Les couples (conte, annotation) du corpus."""
    return [(tale, a) for tale in tales().stories for a in tale.annotations]


def test_chaque_annotation_pointe_le_mot_attendu(annotated):
    for tale, a in annotated:
        assert tale.text[a.start : a.end] == a.expected
        if a.kind != "quotation":  # un mot entier, et non un morceau
            assert not tale.text[a.start - 1 : a.start].isalpha()
            assert not tale.text[a.end].isalpha()


def test_l_autre_forme_change_le_conte(annotated):
    for tale, a in annotated:
        assert a.alternative != a.expected
        changed = tale.text[: a.start] + a.alternative + tale.text[a.end :]
        assert changed != tale.text


def test_l_antecedent_precede_et_se_trouve_dans_le_conte(annotated):
    for tale, a in annotated:
        start, end = a.antecedent
        assert 0 <= start < end <= a.start
        assert a.distance == a.start - end
        assert tale.text[start] == "«" or tale.text[start].isalpha()


def test_l_antecedent_est_le_dernier_nom_du_role_et_non_un_article(annotated):
    for tale, a in annotated:
        if a.kind != "quotation":
            words = re.findall(r"[^\W\d]+", tale.text[slice(*a.antecedent)])
            assert words[0].lower() not in {"le", "la", "les", "un", "une", "l"}


def test_les_annotations_sont_rangees_et_ne_se_chevauchent_pas():
    for tale in tales().stories:
        spans = [(a.start, a.end) for a in tale.annotations]
        assert all(x[1] <= y[0] for x, y in pairwise(spans))


def test_il_y_a_de_quoi_sonder_chaque_espece_des_deux_cotes(annotated):
    for split, least in (("train", 800), ("validation", 60)):
        counts = Counter(a.kind for tale, a in annotated if tale.split == split)
        assert set(counts) == set(KINDS)
        assert min(counts.values()) >= least


def test_aucune_forme_n_est_donnee_par_sa_seule_frequence(annotated):
    """Un modèle qui répondrait toujours le même genre ne réussirait pas."""
    pronouns = Counter(a.expected.lower() for _, a in annotated if a.kind == "pronoun")
    assert set(pronouns) == {"il", "elle", "ils", "elles"}
    feminine = pronouns["elle"] + pronouns["elles"]
    assert 0.3 < feminine / pronouns.total() < 0.7


def test_un_pronom_s_accorde_avec_son_antecedent(annotated):
    other = {"il": "elle", "elle": "il", "ils": "elles", "elles": "ils"}
    for _, a in annotated:
        if a.kind == "pronoun":
            assert other[a.expected.lower()] == a.alternative.lower()
            assert a.expected[0].isupper() == a.alternative[0].isupper()


def test_le_verbe_sonde_suit_un_leurre_de_l_autre_nombre(annotated):
    plurals = Counter()
    for tale, a in annotated:
        if a.kind != "verb":
            continue
        subject, relative = tale.text[: a.antecedent[1]], tale.text[a.antecedent[1] :]
        article = re.search(r"(\w+)[ '](?:\w+)$", subject)[1].lower()
        decoy = re.match(r" que (les|le|la|l)\b", relative)[1]
        assert (article == "les") != (decoy == "les")
        assert a.expected.endswith("nt") == (article == "les")
        assert a.alternative.endswith("nt") == (decoy == "les")
        plurals[article == "les"] += 1
    assert 0.4 < plurals[True] / plurals.total() < 0.6


def test_les_distances_varient(annotated):
    distances = [a.distance for _, a in annotated if a.kind == "verb"]
    assert min(distances) < 25
    assert max(distances) > 65


def test_les_guillemets_s_equilibrent_et_sont_tous_annotes():
    for tale in tales().stories:
        signs = re.findall("[«»]", tale.text)
        assert signs == ["«", "»"] * (len(signs) // 2)
        closing = [a for a in tale.annotations if a.kind == "quotation"]
        assert len(closing) == len(signs) // 2
        for a in closing:
            opening = a.antecedent[0]
            assert tale.text[opening] == "«"
            assert "«" not in tale.text[opening + 1 : a.start]
