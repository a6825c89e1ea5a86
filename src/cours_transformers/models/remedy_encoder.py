"""Le même petit encodeur pour toutes les attentions : une seule pièce y change.

Un token entre par la somme de trois plongements : le sien, et ceux que ses deux voisins
ont pour lui, comme dans une convolution de largeur trois. Ce qui se lit à côté est donc
donné à tous : on ne mesure que ce que l'attention ajoute. Les positions sont les
sinusoïdes de 2017, ajoutées elles aussi : tournées par RoPE, deux requêtes égales
tomberaient dans des seaux différents de Reformer.

| nom | ce qui remplace l'attention | clés dont une requête calcule le score |
|---|---|---|
| ``none`` | une fenêtre d'un seul token : le plancher | 1 |
| ``exact`` | rien : l'attention entière | T |
| ``linear`` | ``elu_plus_one`` | aucune : un état de D (D + 1) nombres |
| ``performer`` | 64 caractéristiques aléatoires | aucune : un état de 64 (D + 1) |
| ``linformer`` | des résumés appris | T / 4 résumés |
| ``window`` | T / 8 de chaque côté | T / 4 − 1 |
| ``strided`` | fenêtre de √T, et une clé sur √T | environ 3 √T |
| ``longformer`` | la fenêtre, et les 8 premières positions, globales | T / 4 + 7 |
| ``bigbird`` | blocs de T / 16 : 3 voisins, 1 global, 2 au hasard | 3 T / 8 |
| ``reformer`` | T / 16 seaux, un tour, requête et clé confondues | 3 T / 4, même seau |

Lettres : B lot, T longueur, V symboles, D dimension d'une tête.
"""

import math
from collections.abc import Callable

from jaxtyping import Float, Int
from torch import Tensor, nn

from cours_transformers.kernels.attention import attention
from cours_transformers.layers.block import BlockConfig
from cours_transformers.layers.efficient import (
    BigBird,
    LinearAttention,
    Linformer,
    Longformer,
    Performer,
    Reformer,
    SparseAttention,
    Strided,
    Window,
)
from cours_transformers.layers.positional import Sinusoidal
from cours_transformers.layers.positional.checks import check_choice

from .transformer.stacks import Encoder

FEATURES, GLOBALS = 64, 8
#: Nom → (T, D) → de quoi remplacer ``attend`` dans une couche.
REMEDIES: dict[str, Callable[[int, int], Callable[..., Tensor]]] = {
    "none": lambda T, D: SparseAttention(Window(1)),
    "exact": lambda T, D: attention,
    "linear": lambda T, D: LinearAttention(),
    "performer": lambda T, D: Performer(D, FEATURES),
    "linformer": lambda T, D: Linformer(T, T // 4),
    "window": lambda T, D: SparseAttention(Window(T // 8)),
    "strided": lambda T, D: SparseAttention(Strided(math.isqrt(T))),
    "longformer": lambda T, D: SparseAttention(
        Longformer(T // 8, tuple(range(GLOBALS)))
    ),
    "bigbird": lambda T, D: SparseAttention(BigBird(T // 16)),
    "reformer": lambda T, D: Reformer(D, T // 16),
}


class RemedyEncoder(nn.Module):
    """Encodeur dont chaque couche d'attention est le remède nommé.

    Args:
        vocabulary_size: nombre V de tokens, à lire comme à prédire.
        length: T, la seule longueur que lisent les remèdes réglés sur elle.
        remedy: un nom de ``REMEDIES``.

    Raises:
        ValueError: remède inconnu, ou longueur qui n'est pas un multiple de 32.
    """

    def __init__(
        self,
        vocabulary_size: int,
        length: int,
        remedy: str,
        *,
        config: BlockConfig,
        n_layers: int = 2,
    ):
        super().__init__()
        check_choice("remedy", remedy, tuple(REMEDIES))
        if length < 32 or length % 32:
            raise ValueError(
                "length doit être un multiple de 32, pour que blocs et seaux tombent "
                f"juste ; reçu {length}"
            )
        d = config.d_model
        self.table, self.position = nn.Embedding(vocabulary_size, d), Sinusoidal(d)
        self.before, self.after = (nn.Embedding(vocabulary_size, d) for _ in range(2))
        self.encoder = Encoder(config, n_layers)
        self.head = nn.Linear(d, vocabulary_size)
        for block in self.encoder.blocks:
            layer = block.attention.sublayer
            layer.attend = REMEDIES[remedy](length, d // config.n_heads)
            if remedy == "reformer":  # une même projection pour requêtes et clés
                layer.k_proj = layer.q_proj

    def forward(self, tokens: Int[Tensor, "B T"]) -> Float[Tensor, "B T d_model"]:
        """Rend un vecteur par token ; ``head`` en fait des logits, là où il en faut."""
        x = self.table(tokens)
        x[:, 1:] += self.before(tokens[:, :-1])
        x[:, :-1] += self.after(tokens[:, 1:])
        return self.encoder(self.position.embed(x))
