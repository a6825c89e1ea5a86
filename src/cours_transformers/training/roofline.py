"""Le toit d'un GPU (Williams, Waterman et Patterson, 2009) : calcul, ou transport ?

L'intensité arithmétique d'un calcul est son nombre de FLOPs par octet lu ou écrit en
mémoire globale. Deux bornes en découlent : le calcul, F FLOP/s, et le transport, B
octets par seconde, soit B fois l'intensité. La plus basse est le toit.
"""

import math

from cours_transformers.training.gpus import Gpu
from cours_transformers.training.traffic import E, Traffic


def ridge(gpu: Gpu) -> float:
    """Point d'équilibre F / B, en FLOP par octet : en deçà, la mémoire limite."""
    return gpu.flops / gpu.bandwidth


def attainable(gpu: Gpu, intensity: int | float) -> float:
    """Le toit, en FLOP par seconde : min(F, B · intensité).

    Raises:
        ValueError: intensité négative, ou qui n'est pas un nombre.
    """
    if math.isnan(intensity) or intensity < 0:
        raise ValueError(
            "intensity doit être un nombre positif ou nul, en FLOP par octet ; "
            f"reçu {intensity!r}"
        )
    return min(gpu.flops, gpu.bandwidth * intensity)


def limited_by(gpu: Gpu, intensity: int | float) -> str:
    """Dit ce qui limite ce calcul sur ce GPU : « mémoire » ou « calcul »."""
    return "mémoire" if intensity < ridge(gpu) else "calcul"


def shortest_time(gpu: Gpu, traffic: Traffic, e: int = E) -> float:
    """Temps, en secondes, au-dessous duquel ce GPU ne peut pas descendre.

    Le plus long du calcul et du transport, supposés parfaits et simultanés.
    """
    return max(traffic.flops / gpu.flops, traffic.bytes(e) / gpu.bandwidth)
