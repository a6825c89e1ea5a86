"""00.6 : une passe de la règle du perceptron, w ← w + (y − ŷ) x."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    corners = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])

    def case(n: int, d: int) -> tuple:
        y = torch.randint(2, (n,), generator=generator)
        return draw(generator, n, d), y, draw(generator, d), 0.25

    start = torch.zeros(2), 0.0
    return [
        (corners, torch.tensor([0, 0, 0, 1]), *start),
        (corners, torch.tensor([0, 1, 1, 0]), *start),
        *(case(*shape) for shape in ((6, 2), (8, 3), (10, 1), (12, 4))),
    ]


def _pass(error: Callable, shift: Callable = lambda e, x: e * x) -> Callable:
    """Une passe, où l'erreur et la correction sont à choisir ; le biais en dernier."""

    def run(x: Tensor, y: Tensor, w: Tensor, b: float) -> Tensor:
        for x_i, y_i in zip(x, y, strict=True):
            e = error(float(x_i @ w) + b, float(y_i))
            w, b = w + shift(e, x_i), b + e
        return torch.cat([w, torch.tensor([b])])

    return run


def _error(z: float, y: float) -> float:
    return y - float(z >= 0)


def _no_bias(x: Tensor, y: Tensor, w: Tensor, b: float) -> Tensor:
    for x_i, y_i in zip(x, y, strict=True):
        w = w + _error(float(x_i @ w) + b, float(y_i)) * x_i
    return torch.cat([w, torch.tensor([b])])


def _batch(x: Tensor, y: Tensor, w: Tensor, b: float) -> Tensor:
    errors = y - (x @ w + b >= 0).float()
    return torch.cat([w + errors @ x, (b + errors.sum())[None]])


def _first_only(x: Tensor, y: Tensor, w: Tensor, b: float) -> Tensor:
    for x_i, y_i in zip(x, y, strict=True):
        if e := _error(float(x_i @ w) + b, float(y_i)):
            return torch.cat([w + e * x_i, torch.tensor([b + e])])
    return torch.cat([w, torch.tensor([b])])


_reference = _pass(_error)

PERCEPTRON = Exercise(
    number="00.6",
    title="Une passe du perceptron",
    arguments=("x", "y", "w", "b"),
    reference=_reference,
    cases=_cases,
    misconceptions=(
        Misconception(
            "poids d'avant la passe",
            _batch,
            "vous jugez tous les exemples avec les poids du départ : quand le deuxième "
            "exemple arrive, le neurone n'a-t-il pas déjà changé ?",
        ),
        Misconception(
            "correction sans erreur",
            _pass(lambda z, y: 2 * y - 1),
            "vous corrigez à chaque exemple, même quand la réponse était bonne : que "
            "vaut y − ŷ dans ce cas ?",
        ),
        Misconception(
            "signe inversé",
            _pass(lambda z, y: -_error(z, y)),
            "chaque erreur vous éloigne : si l'on attendait 1 et que le neurone a dit "
            "0, faut-il augmenter ou diminuer sa somme ?",
        ),
        Misconception(
            "biais oublié",
            _no_bias,
            "les poids bougent, le biais jamais : c'est un poids comme un autre. De "
            "quelle entrée, toujours égale à 1 ?",
        ),
        Misconception(
            "réponses −1 et 1",
            _pass(lambda z, y: y - (1.0 if z >= 0 else -1.0)),
            "votre neurone répond −1 ou 1, et les exemples 0 ou 1 : que vaut y − ŷ "
            "quand tous deux disent non ?",
        ),
        Misconception(
            "une seule correction",
            _first_only,
            "vous vous arrêtez à la première erreur : une passe voit combien "
            "d'exemples ?",
        ),
        Misconception(
            "seuil strict",
            _pass(lambda z, y: y - float(z > 0)),
            "une somme exactement nulle : que doit répondre le neurone, d'après "
            "l'énoncé ?",
        ),
        Misconception(
            "sigmoïde au lieu du seuil",
            _pass(lambda z, y: y - float(torch.sigmoid(torch.tensor(z)))),
            "vous corrigez en proportion d'une probabilité : c'est un autre neurone, "
            "plus récent. Que répond celui-ci, avant correction ?",
        ),
        Misconception(
            "correction sans l'entrée",
            _pass(_error, lambda e, x: e * torch.ones_like(x)),
            "tous les poids reçoivent la même correction : celui d'une entrée nulle "
            "est-il pour quelque chose dans l'erreur ?",
        ),
        Misconception(
            "poids sans le biais",
            lambda x, y, w, b: _reference(x, y, w, b)[:-1],
            "les poids sont bons, mais le biais manque au bout : "
            "`torch.cat` le recolle-t-il ?",
        ),
    ),
    hints=(
        "parcourez les exemples un par un ; pour chacun, la réponse du neurone dépend "
        "des poids du moment",
        "ŷ vaut 1 si w · x + b ≥ 0, et 0 sinon ; y − ŷ vaut donc −1, 0 ou 1",
        "w = w + (y − ŷ) x, b = b + (y − ŷ), puis "
        "`torch.cat([w, torch.tensor([b])])` à la fin",
    ),
    takeaway="le perceptron n'apprend que de ses erreurs ; quand il n'en fait plus, il "
    "ne bouge plus",
)
