"""Cinq GPU, et les nombres que leur constructeur annonce : débits et mémoires.

Ce sont des maxima de catalogue, que nul programme n'atteint. Produits de matrices en
fp16 denses : les fiches du L4, du H100 et du H200 donnent le double, avec une
parcimonie que l'attention n'a pas. 1 Go = 10⁹ octets ; 1 Kio = 1 024 octets.

Sources : fiches de NVIDIA pour les produits, la mémoire globale et sa bande passante ;
livres blancs de Turing, d'Ada, d'Ampere (A100) et de Hopper pour les multiprocesseurs
et les caches ; table « Compute Capabilities » du guide de programmation CUDA pour ce
qu'un bloc peut prendre de mémoire partagée. Débits des étages rapides : Dao et al.
(2022) pour l'A100, Shah et al. (2024, FlashAttention-3, table 1) pour le H100.
"""

from dataclasses import dataclass

from cours_transformers.layers.positional.checks import check_integer

KIB, MIB, GB = 2**10, 2**20, 10**9
#: Registres d'un multiprocesseur, les mêmes pour tous : 65 536 de 32 bits.
REGISTERS = 256 * KIB


@dataclass(frozen=True)
class Gpu:
    """Ce qu'un GPU sait calculer en une seconde, et ce que contient chaque étage.

    Args:
        flops: multiplications et additions par seconde, en fp16 denses.
        bandwidth: octets par seconde, de et vers la mémoire globale.
        memory: octets de mémoire globale.
        n_multiprocessors: nombre de multiprocesseurs.
        fast_memory: octets de cache L1 et de mémoire partagée, par multiprocesseur.
        tile_memory: octets de mémoire partagée qu'un bloc peut prendre : la place des
            tuiles.
        l2: octets du cache L2, commun à tous.
        source: d'où viennent les débits.
        fast_bandwidth: octets par seconde de la mémoire rapide, tous multiprocesseurs
            réunis ; None sans source publique.
        l2_bandwidth: octets par seconde du cache L2 ; None sans source publique.
    """

    name: str
    flops: float
    bandwidth: float
    memory: int
    n_multiprocessors: int
    fast_memory: int
    tile_memory: int
    l2: int
    source: str
    fast_bandwidth: float | None = None
    l2_bandwidth: float | None = None

    def tile_numbers(self, e: int = 2) -> int:
        """M : les nombres de ``e`` octets que contient la place des tuiles."""
        check_integer("e", e, 1)
        return self.tile_memory // e


T4 = Gpu(
    "T4", 65e12, 320e9, 16 * GB, 40, 96 * KIB, 64 * KIB, 4 * MIB,
    "NVIDIA, fiche du T4 (2019) ; livre blanc de Turing (2018)",
)  # fmt: skip
L4 = Gpu(
    "L4", 121e12, 300e9, 24 * GB, 58, 128 * KIB, 99 * KIB, 48 * MIB,
    "NVIDIA, fiche du L4 (2023 ; 242 TFLOP/s avec parcimonie) ; livre blanc d'Ada",
)  # fmt: skip
A100 = Gpu(
    "A100", 312e12, 2039e9, 80 * GB, 108, 192 * KIB, 163 * KIB, 40 * MIB,
    "NVIDIA, fiche de l'A100 80 Go SXM (2021) ; livre blanc de l'A100 (2020) ; "
    "Dao et al. (2022) pour la mémoire rapide",
    fast_bandwidth=19e12,
)  # fmt: skip
H100 = Gpu(
    "H100", 989e12, 3350e9, 80 * GB, 132, 256 * KIB, 227 * KIB, 50 * MIB,
    "NVIDIA, fiche du H100 SXM (2023 ; 1 979 TFLOP/s avec parcimonie) ; livre blanc "
    "du H100 (2022) ; Shah et al. (2024) pour la mémoire rapide et le cache L2",
    fast_bandwidth=31e12, l2_bandwidth=12e12,
)  # fmt: skip
H200 = Gpu(
    "H200", 989e12, 4800e9, 141 * GB, 132, 256 * KIB, 227 * KIB, 50 * MIB,
    "NVIDIA, fiche du H200 SXM (2024 ; 1 979 TFLOP/s avec parcimonie)",
)  # fmt: skip

#: Les quatre que le chapitre compare, du plus petit au plus grand.
GPUS = (T4, L4, A100, H100)
