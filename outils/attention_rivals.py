"""Les moteurs d'attention de PyTorch, chacun par son nom."""

from functools import partial

from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention

BACKENDS = {
    "flash": SDPBackend.FLASH_ATTENTION,
    "cudnn": SDPBackend.CUDNN_ATTENTION,
    "efficient": SDPBackend.EFFICIENT_ATTENTION,
    "math": SDPBackend.MATH,
}


RIVALS = {name: partial(sdpa_kernel, backend) for name, backend in BACKENDS.items()}


def rival_attention(q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
    """Appelle SDPA comme un modèle le ferait, têtes partagées comprises."""
    return scaled_dot_product_attention(
        q, k, v, is_causal=causal, enable_gqa=q.shape[1] != k.shape[1]
    )
