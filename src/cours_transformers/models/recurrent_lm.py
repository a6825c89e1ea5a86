"""Modèle de langue récurrent : plongement, récurrences empilées, logits.

Lettres : B lot, T positions, V symboles du vocabulaire.
"""

from typing import Any

from jaxtyping import Float, Int
from torch import Tensor, nn

from cours_transformers.layers.recurrent import GRU, LSTM, RNN

CELLS = {"rnn": RNN, "lstm": LSTM, "gru": GRU}


class RecurrentLanguageModel(nn.Module):
    """Prédit chaque symbole à partir de l'état que laissent les précédents.

    Args:
        vocabulary_size: nombre V de symboles.
        d_model: largeur des plongements.
        d_hidden: largeur de l'état caché de chaque récurrence.
        cell: ``"rnn"``, ``"lstm"`` ou ``"gru"``.
        n_layers: récurrences empilées, la première lisant les plongements.
        options: transmises à chaque récurrence, comme ``forget_bias`` ou ``init``.

    Raises:
        ValueError: récurrence inconnue, aucune couche, ou ``forget_bias`` sans LSTM.
    """

    def __init__(
        self,
        vocabulary_size: int,
        d_model: int,
        d_hidden: int,
        cell: str = "lstm",
        n_layers: int = 1,
        **options: Any,
    ):
        super().__init__()
        if cell not in CELLS:
            raise ValueError(f"cell : {', '.join(CELLS)} attendu ; reçu {cell!r}")
        if n_layers < 1:
            raise ValueError(f"n_layers doit valoir au moins 1 ; reçu {n_layers}")
        if "forget_bias" in options and cell != "lstm":
            raise ValueError(
                f"forget_bias ne vaut que pour cell='lstm' ; reçu cell={cell!r}"
            )
        widths = [d_model] + [d_hidden] * n_layers
        self.embedding = nn.Embedding(vocabulary_size, d_model)
        self.layers = nn.ModuleList(
            CELLS[cell](d_in, d_hidden, **options) for d_in in widths[:-1]
        )
        self.head = nn.Linear(d_hidden, vocabulary_size)

    def forward(self, tokens: Int[Tensor, "B T"]) -> Float[Tensor, "B T V"]:
        """Logits du symbole suivant, à chaque position, en partant d'un état nul."""
        return self.step(tokens)[0]

    def step(
        self, tokens: Int[Tensor, "B T"], state: tuple | None = None
    ) -> tuple[Float[Tensor, "B T V"], tuple]:
        """Lit ``tokens`` à la suite de ``state`` ; rend (logits, nouvel état).

        L'état est un tuple, un élément par couche : on le redonne tel quel.

        Raises:
            ValueError: l'état n'a pas un élément par couche.
        """
        if state is not None and len(state) != len(self.layers):
            raise ValueError(
                f"state doit avoir un élément par couche ({len(self.layers)}) ; "
                f"reçu {len(state)}"
            )
        x, states = self.embedding(tokens), []
        for layer, before in zip(
            self.layers, state or [None] * len(self.layers), strict=True
        ):
            x, after = layer(x, before)
            states.append(after)
        return self.head(x), tuple(states)
