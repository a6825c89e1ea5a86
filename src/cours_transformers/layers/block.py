"""Le bloc : une attention puis un réseau feed-forward, chacun dans sa connexion.

Lettres : B lot, T positions, S positions de la mémoire, H têtes.
"""

from jaxtyping import Bool, Float
from torch import Tensor, nn

from .attention import MultiHeadAttention
from .cache import BlockCache
from .connection import BlockConfig, Connection
from .feed_forward import feed_forward
from .moe.layer import MixtureOfExperts
from .positional.base import Positional

__all__ = ["Block", "BlockCache", "BlockConfig", "Connection"]


class Block(nn.Module):
    """Attention, attention croisée si ``cross``, puis feed-forward.

    Args:
        config: les réglages, communs aux blocs d'un modèle.
        position: l'encodage de l'attention sur soi ; jamais de l'attention croisée.
        cross: ajoute une attention sur ``memory``, comme dans un décodeur.
    """

    def __init__(
        self,
        config: BlockConfig,
        *,
        position: Positional | str | None = None,
        cross: bool = False,
    ):
        super().__init__()
        self.attention = _attention(config, position)
        self.cross_attention = _attention(config, None) if cross else None
        self.feed_forward = Connection(_feed_forward(config), config)

    def forward(
        self,
        x: Float[Tensor, "B T d_model"],
        memory: Float[Tensor, "B S d_model"] | None = None,
        *,
        causal: bool = False,
        mask: Bool[Tensor, "... #T #S_self"] | None = None,
        memory_mask: Bool[Tensor, "... #T #S"] | None = None,
        cache: BlockCache | None = None,
    ) -> Float[Tensor, "B T d_model"]:
        """Mêle les tokens entre eux, puis avec ``memory``, puis transforme chacun."""
        own, cross = (None, None) if cache is None else (cache.own, cache.cross)
        x = self.attention(x, causal=causal, mask=mask, cache=own)
        if self._reads(memory):
            x = self.cross_attention(x, memory, mask=memory_mask, cache=cross)
        return self.feed_forward(x)

    def attention_maps(
        self,
        x: Float[Tensor, "B T d_model"],
        memory: Float[Tensor, "B S d_model"] | None = None,
        *,
        causal: bool = False,
        mask: Bool[Tensor, "... #T #S_self"] | None = None,
        memory_mask: Bool[Tensor, "... #T #S"] | None = None,
    ) -> list[Float[Tensor, "B H T ..."]]:
        """Poids de l'attention sur soi, puis, s'il y en a une, de la croisée."""
        read = self.attention.read(x)
        maps = [self.attention.sublayer.weights(read, causal=causal, mask=mask)]
        if self._reads(memory):
            x = self.attention(x, causal=causal, mask=mask)
            read = self.cross_attention.read(x)
            weights = self.cross_attention.sublayer.weights
            maps.append(weights(read, memory, mask=memory_mask))
        return maps

    def _reads(self, memory: Tensor | None) -> bool:
        if (memory is None) != (self.cross_attention is None):
            raise ValueError(
                "memory : attendue par un bloc construit avec cross=True, et par lui "
                f"seul ; reçu {None if memory is None else tuple(memory.shape)}"
            )
        return memory is not None


def _attention(config: BlockConfig, position: Positional | str | None) -> Connection:
    bias = config.bias if config.attention_bias is None else config.attention_bias
    layer = MultiHeadAttention(
        config.d_model, config.n_heads, config.n_kv_heads,
        bias=bias, position=position,
    )  # fmt: skip
    return Connection(layer, config)


def _feed_forward(config: BlockConfig) -> nn.Module:
    common = {"d_ff": config.d_ff, "bias": config.bias, "dropout": config.dropout}
    if config.moe is None:
        return feed_forward(config.feed_forward, config.d_model, **common)
    return MixtureOfExperts(
        config.d_model, config.moe, feed_forward_name=config.feed_forward, **common
    )
