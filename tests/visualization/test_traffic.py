"""Les accès, tracés selon la longueur et selon la place : les comptes, à l'unité."""

from cours_transformers.training.traffic_counts import (
    blocks_for,
    count_standard,
    count_tiled,
)
from cours_transformers.visualization.traffic import (
    plot_traffic_by_length,
    plot_traffic_by_memory,
)

LENGTHS = [512, 1024, 4096]
MEMORIES = [8192, 51_200, 131_072]


def courbes(figure):
    return {line.get_label(): line.get_xydata() for line in figure.axes[0].lines}


def test_trois_courbes_selon_la_longueur():
    block_q = blocks_for(51_200, 64)
    drawn = courbes(plot_traffic_by_length(LENGTHS, 64, 51_200))
    expected = {
        "matrice T × T écrite": [count_standard(T, 64).total for T in LENGTHS],
        f"par tuiles, {block_q} requêtes": [
            count_tiled(T, 64, block_q, 16).total for T in LENGTHS
        ],
        "tout lire une fois": [4 * T * 64 for T in LENGTHS],
    }
    assert {label: list(xy[:, 1]) for label, xy in drawn.items()} == expected
    assert list(drawn["tout lire une fois"][:, 0]) == LENGTHS


def test_en_causal_seules_les_tuiles_changent():
    whole = courbes(plot_traffic_by_length(LENGTHS, 64, 51_200))
    causal = courbes(plot_traffic_by_length(LENGTHS, 64, 51_200, causal=True))
    changed = [label for label in whole if (whole[label] != causal[label]).any()]
    assert changed == ["par tuiles, 334 requêtes"]


def test_une_courbe_par_dimension_selon_la_place_en_kio():
    drawn = courbes(plot_traffic_by_memory(MEMORIES, 4096, [64, 128]))
    for d in (64, 128):
        xy = drawn[f"par tuiles, d = {d}"]
        assert list(xy[:, 0]) == [16, 100, 256]
        assert list(xy[:, 1]) == [
            count_tiled(4096, d, blocks_for(M, d), 16).total for M in MEMORIES
        ]
    assert set(drawn["matrice T × T écrite"][:, 1]) == {count_standard(4096, 128).total}


def test_le_texte_donne_les_extremites():
    assert plot_traffic_by_length(LENGTHS, 64, 51_200).alt == (
        "Nombres lus et écrits à T = 4\u202f096, d = 64 : 6,8·10⁷ (matrice T × T "
        "écrite), 7\u202f340\u202f032 (par tuiles, 334 requêtes) et "
        "1\u202f048\u202f576 (tout lire une fois)."
    )
    alt = plot_traffic_by_memory(MEMORIES, 4096, [64]).alt
    assert "M va de 8\u202f192 à 131\u202f072 nombres" in alt
    assert plot_traffic_by_memory(MEMORIES, 4096, [64], alt="deux").alt == "deux"
