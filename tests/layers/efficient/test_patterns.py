"""Motifs : matrice, compte par formule et groupes calculés disent la même chose."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from cours_transformers.kernels.attention import attention
from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.layers.efficient import (
    BigBird,
    Full,
    Longformer,
    SparseAttention,
    Strided,
    Window,
)
from cours_transformers.layers.masks import causal_mask, sliding_window_mask

MOTIFS = [
    Full(), Window(1), Window(3), Window(40), Window(3, 4), Window(2, 50), Strided(1),
    Strided(4), Strided(60), Longformer(3), Longformer(2, ()), Longformer(2, (0, 5, 6)),
    Longformer(3, (7, 2), 3), Longformer(4, [1]), BigBird(1), BigBird(4),
    BigBird(4, 0, 0, 0), BigBird(4, 0, 3, 1), BigBird(2, 2, 1, 50), BigBird(8, 9),
    BigBird(5, 1, 9), BigBird(4, 0, 0, 3, seed=5),
]  # fmt: skip
CAUSAUX = [(m, c) for m in MOTIFS for c in (False, True) if m.serves_causal or not c]


def longueurs(pattern):
    step = getattr(pattern, "block", 1)
    least = max(getattr(pattern, "global_tokens", ()) or (0,)) + 1
    return [T for T in (1, 2, 8, 20, 37, 40) if T % step == 0 and least <= T]


def des_tetes(T, B=2, H=2, D=3):
    return [torch.randn(B, H, T, D, dtype=torch.float64) for _ in range(3)]


@pytest.mark.parametrize(("pattern", "causal"), CAUSAUX)
def test_la_formule_compte_les_paires_de_la_matrice(pattern, causal):
    for T in longueurs(pattern):
        matrix = pattern.matrix(T, causal)
        assert pattern.n_pairs(T, causal) == matrix.sum()
        assert matrix.diagonal().all()  # chacun se voit
        if causal:
            whole = pattern.matrix(T)
            assert torch.equal(matrix, whole & causal_mask(T, T))


@pytest.mark.parametrize(("pattern", "causal"), CAUSAUX)
def test_les_groupes_calculent_chaque_paire_une_fois(pattern, causal):
    for T in longueurs(pattern):
        times = torch.zeros(T, T, dtype=torch.long)
        for part in pattern.groups(T, causal):
            n, a, b = part.allowed.nonzero(as_tuple=True)
            pairs = part.queries[n, a], part.keys[n, b]
            assert min(map(torch.min, pairs)) >= 0 if len(n) else True
            times.index_put_(pairs, torch.ones_like(n), accumulate=True)
            present = part.queries[part.queries >= 0]
            assert len(present.unique()) == len(present)
        assert torch.equal(times, pattern.matrix(T, causal).long())


@pytest.mark.parametrize(("pattern", "causal"), CAUSAUX)
def test_le_calcul_est_celui_de_l_attention_masquee(pattern, causal):
    for T in longueurs(pattern)[-2:]:
        inputs = [x.requires_grad_() for x in des_tetes(T)]
        mask = pattern.matrix(T, causal)
        ours = SparseAttention(pattern)(*inputs, causal=causal)
        dense = attention(*inputs, mask=mask, engine="explicit")
        torch.testing.assert_close(ours, dense)
        for one, two in zip(
            torch.autograd.grad(ours.sin().sum(), inputs),
            torch.autograd.grad(dense.sin().sum(), inputs),
            strict=True,
        ):
            torch.testing.assert_close(one, two)


@pytest.mark.parametrize(
    ("pattern", "causal"),
    [(Window(40), False), (Window(40), True), (Strided(40), True), (Strided(1), True),
     (Longformer(40), False), (Longformer(1, tuple(range(40))), True),
     (BigBird(4, 10), False), (BigBird(4, 0, 10, 0), False),
     (BigBird(8, 0, 0, 5), False)],
)  # fmt: skip
def test_un_motif_qui_couvre_tout_est_l_attention_entiere(pattern, causal):
    q, k, v = des_tetes(40)
    assert pattern.n_pairs(40, causal) == Full().n_pairs(40, causal)
    torch.testing.assert_close(
        SparseAttention(pattern)(q, k, v, causal=causal),
        attention(q, k, v, causal=causal),
    )


@settings(max_examples=40, deadline=None)
@given(
    T=st.integers(1, 70), width=st.integers(1, 80), dilation=st.integers(1, 9),
    causal=st.booleans(), n_global=st.integers(0, 3), seed=st.integers(0, 99),
)  # fmt: skip
def test_fenetres_et_globales_de_toutes_tailles(
    T, width, dilation, causal, n_global, seed
):
    torch.manual_seed(seed)
    tokens = tuple(torch.randperm(T)[:n_global].tolist())
    q, k, v = des_tetes(T, 1, 1)
    for pattern in (Longformer(width, tokens, dilation), Strided(width)):
        mask = pattern.matrix(T, causal)
        assert pattern.n_pairs(T, causal) == mask.sum()
        torch.testing.assert_close(
            SparseAttention(pattern)(q, k, v, causal=causal),
            attention(q, k, v, mask=mask, engine="explicit"),
        )


@settings(max_examples=25, deadline=None)
@given(M=st.integers(1, 9), b=st.integers(1, 5), a=st.integers(0, 3),
       g=st.integers(0, 3), r=st.integers(0, 4), seed=st.integers(0, 99))  # fmt: skip
def test_bigbird_de_toutes_tailles(M, b, a, g, r, seed):
    pattern, T = BigBird(b, a, g, r, seed), M * b
    torch.manual_seed(seed)
    q, k, v = des_tetes(T, 1, 1)
    mask = pattern.matrix(T)
    assert pattern.n_pairs(T) == mask.sum()
    torch.testing.assert_close(
        SparseAttention(pattern)(q, k, v), attention(q, k, v, mask=mask)
    )


@pytest.mark.parametrize("T", [1, 7, 20])
@pytest.mark.parametrize("width", [1, 3, 30])
def test_la_fenetre_est_celle_du_noyau_d_attention(T, width):
    assert torch.equal(Window(width).matrix(T), sliding_window_mask(T, T, width))
    q, k, v = des_tetes(T)
    for causal in (False, True):
        torch.testing.assert_close(
            SparseAttention(Window(width))(q, k, v, causal=causal),
            attention(q, k, v, causal=causal, window=width),
        )


def test_les_motifs_a_la_main():
    def lignes(pattern, T, causal=False):
        return ["".join("#" if x else "." for x in row)
                for row in pattern.matrix(T, causal)]  # fmt: skip

    assert lignes(Window(2, 2), 5) == ["#.#..", ".#.#.", "#.#.#", ".#.#.", "..#.#"]
    assert lignes(Strided(2), 5, True) == ["#....", "##...", "###..", ".###.", "#.###"]
    assert lignes(Longformer(1, (1,)), 4) == ["##..", "####", ".##.", ".#.#"]
    assert lignes(BigBird(1, 0, 1, 0), 3) == ["###", "##.", "#.#"]


def test_le_hasard_de_bigbird_ne_depend_que_de_sa_graine():
    one, two = BigBird(2, 0, 1, 2, seed=1).matrix(40), BigBird(2, 0, 1, 2).matrix(40)
    assert torch.equal(one, BigBird(2, 0, 1, 2, seed=1).matrix(40))
    assert not torch.equal(one, two) and one.sum() == two.sum()
    assert not torch.equal(one, one.T)  # i regarde j, sans que j regarde i


@pytest.mark.parametrize(
    ("pattern", "per_position"),
    [(BigBird(16), 16 * 6 + 16), (Window(16), 32 + 30), (Longformer(32, (0, 9)), 98)],
)
def test_les_scores_calcules_suivent_la_longueur_et_non_son_carre(
    pattern, per_position
):
    """Comptés deux fois : par le motif, et par les FLOPs que voit PyTorch."""
    q, k, v = (torch.randn(1, 1, 512, 4) for _ in range(3))
    scores = pattern.n_scores(512)
    with FlopCounterMode(display=False) as counter:
        SparseAttention(pattern)(q, k, v)
    assert counter.get_total_flops() == 4 * 4 * scores
    assert pattern.n_pairs(512) <= scores <= 512 * per_position
    assert pattern.n_scores(4096) <= 8.2 * scores
    assert pattern.n_scores(4096) < 0.03 * 4096**2


def test_strided_en_racine_de_t_coute_t_racine_de_t():
    for side in (8, 16, 32):
        T = side**2
        assert 2.5 * T * side < Strided(side).n_pairs(T) < 3 * T * side


def test_il_se_pose_dans_une_couche_et_y_reste_causal():
    layer, x = MultiHeadAttention(8, 2), torch.randn(2, 40, 8)
    layer.attend = SparseAttention(Longformer(3, (0, 20)))
    moved = x.clone()
    moved[:, 21:] += 1
    before, after = layer(x, causal=True), layer(moved, causal=True)
    torch.testing.assert_close(before[:, :21], after[:, :21])


@pytest.mark.sans_jaxtyping
def test_refus():
    q, k, v = des_tetes(6)
    with pytest.raises(ValueError, match="width doit valoir au moins 1 ; reçu 0"):
        Window(0)
    with pytest.raises(ValueError, match="width doit valoir au moins 1 ; reçu 0"):
        Longformer(0)
    with pytest.raises(ValueError, match="dilation doit valoir au moins 1"):
        Window(3, 0)
    with pytest.raises(TypeError, match="stride doit être un entier"):
        Strided(2.5)
    with pytest.raises(ValueError, match=r"global_tokens doit donner.*reçu \(1, 1\)"):
        Longformer(3, (1, 1))
    with pytest.raises(ValueError, match="global_tokens doit rester sous T = 6"):
        SparseAttention(Longformer(3, (6,)))(q, k, v)
    with pytest.raises(ValueError, match="T doit être un multiple de block = 4"):
        SparseAttention(BigBird(4))(q, k, v)
    with pytest.raises(ValueError, match="BigBird ne sait pas cacher le futur"):
        SparseAttention(BigBird(2))(q, k, v, causal=True)
    with pytest.raises(ValueError, match="random_blocks doit valoir au moins 0"):
        BigBird(4, random_blocks=-1)
    with pytest.raises(ValueError, match="T doit valoir au moins 1 ; reçu 0"):
        Window(2).matrix(0)
    with pytest.raises(TypeError, match="pattern doit être un motif"):
        SparseAttention(3)
    with pytest.raises(ValueError, match="SparseAttention est une auto-attention"):
        SparseAttention(Window(2))(q[:, :, :3], k, v)
