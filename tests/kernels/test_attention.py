"""L'appel unique : tous les moteurs, contre un oracle à boucles et contre SDPA."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from cours_transformers.kernels.attention import attention

ENGINES = ("torch", "tiled", "petites_tuiles", "explicit")
WITH_LSE = ("tiled", "petites_tuiles", "explicit")
every_engine = pytest.mark.parametrize("engine", ENGINES)


def qkv(B=2, H=4, G=2, T=5, S=7, D=4, dtype=torch.float64):
    """Tire q, k, v ; les longueurs diffèrent, pour que T et S ne se confondent pas."""
    q = torch.randn(B, H, T, D, dtype=dtype)
    k, v = torch.randn(2, B, G, S, D, dtype=dtype)
    return q, k, v


@st.composite
def configurations(draw):
    """Tire tout ce que l'appel accepte, lignes entièrement masquées comprises."""
    B, G, r = draw(st.integers(1, 2)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    T, S, D = (draw(st.integers(1, n)) for n in (7, 7, 4))
    torch.manual_seed(draw(st.integers(0, 2**16)))

    def extensible():
        full = (B, G * r, T, S)
        kept = full[draw(st.integers(0, 2)) :]
        return tuple(draw(st.sampled_from([1, size])) for size in kept)

    options = {"causal": draw(st.booleans())}
    options["window"] = draw(st.none() | st.integers(1, 8))
    options["scale"] = draw(st.none() | st.floats(0.1, 2.0))
    if draw(st.booleans()):
        options["mask"] = torch.rand(extensible()) < draw(st.sampled_from([0.3, 0.8]))
    if draw(st.booleans()):
        bias = torch.randn(extensible(), dtype=torch.float64)
        forbidden = torch.rand_like(bias) < draw(st.sampled_from([0.0, 0.3]))
        options["bias"] = bias.masked_fill(forbidden, float("-inf"))
    return qkv(B, G * r, G, T, S, D), options


@settings(max_examples=80, deadline=None, derandomize=True)
@given(configurations())
def test_tous_les_moteurs_suivent_les_boucles(oracle, configuration):
    inputs, options = configuration
    expected, lse = oracle(*inputs, **options)
    for engine in ENGINES:
        torch.testing.assert_close(
            attention(*inputs, **options, engine=engine), expected, msg=engine
        )
    for engine in WITH_LSE:
        out, got = attention(*inputs, **options, engine=engine, return_lse=True)
        torch.testing.assert_close(out, expected, msg=engine)
        torch.testing.assert_close(got, lse.float(), msg=engine)


@pytest.mark.parametrize("engine", ["torch", "tiled", "explicit"])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("H", "G"), [(4, 4), (4, 2), (4, 1)])
def test_egal_a_sdpa_sur_plusieurs_tuiles(engine, causal, H, G):
    q, k, v = qkv(H=H, G=G, T=150, S=150, D=16, dtype=torch.float32)
    expected = F.scaled_dot_product_attention(
        q, k, v, is_causal=causal, enable_gqa=G != H
    )
    got = attention(q, k, v, causal=causal, engine=engine)
    torch.testing.assert_close(got, expected, atol=2e-6, rtol=1e-5)


@every_engine
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_chaque_precision_approche_le_calcul_exact(engine, dtype, oracle):
    inputs = tuple(x.to(dtype) for x in qkv(T=6, S=9, D=16))
    exact, _ = oracle(*(x.double() for x in inputs), causal=True, window=4)
    got = attention(*inputs, causal=True, window=4, engine=engine)
    assert got.dtype == dtype
    tolerance = 4 * torch.finfo(dtype).eps  # valeurs d'ordre 1, quelques arrondis
    torch.testing.assert_close(got.double(), exact, atol=tolerance, rtol=tolerance)


@every_engine
@pytest.mark.parametrize(("T", "S"), [(3, 7), (7, 3), (1, 5), (4, 4)])
def test_la_derniere_requete_voit_toutes_les_cles(engine, T, S):
    q, k, _ = qkv(B=1, H=1, G=1, T=T, S=S, D=S)
    v = torch.eye(S, dtype=q.dtype)[None, None]  # la sortie est la ligne de poids
    weights = attention(q, k, v, causal=True, engine=engine)[0, 0]
    assert (weights[-1] > 0).all()
    for i in range(T):
        n_seen = max(0, i + 1 + S - T)
        assert (weights[i] > 0).tolist() == [j < n_seen for j in range(S)]


@every_engine
@pytest.mark.parametrize("causal", [False, True])
def test_la_fenetre_compte_ses_cles(engine, causal):
    T, S, window = 4, 9, 3
    q, k, _ = qkv(B=1, H=1, G=1, T=T, S=S, D=S)
    v = torch.eye(S, dtype=q.dtype)[None, None]
    weights = attention(q, k, v, causal=causal, window=window, engine=engine)[0, 0]
    for i, row in enumerate(weights):
        p = i + S - T
        last = p if causal else min(S - 1, p + window - 1)
        assert row.nonzero().flatten().tolist() == list(range(p - 2, last + 1))


@every_engine
@pytest.mark.parametrize(("T", "S"), [(6, 6), (4, 6)])
def test_le_futur_ne_change_pas_le_passe(engine, T, S):
    q, k, v = qkv(T=T, S=S)
    before = attention(q, k, v, causal=True, engine=engine)
    k[..., -1, :] += 3.0
    v[..., -1, :] -= 2.0
    after = attention(q, k, v, causal=True, engine=engine)
    torch.testing.assert_close(after[..., :-1, :], before[..., :-1, :])
    assert (after[..., -1, :] - before[..., -1, :]).abs().min() > 1e-3


@every_engine
@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.permutations(range(6)), st.permutations(range(4)))
def test_permuter_les_cles_ne_change_rien_permuter_les_requetes_permute(
    engine, keys, queries
):
    torch.manual_seed(0)
    q, k, v = qkv(T=4, S=6)
    mask = torch.rand(2, 1, 4, 6) < 0.7
    out = attention(q, k, v, mask=mask, engine=engine)
    moved = attention(
        q[..., queries, :],
        k[..., keys, :],
        v[..., keys, :],
        mask=mask[..., queries, :][..., keys],
        engine=engine,
    )
    torch.testing.assert_close(moved, out[..., queries, :])


@every_engine
def test_des_scores_enormes_ne_debordent_pas(engine):
    q, k, v = qkv(H=2, G=2, dtype=torch.float32)
    out = attention(q, k * 1e4, v, engine=engine)
    winner = (q @ k.mT).argmax(dim=-1, keepdim=True)
    torch.testing.assert_close(out, v.take_along_dim(winner, dim=2))


@pytest.mark.parametrize("engine", WITH_LSE)
def test_le_logsumexp_est_celui_des_scores(engine):
    q, k, v = qkv(H=2, G=2)
    _, lse = attention(q, k, v, scale=0.3, engine=engine, return_lse=True)
    assert lse.dtype == torch.float32
    expected = torch.logsumexp(0.3 * q @ k.mT, dim=-1).float()
    torch.testing.assert_close(lse, expected)


@pytest.mark.parametrize("engine", WITH_LSE)
def test_deux_moities_de_cles_se_recollent_par_le_logsumexp(engine):
    q, k, v = qkv(S=8)
    whole = attention(q, k, v)
    halves = [
        attention(
            q, k[..., part, :], v[..., part, :], engine=engine, return_lse=True
        )
        for part in (slice(0, 5), slice(5, 8))
    ]  # fmt: skip
    share = torch.stack([lse for _, lse in halves]).softmax(dim=0)[..., None]
    merged = sum(share[n] * out for n, (out, _) in enumerate(halves))
    torch.testing.assert_close(merged, whole, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("engine", ["torch", "explicit", "auto"])
def test_le_dropout_oublie_des_poids_et_grossit_les_autres(engine):
    T = S = D = 64
    q, k, _ = qkv(B=1, H=2, G=2, T=T, S=S, D=D, dtype=torch.float32)
    v = torch.eye(S).expand(1, 2, S, D)
    kept = attention(q, k, v)
    out = attention(q, k, v, dropout=0.25, engine=engine)
    zero = out == 0
    torch.testing.assert_close(out[~zero], kept[~zero] / 0.75)
    assert abs(zero.float().mean().item() - 0.25) < 0.03


@pytest.mark.parametrize("engine", WITH_LSE)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_la_demi_precision_calcule_ses_exponentielles_en_float32(engine, dtype):
    q, k, v = (x.to(dtype) for x in qkv(H=2, G=2, T=4, S=40, D=16))
    _, lse = attention(q, k, v, engine=engine, return_lse=True)
    exact = torch.logsumexp(q.double() @ k.double().mT / 4, dim=-1)
    torch.testing.assert_close(lse.double(), exact, atol=1e-5, rtol=1e-5)
