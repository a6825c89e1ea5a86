"""Parier sur la lettre suivante d'un texte, contre un modèle."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from torch import Tensor

from cours_transformers.visualization.text import fr
from cours_transformers.widgets.bet_live import LiveBet
from cours_transformers.widgets.bet_rules import STAKES, Round, play_model
from cours_transformers.widgets.embed import Embedded, rounded
from cours_transformers.widgets.page import is_page

Matrix = Float[Tensor, "V V"] | Float[np.ndarray, "V V"]
Predictions = Float[Tensor, "_ V"] | Float[np.ndarray, "_ V"]
Frequencies = Float[Tensor, " V"] | Float[np.ndarray, " V"]


def bet(
    model_probabilities: Matrix | Sequence[Predictions],
    texts: Sequence[str],
    alphabet: str,
    *,
    frequencies: Frequencies | None = None,
    model: str = "le bigramme",
    start: int = 1,
    caption: str = "",
) -> Embedded | LiveBet:
    """Fait deviner chaque lettre ; compare réussites et bits, −log₂ p, au modèle.

    Args:
        model_probabilities: la matrice d'un bigramme, dont la ligne est la lettre
            précédente ; ou une liste, un tableau (T, V) par texte, dont la ligne ``t``
            prédit ``texts[k][t]``.
        texts: les textes à deviner.
        alphabet: les V lettres, dans l'ordre des colonnes.
        frequencies: fréquence de chaque lettre, où va ce que le lecteur ne mise pas ;
            à parts égales par défaut.
        model: nom du modèle dans les phrases, article compris.
        start: nombre de lettres données au début de chaque texte.
        caption: phrase affichée au-dessus du texte.

    Raises:
        ValueError: si les formes, les sommes ou les lettres ne s'accordent pas, ou si
            la page dépasserait 60 000 octets.
    """
    texts = _check_texts(texts, alphabet, start)
    shares = _shares(frequencies, alphabet)
    tables = _tables(model_probabilities, texts, alphabet)
    rounds = [
        play_model(text, alphabet, table, start)
        for text, table in zip(texts, tables, strict=True)
    ]
    if not is_page():
        return LiveBet(rounds, alphabet, shares, model, caption)
    data = {
        "alphabet": alphabet,
        "frequencies": [rounded(share) for share in shares],
        "model": model,
        "stakes": [list(stake) for stake in STAKES],
        "caption": caption,
        "rounds": [vars(one) for one in rounds],
    }
    alt = f"Un texte caché, à deviner lettre après lettre, contre {model}. {caption}"
    lines = "".join(f"<p>{_summary(one, model)}</p>" for one in rounds)
    return Embedded("parier", data, alt.strip(), lines)


def _summary(one: Round, model: str) -> str:
    count = len(one.probabilities)
    return (
        f"Sur un texte de {count} lettres, {model} en devine {one.hits} et paie "
        f"{fr(one.bits, 2)} bits par lettre."
    )


def _check_texts(texts: Sequence[str], alphabet: str, start: int) -> list[str]:
    """Refuse un texte trop court ou une lettre hors de l'alphabet."""
    if isinstance(texts, str) or not texts:
        raise ValueError(f"texts doit être une liste de textes, reçu {texts!r}")
    if len(set(alphabet)) != len(alphabet) or len(alphabet) < 2:
        raise ValueError(
            f"alphabet doit avoir au moins deux lettres, toutes différentes, reçu "
            f"{alphabet!r}"
        )
    if start < 1:
        raise ValueError(f"start doit valoir au moins 1, reçu {start}")
    for text in texts:
        if len(text) <= start:
            raise ValueError(
                f"texts : {text!r} a {len(text)} lettres ; il en faut plus de {start}"
            )
        if unknown := sorted(set(text) - set(alphabet)):
            raise ValueError(f"texts : {unknown} ne sont pas dans l'alphabet")
    return list(texts)


def _shares(frequencies: Frequencies | None, alphabet: str) -> np.ndarray:
    """Fréquences des lettres, strictement positives et de somme 1."""
    V = len(alphabet)
    if frequencies is None:
        return np.full(V, 1 / V)
    shares = np.asarray(frequencies, dtype=float)
    if shares.shape != (V,) or shares.min() <= 0 or abs(shares.sum() - 1) > 1e-3:
        raise ValueError(
            f"frequencies doit donner {V} nombres strictement positifs de somme 1, "
            f"reçu la forme {shares.shape}, le minimum {fr(shares.min())} et la somme "
            f"{fr(shares.sum())}"
        )
    return shares


def _tables(
    given: Matrix | Sequence[Predictions], texts: list[str], alphabet: str
) -> list[np.ndarray]:
    """Un tableau (T, V) par texte, quelle que soit la forme du modèle."""
    V = len(alphabet)
    if isinstance(given, list | tuple):
        tables = [np.asarray(table, dtype=float) for table in given]
        expected = [(len(text), V) for text in texts]
    else:
        matrix = np.asarray(given, dtype=float)
        tables, expected = [matrix], [(V, V)]
    shapes = [table.shape for table in tables]
    if shapes != expected:
        raise ValueError(
            f"model_probabilities doit avoir les formes {expected}, reçu {shapes}"
        )
    for table in tables:
        sums = table.sum(axis=1)
        worst = int(np.abs(sums - 1).argmax())
        if table.min() < 0 or abs(sums[worst] - 1) > 1e-3:
            raise ValueError(
                "model_probabilities : chaque ligne doit être une distribution ; la "
                f"somme de la ligne {worst} vaut {fr(sums[worst])}, et le plus petit "
                f"terme {fr(table.min())}"
            )
    if isinstance(given, list | tuple):
        return tables
    # La première lettre est donnée : la ligne qui la prédirait n'est jamais lue.
    before = ([0, *(alphabet.index(letter) for letter in text[:-1])] for text in texts)
    return [matrix[rows] for rows in before]
