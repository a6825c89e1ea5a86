"""Les barres du score viennent de la mesure, dans l'ordre du livre."""

import pytest

from cours_transformers.measurements import load
from cours_transformers.visualization import score
from cours_transformers.visualization.palette import SERIES


def labels(figure):
    return [text.get_text() for text in figure.axes[0].get_yticklabels()]


def test_on_ne_montre_que_ce_qui_precede():
    assert labels(score.plot_score(until="bigram")) == [
        "uniforme", "unigramme", "bigramme",
    ]  # fmt: skip


def test_la_barre_neuve_ressort():
    bars = score.plot_score(until="fivegram", highlight="bigram").axes[0].patches
    inks = [bar.get_facecolor() for bar in bars]
    assert inks[2] != inks[0] == inks[1] == inks[3]
    assert SERIES[0].color != SERIES[1].color


def test_les_valeurs_sont_celles_de_la_mesure():
    models = load("score")["results"]["models"]
    bars = score.plot_score(until="lstm").axes[0].patches
    assert [b.get_width() for b in bars] == [m["bits"] for m in models.values()][:5]


def test_les_scores_descendent_d_une_brique_a_l_autre():
    models = load("score")["results"]["models"]
    bits = [models[n]["bits"] for n in ("uniform", "unigram", "bigram", "fivegram")]
    assert bits == sorted(bits, reverse=True)
    assert models["lstm"]["bits"] < models["fivegram"]["bits"]
    assert bits[0] == pytest.approx(5.88, abs=0.01), "log2(59) : des bits, pas des nats"


@pytest.mark.sans_jaxtyping
def test_un_modele_inconnu_est_nomme():
    with pytest.raises(ValueError, match=r"until : l'un de uniform, .* reçu 'mamba2'"):
        score.plot_score(until="mamba2")
