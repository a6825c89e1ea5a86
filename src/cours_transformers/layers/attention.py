"""Attention multi-têtes (MHA, GQA, MQA), sur l'appel unique de ``kernels``.

Lettres : B lot, T requêtes, S clés, H têtes de requête, G têtes clé-valeur. Les
fonctions de ``dot_product`` se lisent aussi d'ici ; ``weights`` s'en sert.
"""

from einops import rearrange, repeat
from jaxtyping import Bool, Float
from torch import Tensor, nn

from cours_transformers.kernels.attention import attention

from .cache import KeyValueCache
from .dot_product import (
    attention_scores,
    attention_weights,
    masked_softmax,
    scaled_dot_product,
)
from .masks import causal_mask
from .positional.base import Positional
from .positional.checks import check_integer
from .positional.factory import attention_position

__all__ = [
    "MultiHeadAttention",
    "attention_scores",
    "attention_weights",
    "masked_softmax",
    "scaled_dot_product",
]


class MultiHeadAttention(nn.Module):
    """Attention multi-têtes : MHA si G = H, GQA si 1 < G < H, MQA si G = 1.

    Args:
        d_model: dimension du flux résiduel, multiple de ``n_heads``.
        n_heads: nombre H de têtes de requête, multiple de ``n_kv_heads``.
        n_kv_heads: nombre G de têtes clé-valeur ; H par défaut.
        bias: ajoute un biais aux quatre projections.
        position: un encodage (``layers.positional``), ou le nom de l'un de ceux qui
            agissent dans l'attention ; aucun par défaut.
    """

    def __init__(
        self,
        d_model: int,
        n_heads: int,
        n_kv_heads: int | None = None,
        bias: bool = False,
        position: Positional | str | None = None,
    ):
        super().__init__()
        n_kv_heads = n_heads if n_kv_heads is None else n_kv_heads
        if d_model < 1 or n_heads < 1 or d_model % n_heads:
            raise ValueError(
                f"d_model doit être un multiple de n_heads : {d_model=}, {n_heads=}"
            )
        if n_kv_heads < 1 or n_heads % n_kv_heads:
            raise ValueError(
                f"n_kv_heads doit diviser n_heads : {n_kv_heads=}, {n_heads=}"
            )
        self.n_heads, self.n_kv_heads = n_heads, n_kv_heads
        self.d_head = d_model // n_heads
        d_kv = n_kv_heads * self.d_head
        self.q_proj = nn.Linear(d_model, d_model, bias=bias)
        self.k_proj = nn.Linear(d_model, d_kv, bias=bias)
        self.v_proj = nn.Linear(d_model, d_kv, bias=bias)
        self.out_proj = nn.Linear(d_model, d_model, bias=bias)
        self.position = attention_position(position, d_model, n_heads, self.d_head)
        self.attend = attention  # une fonction de même appel peut la remplacer

    def forward(
        self,
        x: Float[Tensor, "B T d_model"],
        context: Float[Tensor, "B S d_model"] | None = None,
        *,
        causal: bool = False,
        mask: Bool[Tensor, "... #T #S"] | None = None,
        offset: int = 0,
        cache: KeyValueCache | None = None,
    ) -> Float[Tensor, "B T d_model"]:
        """Chaque position de ``x`` lit ``context`` (``x`` lui-même par défaut).

        ``mask`` s'étend à (B, H, T, S) ; ``causal`` s'aligne en bas à droite, comme
        les positions : celle du premier token lu est ``offset``. Avec ``cache``,
        ``context`` n'a que des tokens nouveaux, et S compte aussi ceux du cache.
        """
        q, k, v = self._project(x, context, offset, cache)
        bias = self.position.kernel_bias(q, k.shape[-2])
        heads = self.attend(q, k, v, causal=causal, mask=mask, bias=bias)
        if self.position.on_values:  # ce que ni un biais ni une rotation n'exprime
            heads = heads + self.position.read(self._matrix(q, k, causal, mask))
        return self.out_proj(rearrange(heads, "B H T d -> B T (H d)"))

    def weights(
        self,
        x: Float[Tensor, "B T d_model"],
        context: Float[Tensor, "B S d_model"] | None = None,
        *,
        causal: bool = False,
        mask: Bool[Tensor, "... #T #S"] | None = None,
        offset: int = 0,
    ) -> Float[Tensor, "B H T S"]:
        """Poids de chaque tête : ceux que ``forward`` applique, et que l'on trace."""
        q, k, _ = self._project(x, context, offset, None)
        return self._matrix(q, k, causal, mask)

    def _project(
        self,
        x: Tensor,
        context: Tensor | None,
        offset: int,
        cache: KeyValueCache | None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Projette, coupe en têtes, et tourne selon la position."""
        context = x if context is None else context
        check_integer("offset", offset, 0)
        self._check_inputs(x, context)
        q = self._split_heads(self.q_proj(x))
        if cache is not None and cache.complete:  # la mémoire d'un encodeur, déjà lue
            k, v = cache.kept()
        else:
            k, v = (self._split_heads(p(context)) for p in (self.k_proj, self.v_proj))
            read = offset if cache is None else offset + cache.length
            q, k = self.position.rotate(q, k, read)
            k, v = (k, v) if cache is None else cache.extend(k, v)
        return q, k, v

    def _check_inputs(self, x: Tensor, context: Tensor) -> None:
        for name, y in {"x": x, "context": context}.items():
            if y.ndim != 3 or y.shape[-1] != self.q_proj.in_features or 0 in y.shape:
                raise ValueError(
                    f"{name} doit avoir la forme (lot, longueur, d_model), avec "
                    f"d_model = {self.q_proj.in_features} et aucun axe vide ; "
                    f"reçu {tuple(y.shape)}"
                )

    def _matrix(
        self,
        q: Tensor,
        k: Tensor,
        causal: bool,
        mask: Tensor | None,
    ) -> Float[Tensor, "B H T S"]:
        """Calcule la matrice explicite des poids, pour la lire ou pour la tracer."""
        bias = self.position.bias(q, k.shape[-2])
        k = repeat(k, "B G S d -> B (G r) S d", r=self.n_heads // self.n_kv_heads)
        scores = attention_scores(q, k)
        if bias is not None:
            scores = scores + bias.to(scores.dtype)
        if causal:
            past = causal_mask(q.shape[-2], k.shape[-2], q.device)
            mask = past if mask is None else past & mask
        return masked_softmax(scores, mask)

    def _split_heads(
        self, y: Float[Tensor, "B T d_all"]
    ) -> Float[Tensor, "B h T d_head"]:
        """Sépare les têtes ; leur nombre se lit sur la largeur de ``y``."""
        return rearrange(y, "B T (h d) -> B h T d", d=self.d_head)
