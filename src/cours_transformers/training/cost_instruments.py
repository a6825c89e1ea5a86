"""Les instruments qui vérifient les formules de coût : FLOPs, et octets gardés.

Un FLOP est une multiplication ou une addition ; seuls les produits de matrices sont
comptés, comme le fait PyTorch. Les octets sont ceux que le graphe garde pour la passe
arrière, hors entrées et paramètres, qui sont là de toute façon.
"""

from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode, sdpa_backward_flop, sdpa_flop


def count_flops(run: Callable[[], object]) -> int:
    """Compte les FLOPs de ``run()``, par l'instrument de PyTorch.

    Sur un CPU, l'instrument ne connaît pas le noyau de SDPA, et en compte zéro : on lui
    donne la formule qu'il emploie pour les autres noyaux.
    """
    with FlopCounterMode(display=False, custom_mapping=_cpu_sdpa()) as counter:
        run()
    return counter.get_total_flops()


def kept_bytes(
    run: Callable[[], object],
    inputs: Iterable[Tensor] = (),
    parameters: Iterable[Tensor] = (),
) -> int:
    """Compte les octets que ``run()`` garde pour la passe arrière.

    Une mémoire gardée plusieurs fois, ou par plusieurs vues, ne compte qu'une fois, et
    tout entière.
    """
    known = {_address(x) for x in (*inputs, *parameters)}
    kept: dict[int, Tensor] = {}  # garder le tenseur empêche de réemployer l'adresse

    def pack(x: Tensor) -> Tensor:
        kept.setdefault(_address(x), x)
        return x

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x):
        run()
    return sum(
        x.untyped_storage().nbytes() for address, x in kept.items()
        if address not in known
    )  # fmt: skip


def _address(x: Tensor) -> int:
    return x.untyped_storage().data_ptr()


def _cpu_sdpa() -> Mapping[object, Callable[..., int]]:
    """Les opérations de SDPA sur CPU, et la formule des FLOPs de chacune."""

    def forward(q, k, v, *_, out_shape=None, **__):
        return sdpa_flop(q, k, v)

    def backward(grad, q, k, v, *_, out_shape=None, **__):
        return sdpa_backward_flop(grad, q, k, v)

    aten = torch.ops.aten
    return {
        aten._scaled_dot_product_flash_attention_for_cpu: forward,
        aten._scaled_dot_product_flash_attention_for_cpu_backward: backward,
    }
