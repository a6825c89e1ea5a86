"""Modèles d'état : de l'équation différentielle au balayage sélectif de Mamba.

| module | ce qu'il contient |
|---|---|
| ``discretization`` | du temps continu aux pas : bloqueur d'ordre zéro, Euler, Mamba |
| ``lti`` | réglages fixes : une récurrence, égale à une convolution |
| ``scan`` | résoudre h_t = a_t h_{t−1} + b_t : quatre façons de grouper les pas |
| ``adjoint`` | la passe arrière d'un balayage, qui est un balayage |
| ``selective`` | le balayage sélectif, un seul pas, et sa matrice |
| ``slices`` | le même, par tranches : le cache, et la mémoire |
| ``ssd`` | la dualité de Mamba-2 : une récurrence, égale à une attention |
| ``ssd_chunked`` | des morceaux des deux, en produits de matrices |
| ``short_convolution`` | les K derniers pas de chaque canal |
| ``mamba``, ``mamba2`` | les deux couches, et leur état |
"""

from .adjoint import FORMS, linear_scan
from .discretization import METHODS, discretize, phi
from .lti import causal_convolution, lti_convolution, lti_kernel, lti_recurrence
from .mamba import MambaMixer, MambaState, Selection
from .mamba2 import Mamba2Mixer
from .scan import (
    chunked_scan,
    combine,
    hillis_steele_scan,
    sequential_scan,
    tree_scan,
)
from .selective import selective_matrix, selective_scan, selective_step
from .short_convolution import ShortConvolution
from .slices import sliced_scan
from .ssd import ssd_matrix, ssd_quadratic, ssd_recurrence, ssd_step
from .ssd_chunked import ssd_chunked

__all__ = [
    "FORMS",
    "METHODS",
    "Mamba2Mixer",
    "MambaMixer",
    "MambaState",
    "Selection",
    "ShortConvolution",
    "causal_convolution",
    "chunked_scan",
    "combine",
    "discretize",
    "hillis_steele_scan",
    "linear_scan",
    "lti_convolution",
    "lti_kernel",
    "lti_recurrence",
    "phi",
    "selective_matrix",
    "selective_scan",
    "selective_step",
    "sequential_scan",
    "sliced_scan",
    "ssd_chunked",
    "ssd_matrix",
    "ssd_quadratic",
    "ssd_recurrence",
    "ssd_step",
    "tree_scan",
]
