"""Ce qu'un modèle attend d'un encodage positionnel, et l'encodage qui ne fait rien.

Lettres : B lot, T requêtes, S clés, H têtes de requête, G têtes clé-valeur, D
dimension d'une tête.
"""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor, nn

from ...kernels.slopes import DistanceBias


class Positional(nn.Module):
    """Aucune position : chaque encodage redéfinit l'étape où il agit.

    Un modèle appelle ``embed`` une fois, avant sa première couche ; l'attention
    appelle ``rotate`` et ``bias`` avant le noyau, et ``read`` si ``on_values``.
    """

    on_embeddings: ClassVar[bool] = False  # s'ajoute aux plongements, par embed
    on_values: ClassVar[bool] = False  # change aussi les valeurs lues, par read

    def embed(
        self, x: Float[Tensor, "B T d_model"], offset: int = 0
    ) -> Float[Tensor, "B T d_model"]:
        """Ajoute leur position aux plongements ; ``x[:, 0]`` est à ``offset``."""
        return x

    def rotate(
        self, q: Float[Tensor, "B H T D"], k: Float[Tensor, "B G S D"], offset: int = 0
    ) -> tuple[Float[Tensor, "B H T D"], Float[Tensor, "B G S D"]]:
        """Tourne requêtes et clés selon leur position.

        La première clé a la position ``offset`` ; la dernière requête a celle de la
        dernière clé. Avec un cache, ``k`` ne contient que les nouvelles clés.
        """
        return q, k

    def bias(
        self, q: Float[Tensor, "B H T D"], S: int
    ) -> Float[Tensor, "... T S"] | None:
        """Calcule ce qui s'ajoute aux scores, après l'échelle 1/√D ; None : rien.

        La dernière requête a la position de la dernière des S clés.
        """
        return None

    def kernel_bias(
        self, q: Float[Tensor, "B H T D"], S: int
    ) -> Float[Tensor, "... T S"] | DistanceBias | None:
        """Rend le même biais, sous la forme que le noyau calcule le plus vite."""
        return self.bias(q, S)

    def read(self, weights: Float[Tensor, "B H T S"]) -> Float[Tensor, "B H T D"]:
        """Calcule ce qui s'ajoute à la sortie des têtes, si ``on_values``."""
        raise NotImplementedError(f"{type(self).__name__} n'ajoute rien aux valeurs")
