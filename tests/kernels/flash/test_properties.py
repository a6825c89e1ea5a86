"""Ce qui doit tenir sans oracle : le futur, les lignes vides, la mémoire, l'ordre."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from cours_transformers.kernels import flash, launch
from cours_transformers.kernels.attention import attention

KERNELS = Path(launch.__file__).parent / "_triton"


def test_le_futur_ne_change_pas_le_passe_au_bit_pres(problem):
    made = problem(T=70, S=70, causal=True)
    before = made.run("interpreted")
    made.k[:, :, 41:], made.v[:, :, 41:] = 1e4, -1e4
    made.q[:, :, 41:] = 7.0
    after = made.run("interpreted")
    assert torch.equal(before[0][:, :, :41], after[0][:, :, :41])
    assert torch.equal(before[1][:, :, :41], after[1][:, :, :41])  # dQ, de même
    assert not torch.equal(before[0][:, :, 41:], after[0][:, :, 41:])


def test_deux_fois_le_meme_appel_donne_les_memes_bits(problem):
    made = problem(G=2, repeats=3, T=66, S=90, dtype=torch.float16, window=40)
    for first, again in zip(
        made.run("interpreted"), made.run("interpreted"), strict=True
    ):
        assert torch.equal(first, again)


def test_aucune_operation_atomique():
    assert all("atomic" not in path.read_text() for path in KERNELS.glob("*.py"))


def test_une_ligne_sans_cle_rend_zero_moins_l_infini_et_des_gradients_nuls(problem):
    made = problem(B=2, T=50, S=35, causal=True)  # T > S : 15 requêtes ne voient rien
    made.options["mask"] = torch.ones(2, 1, 1, 35, dtype=torch.bool)
    made.options["mask"][1] = False  # et tout le second exemple est du remplissage
    out, dq, dk, dv = made.run("interpreted")
    _, lse = attention(
        made.q, made.k, made.v, engine="interpreted", return_lse=True, **made.options
    )
    assert torch.equal(out[:, :, :15], torch.zeros_like(out[:, :, :15]))
    assert torch.equal(lse[:, :, :15], torch.full((2, 2, 15), -math.inf))
    assert torch.equal(dq[:, :, :15], torch.zeros_like(dq[:, :, :15]))
    for x in (out[1], dq[1], dk[1], dv[1]):
        assert torch.equal(x, torch.zeros_like(x))
    assert out[0, :, 15:].abs().min() > 0


def test_tout_est_ecrit_meme_dans_une_memoire_sale(problem, agrees, monkeypatch):
    def dirty(make):
        return lambda *args, **rest: make(*args, **rest).fill_(float("nan"))

    monkeypatch.setattr(launch.torch, "empty_like", dirty(torch.empty_like))
    agrees(problem(T=45, S=77, D=24, causal=True, window=30))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
@pytest.mark.parametrize("D", [24, 32])
def test_des_descripteurs_donnent_les_memes_nombres(
    problem, agrees, monkeypatch, dtype, D
):
    used = []
    described = launch.described
    monkeypatch.setattr(
        launch, "described", lambda x: used.append(described(x)) or used[-1]
    )
    monkeypatch.setattr(
        launch, "INTERPRETED", replace(launch.INTERPRETED, descriptors=True)
    )
    agrees(problem(T=45, S=77, D=D, dtype=dtype, causal=True, window=40))
    assert used == [True, True]


def test_ce_que_l_unite_de_copie_ne_lit_pas():
    x = torch.zeros(1, 1, 8, 32)
    assert launch.described(x)
    for other in (x[..., ::2], x[..., 1:], x[:, :, :1].expand_as(x), x.mT):
        assert not launch.described(other)


def test_plus_de_deux_milliards_de_nombres(problem):
    """Trois têtes à 2³⁰ nombres l'une de l'autre ; l'entre-deux n'est jamais touché.

    Le pas tient dans 32 bits, mais la troisième tête est au-delà.
    """
    made = problem(repeats=1, G=3, T=20, S=20, dtype=torch.float16, causal=True)
    far = 2**30 + 64
    room = torch.empty(2 * far + 20 * 16, dtype=torch.float16)
    expected = made.run("interpreted")
    for name in ("q", "k", "v"):
        view = room.as_strided((1, 3, 20, 16), (0, far, 16, 1))
        view.copy_(getattr(made, name))
        got = replacing(made, name, view)
        for ours, exact in zip(got.run("interpreted"), expected, strict=True):
            torch.testing.assert_close(ours, exact, atol=0, rtol=0)


def replacing(made, name, view):
    """Remplace un tenseur par une vue aux pas immenses, sans le recopier."""
    changed = type(made)(made.q, made.k, made.v, dict(made.options))
    setattr(changed, name, view)
    return changed


def test_une_ligne_loin_dans_sa_tete():
    """Des lignes à 2²² nombres l'une de l'autre : la 513e est au-delà de 2³¹."""
    stride, T = 2**22, 530
    room = torch.from_numpy(np.zeros(stride * (T - 1) + 16, dtype=np.float16))
    far = room.as_strided((1, 1, T, 16), (0, 0, stride, 1))
    near = torch.zeros(1, 1, T, 16, dtype=torch.float16)
    near[:, :, 500:] = torch.randn(30, 16)
    far[:, :, 500:] = near[:, :, 500:]  # le reste, jamais écrit, ne prend pas de place
    q = near[:, :, -40:]
    for k, v in ((far, near), (near, far)):
        got = attention(q, k, v, causal=True, engine="interpreted")
        expected = attention(q, near, near, causal=True, engine="interpreted")
        assert torch.equal(got, expected)


def test_l_operateur_est_bien_enregistre(problem):
    made = problem(T=20, S=24, D=16)
    leaves = [x.requires_grad_() for x in (made.q, made.k, made.v)]
    torch.library.opcheck(
        flash.flash_forward, (*leaves, None, None, -44, 44, 0.25, True),
        test_utils=("test_schema", "test_faketensor"),
    )  # fmt: skip
    out, lse = flash.flash_forward(
        made.q, made.k, made.v, None, None, -44, 44, 0.25, True
    )
    torch.library.opcheck(
        flash.flash_backward,
        (made.q, made.k, made.v, out, lse, out, None, None, None, -44, 44, 0.25, True),
        test_utils=("test_schema", "test_faketensor"),
    )


@pytest.mark.parametrize("causal", [False, True])
def test_torch_compile_traverse_l_attention_sans_s_arreter(problem, causal):
    made = problem(T=33, S=33, G=2, causal=causal)
    leaves = [x.requires_grad_() for x in (made.q, made.k, made.v)]

    def loss(q, k, v):
        return attention(q, k, v, causal=causal, engine="interpreted").square().sum()

    compiled = torch.compile(loss, backend="aot_eager", fullgraph=True)
    expected = torch.autograd.grad(loss(*leaves), leaves)
    for got, exact in zip(
        torch.autograd.grad(compiled(*leaves), leaves), expected, strict=True
    ):
        torch.testing.assert_close(got, exact)
