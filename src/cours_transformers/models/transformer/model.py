"""L'architecture complète de 2017, assemblée de nos blocs.

Lettres : B lot, S longueur de la source, T de la cible, V symboles, H têtes.
"""

from typing import NamedTuple

from jaxtyping import Float, Int
from torch import Tensor, nn

from cours_transformers.layers.positional import Positional, positional

from .config import TransformerConfig
from .embedding import TokenEmbedding
from .memory import DecoderCache, Memory, visible
from .stacks import Decoder, Encoder


class Maps(NamedTuple):
    """Les poids d'attention, une matrice par couche dans chaque liste."""

    encoder: list[Float[Tensor, "B H S S"]]
    decoder: list[Float[Tensor, "B H T T"]]
    cross: list[Float[Tensor, "B H T S"]]


class Transformer(nn.Module):
    """Encodeur–décodeur : lit une source, écrit une cible.

    L'encodage positionnel agit sur les deux auto-attentions, jamais sur la croisée.
    """

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.config, block = config, config.block
        self.source = self._embedding(config.source_vocabulary, causal=False)
        self.target = self._embedding(config.target_vocabulary, causal=True)
        if config.tied == "all":
            self.source.table = self.target.table
        self.encoder = Encoder(
            block, config.n_encoder_layers, position=self.source.position,
            final_norm=config.final_norms,
        )  # fmt: skip
        self.decoder = Decoder(
            block, config.n_decoder_layers, position=self.target.position,
            final_norm=config.final_norms,
        )  # fmt: skip
        self.head = nn.Linear(
            block.d_model, config.target_vocabulary, bias=config.output_bias
        )
        if config.tied != "none":
            self.head.weight = self.target.table.weight

    def forward(
        self, source: Int[Tensor, "B S"], target: Int[Tensor, "B T"]
    ) -> Float[Tensor, "B T V"]:
        """Logits du token suivant, à chaque position de ``target``, qui est connue."""
        return self.decode(target, self.encode(source))

    def encode(self, source: Int[Tensor, "B S"]) -> Memory:
        """Lit la source, une fois pour toutes.

        Raises:
            ValueError: source trop longue, token inconnu, ou ligne sans rien à lire.
        """
        mask = visible(source, self.config.pad)
        x = self.source(source, name="source")
        return Memory(self.encoder(x, mask), mask)

    def decode(
        self,
        target: Int[Tensor, "B T"],
        memory: Memory,
        cache: DecoderCache | None = None,
    ) -> Float[Tensor, "B T V"]:
        """Logits du token suivant ; avec ``cache``, ``target`` n'a que les nouveaux."""
        offset = 0 if cache is None else cache.length
        x = self.target(target, offset, name="target")
        x = self.decoder(
            x, memory.vectors, memory_mask=memory.mask,
            caches=None if cache is None else cache.blocks,
        )  # fmt: skip
        return self.head(x)

    def new_cache(self) -> DecoderCache:
        """Un cache vide, à la taille du décodeur."""
        return DecoderCache(self.config.n_decoder_layers)

    def attention_maps(
        self, source: Int[Tensor, "B S"], target: Int[Tensor, "B T"]
    ) -> Maps:
        """Poids de chaque tête de chaque couche : ceux de ``forward``."""
        memory = self.encode(source)
        read = self.encoder.attention_maps(
            self.source(source, name="source"), memory.mask
        )
        own, cross = self.decoder.attention_maps(
            self.target(target, name="target"), memory.vectors, memory_mask=memory.mask
        )
        return Maps(read, own, cross)

    def _embedding(self, vocabulary: int, causal: bool) -> TokenEmbedding:
        config, d_model = self.config, self.config.block.d_model
        table = nn.Embedding(vocabulary, d_model)
        if config.scale_embeddings or config.tied != "none":
            # √d_model fois cela : des composantes de variance 1, comme les sinusoïdes ;
            # et des logits raisonnables, si la même table sert à les lire.
            nn.init.normal_(table.weight, std=d_model**-0.5)
        return TokenEmbedding(
            table, self._position(causal), scaled=config.scale_embeddings,
            dropout=config.block.dropout, max_length=config.max_length,
        )  # fmt: skip

    def _position(self, causal: bool) -> Positional:
        config, block = self.config, self.config.block
        return positional(
            config.position, d_model=block.d_model, n_heads=block.n_heads,
            d_head=block.d_model // block.n_heads, max_length=config.max_length,
            causal=causal,
        )  # fmt: skip
