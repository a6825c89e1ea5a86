"""12.2 : les FLOPs d'un bloc, 24 T d² + 4 T² d."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception
from cours_transformers.layers.connection import BlockConfig
from cours_transformers.training.costs import block_cost


def _cases(generator: torch.Generator) -> list[tuple]:
    return [(10, 64), (300, 64), (1000, 128), (1500, 768), (1, 256), (9000, 1024)]


def _flops(T: int, d: int) -> Tensor:
    flops = block_cost(BlockConfig(d_model=d, n_heads=1), 1, T).flops
    return torch.tensor(flops, dtype=torch.float64)


def _count(tokens: float | int, pairs: float | int) -> Callable:
    """Un autre compte, de la même forme : ``tokens`` T d² + ``pairs`` T² d."""
    return lambda T, d: tokens * T * d**2 + pairs * T**2 * d


def _or_half(tokens: int, pairs: int) -> tuple[Callable, Callable]:
    """Le même oubli, en FLOPs ou en multiplications-additions."""
    return _count(tokens, pairs), _count(tokens / 2, pairs / 2)


def _per_head() -> tuple[Callable, ...]:
    """H fois les scores, H fois les projections et les scores, H fois tout."""
    fixed = [
        _count(*counts)
        for H in (2, 4, 8, 12, 16)
        for counts in ((24, 4 * H), (16 + 8 * H, 4 * H), (24 * H, 4 * H))
    ]
    return *fixed, lambda T, d: 24 * T * d**2 + 4 * T**2 * d * (d // 64)


BLOCK_PRICE = Exercise(
    number="12.2",
    title="Le prix d'un bloc",
    arguments=("T", "d"),
    reference=_flops,
    cases=_cases,
    atol=0.5,
    rtol=1e-6,
    facts=(
        Fact(
            "le compte est le même pour chacune des T positions",
            lambda y, T, d: bool(((y / T) % 1 == 0).all()),
        ),
    ),
    misconceptions=(
        Misconception(
            "une multiplication-addition pour un FLOP",
            _count(12, 2),
            "votre compte est juste à un facteur près, en multiplications-additions : "
            "combien d'opérations y a-t-il dans « multiplier, puis ajouter » ?",
        ),
        Misconception(
            "projection de sortie oubliée",
            _or_half(22, 4),
            "une matrice d × d manque à l'appel. Vous avez les requêtes, les clés et "
            "les valeurs : que deviennent les têtes, une fois mises bout à bout ?",
        ),
        Misconception(
            "un seul produit en T²",
            _or_half(24, 2),
            "votre part en T² ne paie qu'un produit, ou qu'une moitié de la matrice, "
            "et personne n'est masqué ici : combien de fois une matrice T × T "
            "sert-elle, avant et après le softmax ?",
        ),
        Misconception(
            "8 T d² de moins",
            _or_half(16, 4),
            "il vous manque 8 T d² ; deux oublis tombent sur ce nombre. Après être "
            "monté à 4 d, le feed-forward redescend-il ? Et l'attention a-t-elle ses "
            "projections ?",
        ),
        Misconception(
            "feed-forward sans élargissement",
            _or_half(12, 4),
            "vos deux matrices du feed-forward sont d × d : quelle largeur l'énoncé "
            "lui donne-t-il au milieu ?",
        ),
        Misconception(
            "feed-forward oublié",
            _or_half(8, 4),
            "c'est la couche d'attention seule : qu'y a-t-il d'autre dans un bloc ?",
        ),
        Misconception(
            "couples oubliés",
            _or_half(24, 0),
            "toutes vos matrices y sont, mais doubler T ne fait que doubler le prix : "
            "où les positions se rencontrent-elles ?",
        ),
        Misconception(
            "couples seuls",
            _or_half(0, 4),
            "vous ne comptez que les produits où les positions se rencontrent : "
            "combien de matrices de poids chaque position traverse-t-elle, à elle "
            "seule ?",
        ),
        Misconception(
            "passe arrière comptée",
            (_count(72, 12), _count(72, 14)),
            "c'est le prix d'un pas d'apprentissage : combien de passes l'énoncé "
            "demande-t-il ?",
        ),
        Misconception(
            "têtes comptées",
            _per_head(),
            "vous multipliez par un nombre de têtes, que la fonction ne reçoit même "
            "pas : quand H têtes se partagent d, quelle dimension reste-t-il à chacune "
            "?",
        ),
        Misconception(
            "positions oubliées",
            (
                lambda T, d: 24 * d**2,
                lambda T, d: 12 * d**2,
                lambda T, d: 24 * d**2 + 4 * T**2 * d,
                lambda T, d: 12 * d**2 + 2 * T**2 * d,
            ),
            "vos matrices ne servent qu'une fois, comme si l'on comptait des "
            "paramètres : combien de positions les traversent ?",
        ),
        Misconception(
            "un FLOP par score",
            (
                lambda T, d: 24 * T * d**2 + 4 * T**2,
                lambda T, d: 24 * T * d**2 + 2 * T**2,
                lambda T, d: 24 * T * d**2 + T**2,
            ),
            "vos T² scores coûtent chacun presque rien : combien de termes un produit "
            "scalaire additionne-t-il, toutes têtes réunies ?",
        ),
        Misconception(
            "dimension au carré partout",
            (
                lambda T, d: 24 * T * d**2 + 4 * T**2 * d**2,
                lambda T, d: 24 * T**2 * d**2,
            ),
            "votre part en T² porte aussi un d² : entre la dimension et la longueur, "
            "laquelle apparaît deux fois dans (T, d) par (d, T) ?",
        ),
    ),
    hints=(
        "un produit (a, b) par (b, c) coûte 2 a b c FLOPs : une multiplication et une "
        "addition par terme",
        "quatre projections d × d, puis deux matrices d × 4 d et 4 d × d : chacune "
        "multiplie T lignes",
        "deux produits ont T d'un côté et T de l'autre : les scores, puis les poids "
        "par les valeurs ; H têtes de dimension d / H y coûtent autant qu'une seule",
    ),
    takeaway="24 T d² + 4 T² d : le premier terme suit la longueur, le second son "
    "carré, et le nombre de têtes n'y paraît pas",
)
