"""Une page avec un pari et une marche dans une LSTM, émis par leurs cellules."""

import numpy as np
import pytest
from mini_site import book_cell, trial_fixtures

from cours_transformers.widgets.bet import bet
from cours_transformers.widgets.gates import walk_gates

ALPHABET = "aehlnostu ’"
TEXTS = ["la hase salue l’âne".replace("â", "a"), "le loup hulule".replace("p", "t")]
SYMBOLS = "La souris que les chats regardent."


def bigram() -> np.ndarray:
    """Un bigramme quelconque, positif et tiré au sort."""
    raw = np.random.default_rng(0).random((len(ALPHABET), len(ALPHABET))) + 0.02
    return raw / raw.sum(axis=1, keepdims=True)


def shares() -> np.ndarray:
    """Des fréquences décroissantes."""
    raw = np.arange(len(ALPHABET), 0, -1.0)
    return raw / raw.sum()


def gates() -> dict[str, np.ndarray]:
    """Des portes lisses, et l'état qui en découle."""
    t = np.linspace(0, 9, len(SYMBOLS))[:, None] + np.array([[0.0, 1, 3, 5]])
    found = {"i": np.sin(t) ** 2, "f": 0.5 + 0.49 * np.cos(t), "o": np.cos(t) ** 2}
    found |= {"g": np.cos(2 * t), "c": np.zeros_like(t)}
    for k in range(len(SYMBOLS)):
        before = found["c"][k - 1] if k else 0
        found["c"][k] = found["f"][k] * before + found["i"][k] * found["g"][k]
    return found


@pytest.fixture(scope="session")
def widgets():
    """Les deux interactions, telles que la page les reçoit."""
    caption = "Un conte, à deviner."
    with book_cell():
        one = bet(bigram(), TEXTS, ALPHABET, frequencies=shares(), caption=caption)
        return {"parier": one, "portes": walk_gates(SYMBOLS, gates())}


adresses, ouvrir = trial_fixtures(
    lambda request: "".join(w.html for w in request.getfixturevalue("widgets").values())
)
