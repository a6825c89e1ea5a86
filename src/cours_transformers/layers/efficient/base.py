"""Ce que tout remède partage : un même appel, et des refus en français.

Lettres : B lot, H têtes, T requêtes, S clés, D dimension d'une tête. L'appel est celui
de ``kernels.attention`` : un remède se pose donc dans une couche, par
``layer.attend = Performer(d_head, 64)``.
"""

from typing import ClassVar

from einops import repeat
from jaxtyping import Bool, Float
from torch import Tensor, nn

from cours_transformers.kernels.arguments import check_tensors
from cours_transformers.kernels.slopes import DistanceBias


class EfficientAttention(nn.Module):
    """Une attention moins chère : chaque sous-classe écrit ``attend``."""

    #: Vrai si la méthode sait cacher le futur.
    serves_causal: ClassVar[bool] = True
    #: Vrai si requêtes et clés doivent être les mêmes positions, T = S.
    self_only: ClassVar[bool] = False

    def forward(
        self,
        q: Float[Tensor, "B H T D"],
        k: Float[Tensor, "B G S D"],
        v: Float[Tensor, "B G S D"],
        *,
        causal: bool = False,
        mask: Bool[Tensor, "... #T #S"] | None = None,
        bias: Float[Tensor, "... #T #S"] | DistanceBias | None = None,
    ) -> Float[Tensor, "B H T D"]:
        """Lit les valeurs ; la dernière requête est alignée sur la dernière clé.

        Raises:
            TypeError: tenseurs de types différents, ou non flottants.
            ValueError: formes incompatibles, ``mask`` ou ``bias`` (ces méthodes ne
                forment pas la matrice où les poser), ``causal`` là où la méthode ne
                sait pas cacher le futur.
        """
        check_tensors(q, k, v)
        self._check_call(q.shape[-2], k.shape[-2], causal, mask, bias)
        if k.shape[1] != q.shape[1]:
            r = q.shape[1] // k.shape[1]
            k, v = (repeat(x, "B G S D -> B (G r) S D", r=r) for x in (k, v))
        return self.attend(q, k, v, causal)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
        """Calcule la sortie ; tout est vérifié, k et v ont autant de têtes que q."""
        raise NotImplementedError(f"{type(self).__name__} doit définir attend")

    def _check_call(
        self,
        T: int,
        S: int,
        causal: bool,
        mask: Tensor | None,
        bias: Tensor | DistanceBias | None,
    ) -> None:
        name = type(self).__name__
        if mask is not None or bias is not None:
            raise ValueError(
                f"{name} ne prend ni mask ni bias : la matrice T × S où les poser "
                "n'est jamais formée ; prenez l'attention entière"
            )
        if causal and not self.serves_causal:
            raise ValueError(
                f"{name} ne sait pas cacher le futur ; causal doit valoir False, "
                f"reçu {causal!r}"
            )
        if self.self_only and T != S:
            raise ValueError(
                f"{name} est une auto-attention : il faut autant de requêtes que de "
                f"clés ; reçu T = {T} et S = {S}"
            )
        if causal and S < T:
            raise ValueError(
                "en causal, il faut au moins autant de clés que de requêtes ; "
                f"reçu T = {T} et S = {S}"
            )
