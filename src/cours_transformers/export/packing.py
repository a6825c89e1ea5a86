"""Ranger des tenseurs l'un derrière l'autre dans une suite d'octets, et les relire.

Une matrice : ses échelles en float32, puis ses entiers en int8 (``quantization``). Un
vecteur (gain, biais) : float32. Tout est petit-boutiste, et chaque tenseur commence à
un multiple de quatre octets : le navigateur lit les float32 sans les recopier.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from .quantization import dequantize_rows, quantize_rows

ALIGNMENT = 4  # octets

Entry = dict[str, object]


def pack(tensors: Mapping[str, Tensor]) -> tuple[bytes, list[Entry]]:
    """Rend les octets, et une table : ``name``, ``shape`` et ``offset`` de chacun.

    Raises:
        ValueError: tenseur de plus de deux axes, ou poids qui n'est pas fini.
    """
    content, table = bytearray(), []
    for name, tensor in tensors.items():
        if tensor.ndim not in (1, 2) or not tensor.isfinite().all():
            raise ValueError(
                f"{name} doit avoir un ou deux axes, et des nombres finis ; "
                f"reçu la forme {tuple(tensor.shape)}"
            )
        offset = len(content)
        table.append({"name": name, "shape": list(tensor.shape), "offset": offset})
        content += _vector(tensor) if tensor.ndim == 1 else _matrix(tensor)
        content += bytes(-len(content) % ALIGNMENT)
    return bytes(content), table


def unpack(content: bytes, table: list[Entry]) -> dict[str, Tensor]:
    """Rend chaque tenseur en float32 ; aucun code n'est exécuté.

    Raises:
        ValueError: un tenseur dépasse la fin des octets.
    """
    tensors = {}
    for entry in table:
        shape, offset = tuple(entry["shape"]), entry["offset"]
        rows, width = shape[0], 4 if len(shape) == 1 else 4 + shape[1]
        if offset + rows * width > len(content):
            raise ValueError(
                f"{entry['name']} : {rows * width} octets attendus à partir de "
                f"{offset}, mais le fichier n'en a que {len(content)}"
            )
        floats = torch.from_numpy(_read(content, "<f4", rows, offset))
        if len(shape) == 2:
            levels = _read(content, "<i1", rows * shape[1], offset + 4 * rows)
            floats = dequantize_rows(torch.from_numpy(levels).reshape(shape), floats)
        tensors[entry["name"]] = floats
    return tensors


def _vector(tensor: Tensor) -> bytes:
    return tensor.detach().cpu().float().numpy().astype("<f4").tobytes()


def _matrix(tensor: Tensor) -> bytes:
    levels, scales = quantize_rows(tensor.detach().cpu())
    return _vector(scales) + levels.numpy().tobytes()


def _read(content: bytes, dtype: str, count: int, offset: int) -> np.ndarray:
    """Lit ``count`` nombres ; une copie, que torch pourra modifier."""
    numbers = np.frombuffer(content, dtype, count, offset)
    return numbers.astype(np.dtype(dtype).newbyteorder("="))
