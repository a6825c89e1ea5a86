"""07.4 : un bloc pré-norme, où l'attention est une matrice A donnée d'avance."""

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Misconception, draw
from cours_transformers.layers.norm import rms_norm


def _cases(generator: torch.Generator) -> list[tuple]:
    cases = []
    for T, d in ((2, 2), (3, 2), (3, 4), (4, 3)):
        A = draw(generator, T, T).softmax(dim=-1).mul(10).round() / 10
        cases.append((2 * draw(generator, T, d), A, draw(generator, d, d)))
    return cases


def _norm(x: Tensor) -> Tensor:
    return rms_norm(x, torch.ones_like(x[0]))


def _ffn(x: Tensor, W: Tensor) -> Tensor:
    return (x @ W).relu()


def _block(x: Tensor, A: Tensor, W: Tensor) -> Tensor:
    x = x + A @ _norm(x)
    return x + _ffn(_norm(x), W)


def _post(x: Tensor, A: Tensor, W: Tensor) -> Tensor:
    x = _norm(x + A @ x)
    return _norm(x + _ffn(x, W))


def _normed_stream(x: Tensor, A: Tensor, W: Tensor) -> Tensor:
    x = _norm(x)
    x = _norm(x + A @ x)
    return x + _ffn(x, W)


def _parallel(x: Tensor, A: Tensor, W: Tensor) -> Tensor:
    return x + A @ _norm(x) + _ffn(_norm(x), W)


def _no_residual(first: bool, second: bool):
    """Le bloc où l'un des deux « x + » manque, ou les deux."""

    def wrong(x: Tensor, A: Tensor, W: Tensor) -> Tensor:
        x = x * first + A @ _norm(x)
        return x * second + _ffn(_norm(x), W)

    return wrong


def _unnormed(first: bool, second: bool):
    """Le bloc où l'une des deux normes manque, ou les deux."""

    def wrong(x: Tensor, A: Tensor, W: Tensor) -> Tensor:
        x = x + A @ (_norm(x) if first else x)
        return x + _ffn(_norm(x) if second else x, W)

    return wrong


def _branch_normed(x: Tensor, A: Tensor, W: Tensor) -> Tensor:
    x = x + _norm(A @ x)
    return x + _norm(_ffn(x, W))


PRE_NORM = Exercise(
    number="07.4",
    title="Un bloc pré-norme",
    arguments=("x", "A", "W"),
    reference=_block,
    cases=_cases,
    misconceptions=(
        Misconception(
            "post-norme",
            _post,
            "vous normez après chaque somme, comme en 2017 : qu'est-ce qui doit être "
            "normé ici, le flux ou ce que la sous-couche lit ?",
        ),
        Misconception(
            "flux normé",
            _normed_stream,
            "vous remplacez le flux par sa version normée, et c'est à elle que vous "
            "ajoutez : quel chemin reste-t-il à un vecteur intact ?",
        ),
        Misconception(
            "norme sur la sortie",
            _branch_normed,
            "vous normez ce que chaque sous-couche écrit : la norme vient-elle avant "
            "ou après elle ?",
        ),
        Misconception(
            "sous-couches en parallèle",
            _parallel,
            "votre réseau feed-forward lit le flux d'avant l'attention : que "
            "devrait-il lire ?",
        ),
        Misconception(
            "résidu manquant",
            (
                _no_residual(False, False),
                _no_residual(True, False),
                _no_residual(False, True),
            ),
            "l'une au moins de vos sous-couches remplace le flux au lieu d'y ajouter : "
            "que rend le bloc si A et W sont nulles ?",
        ),
        Misconception(
            "norme oubliée",
            (_unnormed(False, False), _unnormed(True, False), _unnormed(False, True)),
            "l'une au moins des sous-couches lit le flux brut : combien de normes un "
            "bloc pré-norme contient-il ?",
        ),
        Misconception(
            "norme finale dans le bloc",
            lambda x, A, W: _norm(_block(x, A, W)),
            "vous normez encore en sortant : cette norme-là vient-elle à chaque bloc, "
            "ou une seule fois, après le dernier ?",
        ),
        Misconception(
            "sous-couches échangées",
            lambda x, A, W: (lambda y: y + A @ _norm(y))(x + _ffn(_norm(x), W)),
            "votre réseau feed-forward passe avant l'attention : qui commence, dans un "
            "bloc ?",
        ),
        Misconception(
            "ReLU oubliée",
            lambda x, A, W: (lambda y: y + _norm(y) @ W)(x + A @ _norm(x)),
            "votre seconde sous-couche est linéaire : où est la ReLU ?",
        ),
    ),
    hints=(
        "deux lignes, une par sous-couche : `x = x + …`",
        "la première mélange les mots : `A @ normer(x)`",
        "la seconde lit le nouveau flux, normé lui aussi, puis `.relu()`",
    ),
    takeaway="le flux n'est jamais normé ; chaque lecteur en norme sa propre copie",
)
