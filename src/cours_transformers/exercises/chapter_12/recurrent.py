"""12.5 : l'attention linéaire causale, un état que chaque token écrit puis lit."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_12.recurrent_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.chapter_12.traffic import positive, use_frugally
from cours_transformers.exercises.exercise import Exercise, Fact, draw
from cours_transformers.layers.efficient.linear_forms import chunked


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = ((3, 2, 2), (4, 3, 2), (5, 2, 3), (6, 4, 4), (512, 3, 2))
    return [
        (positive(generator, T, F), positive(generator, T, F), draw(generator, T, D))
        for T, F, D in shapes
    ]


def _recurrent(phi_q: Tensor, phi_k: Tensor, v: Tensor) -> Tensor:
    """La forme par morceaux : mêmes nombres que pas à pas, et bien plus vite."""
    one = (phi_q[None, None], phi_k[None, None], v[None, None])
    return chunked(*one, causal=True)[0, 0]


def _first(y: Tensor, phi_q: Tensor, phi_k: Tensor, v: Tensor) -> bool:
    return bool((y[0] - v[0]).abs().max() < 1e-4)


def _between(y: Tensor, phi_q: Tensor, phi_k: Tensor, v: Tensor) -> bool:
    low, high = v.cummin(dim=0).values, v.cummax(dim=0).values
    return bool(((y >= low - 1e-4) & (y <= high + 1e-4)).all())


RECURRENT = Exercise(
    number="12.5",
    title="Une mémoire qui ne grandit pas",
    arguments=("phi_q", "phi_k", "v"),
    reference=_recurrent,
    cases=_cases,
    use=use_frugally,
    facts=(
        Fact("la première sortie est la première valeur", _first),
        Fact("chaque sortie reste entre les valeurs déjà lues", _between),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "deux mémoires suffisent : `etat`, de forme (F, D), et `total`, de forme (F,)",
        "le token t y ajoute `torch.outer(phi_k[t], v[t])` et `phi_k[t]`, puis sa "
        "requête les lit",
        "sa sortie est `phi_q[t] @ etat`, divisée par `phi_q[t] @ total` ; "
        "`torch.stack` réunit les T sorties",
    ),
    takeaway="F (D + 1) nombres résument tout le passé : c'est une attention, et c'est "
    "un réseau récurrent",
)
