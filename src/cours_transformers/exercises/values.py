"""Résultats du lecteur : les convertir, les comparer, les écrire en français."""

from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from numbers import Number

import numpy as np
import torch
from torch import Tensor

LARGEST = 100_000  # éléments ; aucun exercice n'en demande autant


class UnusableError(TypeError):
    """Résultat qu'aucune conversion ne ramène à un tenseur ; message en français."""


@dataclass(frozen=True)
class Result:
    """Résultat ramené à un tenseur float64 (``exact`` : laissé tel quel).

    ``empty`` : rien n'a été renvoyé ; ``dtype`` : type d'origine ; ``note`` : ce
    que la conversion a fait, s'il est utile que le lecteur le sache.
    """

    value: object = None
    dtype: torch.dtype | None = None
    note: str = ""
    empty: bool = False


def convert(value: object, exact: bool = False) -> Result:
    """Accepte tenseur, tableau numpy, nombre et liste ; refuse le reste en français."""
    if value is None or value is Ellipsis or value is NotImplemented:
        return Result(empty=True)
    if exact:
        return Result(list(value) if isinstance(value, tuple) else value)
    note = ""
    if isinstance(value, Tensor):
        tensor = value.detach()
    else:
        tensor = _tensor(value)
        if isinstance(value, np.ndarray | list | tuple):
            kind = "tableau numpy" if isinstance(value, np.ndarray) else "liste"
            note = f"résultat de type {kind}, converti en tenseur : c'est accepté"
    if tensor.numel() > LARGEST:
        raise UnusableError(
            f"le résultat a {tensor.numel()} éléments, forme "
            f"{shape_text(tensor)} : c'est démesuré. Une diffusion "
            "(`broadcasting`) inattendue, peut-être ?"
        )
    dtype = tensor.dtype
    if tensor.is_complex():
        if (tensor.imag.abs() > 1e-6).any():
            raise UnusableError("le résultat a une partie imaginaire non nulle")
        tensor, note = tensor.real, "nombres complexes à partie imaginaire nulle"
    tensor = tensor.to_dense() if tensor.layout != torch.strided else tensor
    return Result(tensor.to("cpu", torch.float64, copy=True), dtype, note)


def _tensor(value: object) -> Tensor:
    """Tenseur tiré d'un nombre, d'un tableau ou d'une liste imbriquée."""
    if isinstance(value, Number | np.generic):
        return torch.as_tensor(np.asarray(value))
    if isinstance(value, str):
        with suppress(ValueError, ZeroDivisionError):  # « 0,665 » ou « 2/3 »
            return torch.tensor(float(Fraction(value.replace(",", "."))))
    if isinstance(value, tuple) and any(isinstance(v, Tensor) for v in value):
        raise UnusableError(
            f"{len(value)} résultats sont renvoyés à la fois (un tuple) : un seul "
            "est attendu"
        )
    try:
        if isinstance(value, list | tuple):
            if len(value) > LARGEST:
                raise UnusableError(f"la liste renvoyée a {len(value)} éléments")
            parts = [convert(v) for v in value]
            stacked = torch.stack([part.value for part in parts])
            boolean = all(part.dtype == torch.bool for part in parts)
            return stacked.bool() if boolean else stacked
        array = np.asarray(value)
        numeric = array.dtype.kind in "biufc"
        return torch.as_tensor(array if numeric else array.astype(np.float64))
    except (TypeError, ValueError, RuntimeError, AttributeError) as error:
        if isinstance(error, UnusableError):
            raise
        raise UnusableError(
            f"un résultat de type `{type(value).__name__}` ne se convertit pas en "
            "tenseur de nombres"
        ) from None


def same(a: object, b: object, atol: float, rtol: float) -> bool:
    """Égalité à la tolérance près, forme comprise (égalité stricte hors tenseurs)."""
    if not (isinstance(a, Tensor) and isinstance(b, Tensor)):
        return type(a) is type(b) and bool(a == b)
    if b.ndim == 0 and a.numel() == 1:  # un seul nombre, quelle que soit sa forme
        a = a.reshape(())
    return a.shape == b.shape and torch.allclose(a, b, rtol, atol, equal_nan=True)


def shape_text(tensor: Tensor) -> str:
    """Forme d'un tenseur, « (2, 3) »."""
    return f"({', '.join(map(str, tensor.shape))}{',' * (tensor.ndim == 1)})"
