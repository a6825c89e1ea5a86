"""L'encodeur–décodeur de 2017, et ce qu'il faut pour le comparer à PyTorch."""

from .config import TYINGS, TransformerConfig, paper_config
from .memory import DecoderCache, Memory
from .model import Maps, Transformer
from .stacks import Decoder, Encoder
from .torch_weights import allowed, copy_torch_weights, paired_parameters

__all__ = [
    "TYINGS",
    "Decoder",
    "DecoderCache",
    "Encoder",
    "Maps",
    "Memory",
    "Transformer",
    "TransformerConfig",
    "allowed",
    "copy_torch_weights",
    "paired_parameters",
    "paper_config",
]
