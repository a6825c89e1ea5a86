"""La connexion : ce qui entoure chaque sous-couche d'un bloc, et ses réglages.

Lettres : B lot, T positions, x le flux résiduel, f la sous-couche, s un facteur.
"""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor, nn

from .moe.config import MoEConfig
from .norm import norm


@dataclass(frozen=True)
class BlockConfig:
    """Ce qui définit un bloc ; ``dataclasses.replace`` en change un réglage.

    Args:
        d_ff: largeur du réseau feed-forward ; par défaut, ``inner_width``.
        feed_forward: un nom de ``FEED_FORWARD_NAMES``.
        norm: un nom de ``NORM_NAMES``.
        norm_position: ``"pre"``, avant la sous-couche, ou ``"post"``, après la somme.
        residual: ``False`` retire le « x + » de chaque connexion, pour l'expérience.
        residual_scale: facteur de ce que chaque sous-couche ajoute au flux.
        attention_bias: ajoute un biais aux projections de l'attention ; par défaut,
            comme ``bias``.
        moe: remplace le réseau feed-forward par un mélange de réseaux semblables.
    """

    d_model: int
    n_heads: int
    n_kv_heads: int | None = None
    d_ff: int | None = None
    feed_forward: str = "gelu"
    norm: str = "layer"
    norm_position: str = "pre"
    bias: bool = False
    dropout: float = 0.0
    residual: bool = True
    residual_scale: float = 1.0
    moe: MoEConfig | None = None
    attention_bias: bool | None = None

    def __post_init__(self) -> None:
        if self.norm_position not in ("pre", "post"):
            raise ValueError(
                f"norm_position doit être « pre » ou « post » ; "
                f"reçu {self.norm_position!r}"
            )
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout doit être dans [0, 1[ ; reçu {self.dropout}")


class Connection(nn.Module):
    """Entoure une sous-couche f : x + s f(norm(x)) en « pre », norm(x + s f(x)) sinon.

    Args:
        sublayer: la couche f, qui rend la forme de ``x``.
        config: la place de la normalisation, le facteur s, le dropout.
    """

    def __init__(self, sublayer: nn.Module, config: BlockConfig):
        super().__init__()
        self.sublayer, self.norm = sublayer, norm(config.norm, config.d_model)
        self.dropout = nn.Dropout(config.dropout)
        self.pre = config.norm_position == "pre"
        self.residual, self.scale = config.residual, config.residual_scale

    def forward(
        self, x: Float[Tensor, "B T d_model"], *args: object, **options: object
    ) -> Float[Tensor, "B T d_model"]:
        """Ajoute à ``x`` ce que f en tire ; les autres arguments vont à f."""
        branch = self.sublayer(self.read(x), *args, **options)
        branch = self.scale * self.dropout(branch)
        x = x + branch if self.residual else branch
        return x if self.pre else self.norm(x)

    def read(self, x: Float[Tensor, "B T d_model"]) -> Float[Tensor, "B T d_model"]:
        """Ce que la sous-couche reçoit : norm(x) en « pre », x lui-même en « post »."""
        return self.norm(x) if self.pre else x
