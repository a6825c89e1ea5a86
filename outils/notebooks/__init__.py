"""Les carnets de Colab, produits depuis les sources MyST des chapitres.

``build`` rend le carnet d'une source ; ``numbers`` donne les numéros de ses étiquettes,
qui sont ceux du site.
"""

from notebooks.document import build
from notebooks.labels import numbers
from notebooks.model import SourceError

__all__ = ["SourceError", "build", "numbers"]
