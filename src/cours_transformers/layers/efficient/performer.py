"""Performer : l'attention linéaire dont le noyau estime celui du softmax.

Lettres : m caractéristiques par tête. Les poids sont positifs et somment à 1 ; quand m
grandit, la sortie converge vers celle du softmax, sans lui être égale en moyenne. Avec
m = 1, elle ne dépend même pas de la requête, qui se simplifie dans le quotient.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from cours_transformers.layers.positional.checks import check_integer

from .linear import LinearAttention
from .random_features import log_positive_features, random_projection


class Performer(LinearAttention):
    """Attention linéaire aux caractéristiques de ``random_features``, tirées une fois.

    Args:
        n_features: m, pair ou impair, plus grand ou plus petit que D.
        seed: graine du tirage ; ``redraw`` en fait un autre.
        orthogonal: lignes orthogonales par groupes de ``d_head``.
        form, chunk: ceux de ``LinearAttention``.
    """

    def __init__(
        self,
        d_head: int,
        n_features: int,
        *,
        seed: int = 0,
        orthogonal: bool = True,
        form: str = "chunked",
        chunk: int = 64,
    ):
        super().__init__(form=form, chunk=chunk)
        check_integer("d_head", d_head, 1)
        check_integer("n_features", n_features, 1)
        self.orthogonal = orthogonal
        self.register_buffer("projection", torch.empty(n_features, d_head))
        self.redraw(seed)

    def redraw(self, seed: int) -> None:
        """Tire d'autres caractéristiques, sur place."""
        m, d = self.projection.shape
        generator = torch.Generator().manual_seed(seed)
        drawn = random_projection(m, d, orthogonal=self.orthogonal, generator=generator)
        self.projection.copy_(drawn)

    def features(
        self, q: Float[Tensor, "B H T D"], k: Float[Tensor, "B H S D"]
    ) -> tuple[Float[Tensor, "B H T m"], Float[Tensor, "B H S m"]]:
        """Calcule exp(log φ − maximum), qu'aucune grande norme ne fait déborder.

        Une constante par requête, et une par tête pour les clés, multiplient le
        numérateur et le dénominateur : la sortie n'en dépend pas.
        """
        if q.shape[-1] != self.projection.shape[1]:
            raise ValueError(
                f"q doit avoir la dimension d_head = {self.projection.shape[1]} ; "
                f"reçu {q.shape[-1]}"
            )
        projection = self.projection.to(q.dtype)
        log_q, log_k = (log_positive_features(x, projection) for x in (q, k))
        top_q = log_q.detach().amax(dim=-1, keepdim=True)
        top_k = log_k.detach().amax(dim=(-1, -2), keepdim=True)
        return (log_q - top_q).exp(), (log_k - top_k).exp()
