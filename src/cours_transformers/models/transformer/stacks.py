"""Les deux piles de blocs : l'encodeur lit, le décodeur écrit.

Lettres : B lot, S longueur de la source, T de la cible, H têtes, L couches.
"""

from jaxtyping import Bool, Float
from torch import Tensor, nn

from cours_transformers.layers.block import Block, BlockCache, BlockConfig
from cours_transformers.layers.norm import norm
from cours_transformers.layers.positional import Positional

Mask = Bool[Tensor, "... #T #S"]


class Encoder(nn.Module):
    """L blocs où chaque token de la source voit tous les autres.

    Args:
        final_norm: normalise la sortie de la pile.
    """

    def __init__(
        self,
        config: BlockConfig,
        n_layers: int,
        *,
        position: Positional | None = None,
        final_norm: bool = True,
    ):
        super().__init__()
        self.blocks = nn.ModuleList(
            Block(config, position=position) for _ in range(n_layers)
        )
        self.norm = norm(config.norm if final_norm else "none", config.d_model)

    def forward(
        self, x: Float[Tensor, "B S d_model"], mask: Mask | None = None
    ) -> Float[Tensor, "B S d_model"]:
        """Rend la mémoire : un vecteur par token lu."""
        for block in self.blocks:
            x = block(x, mask=mask)
        return self.norm(x)

    def attention_maps(
        self, x: Float[Tensor, "B S d_model"], mask: Mask | None = None
    ) -> list[Float[Tensor, "B H S S"]]:
        """Poids de chaque couche."""
        maps = []
        for block in self.blocks:
            maps += block.attention_maps(x, mask=mask)
            x = block(x, mask=mask)
        return maps


class Decoder(nn.Module):
    """L blocs causaux, dont chacun lit aussi la mémoire de l'encodeur.

    Args:
        final_norm: normalise la sortie de la pile.
    """

    def __init__(
        self,
        config: BlockConfig,
        n_layers: int,
        *,
        position: Positional | None = None,
        final_norm: bool = True,
    ):
        super().__init__()
        self.blocks = nn.ModuleList(
            Block(config, position=position, cross=True) for _ in range(n_layers)
        )
        self.norm = norm(config.norm if final_norm else "none", config.d_model)

    def forward(
        self,
        x: Float[Tensor, "B T d_model"],
        memory: Float[Tensor, "B S d_model"],
        *,
        memory_mask: Bool[Tensor, "... #T #S"] | None = None,
        caches: list[BlockCache] | None = None,
    ) -> Float[Tensor, "B T d_model"]:
        """Transforme chaque token, qui ne voit que le passé et la mémoire."""
        kept = [None] * len(self.blocks) if caches is None else caches
        for block, cache in zip(self.blocks, kept, strict=True):
            x = block(x, memory, causal=True, memory_mask=memory_mask, cache=cache)
        return self.norm(x)

    def attention_maps(
        self,
        x: Float[Tensor, "B T d_model"],
        memory: Float[Tensor, "B S d_model"],
        *,
        memory_mask: Bool[Tensor, "... #T #S"] | None = None,
    ) -> tuple[list[Float[Tensor, "B H T T"]], list[Float[Tensor, "B H T S"]]]:
        """Poids de l'auto-attention de chaque couche, puis de la croisée."""
        own, cross = [], []
        options = {"causal": True, "memory_mask": memory_mask}
        for block in self.blocks:
            on_self, on_memory = block.attention_maps(x, memory, **options)
            own.append(on_self)
            cross.append(on_memory)
            x = block(x, memory, **options)
        return own, cross
