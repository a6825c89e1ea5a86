"""Attention : produit scalaire normalisé, puis multi-têtes (MHA, GQA, MQA).

Lettres : B lot, T requêtes, S clés, d_k dimension des requêtes et des clés, d_v
celle des valeurs, H têtes de requête, G têtes clé-valeur. Q, K, V des formules
s'écrivent ici ``q``, ``k``, ``v``. Les fonctions sont faites pour être lues ; la
couche appelle ``kernels.attention``, plus rapide, et un test tient les deux égales.
"""

import math

from einops import rearrange, repeat
from jaxtyping import Bool, Float
from torch import Tensor, nn

from cours_transformers.kernels.arguments import check_mask
from cours_transformers.kernels.attention import attention

from .masks import causal_mask
from .positional.base import Positional
from .positional.checks import check_integer
from .positional.factory import attention_position


def attention_scores(
    q: Float[Tensor, "... T d_k"],
    k: Float[Tensor, "... S d_k"],
    scale: float | None = None,
) -> Float[Tensor, "... T S"]:
    """Calcule q kᵀ / √d_k : l'accord de chaque requête avec chaque clé."""
    _check_same_width(q, k)
    # La variance de q · k croît comme d_k : diviser par √d_k la ramène à 1.
    scale = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    return q @ k.transpose(-2, -1) * scale


def attention_weights(
    q: Float[Tensor, "... T d_k"],
    k: Float[Tensor, "... S d_k"],
    mask: Bool[Tensor, "... #T #S"] | None = None,
    scale: float | None = None,
) -> Float[Tensor, "... T S"]:
    """Calcule softmax(q kᵀ / √d_k) : chaque requête répartit un poids total de 1."""
    scores = attention_scores(q, k, scale)  # (…, T, S) : une note par couple
    return masked_softmax(scores, mask)  # sur les clés : chaque ligne somme à 1


def scaled_dot_product(
    q: Float[Tensor, "... T d_k"],
    k: Float[Tensor, "... S d_k"],
    v: Float[Tensor, "... S d_v"],
    mask: Bool[Tensor, "... #T #S"] | None = None,
) -> Float[Tensor, "... T d_v"]:
    """Calcule softmax(q kᵀ / √d_k) v : une moyenne des valeurs pour chaque requête."""
    weights = attention_weights(q, k, mask)  # (…, T, S) : qui regarde qui
    return weights @ v  # (…, T, d_v) : ce que chacun en retient


def masked_softmax(
    scores: Float[Tensor, "... T S"], mask: Bool[Tensor, "... #T #S"] | None = None
) -> Float[Tensor, "... T S"]:
    """Applique le softmax sur les clés ; ``mask`` vrai : attention permise.

    Une requête à qui tout est interdit reçoit des poids nuls, jamais NaN.
    """
    if mask is None:
        return scores.softmax(dim=-1)
    check_mask(mask, scores.shape, scores.device)
    blocked = ~mask.any(dim=-1, keepdim=True)  # aucune clé permise
    # exp(−∞) = 0 ; mais une ligne entière de −∞ donnerait 0/0 : on l'épargne.
    scores = scores.masked_fill(~mask & ~blocked, float("-inf"))
    return scores.softmax(dim=-1).masked_fill(blocked, 0.0)


def _check_same_width(q: Tensor, k: Tensor) -> None:
    if q.shape[-1] != k.shape[-1]:
        raise ValueError(
            "q et k doivent avoir la même dimension d_k ; "
            f"reçu {q.shape[-1]} et {k.shape[-1]}"
        )


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

    def forward(
        self,
        x: Float[Tensor, "B T d_model"],
        context: Float[Tensor, "B S d_model"] | None = None,
        *,
        causal: bool = False,
        mask: Bool[Tensor, "... #T #S"] | None = None,
        offset: int = 0,
    ) -> Float[Tensor, "B T d_model"]:
        """Chaque position de ``x`` lit ``context`` (``x`` lui-même par défaut).

        ``mask`` s'étend à (B, H, T, S) ; ``causal`` s'aligne en bas à droite, comme
        les positions : celle du premier token lu est ``offset``.
        """
        context = x if context is None else context
        q, k, bias = self._queries_and_keys(x, context, offset)
        v = self._split_heads(self.v_proj(context))
        heads = attention(q, k, v, causal=causal, mask=mask, bias=bias)
        if self.position.on_values:  # ce que ni un biais ni une rotation n'exprime
            heads = heads + self.position.read(self._matrix(q, k, bias, causal, mask))
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
        context = x if context is None else context
        q, k, bias = self._queries_and_keys(x, context, offset)
        return self._matrix(q, k, bias, causal, mask)

    def _queries_and_keys(
        self, x: Tensor, context: Tensor, offset: int
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """Projette, tourne selon la position, et calcule le biais des scores."""
        check_integer("offset", offset, 0)
        for name, y in {"x": x, "context": context}.items():
            if y.ndim != 3 or y.shape[-1] != self.q_proj.in_features or 0 in y.shape:
                raise ValueError(
                    f"{name} doit avoir la forme (lot, longueur, d_model), avec "
                    f"d_model = {self.q_proj.in_features} et aucun axe vide ; "
                    f"reçu {tuple(y.shape)}"
                )
        q = self._split_heads(self.q_proj(x))
        k = self._split_heads(self.k_proj(context))
        q, k = self.position.rotate(q, k, offset)
        return q, k, self.position.bias(q, k.shape[-2])

    def _matrix(
        self,
        q: Tensor,
        k: Tensor,
        bias: Tensor | None,
        causal: bool,
        mask: Tensor | None,
    ) -> Float[Tensor, "B H T S"]:
        """Calcule la matrice explicite des poids, pour la lire ou pour la tracer."""
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
