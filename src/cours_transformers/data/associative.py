"""Rappel associatif : des paires (clé, valeur) dans du bruit, puis des clés seules.

    bruit  c₃ v₁  bruit  c₀ v₅  bruit   c₃ → v₁   c₀ → v₅

Une clé suivie de sa valeur informe ; la même clé, seule, demande. Rien d'autre ne
distingue une question : il faut retrouver la clé, puis lire le token qui la suit. Les
tokens sont, dans l'ordre, les clés, les valeurs, les bruits. Une séquence ne contient
qu'une fois chaque paire, et ne pose qu'une fois chaque question.
"""

import torch
from jaxtyping import Int
from torch import Tensor

from .tracking import UNKNOWN

__all__ = ["UNKNOWN", "associative_batch", "associative_vocabulary_size"]

N_NOISE = 8


def associative_vocabulary_size(
    n_keys: int, n_values: int, n_noise: int = N_NOISE
) -> int:
    """Nombre de tokens : les clés, les valeurs, les bruits."""
    return n_keys + n_values + n_noise


def associative_batch(
    n: int,
    n_pairs: int,
    T: int,
    generator: torch.Generator,
    *,
    n_keys: int,
    n_values: int,
    n_queries: int = 1,
    gap: int = 0,
    n_noise: int = N_NOISE,
    causal: bool = True,
) -> tuple[Int[Tensor, "n T"], Int[Tensor, "n T"]]:
    """Tire ``n`` séquences de ``T`` tokens, et la réponse de chacune de leurs places.

    La réponse d'une question est le token de sa valeur ; celle de toute autre place,
    ``UNKNOWN``. Les clés d'une séquence sont distinctes, ses valeurs tirées avec
    remise ; au hasard, on répond juste une fois sur ``n_values``.

    Args:
        n_queries: clés demandées, au plus ``n_pairs``, toutes différentes.
        gap: bruits entre la région des paires et les questions ; avec
            ``T = 2 n_pairs + gap + n_queries``, les paires se touchent.
        causal: les questions sont les derniers tokens. Sinon, elles sont dispersées
            comme les paires, et peuvent les précéder : seul un encodeur peut répondre.

    Raises:
        ValueError: aucune séquence, trop de paires pour les clés ou pour T, trop de
            questions, ``gap`` sans ``causal``.
    """
    _check(n, n_pairs, T, n_keys, n_values, n_queries, gap, n_noise, causal)
    keys = torch.rand(n, n_keys, generator=generator).argsort(dim=1)[:, :n_pairs]
    values = n_keys + torch.randint(n_values, (n, n_pairs), generator=generator)
    first_noise = n_keys + n_values
    tokens = torch.randint(
        first_noise, first_noise + n_noise, (n, T), generator=generator
    )
    scattered = 0 if causal else n_queries
    length = T - gap - (n_queries - scattered)  # de la région où l'on disperse
    starts = _scatter(n, n_pairs, scattered, length, generator)
    pairs = starts[:, :n_pairs]
    tokens.scatter_(1, pairs, keys).scatter_(1, pairs + 1, values)
    last = torch.arange(T - n_queries, T).expand(n, -1)
    asked = last if causal else starts[:, n_pairs:]
    tokens.scatter_(1, asked, keys[:, :n_queries])
    answers = torch.full_like(tokens, UNKNOWN)
    return tokens, answers.scatter_(1, asked, values[:, :n_queries])


def _scatter(
    n: int, n_pairs: int, n_single: int, length: int, generator: torch.Generator
) -> Int[Tensor, "n objects"]:
    """Place des paires, longues de deux, puis des tokens seuls, sans chevauchement.

    On bat comme des cartes les paires, les tokens seuls et les places libres : tous les
    rangements sont aussi probables.
    """
    cards = length - n_pairs
    order = torch.rand(n, cards, generator=generator).argsort(dim=1)
    rank = order[:, : n_pairs + n_single]  # rang, dans le paquet battu, de chaque objet
    widths = torch.ones_like(order).scatter_(1, rank[:, :n_pairs], 2)
    starts = widths.cumsum(dim=1) - widths
    return starts.gather(1, rank)


def _check(
    n: int, n_pairs: int, T: int, n_keys: int, n_values: int, n_queries: int,
    gap: int, n_noise: int, causal: bool,
) -> None:  # fmt: skip
    if n < 1 or n_values < 2 or n_noise < 1 or gap < 0:
        raise ValueError(
            "n ≥ 1, n_values ≥ 2, n_noise ≥ 1 et gap ≥ 0 attendus ; "
            f"reçu {n=}, {n_values=}, {n_noise=}, {gap=}"
        )
    if not 1 <= n_queries <= n_pairs <= n_keys:
        raise ValueError(
            "1 ≤ n_queries ≤ n_pairs ≤ n_keys attendu : chaque clé ne paraît que dans "
            f"une paire ; reçu {n_queries=}, {n_pairs=}, {n_keys=}"
        )
    if gap and not causal:
        raise ValueError(
            "gap sépare les paires des questions, que causal=False mêle ; "
            f"gap doit alors valoir 0, reçu {gap}"
        )
    if 2 * n_pairs + gap + n_queries > T:
        raise ValueError(
            f"T doit valoir au moins 2 n_pairs + gap + n_queries = "
            f"{2 * n_pairs + gap + n_queries} ; reçu {T}"
        )
