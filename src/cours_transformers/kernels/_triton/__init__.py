"""Noyaux Triton : seul paquet qui importe triton, et seulement à la demande.

Le mode se fige au premier import : compilé pour un GPU, ou interprété sur un CPU. Le
module ``availability`` décide, puis importe ce paquet. Il vaut de Triton 3.6 à 3.9.
"""

from . import backward, forward, steps

__all__ = ["backward", "forward", "steps"]
