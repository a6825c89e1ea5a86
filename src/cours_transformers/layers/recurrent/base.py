"""Ce que toute récurrence partage : une même mise à jour, répétée à chaque pas.

Lettres : B lot, T pas de temps, d_in largeur de l'entrée, d largeur de l'état caché.
Chaque récurrence ajoute sa méthode ``update``. L'état est ``h`` (RNN, GRU) ou le
couple ``(h, c)`` (LSTM), de forme (B, d), sans l'axe des couches de PyTorch.
"""

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from .checks import check_input, check_state, check_torch_layer
from .initialization import initialize

Hidden = Float[Tensor, "B d"]
State = Hidden | tuple[Hidden, Hidden]


class Recurrence(nn.Module):
    """Lit x pas à pas : à chaque pas, ``update`` fait l'état et la sortie du suivant.

    Args:
        d_in: largeur de l'entrée.
        d_hidden: largeur d de l'état caché, et de la sortie.
        init: ``"uniform"``, entre ±1/√d comme PyTorch, ou ``"orthogonal"`` : chaque
            bloc d × d de la matrice récurrente est alors orthogonal.
        recurrent_bias: donne un second biais à la part récurrente.
    """

    blocks: ClassVar[tuple[str, ...]] = ("h",)  # les blocs de d lignes des matrices
    state_names: ClassVar[tuple[str, ...]] = ("h",)
    torch_class: ClassVar[type[nn.RNNBase]] = nn.RNN

    def __init__(
        self,
        d_in: int,
        d_hidden: int,
        *,
        init: str = "uniform",
        recurrent_bias: bool = False,
    ):
        super().__init__()
        if d_in < 1 or d_hidden < 1:
            raise ValueError(
                "d_in et d_hidden doivent valoir au moins 1 ; "
                f"reçu {d_in=}, {d_hidden=}"
            )
        self.d_in, self.d_hidden = d_in, d_hidden
        height = len(self.blocks) * d_hidden
        self.x_proj = nn.Linear(d_in, height)
        self.h_proj = nn.Linear(d_hidden, height, bias=recurrent_bias)
        initialize(self, init)

    def update(
        self, from_x: Float[Tensor, "B height"], state: State
    ) -> tuple[Hidden, State]:
        """Fait un pas ; ``from_x`` est W_x x_t + b. Rend (sortie, nouvel état)."""
        raise NotImplementedError(f"{type(self).__name__} doit définir update")

    def forward(
        self, x: Float[Tensor, "B T d_in"], state: State | None = None
    ) -> tuple[Float[Tensor, "B T d"], State]:
        """Rend toutes les sorties et le dernier état ; sans ``state``, part de zéro.

        Raises:
            ValueError: aucun pas de temps, largeur fausse, état de mauvaise forme.
        """
        check_input(x, self.d_in)
        state = self._start(x[:, 0], state)
        outputs = []
        # W_x x + b n'attend personne : un seul produit pour les T pas. On parcourt
        # unbind(1), car indexer x[:, t] rendrait la passe arrière quadratique.
        for from_x in self.x_proj(x).unbind(1):
            output, state = self.update(from_x, state)
            outputs.append(output)
        return torch.stack(outputs, dim=1), state

    def step(
        self, x_t: Float[Tensor, "B d_in"], state: State | None = None
    ) -> tuple[Hidden, State]:
        """Lit un seul pas ; rend (sortie, nouvel état)."""
        check_input(x_t[:, None], self.d_in)
        return self.update(self.x_proj(x_t), self._start(x_t, state))

    @torch.no_grad()
    def copy_from_torch(self, layer: nn.RNNBase) -> "Recurrence":
        """Recopie les poids de la couche de PyTorch qui fait le même calcul.

        PyTorch a deux biais ; quand nous n'en avons qu'un, il en reçoit la somme.

        Raises:
            TypeError: couche d'une autre sorte.
            ValueError: plusieurs couches, deux sens, sans biais, ou autres largeurs.
        """
        check_torch_layer(layer, self.torch_class, self.d_in, self.d_hidden)
        self.x_proj.weight.copy_(layer.weight_ih_l0)
        self.h_proj.weight.copy_(layer.weight_hh_l0)
        if self.h_proj.bias is None:
            self.x_proj.bias.copy_(layer.bias_ih_l0 + layer.bias_hh_l0)
        else:
            self.x_proj.bias.copy_(layer.bias_ih_l0)
            self.h_proj.bias.copy_(layer.bias_hh_l0)
        return self

    def _start(self, x_t: Tensor, state: State | None) -> State:
        """L'état reçu, vérifié ; à défaut, des zéros."""
        if state is not None:
            check_state(state, self.state_names, (len(x_t), self.d_hidden))
            return state
        zeros = tuple(x_t.new_zeros(len(x_t), self.d_hidden) for _ in self.state_names)
        return zeros if len(zeros) > 1 else zeros[0]
