"""Modèle de langue fait de blocs : attention, feed-forward, résidus, normalisation.

Lettres : B lot, T positions, V symboles, L blocs, H têtes, S clés (ici S = T).
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from cours_transformers.layers.block import Block, BlockConfig
from cours_transformers.layers.norm import norm
from cours_transformers.layers.positional import positional


class BlockLanguageModel(nn.Module):
    """Plongement, L blocs causaux, norme finale, puis les logits du suivant.

    Args:
        vocabulary_size: nombre V de symboles.
        config: les réglages du bloc, communs aux L blocs.
        position: nom d'un encodage de ``layers.positional``, commun aux blocs.
        max_length: nombre de positions de la table, pour ``"learned"``.
        final_norm: normalise le flux avant de le lire ; par défaut, en « pre »
            seulement, car un bloc « post » rend déjà un flux normalisé.
    """

    def __init__(
        self,
        vocabulary_size: int,
        config: BlockConfig,
        n_layers: int,
        *,
        position: str = "rope",
        max_length: int = 128,
        final_norm: bool | None = None,
    ):
        super().__init__()
        if min(vocabulary_size, n_layers) < 1:
            raise ValueError(
                "vocabulary_size et n_layers doivent valoir au moins 1 ; "
                f"reçu {vocabulary_size=}, {n_layers=}"
            )
        d_model, n_heads = config.d_model, config.n_heads
        self.position = positional(
            position, d_model=d_model, n_heads=n_heads, d_head=d_model // n_heads,
            max_length=max_length, causal=True,
        )  # fmt: skip
        self.embedding = nn.Embedding(vocabulary_size, d_model)
        self.blocks = nn.ModuleList(
            Block(config, position=self.position) for _ in range(n_layers)
        )
        if final_norm is None:
            final_norm = config.norm_position == "pre"
        self.final_norm = norm(config.norm if final_norm else "none", d_model)
        self.head = nn.Linear(d_model, vocabulary_size)

    def embed(self, tokens: Int[Tensor, "B T"]) -> Float[Tensor, "B T d_model"]:
        """Le flux à l'entrée du premier bloc : plongements, et position ajoutée."""
        return self.position.embed(self.embedding(tokens))

    def read(self, x: Float[Tensor, "B T d_model"]) -> Float[Tensor, "B T V"]:
        """Lit le flux : norme finale, puis logits du symbole suivant."""
        return self.head(self.final_norm(x))

    def forward(self, tokens: Int[Tensor, "B T"]) -> Float[Tensor, "B T V"]:
        """Logits du symbole suivant, à chaque position."""
        x = self.embed(tokens)
        for block in self.blocks:
            x = block(x, causal=True)
        return self.read(x)

    def attention_maps(
        self, tokens: Int[Tensor, "B T"]
    ) -> list[Float[Tensor, "B H T S"]]:
        """Poids de chaque tête, une matrice par bloc : ceux de ``forward``."""
        x, maps = self.embed(tokens), []
        for block in self.blocks:
            maps += block.attention_maps(x, causal=True)
            x = block(x, causal=True)
        return maps


@torch.no_grad()
def scale_outputs(model: BlockLanguageModel, factor: float | None = None) -> None:
    """Multiplie par ``factor`` la matrice qui écrit dans le flux, à chaque sous-couche.

    Par défaut 1/√(2L), comme GPT-2 (Radford, 2019) : 2L écritures indépendantes
    ajoutent alors au flux la variance d'une seule.

    Raises:
        ValueError: ``factor`` nul ou négatif.
    """
    factor = (2 * len(model.blocks)) ** -0.5 if factor is None else factor
    if not factor > 0:
        raise ValueError(f"factor doit être strictement positif ; reçu {factor}")
    for name, layer in model.blocks.named_modules():
        if name.endswith(("out_proj", "down_proj")):  # chaque expert en a une, aussi
            layer.weight *= factor
            if layer.bias is not None:
                layer.bias *= factor
