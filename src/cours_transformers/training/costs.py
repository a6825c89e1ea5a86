"""Le prix d'une attention, d'une récurrence, d'un bloc : FLOPs et octets, par formule.

FLOPs de la passe avant, produits de matrices seuls : un produit (a, b) par (b, c) en
vaut 2 a b c. Octets que le graphe garde pour la passe arrière, hors entrées et
paramètres. Les tests tiennent chaque formule égale, à l'unité, à ce que comptent les
instruments (``cost_instruments``).

Lettres : B lot, H têtes, T positions, D dimension d'une tête, d = H D, e octets par
nombre (4 en float32).
"""

from dataclasses import dataclass

from cours_transformers.layers.connection import BlockConfig
from cours_transformers.layers.feed_forward import inner_width
from cours_transformers.layers.positional.checks import check_choice, check_integer

E = 4
#: FLOPs d'une passe avant et arrière, en passes avant. Deux produits de plus par
#: produit : 3 ; SDPA et les tuiles refont en plus les scores, ou tout.
TRAINING_FACTOR = {"explicit": 3.0, "torch": 3.5, "tiled": 4.0}
_GATES = {"rnn": 1, "lstm": 4}
#: Vecteurs de largeur d_ff que garde chaque réseau feed-forward. ReLU ne garde que sa
#: sortie, que gardait déjà le produit suivant ; GELU et SiLU, leur entrée en plus.
_KEPT_INNER = {"relu": 1, "gelu": 2, "silu": 2, "glu": 3, "geglu": 4, "swiglu": 4}


@dataclass(frozen=True)
class Cost:
    """FLOPs de la passe avant, octets gardés pour la passe arrière."""

    flops: int
    kept: int

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.flops + other.flops, self.kept + other.kept)


def attention_cost(
    engine: str, B: int, H: int, T: int, D: int, *, causal: bool = False, e: int = E
) -> Cost:
    """Attention entière : 4 B H T² D FLOPs, quel que soit le moteur.

    Octets : ``"explicit"`` garde trois matrices T × T (scores, poids, poids après le
    dropout), ``"torch"`` la sortie et un logsumexp, ``"tiled"`` rien. ``causal`` ne
    change pas les FLOPs comptés : les instruments ne voient pas les blocs sautés.
    """
    check_choice("engine", engine, tuple(TRAINING_FACTOR))
    check_sizes(B=B, H=H, T=T, D=D)
    mask = T * T if causal else 0
    kept = {
        "explicit": B * H * T * (e * (3 * T + 1) + 1) + mask,
        "torch": e * B * H * T * (D + 1),
        "tiled": 0,
    }
    return Cost(4 * B * H * T * T * D, kept[engine])


def recurrent_cost(name: str, B: int, T: int, d: int, *, e: int = E) -> Cost:
    """RNN ou LSTM de largeur d, entrée comprise : 4 B T d² FLOPs, ou 16 B T d².

    Octets : un état par pas et celui du départ (RNN) ; sept vecteurs par pas (LSTM :
    quatre portes, la cellule, sa tangente, l'état).
    """
    check_choice("name", name, tuple(_GATES))
    check_sizes(B=B, T=T, d=d)
    vectors = T + 1 if name == "rnn" else 7 * T
    return Cost(4 * _GATES[name] * B * T * d * d, e * B * d * vectors)


@dataclass(frozen=True)
class BlockCost:
    """Le prix d'un bloc : ce qui suit T, ce qui suit T², et les octets gardés."""

    token_flops: int
    pair_flops: int
    kept: int

    @property
    def flops(self) -> int:
        """FLOPs de la passe avant."""
        return self.token_flops + self.pair_flops

    @property
    def training_flops(self) -> int:
        """FLOPs des deux passes, avec SDPA : trois et trois fois et demie."""
        return 3 * self.token_flops + int(TRAINING_FACTOR["torch"] * self.pair_flops)


def block_cost(config: BlockConfig, B: int, T: int, *, e: int = E) -> BlockCost:
    """Bloc « pre-norm » sans dropout : 24 B T d² + 4 B T² d FLOPs si d_ff = 4 d.

    Octets, en vecteurs par position : deux normes et leurs sorties, q, k, v, la sortie
    de l'attention, le flux entre les sous-couches, l'intérieur du feed-forward.

    Raises:
        ValueError: réglage que la formule ne couvre pas.
    """
    check_sizes(B=B, T=T)
    _check_block(config)
    d, d_kv, d_ff = _widths(config)
    matrices = 2 * d * d + 2 * d * d_kv + _n_matrices(config) * d * d_ff
    # LayerNorm garde sa moyenne et son échelle ; RMSNorm, l'échelle et x normalisé.
    norms = 2 * {"layer": 2, "rms": 1 + d, "none": 0}[config.norm]
    read = 0 if config.norm == "none" else 2 * d  # les sorties des deux normes
    inside = 2 * d + 2 * d_kv + config.n_heads  # q, sortie, k, v, logsumexp
    inner = _KEPT_INNER[config.feed_forward] * d_ff
    kept = e * B * T * (norms + read + inside + d + inner)
    return BlockCost(2 * B * T * matrices, 4 * B * T * T * d, kept)


def crossover_length(config: BlockConfig) -> float:
    """Longueur T où l'attention coûte autant que le reste du bloc.

    Si d_ff = 4 d, 24 T d² = 4 T² d : T = 6 d.
    """
    one = block_cost(config, 1, 1)
    return one.token_flops / one.pair_flops


def check_sizes(**sizes: int) -> None:
    """Exige des entiers d'au moins 1."""
    for name, size in sizes.items():
        check_integer(name, size, 1)


def _widths(config: BlockConfig) -> tuple[int, int, int]:
    """Les largeurs d, d_kv et d_ff."""
    d, H = config.d_model, config.n_heads
    d_kv = d // H * (H if config.n_kv_heads is None else config.n_kv_heads)
    return d, d_kv, config.d_ff or inner_width(config.feed_forward, d)


def _n_matrices(config: BlockConfig) -> int:
    return 3 if config.feed_forward in ("glu", "geglu", "swiglu") else 2


def _check_block(config: BlockConfig) -> None:
    covered = config.moe is None and config.norm_position == "pre"
    plain = config.residual and config.residual_scale == 1 and config.dropout == 0
    if not (covered and plain):
        raise ValueError(
            "config : la formule couvre un bloc « pre », avec connexions résiduelles, "
            f"sans dropout ni mélange d'experts ; reçu {config}"
        )
