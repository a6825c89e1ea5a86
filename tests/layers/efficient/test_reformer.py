"""Reformer : hachage, probabilité de collision, seaux triés, QK partagés."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.layers.efficient import (
    Reformer,
    collision_probability,
    hash_buckets,
    lsh_matrix,
    random_rotations,
    shared_qk_attention,
)


def deux_vecteurs(cosine, d=3):
    x = torch.zeros(2, d)
    x[0, 0], x[1, 0], x[1, 1] = 1, cosine, math.sqrt(1 - cosine**2)
    return x


def des_tetes(T, D=4, B=2, H=2):
    return [torch.randn(B, H, T, D, dtype=torch.float64) for _ in range(2)]


@pytest.mark.parametrize("n_buckets", [2, 4, 16])
@pytest.mark.parametrize("cosine", [-0.5, 0.0, 0.6, 0.95])
def test_la_collision_a_la_probabilite_calculee(cosine, n_buckets):
    n, generator = 40_000, torch.Generator().manual_seed(0)
    rotations = random_rotations(3, n_buckets, n, generator)
    buckets = hash_buckets(deux_vecteurs(cosine), rotations)
    assert buckets.min() >= 0 and buckets.max() < n_buckets
    observed = (buckets[:, 0] == buckets[:, 1]).double().mean().item()
    p = collision_probability(cosine, n_buckets)
    assert abs(observed - p) < 4 * math.sqrt(p * (1 - p) / n) + 1e-4


def test_les_probabilites_connues():
    assert collision_probability(0.3, 1) == 1
    assert collision_probability(0.5, 2) == pytest.approx(1 - 1 / 3)
    for n_buckets in (4, 8, 32):
        assert collision_probability(1.0, n_buckets) == 1
        assert collision_probability(-1.0, n_buckets) == 0
        # Des vecteurs orthogonaux ont des projections indépendantes.
        assert collision_probability(0.0, n_buckets) == pytest.approx(
            1 / n_buckets, rel=1e-3
        )
        values = [collision_probability(c, n_buckets) for c in (-0.9, -0.2, 0.4, 0.99)]
        assert values == sorted(values)


def test_le_seau_ne_depend_que_de_la_direction():
    x, rotations = torch.randn(50, 6), random_rotations(6, 8, 3)
    buckets = hash_buckets(x, rotations)
    assert torch.equal(buckets, hash_buckets(7 * x, rotations))
    # L'opposé tombe dans le seau opposé, à seaux / 2 de là.
    assert torch.equal((buckets + 4) % 8, hash_buckets(-x, rotations))
    assert len(buckets.unique()) == 8


def test_un_hachage_a_la_main():
    rotations = torch.eye(2)[None]  # seaux : +x, +y, −x, −y
    x = torch.tensor([[3.0, 1], [1, 2], [-2, 0.5], [0, -1]])
    assert hash_buckets(x, rotations).tolist() == [[0, 1, 2, 3]]


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("T", [1, 2, 9])
def test_un_seul_seau_est_l_attention_shared_qk_entiere(causal, T):
    qk, v = (x.requires_grad_() for x in des_tetes(T))
    whole = shared_qk_attention(qk, v, causal)
    for R in (1, 3):
        ours = Reformer(4, 1, n_rounds=R, chunk=T)(qk, qk, v, causal=causal)
        torch.testing.assert_close(ours, whole)
        for one, two in zip(
            torch.autograd.grad(ours.sin().sum(), (qk, v)),
            torch.autograd.grad(whole.sin().sum(), (qk, v), retain_graph=True),
            strict=True,
        ):
            torch.testing.assert_close(one, two)


def test_l_attention_shared_qk_suit_la_definition():
    qk, v = des_tetes(5, B=1, H=1)
    q, values = qk[0, 0], v[0, 0]
    keys = q / q.norm(dim=-1, keepdim=True)
    for causal in (False, True):
        out = shared_qk_attention(qk, v, causal)[0, 0]
        for i in range(5):
            others = [j for j in range(i if causal else 5) if j != i] or [i]
            weights = torch.stack([(q[i] @ keys[j] / 2).exp() for j in others])
            expected = (weights[:, None] * values[others]).sum(0) / weights.sum()
            torch.testing.assert_close(out[i], expected)


@settings(max_examples=40, deadline=None)
@given(
    T=st.integers(1, 40), half=st.integers(0, 4), R=st.integers(1, 3),
    chunk=st.integers(1, 12), causal=st.booleans(), seed=st.integers(0, 99),
)  # fmt: skip
def test_le_calcul_est_celui_de_l_attention_sur_l_union_des_seaux(
    T, half, R, chunk, causal, seed
):
    torch.manual_seed(seed)
    qk, v = des_tetes(T)
    layer = Reformer(4, max(1, 2 * half), n_rounds=R, chunk=chunk, seed=seed)
    matrix = lsh_matrix(layer.buckets(qk), layer.chunk_size(T), causal)
    torch.testing.assert_close(
        layer(qk, qk, v, causal=causal), shared_qk_attention(qk, v, causal, matrix)
    )


@pytest.mark.parametrize("causal", [False, True])
def test_les_gradients_sont_ceux_de_la_forme_dense(causal):
    qk, v = (x.requires_grad_() for x in des_tetes(23))
    layer = Reformer(4, 6, n_rounds=2)
    matrix = lsh_matrix(layer.buckets(qk), layer.chunk_size(23), causal)
    ours = layer(qk, qk, v, causal=causal).sin().sum()
    dense = shared_qk_attention(qk, v, causal, matrix).sin().sum()
    for one, two in zip(
        torch.autograd.grad(ours, (qk, v)), torch.autograd.grad(dense, (qk, v)),
        strict=True,
    ):  # fmt: skip
        torch.testing.assert_close(one, two)


def test_les_paires_a_la_main():
    buckets = torch.tensor([[0, 1, 0, 1, 0, 0]])  # un tour, six positions
    # Triées : 0 2 | 4 5 | 1 3, en morceaux de deux.
    seen = lsh_matrix(buckets, 2)
    assert seen.int().tolist() == [
        [0, 0, 1, 0, 1, 1], [0, 0, 0, 1, 0, 0], [1, 0, 0, 0, 1, 1],
        [0, 1, 0, 0, 0, 0], [1, 0, 1, 0, 0, 1], [1, 0, 1, 0, 1, 0],
    ]  # fmt: skip
    # Morceaux d'une position : 5 et 0 ne sont plus voisins.
    assert not lsh_matrix(buckets, 1)[0, 4] and lsh_matrix(buckets, 1)[0, 2]
    # En causal, la première de chaque seau n'a qu'elle-même.
    assert lsh_matrix(buckets, 2, causal=True).diagonal().tolist() == [1, 1, 0, 0, 0, 0]


def test_chaque_tour_rattrape_des_paires():
    qk = des_tetes(64)[0]
    pairs = []
    for R in (1, 2, 4):
        layer = Reformer(4, 16, n_rounds=R)
        pairs.append(lsh_matrix(layer.buckets(qk), layer.chunk_size(64)).sum())
    assert pairs[0] < pairs[1] < pairs[2] < 4 * 64 * 64


def test_le_futur_ne_change_pas_le_passe_a_seaux_egaux():
    """Changer une valeur à venir, sans changer les seaux."""
    qk, v = des_tetes(30)
    layer, moved = Reformer(4, 4, n_rounds=2), v.clone()
    moved[:, :, 15:] += 1
    before, after = layer(qk, qk, v, causal=True), layer(qk, qk, moved, causal=True)
    torch.testing.assert_close(before[:, :, :15], after[:, :, :15])


def test_les_scores_suivent_la_longueur_a_morceaux_fixes():
    layer = Reformer(4, 16, chunk=8)
    assert layer.n_scores(64) == 64 * 24 and layer.n_scores(64, causal=True) == 64 * 16
    assert layer.n_scores(640) == 10 * layer.n_scores(64)
    assert Reformer(4, 16, n_rounds=3, chunk=8).n_scores(60) == 3 * 64 * 24


def test_il_se_pose_dans_une_couche_qui_partage_sa_projection():
    layer, x = MultiHeadAttention(8, 2), torch.randn(2, 12, 8)
    layer.k_proj = layer.q_proj
    layer.attend = Reformer(4, 4)
    layer(x, causal=True).sum().backward()
    assert layer.q_proj.weight.grad.abs().max() > 0


@pytest.mark.sans_jaxtyping
def test_refus():
    qk, v = des_tetes(5)
    with pytest.raises(ValueError, match="n_buckets doit être pair, ou valoir 1"):
        Reformer(4, 3)
    with pytest.raises(ValueError, match="n_rounds doit valoir au moins 1"):
        Reformer(4, 2, n_rounds=0)
    with pytest.raises(ValueError, match="chunk doit valoir au moins 1 ; reçu 0"):
        Reformer(4, 2, chunk=0)
    with pytest.raises(ValueError, match="q et k doivent être égaux"):
        Reformer(4, 2)(qk, v, v)
    with pytest.raises(ValueError, match="cosine doit être entre −1 et 1 ; reçu 2"):
        collision_probability(2, 4)
    with pytest.raises(ValueError, match="Reformer est une auto-attention"):
        Reformer(4, 2)(qk[:, :, :2], v, v)
