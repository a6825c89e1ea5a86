"""Sondes des contes : les vrais contes les passent, un conte abîmé non."""

import re

import pytest

from cours_transformers.data.tales import tales
from cours_transformers.models.ngram import NGram
from cours_transformers.tokenization.characters import CharacterTokenizer
from cours_transformers.tokenization.pieces import PieceTokenizer
from cours_transformers.training.agreement import counting_scorer
from cours_transformers.training.tale_probes import (
    closed_quotations,
    followed_plot,
    probe_accuracy,
    tale_probes,
)

CORPUS = tales()


def by_pieces(alphabet: str) -> PieceTokenizer:
    """Des morceaux, faits de la validation."""
    return PieceTokenizer.from_text(CORPUS.validation, 600, alphabet)


KINDS = ("pronoun", "adjective", "verb", "quotation")


@pytest.mark.parametrize("kind", KINDS)
def test_une_sonde_se_lit_dans_un_conte_de_validation(kind):
    for probe in tale_probes(CORPUS, kind, 70):
        assert probe.prefix + probe.right in CORPUS.validation + "\n"
        assert probe.right != probe.wrong and probe.right[-1] == probe.wrong[-1]
        assert len(probe.prefix) + max(len(probe.right), len(probe.wrong)) <= 70
        assert probe.distance < len(probe.prefix) + 1
    elided = [p.prefix for p in tale_probes(CORPUS, kind, 600) if p.elided]
    assert all(re.search(r"\b[LldD]'\w+", prefix) for prefix in elided)


@pytest.mark.parametrize("kind", KINDS)
def test_un_grand_contexte_garde_toutes_les_annotations(kind):
    expected = sum(
        a.kind == kind
        for tale in CORPUS.stories
        if tale.split == "validation"
        for a in tale.annotations
    )
    assert len(tale_probes(CORPUS, kind, 600)) == expected
    assert len(tale_probes(CORPUS, kind, 60)) < expected


@pytest.mark.parametrize("kind", KINDS)
def test_une_suite_ne_finit_jamais_par_une_espace(kind):
    """Seule, elle serait un token que le modèle n'a presque jamais lu."""
    for probe in tale_probes(CORPUS, kind, 400):
        assert not probe.right.endswith(" ") and not probe.wrong.endswith(" ")
        told = CORPUS.validation + "\n"
        at = told.index(probe.prefix + probe.right) + len(probe.prefix + probe.right)
        assert not (told[at - 1].isalpha() and told[at].isalpha()), "un mot entier"


@pytest.mark.parametrize("make", [CharacterTokenizer, by_pieces])
def test_qui_sait_la_reponse_a_tout_juste_et_qui_l_ignore_rien(make):
    tokenizer = make(CORPUS.alphabet)
    probes = tale_probes(CORPUS, "adjective", 100)
    known = {p.prefix + p.right for p in probes}
    for sign, expected in ((1, 1.0), (-1, 0.0), (0, 0.0)):  # ex æquo : perdu

        def score(tokens, n, sign=sign):
            return float(sign * (tokenizer.decode(tokens) in known))

        assert probe_accuracy(score, probes, tokenizer) == expected


def test_seule_compte_la_fin_qui_distingue_les_deux_suites():
    tokenizer = by_pieces(CORPUS.alphabet)
    probes = tale_probes(CORPUS, "adjective", 100)

    def score(tokens, n):
        counted.append((tokenizer.decode(tokens[:-n]), tokenizer.decode(tokens[-n:])))
        return 0.0

    for probe in probes:
        counted: list[tuple[str, str]] = []
        probe_accuracy(score, [probe], tokenizer)
        (before, right), (also_before, wrong) = counted
        assert before == also_before and right != wrong
        assert before + right == probe.prefix + probe.right


def test_un_bigramme_ne_sait_pas_accorder_un_verbe_lointain():
    tokenizer = CharacterTokenizer(CORPUS.alphabet)
    bigram = NGram(2, tokenizer.vocabulary_size).fit(tokenizer.encode(CORPUS.train))
    probes = tale_probes(CORPUS, "verb", 200)
    accuracy = probe_accuracy(counting_scorer(bigram), probes, tokenizer)
    assert 0.2 < accuracy < 0.8


def test_chaque_conte_suit_sa_trame():
    for tale in CORPUS.stories[::7]:
        assert followed_plot(tale.text) == tale.plot


def test_un_conte_coupe_melange_ou_allonge_ne_suit_plus_de_trame():
    for tale in CORPUS.stories[::60]:
        first, _, rest = tale.text.partition(". ")
        assert followed_plot(tale.text[: len(tale.text) // 2]) is None
        assert followed_plot(rest + " " + first + ".") is None
        assert followed_plot(tale.text + " Fin.") is None
    assert followed_plot("") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("« Oui », dit-elle. « Non », dit-il.", (2, 2)),
        ("« Oui, dit-elle. « Non », dit-il.", (1, 2)),
        ("« Oui\n»", (0, 1)),
        ("Rien.", (0, 0)),
    ],
)
def test_un_guillemet_se_ferme_avant_un_autre_et_avant_la_fin(text, expected):
    assert closed_quotations(text) == expected


@pytest.mark.sans_jaxtyping
def test_aucune_sonde_est_une_erreur():
    with pytest.raises(ValueError, match="aucune sonde 'verb' ne tient dans"):
        tale_probes(CORPUS, "verb", 3)
    with pytest.raises(ValueError, match="probes doit compter au moins une sonde"):
        probe_accuracy(lambda tokens, n: 0.0, [], CharacterTokenizer("a"))
