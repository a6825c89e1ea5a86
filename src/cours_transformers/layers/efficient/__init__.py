"""Des attentions moins chères, chacune égale à l'attention entière à sa limite.

| module | méthode | exacte quand | causale |
|---|---|---|---|
| ``linear`` | trois formes (``linear_forms``) | égale à sa forme quadratique | oui |
| ``performer`` | noyau estimé (``random_features``) | jamais : m → ∞ | oui |
| ``linformer`` | k résumés des clés | k = S et E = F = I | non |
| ``window`` | fenêtre glissante, dilatée | la fenêtre couvre tout | oui |
| ``strided`` | fenêtre, et une clé sur s | s ≥ T, ou s = 1 | oui |
| ``longformer`` | fenêtre, et positions globales | tout est couvert | oui |
| ``bigbird`` | fenêtre, blocs globaux et au hasard | tout est couvert | non |
| ``reformer`` | seaux (``lsh``, ``sorted_chunks``) | un seul seau, QK partagés | oui |

``patterns`` dit quelles paires regarde un motif, ``sparse`` les calcule sans former la
matrice, ``base`` est l'appel commun, ``reversible`` la pile qui ne garde rien.
"""

from .base import EfficientAttention
from .bigbird import BigBird
from .linear import LinearAttention
from .linear_forms import chunked, elu_plus_one, quadratic, recurrent
from .linformer import Linformer, linformer_attention
from .longformer import Longformer
from .lsh import collision_probability, hash_buckets, random_rotations
from .patterns import Full, Groups, Pattern
from .performer import Performer
from .random_features import (
    kernel_variance,
    positive_features,
    random_projection,
    trigonometric_features,
)
from .reformer import Reformer, lsh_matrix, shared_qk_attention
from .reversible import ReversibleBlock, ReversibleStack
from .sparse import SparseAttention
from .strided import Strided
from .window import Window

__all__ = [
    "BigBird",
    "EfficientAttention",
    "Full",
    "Groups",
    "LinearAttention",
    "Linformer",
    "Longformer",
    "Pattern",
    "Performer",
    "Reformer",
    "ReversibleBlock",
    "ReversibleStack",
    "SparseAttention",
    "Strided",
    "Window",
    "chunked",
    "collision_probability",
    "elu_plus_one",
    "hash_buckets",
    "kernel_variance",
    "linformer_attention",
    "lsh_matrix",
    "positive_features",
    "quadratic",
    "random_projection",
    "random_rotations",
    "recurrent",
    "shared_qk_attention",
    "trigonometric_features",
]
