"""Encodeur–décodeur récurrent, avec ou sans attention : le goulot d'un seul vecteur.

Sans attention, la source n'atteint le décodeur que par son état de départ (Sutskever,
Vinyals, Le, 2014). Avec elle, chaque état du décodeur relit toute la source : le score
est celui de Bahdanau (2015), mais la lecture se fait après la récurrence, comme chez
Luong (2015), et vaut donc pour tous les pas à la fois.
Lettres : B lot, S longueur de la source, T de la cible, V symboles, d état caché.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from cours_transformers.layers.additive_attention import AdditiveAttention
from cours_transformers.layers.masks import padding_mask
from cours_transformers.layers.recurrent import GRU


class Memory(NamedTuple):
    """Ce que l'encodeur laisse : ses sorties, leur masque, et son dernier état."""

    outputs: Float[Tensor, "B S d"]
    mask: Bool[Tensor, "B 1 S"]
    state: Float[Tensor, "B d"]


class RecurrentSeq2Seq(nn.Module):
    """Un GRU lit la source, un autre écrit la cible.

    Args:
        vocabulary_size: nombre V de symboles, communs à la source et à la cible.
        d_model: largeur des plongements.
        d_hidden: largeur d des deux états cachés : le goulot.
        attention: donne au décodeur accès à toutes les sorties de l'encodeur.
    """

    def __init__(
        self, vocabulary_size: int, d_model: int, d_hidden: int, *, attention: bool
    ):
        super().__init__()
        self.source_embedding = nn.Embedding(vocabulary_size, d_model)
        self.target_embedding = nn.Embedding(vocabulary_size, d_model)
        self.encoder = GRU(d_model, d_hidden)
        self.decoder = GRU(d_model, d_hidden)
        self.attention = None
        if attention:
            self.attention = AdditiveAttention(d_hidden, d_hidden, d_hidden)
            self.merge = nn.Linear(2 * d_hidden, d_hidden)
        self.head = nn.Linear(d_hidden, vocabulary_size)

    def encode(self, source: Int[Tensor, "B S"], lengths: Int[Tensor, " B"]) -> Memory:
        """Lit la source ; l'état est celui du dernier vrai symbole de chaque texte.

        Raises:
            ValueError: une longueur nulle, ou plus grande que S.
        """
        B, S = source.shape
        mask = padding_mask(lengths, S, source.device)[:, 0]
        if (lengths < 1).any():
            raise ValueError(
                f"lengths doit valoir au moins 1 ; reçu {lengths.tolist()}"
            )
        outputs, _ = self.encoder(self.source_embedding(source))
        last = outputs[torch.arange(B, device=source.device), lengths - 1]
        return Memory(outputs, mask, last)

    def decode(
        self,
        tokens: Int[Tensor, "B T"],
        memory: Memory,
        state: Float[Tensor, "B d"] | None = None,
    ) -> tuple[Float[Tensor, "B T V"], Float[Tensor, "B d"]]:
        """Écrit à la suite de ``state`` (par défaut, celui de l'encodeur)."""
        state = memory.state if state is None else state
        h, state = self.decoder(self.target_embedding(tokens), state)
        if self.attention is not None:
            read = self.attention(h, memory.outputs, memory.outputs, memory.mask)
            h = self.merge(torch.cat([h, read], dim=-1)).tanh()
        return self.head(h), state

    def forward(
        self,
        source: Int[Tensor, "B S"],
        lengths: Int[Tensor, " B"],
        decoder_inputs: Int[Tensor, "B T"],
    ) -> Float[Tensor, "B T V"]:
        """Logits de la cible, le décodeur lisant le passé exact."""
        return self.decode(decoder_inputs, self.encode(source, lengths))[0]

    def weights(
        self,
        source: Int[Tensor, "B S"],
        lengths: Int[Tensor, " B"],
        decoder_inputs: Int[Tensor, "B T"],
    ) -> Float[Tensor, "B T S"]:
        """Poids que chaque pas du décodeur donne à chaque symbole de la source.

        Raises:
            ValueError: ce modèle n'a pas d'attention.
        """
        if self.attention is None:
            raise ValueError("weights demande un modèle construit avec attention=True")
        memory = self.encode(source, lengths)
        h, _ = self.decoder(self.target_embedding(decoder_inputs), memory.state)
        return self.attention.weights(h, memory.outputs, memory.mask)

    @torch.no_grad()
    def greedy(
        self,
        source: Int[Tensor, "B S"],
        lengths: Int[Tensor, " B"],
        *,
        start: int,
        end: int,
        pad: int,
        max_length: int,
    ) -> Int[Tensor, "B T"]:
        """Écrit le symbole le plus probable, pas à pas, jusqu'à ``end`` compris.

        Après ``end``, un texte ne reçoit que ``pad`` ; on s'arrête quand tous ont fini,
        ou à ``max_length`` symboles.
        """
        memory = self.encode(source, lengths)
        state, written = memory.state, []
        token = torch.full_like(source[:, :1], start)
        finished = torch.zeros_like(token, dtype=torch.bool)
        while len(written) < max_length and not finished.all():
            logits, state = self.decode(token, memory, state)
            token = logits.argmax(dim=-1).masked_fill(finished, pad)
            finished = finished | (token == end)
            written.append(token)
        return torch.cat(written, dim=1)
