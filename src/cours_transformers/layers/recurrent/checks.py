"""Refus des récurrences : ce qui manque, ce qui a été reçu, ce qu'il faut."""

from torch import Tensor, nn


def check_input(x: Tensor, d_in: int) -> None:
    """Exige une entrée (B, T, d_in) d'au moins un pas."""
    if x.ndim != 3 or x.shape[-1] != d_in:
        raise ValueError(
            f"x doit avoir la forme (B, T, {d_in}) ; reçu {tuple(x.shape)}"
        )
    if x.shape[1] < 1:
        raise ValueError(
            f"x doit avoir au moins un pas de temps ; reçu {tuple(x.shape)}"
        )


def check_state(
    state: object, names: tuple[str, ...], expected: tuple[int, int]
) -> None:
    """Exige un tenseur par nom (un seul : sans tuple), chacun de forme (B, d)."""
    parts = state if isinstance(state, tuple) else (state,)
    shapes = [tuple(getattr(part, "shape", ())) for part in parts]
    packed = isinstance(state, tuple)
    if packed != (len(names) > 1) or shapes != [expected] * len(names):
        wanted = f"({', '.join(names)})" if len(names) > 1 else names[0]
        received = ", ".join(map(str, shapes))
        raise ValueError(
            f"state doit être {wanted}, de forme (B, d) = {expected} ; reçu "
            + (f"({received})" if packed else received)
        )


def check_torch_layer(
    layer: nn.RNNBase, wanted: type[nn.RNNBase], d_in: int, d_hidden: int
) -> None:
    """Exige une couche de PyTorch simple : un sens, un étage, des biais, tanh."""
    if not isinstance(layer, wanted):
        raise TypeError(
            f"layer doit être un nn.{wanted.__name__} ; reçu {type(layer).__name__}"
        )
    plain = layer.num_layers == 1 and not layer.bidirectional and layer.bias
    relu = getattr(layer, "nonlinearity", "tanh") != "tanh"
    if not plain or relu or getattr(layer, "proj_size", 0):
        raise ValueError(
            "layer doit avoir une seule couche, un seul sens, des biais, tanh et pas "
            f"de projection ; reçu {layer}"
        )
    if (layer.input_size, layer.hidden_size) != (d_in, d_hidden):
        raise ValueError(
            f"layer doit avoir les largeurs d_in = {d_in} et d_hidden = {d_hidden} ; "
            f"reçu {layer.input_size} et {layer.hidden_size}"
        )
