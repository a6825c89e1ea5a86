"""GPT : le modèle de langue à blocs, tel qu'on l'entraîne et qu'on le fait écrire.

Lettres : B lot, T positions lues, V symboles, L blocs, H têtes, S clés.
"""

from collections.abc import Callable
from dataclasses import dataclass

from jaxtyping import Float, Int
from torch import Tensor, nn

from cours_transformers.layers.block import BlockConfig
from cours_transformers.layers.cache import BlockCache

from .block_lm import BlockLanguageModel, scale_outputs
from .own_attention import OwnAttention, OwnFunction
from .own_feed_forward import own_feed_forward

Caches = list[BlockCache]


@dataclass(frozen=True)
class GPTConfig:
    """Ce qui définit un GPT ; ``dataclasses.replace`` en change un réglage.

    Args:
        vocabulary_size: nombre V de symboles.
        context: plus longue suite que le modèle lit, cache compris.
        block: réglages communs aux L blocs.
        position: nom d'un encodage de ``layers.positional``.
        tied: la lecture partage la table des plongements.

    Raises:
        ValueError: nombre qui n'est pas un entier d'au moins 1.
    """

    vocabulary_size: int
    context: int
    n_layers: int
    block: BlockConfig
    position: str = "rope"
    tied: bool = True

    def __post_init__(self) -> None:
        for name in ("vocabulary_size", "context", "n_layers"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(
                    f"{name} doit être un entier d'au moins 1 ; reçu {value!r}"
                )


class GPT(BlockLanguageModel):
    """Un modèle à blocs avec un contexte, un cache, et une lecture sans biais.

    Les poids sont tirés comme ceux de GPT-2 : écart-type 0,02, divisé par √(2L) pour
    les matrices qui écrivent dans le flux (Radford, 2019).

    Args:
        attention: une fonction du lecteur, ``f(q, k, v)``, à la place de celle de
            ``kernels`` ; ``OwnAttention`` dit ce qu'elle reçoit, et la vérifie.
        ffn: une couche du lecteur, construite bloc par bloc par ``ffn(d_model)`` ;
            ``own_feed_forward`` la vérifie.
    """

    def __init__(
        self,
        config: GPTConfig,
        *,
        attention: OwnFunction | None = None,
        ffn: Callable[[int], nn.Module] | None = None,
    ):
        super().__init__(
            config.vocabulary_size, config.block, config.n_layers,
            position=config.position, max_length=config.context,
        )  # fmt: skip
        self.config = config
        for block in self.blocks:
            if attention is not None:
                block.attention.sublayer.attend = OwnAttention(attention)
            if ffn is not None:
                layer = own_feed_forward(ffn, config.block.d_model)
                block.feed_forward.sublayer = layer
        self.dropout = nn.Dropout(config.block.dropout)
        self.head = nn.Linear(config.block.d_model, config.vocabulary_size, bias=False)
        if config.tied:
            self.head.weight = self.embedding.weight
        self.apply(_initialize)
        scale_outputs(self)

    def embed(
        self, tokens: Int[Tensor, "B T"], offset: int = 0
    ) -> Float[Tensor, "B T d_model"]:
        """Le flux à l'entrée du premier bloc ; ``tokens[:, 0]`` est à ``offset``.

        Raises:
            ValueError: suite vide, plus longue que le contexte, ou symbole inconnu.
        """
        end, V = offset + tokens.shape[1], self.config.vocabulary_size
        if tokens.shape[1] < 1 or end > self.config.context:
            raise ValueError(
                f"tokens doit compter de 1 à {self.config.context} symboles, ceux du "
                f"cache compris ; reçu {end}"
            )
        if tokens.min() < 0 or tokens.max() >= V:
            raise ValueError(
                f"tokens doit rester entre 0 et {V - 1} ; reçu des valeurs de "
                f"{tokens.min().item()} à {tokens.max().item()}"
            )
        return self.dropout(self.position.embed(self.embedding(tokens), offset))

    def forward(
        self, tokens: Int[Tensor, "B T"], caches: Caches | None = None
    ) -> Float[Tensor, "B T V"]:
        """Logits du suivant ; avec ``caches``, ``tokens`` n'a que les nouveaux."""
        x = self.embed(tokens, 0 if caches is None else caches[0].own.length)
        for rank, block in enumerate(self.blocks):
            x = block(x, causal=True, cache=None if caches is None else caches[rank])
        return self.read(x)

    def new_caches(self) -> Caches:
        """Un cache vide par bloc."""
        return [BlockCache() for _ in self.blocks]


def _initialize(module: nn.Module) -> None:
    """Tire les matrices avec un écart-type de 0,02 ; annule les biais."""
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)


def gpt2_weights(reference: nn.Module) -> dict[str, Tensor]:
    """Traduit les poids d'un ``GPT2LMHeadModel`` de transformers dans nos noms.

    Ses matrices sont transposées, et celles de q, k et v mises côte à côte.
    """
    theirs = reference.transformer
    ours = {"embedding.weight": theirs.wte.weight, "head.weight": theirs.wte.weight}
    ours["position.table"] = theirs.wpe.weight
    ours |= _norm("final_norm", theirs.ln_f)
    for rank, block in enumerate(theirs.h):
        name = f"blocks.{rank}"
        ours[f"{name}.attention.sublayer.position.table"] = theirs.wpe.weight
        ours |= _norm(f"{name}.attention.norm", block.ln_1)
        ours |= _norm(f"{name}.feed_forward.norm", block.ln_2)
        for part, weight, bias in zip(
            "qkv",
            block.attn.c_attn.weight.chunk(3, dim=1),
            block.attn.c_attn.bias.chunk(3),
            strict=True,
        ):
            ours[f"{name}.attention.sublayer.{part}_proj.weight"] = weight.T
            ours[f"{name}.attention.sublayer.{part}_proj.bias"] = bias
        for ours_name, layer in (
            ("attention.sublayer.out_proj", block.attn.c_proj),
            ("feed_forward.sublayer.up_proj", block.mlp.c_fc),
            ("feed_forward.sublayer.down_proj", block.mlp.c_proj),
        ):
            ours[f"{name}.{ours_name}.weight"] = layer.weight.T
            ours[f"{name}.{ours_name}.bias"] = layer.bias
    return {name: tensor.detach().clone() for name, tensor in ours.items()}


def _norm(name: str, layer: nn.Module) -> dict[str, Tensor]:
    return {f"{name}.gain": layer.weight, f"{name}.shift": layer.bias}
