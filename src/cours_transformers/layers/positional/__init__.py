"""Encodages positionnels : dire à l'attention où est chaque mot.

| nom | où il agit | appris |
|---|---|---|
| ``none`` | nulle part | |
| ``sinusoidal`` | ``embed``, sur les plongements | |
| ``learned`` | ``embed`` | une table |
| ``shaw`` | ``bias``, et ``read`` pour les valeurs | un vecteur par distance |
| ``t5`` | ``bias``, sur les scores | un nombre par seau et par tête |
| ``alibi`` | ``bias`` | |
| ``rope`` | ``rotate``, sur les requêtes et les clés | |

Un modèle les prend tous de la même façon : ``encoding = positional(name, …)``, puis
``x = encoding.embed(x, offset)`` avant la première couche, et
``MultiHeadAttention(…, position=encoding)`` dans chacune. Un même objet donné à
plusieurs couches leur est commun, comme dans T5 ; un nom en crée un par couche.
"""

from .alibi import Alibi, alibi_slopes
from .base import Positional
from .distance import distances
from .factory import POSITIONAL_NAMES, positional, positional_parameters
from .frequencies import frequencies
from .learned import Learned
from .rope import Rope, pairing_order, rotate_pairs
from .shaw import Shaw
from .sinusoidal import Sinusoidal, shift_matrix
from .t5 import T5Bias, relative_bucket

__all__ = [
    "POSITIONAL_NAMES",
    "Alibi",
    "Learned",
    "Positional",
    "Rope",
    "Shaw",
    "Sinusoidal",
    "T5Bias",
    "alibi_slopes",
    "distances",
    "frequencies",
    "pairing_order",
    "positional",
    "positional_parameters",
    "relative_bucket",
    "rotate_pairs",
    "shift_matrix",
]
