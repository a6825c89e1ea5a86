"""Gradients : différences finies, oracle à boucles, lignes entièrement masquées."""

import pytest
import torch

from cours_transformers.kernels.attention import attention

ENGINES = ("torch", "tiled", "petites_tuiles", "explicit")
DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
every_engine = pytest.mark.parametrize("engine", ENGINES)


def leaves(B=1, H=2, G=1, T=4, S=5, D=3, dtype=torch.float64):
    """Tire q, k, v et un biais, tous à dériver."""
    shapes = (B, H, T, D), (B, G, S, D), (B, G, S, D), (H, T, S)
    return [torch.randn(s, dtype=dtype, requires_grad=True) for s in shapes]


@pytest.mark.parametrize("engine", ["petites_tuiles", "explicit", "tiled"])
@pytest.mark.parametrize(
    "options",
    [{}, {"causal": True, "window": 2}, {"scale": 0.7, "window": 3}],
    ids=str,
)
def test_gradients_par_differences_finies(engine, options):
    def call(q, k, v, bias):
        return attention(q, k, v, bias=bias, engine=engine, **options)

    assert torch.autograd.gradcheck(call, leaves(T=4, S=3, D=2))


@every_engine
@pytest.mark.parametrize(("T", "S"), [(4, 6), (6, 4)])
def test_gradients_egaux_a_ceux_des_boucles(engine, oracle, T, S):
    mask = torch.rand(1, 1, T, S) < 0.7
    ours, theirs = leaves(T=T, S=S), []
    theirs = [x.detach().clone().requires_grad_() for x in ours]
    direction = torch.randn(1, 2, T, 3, dtype=torch.float64)
    for (q, k, v, bias), run in ((ours, attention), (theirs, oracle)):
        options = {"engine": engine} if run is attention else {}
        out = run(q, k, v, bias=bias, causal=True, mask=mask, **options)
        out = out if run is attention else out[0]
        (out * direction).sum().backward()
    for mine, reference in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine.grad, reference.grad)


@pytest.mark.parametrize("engine", ["tiled", "petites_tuiles", "explicit"])
def test_le_logsumexp_se_derive_en_poids(engine):
    q, k, v, bias = leaves(G=2)
    _, lse = attention(q, k, v, bias=bias, engine=engine, return_lse=True)
    lse.sum().backward()
    weights = (q @ k.mT / 3**0.5 + bias).softmax(dim=-1).sum(dim=0)
    torch.testing.assert_close(bias.grad, weights, atol=1e-6, rtol=1e-6)


@every_engine
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("kind", ["mask", "bias", "les deux", "causal, T > S"])
def test_requete_aveugle_sortie_nulle_gradients_finis(engine, dtype, kind):
    T, S = (5, 3) if kind == "causal, T > S" else (4, 5)
    q, k, v, bias = leaves(T=T, S=S, dtype=dtype)
    mask = torch.ones(T, S, dtype=torch.bool)
    options = {}
    if kind == "causal, T > S":
        options["causal"] = True
        blind = [0, 1]
    else:
        blind = [1]
    if kind in ("mask", "les deux"):
        mask[1] = False
        options["mask"] = mask
    if kind in ("bias", "les deux"):
        with torch.no_grad():
            bias[:, 1] = float("-inf")
        options["bias"] = bias
    out = attention(q, k, v, engine=engine, **options)
    assert (out[:, :, blind] == 0).all()
    assert (out[:, :, [i for i in range(T) if i not in blind]] != 0).all()
    out.square().sum().backward()
    for x in (q, k, v, *([bias] if "bias" in options else [])):
        assert x.grad.isfinite().all()
    assert (q.grad[:, :, blind] == 0).all()
    assert q.grad.any() and v.grad.any()


@every_engine
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_tout_est_masque(engine, dtype):
    q, k, v, _ = leaves(dtype=dtype)
    mask = torch.zeros(4, 5, dtype=torch.bool)
    out = attention(q, k, v, mask=mask, engine=engine)
    out.sum().backward()
    assert not out.any() and not v.grad.any() and q.grad.isfinite().all()


@pytest.mark.parametrize("engine", ["tiled", "petites_tuiles", "explicit"])
def test_le_logsumexp_d_une_requete_aveugle_est_moins_l_infini(engine):
    q, k, v, bias = leaves()
    mask = torch.ones(4, 5, dtype=torch.bool)
    mask[2] = False
    out, lse = attention(
        q, k, v, bias=bias, mask=mask, engine=engine, return_lse=True
    )  # fmt: skip
    assert lse[:, :, 2].isneginf().all() and lse[:, :, [0, 1, 3]].isfinite().all()
    (out.sum() + lse[:, :, [0, 1, 3]].sum()).backward()
    assert all(x.grad.isfinite().all() for x in (q, k, v, bias))
