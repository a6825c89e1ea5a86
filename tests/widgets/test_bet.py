"""Le pari : ce que le modèle prédisait, la règle de la mise, la page et le carnet."""

import json
import math

import numpy as np
import pytest
import torch
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from cours_transformers.widgets.bet import bet
from cours_transformers.widgets.bet_rules import STAKES, reader_probability

ALPHABET = "ab "
BIGRAM = torch.tensor([[0.1, 0.7, 0.2], [0.5, 0.25, 0.25], [0.6, 0.3, 0.1]])
SHARES = torch.tensor([0.5, 0.3, 0.2])


@pytest.fixture
def page(monkeypatch):
    """Mode page : du HTML autonome."""
    monkeypatch.setenv("COURS_PAGE", "1")


@pytest.fixture(autouse=True)
def _carnet(monkeypatch):
    monkeypatch.delenv("COURS_PAGE", raising=False)


def data(shown) -> dict:
    root = BeautifulSoup(shown._repr_html_(), "html.parser")
    return json.loads(root.select_one("script.interaction-donnees").string)


def test_la_page_recoit_ce_que_le_bigramme_donnait_a_chaque_lettre(page):
    found = data(bet(BIGRAM, ["abba a"], ALPHABET, frequencies=SHARES))
    assert found["frequencies"] == [0.5, 0.3, 0.2]
    one = found["rounds"][0]
    assert (one["text"], one["start"]) == ("abba a", 1)
    pairs = zip("abba ", "bba a", strict=True)
    assert one["probabilities"] == pytest.approx(
        [float(BIGRAM[ALPHABET.index(x), ALPHABET.index(y)]) for x, y in pairs]
    )
    assert [letters[0] for letters in one["favorites"]] == ["b", "a", "a", "b", "a"]
    assert one["favorite_probabilities"][0] == pytest.approx([0.7, 0.2, 0.1])


def test_des_distributions_par_position_disent_la_meme_chose_que_la_matrice(page):
    text = "abba a"
    rows = torch.stack([BIGRAM[ALPHABET.index(x)] for x in " " + text[:-1]])
    by_position = bet([rows.numpy()], [text], ALPHABET, start=2)
    assert data(by_position) == data(bet(BIGRAM, [text], ALPHABET, start=2))


def test_le_repli_dit_les_bits_et_les_reussites_du_modele(page):
    html = bet(BIGRAM, ["abba a"], ALPHABET)._repr_html_()
    p = [0.7, 0.25, 0.5, 0.2, 0.6]
    bits = -np.log2(p).mean()
    assert f"devine 3 et paie {bits:.2f}".replace(".", ",") in html


@given(
    st.lists(st.floats(0.01, 1), min_size=2, max_size=9),
    st.integers(0, 8),
    st.sampled_from([stake for _, stake in STAKES]),
)
def test_la_mise_est_une_distribution_qui_ne_promet_rien_d_impossible(raw, k, stake):
    shares = np.array(raw) / sum(raw)
    letters = "abcdefghi"[: len(raw)]
    guess = letters[k % len(raw)]
    given_ = [
        reader_probability(guess, letter, stake, share)
        for letter, share in zip(letters, shares, strict=True)
    ]
    assert sum(given_) == pytest.approx(1)
    assert min(given_) > 0
    assert given_[letters.index(guess)] >= stake


def test_au_hasard_la_mise_ne_vaut_que_la_frequence():
    assert reader_probability("a", "a", 0.0, 0.2) == 0.2
    assert reader_probability("a", "b", 0.9, 0.2) == pytest.approx(0.02)
    assert reader_probability("a", "a", 0.9, 0.2) == pytest.approx(0.92)


def test_un_texte_qui_ferme_une_balise_reste_dans_les_donnees(page):
    alphabet = "</script>!-"
    alphabet = "".join(dict.fromkeys(alphabet))
    V = len(alphabet)
    shown = bet(torch.full((V, V), 1 / V), ["</script><!--"], alphabet)
    assert data(shown)["rounds"][0]["text"] == "</script><!--"


def test_le_carnet_vivant_compte_comme_la_regle():
    live = bet(BIGRAM, ["abb", "ba"], ALPHABET, frequencies=SHARES)
    live.field.value = "b"
    assert live.field.value == ""
    live.stake.value = 0.9
    live.field.value = "a"
    expected = -math.log2(0.5 + 0.5 * 0.3) - math.log2(0.1 * 0.3)
    assert live.reader_bits == pytest.approx(expected)
    assert live.model_bits == pytest.approx(-math.log2(0.7) - math.log2(0.25))
    assert (live.reader_hits, live.model_hits) == (1, 1)
    live.field.value = "z"
    assert "« z » n&#x27;est pas dans" in live.output.value
    live.field.value = "a"
    assert (live.reader_hits, live.model_hits) == (2, 2)
    assert live.finished
    live.guess("a")
    assert live.reader_hits == 2


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"texts": "abba"}, "texts doit être une liste"),
        ({"texts": ["a"]}, "a 1 lettres ; il en faut plus de 1"),
        ({"texts": ["abz"]}, r"\['z'\] ne sont pas dans l'alphabet"),
        ({"alphabet": "aab"}, "alphabet doit avoir"),
        ({"start": 0}, "start doit valoir au moins 1"),
        ({"model_probabilities": BIGRAM[:2]}, "doit avoir les formes"),
        ({"model_probabilities": [BIGRAM]}, r"formes \[\(4, 3\)\]"),
        ({"model_probabilities": BIGRAM * 2}, "la somme de la ligne . vaut 2"),
        ({"model_probabilities": torch.eye(3)}, "la surprise y serait infinie"),
        ({"frequencies": SHARES[:2]}, "3 nombres strictement positifs"),
        ({"frequencies": torch.tensor([1.0, 0, 0])}, "le minimum 0"),
    ],
)
def test_les_erreurs_nomment_l_argument(changes, message):
    arguments = {
        "model_probabilities": BIGRAM,
        "texts": ["abba"],
        "alphabet": ALPHABET,
    }
    with pytest.raises(ValueError, match=message):
        bet(**(arguments | changes))


@pytest.mark.sans_jaxtyping
def test_une_page_trop_lourde_est_refusee(page):
    with pytest.raises(ValueError, match="60\u202f000 au plus"):
        bet(BIGRAM, ["ab" * 2000], ALPHABET)
