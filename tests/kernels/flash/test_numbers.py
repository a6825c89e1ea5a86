"""Les nombres des noyaux, contre float64 et contre PyTorch : avant et arrière."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.kernels.attention import attention
from cours_transformers.kernels.slopes import DistanceBias
from cours_transformers.layers.positional import Alibi

EDGES = (2, 3, 31, 32, 33, 63, 64, 65, 96, 100)


def strided(x, layout: str):
    """Range les mêmes nombres autrement en mémoire."""
    if layout == "transposé":  # (B, T, H, D), comme au sortir d'une projection
        return x.transpose(1, 2).contiguous().transpose(1, 2)
    if layout == "épars":  # un nombre sur deux, sur les deux derniers axes
        wide = torch.full((*x.shape[:2], 2 * x.shape[2], 2 * x.shape[3]), torch.nan)
        wide = wide.to(x.dtype)
        wide[..., ::2, ::2] = x
        return wide[..., ::2, ::2]
    if layout == "retourné":  # D loin de la mémoire : le dernier pas n'est pas 1
        return x.transpose(2, 3).contiguous().transpose(2, 3)
    return x


@st.composite
def drawn(draw, problem, dtype):
    """Tire tout ce que le noyau sert."""
    B, G, repeats = (
        draw(st.integers(1, 2)),
        draw(st.integers(1, 2)),
        draw(st.integers(1, 3)),
    )
    T, S = draw(st.sampled_from((1, *EDGES))), draw(st.sampled_from(EDGES))
    D = draw(st.sampled_from((8, 16, 24, 40, 64)))
    options = {"causal": draw(st.booleans())}
    options["window"] = draw(st.none() | st.integers(1, 80))
    options["scale"] = draw(st.none() | st.floats(0.5, 2.0).map(lambda x: x * D**-0.5))
    seed = draw(st.integers(0, 99))
    made = problem(B, G, repeats, T, S, D, dtype, seed, **options)
    torch.manual_seed(seed)
    if draw(st.booleans()):
        kept = torch.rand(B, 1, 1, S) < draw(st.sampled_from((0.0, 0.3, 0.9)))
        made.options["mask"] = kept
    if draw(st.booleans()):
        made.options["bias"] = DistanceBias(torch.rand(G * repeats))
    for name in ("q", "k", "v"):
        layouts = ("contigu", "transposé", "épars", "retourné")
        layout = draw(st.sampled_from(layouts))
        setattr(made, name, strided(getattr(made, name), layout))
    return made


PRECISIONS = (torch.float32, torch.float16, torch.bfloat16)


@pytest.mark.parametrize("dtype", PRECISIONS)
@settings(max_examples=18, deadline=None, derandomize=True)
@given(st.data())
def test_tout_ce_que_le_noyau_sert(problem, agrees, dtype, data):
    agrees(data.draw(drawn(problem, dtype)))


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("D", [16, 80, 128, 256])
def test_chaque_dimension_et_chaque_precision(problem, agrees, D, dtype):
    agrees(problem(T=33, S=47, D=D, dtype=dtype, causal=True))


@pytest.mark.parametrize("repeats", [1, 4])
def test_une_cle_partagee_somme_les_gradients_de_son_groupe(problem, agrees, repeats):
    agrees(problem(B=2, G=2, repeats=repeats, T=50, S=50, causal=True))


@pytest.mark.parametrize("causal", [False, True])
def test_le_remplissage_ne_donne_ni_ne_recoit_rien(problem, agrees, causal):
    made = problem(B=2, T=60, S=60, causal=causal)
    made.options["mask"] = (torch.arange(60) % 3 > 0)[None, None, None].expand(
        2, 1, 1, 60
    )
    agrees(made)
    _, _, dk, dv = made.run("interpreted")
    for grad in (dk, dv):
        assert torch.equal(grad[:, :, ::3], torch.zeros_like(grad[:, :, ::3]))


@pytest.mark.parametrize("T", [1, 40])
def test_une_seule_cle_prend_tout_le_poids(problem, T):
    made = problem(T=T, S=1)
    out, dq, dk, dv = made.run("interpreted")
    assert torch.equal(out, made.v.expand_as(out[:, :1]).expand_as(out))
    torch.testing.assert_close(dv, made.run("explicit")[3])
    for zero in (dq, dk):  # un softmax à une case ne bouge pas : il reste l'arrondi
        torch.testing.assert_close(zero, torch.zeros_like(zero), atol=5e-6, rtol=0)


@pytest.mark.parametrize("window", [1, 2, 31, 32, 33, 64])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("T", "S"), [(70, 70), (40, 90), (90, 40)])
def test_une_fenetre_a_ses_bords_exacts(problem, agrees, window, causal, T, S):
    agrees(problem(repeats=1, T=T, S=S, causal=causal, window=window))


def test_les_pentes_d_alibi_valent_leur_matrice(problem):
    made = problem(G=2, repeats=4, T=45, S=60, causal=True)
    alibi = Alibi(8)
    made.options["bias"] = alibi.kernel_bias(made.q, 60)
    ours = made.run("interpreted")
    made.options["bias"] = alibi.bias(made.q, 60)
    for got, expected in zip(ours, made.run("explicit"), strict=True):
        torch.testing.assert_close(got, expected, atol=3e-6, rtol=1e-5)


@pytest.mark.parametrize("causal", [False, True])
def test_de_grands_scores_ne_debordent_pas(problem, agrees, causal):
    made = problem(T=40, S=40, D=16, causal=causal)
    made.q, made.k = made.q * 60, made.k * 60  # des scores de plusieurs milliers
    agrees(made)


def test_le_logsumexp_et_son_gradient(problem):
    made = problem(T=33, S=45, causal=True, window=20)
    leaves = [x.requires_grad_() for x in (made.q, made.k, made.v)]
    results = []
    for engine in ("interpreted", "explicit"):
        out, lse = attention(*leaves, engine=engine, return_lse=True, **made.options)
        loss = (out * torch.arange(16)).sum() + (lse.sin() * 3).sum()
        only = torch.autograd.grad(lse.sum(), leaves[:2], retain_graph=True)
        results.append([out, lse, *torch.autograd.grad(loss, leaves), *only])
    for got, expected in zip(*results, strict=True):
        torch.testing.assert_close(got, expected, atol=2e-5, rtol=1e-4)


def test_le_logsumexp_est_en_base_e(problem):
    made = problem(repeats=1, T=1, S=2, D=16)
    made.q.zero_()
    _, lse = attention(made.q, made.k, made.v, engine="interpreted", return_lse=True)
    torch.testing.assert_close(lse, torch.full((1, 1, 1), 2.0).log())


@pytest.mark.parametrize("seed", range(4))
def test_une_requete_loin_avant_la_premiere_cle_garde_ses_decimales(
    problem, agrees, seed
):
    made = problem(G=2, repeats=1, T=100, S=33, D=24, seed=seed)
    made.options["bias"] = DistanceBias(torch.tensor([0.29, 0.82]))
    agrees(made)
    leaves, options = (made.q, made.k, made.v), {"return_lse": True, **made.options}
    _, ours = attention(*leaves, engine="interpreted", **options)
    _, expected = attention(*leaves, engine="explicit", **options)
    torch.testing.assert_close(ours, expected, atol=1e-6, rtol=1e-6)
