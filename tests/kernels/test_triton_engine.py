"""Ce que « triton » et « interpreted » refusent, là où ils ne tournent pas."""

import itertools
import os
import re
import subprocess
import sys
from dataclasses import astuple
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from cours_transformers.kernels import availability, configurations, triton_engine
from cours_transformers.kernels.attention import attention
from cours_transformers.kernels.call import AttentionCall
from cours_transformers.kernels.engines import choose, engine_names
from cours_transformers.kernels.slopes import DistanceBias

PACKAGE = Path(availability.__file__).parents[1]


def call(B=2, H=4, G=2, T=5, S=7, D=16, dtype=torch.float32, **changes):
    """Construit un appel ordinaire, à quelques réglages près."""
    q = torch.randn(B, H, T, D).to(dtype)
    k, v = torch.randn(2, B, G, S, D).to(dtype)
    settings = {
        "causal": False, "mask": None, "bias": None, "window": None,
        "dropout": 0.0, "scale": 0.25, "return_lse": False,
    }  # fmt: skip
    return AttentionCall(q, k, v, **{**settings, **changes})


def alone(code: str, **variables: str) -> str:
    """Exécute du code dans un processus neuf, où triton n'est pas encore importé."""
    kept = {k: v for k, v in os.environ.items() if k != "TRITON_INTERPRET"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120,
        env=kept | {"PYTHONPATH": str(PACKAGE.parent)} | variables,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"dtype": torch.float64},
            r"float16, bfloat16 et float32 ; reçu torch.float64",
        ),
        ({"D": 257}, r"D va jusqu'à 256 ; reçu 257"),
        ({"dropout": 0.1}, r"tirage du dropout"),
        ({"bias": torch.zeros(5, 7)}, r"ne sert que DistanceBias"),
        ({"mask": torch.ones(5, 7).bool()}, r"que le remplissage.*reçu \(5, 7\)"),
        ({"mask": torch.ones(4, 1, 7).bool()}, r"que le remplissage.*\(4, 1, 7\)"),
        ({"scale": 0.0}, r"strictement positif ; reçu 0"),
        ({"scale": -1.0}, r"strictement positif ; reçu -1"),
    ],
)
def test_le_noyau_dit_ce_qu_il_ne_sert_pas(changes, message):
    assert re.search(message, triton_engine.interpreted_refusal(call(**changes)))


def test_deux_lignes_trop_loin_l_une_de_l_autre_sont_refusees():
    room = torch.zeros(2**23 + 32)
    far = room.as_strided((1, 1, 2, 16), (0, 0, 2**22 + 16, 1))
    asked = call(B=1, H=1, G=1, T=2, S=2)
    asked = AttentionCall(far, *(getattr(asked, n) for n in asked.__match_args__[1:]))
    assert "deux lignes voisines" in triton_engine.interpreted_refusal(asked)


def test_ce_qu_il_sert_n_est_pas_refuse():
    served = (
        {"mask": torch.ones(2, 1, 1, 7).bool()}, {"mask": torch.ones(1, 7).bool()},
        {"bias": DistanceBias(torch.ones(4))}, {"causal": True, "window": 3},
        {"return_lse": True, "dtype": torch.bfloat16}, {"D": 256}, {"D": 40},
    )  # fmt: skip
    for changes in served:
        assert triton_engine._refusal(call(**changes)) is None, changes


@pytest.mark.parametrize(
    ("causal", "window", "expected"),
    [
        (False, None, (-12, 12)),
        (True, None, (0, 12)),
        (False, 3, (-2, 2)),
        (True, 3, (0, 2)),
        (True, 10**12, (0, 12)),  # une fenêtre immense reste un entier de 32 bits
    ],
)
def test_la_bande_dit_la_causalite_et_la_fenetre(causal, window, expected):
    asked = call(causal=causal, window=window)
    low, high = triton_engine.band(asked)
    assert (low, high) == expected
    seen = asked.allowed(asked.queries, asked.keys)
    for i, j in itertools.product(range(5), range(7)):
        by_band = low <= i + 2 - j <= high
        assert by_band == (True if seen is None else bool(seen[i, j]))


def test_le_masque_de_remplissage_se_reduit_sans_copie():
    mask = torch.rand(2, 1, 1, 7) > 0.5
    kept = triton_engine.key_mask(call(mask=mask))
    assert torch.equal(kept, mask[:, 0, 0])
    assert kept.data_ptr() == mask.data_ptr()
    shared = triton_engine.key_mask(
        call(mask=mask[:1, 0, 0])
    )  # (1, S), pour tout le lot
    assert torch.equal(shared, mask[:1, 0, 0].expand(2, 7))


@pytest.mark.parametrize("engine", ["torch", "tiled", "explicit", "petites_tuiles"])
def test_les_pentes_valent_leur_matrice_dans_chaque_moteur(engine):
    asked = call()
    slopes = torch.tensor([0.5, 0.25, 0.125, 1.0])
    distance = torch.tensor([[abs(i + 2 - j) for j in range(7)] for i in range(5)])
    tensors = (asked.q, asked.k, asked.v)
    got = attention(*tensors, bias=DistanceBias(slopes), engine=engine)
    expected = attention(
        *tensors, bias=-slopes[:, None, None] * distance, engine="explicit"
    )
    torch.testing.assert_close(got, expected)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("slopes", "error", "message"),
    [
        (torch.ones(3), ValueError, r"une pente fixe par tête.*\(4,\).*reçu \(3,\)"),
        (torch.ones(4, requires_grad=True), ValueError, "sans gradient"),
        (torch.ones(4).long(), TypeError, "slopes doit être un tenseur flottant"),
        ([1.0] * 4, TypeError, "flottant ; reçu list"),
    ],
)
def test_des_pentes_qui_ne_vont_pas(slopes, error, message):
    asked = call()
    with pytest.raises(error, match=message):
        attention(asked.q, asked.k, asked.v, bias=DistanceBias(slopes))


def test_sans_gpu_triton_se_refuse_et_auto_prend_le_suivant():
    asked = call()
    assert choose("auto", asked).name == "torch"
    with pytest.raises(ValueError, match="GPU NVIDIA ; les tenseurs sont sur cpu"):
        attention(asked.q, asked.k, asked.v, engine="triton")
    assert engine_names()[0] == "triton"
    assert engine_names()[-1] != "triton"


def test_auto_ne_prend_jamais_l_interpreteur(monkeypatch):
    monkeypatch.setattr(triton_engine, "mode_refusal", lambda interpreted: None)
    for changes in ({}, {"return_lse": True}, {"return_lse": True, "dropout": 0.5}):
        assert choose("auto", call(**changes)).name != "interpreted"


@pytest.mark.sans_jaxtyping  # le GPU est joué par un objet quelconque
def test_un_gpu_trop_ancien_est_nomme(monkeypatch):
    """Comme un T4 : Triton n'y a plus de tensor cores."""
    asked = call()
    played = {name: getattr(asked, name) for name in asked.__match_args__}
    played["q"] = SimpleNamespace(
        is_cuda=True, device="cuda:0", shape=asked.q.shape, dtype=torch.float16,
        stride=asked.q.stride,
    )  # fmt: skip
    on_gpu = SimpleNamespace(**played)
    monkeypatch.setattr(triton_engine, "mode_refusal", lambda interpreted: None)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (7, 5))
    assert re.search(r"8\.0 au moins.*la 7\.5", triton_engine.refusal(on_gpu))
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (8, 9))
    assert triton_engine.refusal(on_gpu) is None


def test_chaque_puce_a_ses_tuiles():
    for capability in ((8, 0), (8, 6), (8, 9), (9, 0), (10, 0), (12, 0)):
        for dtype in triton_engine.SERVED:
            for block_d in (16, 32, 64, 128, 256):
                for kernel in configurations.KERNELS:
                    asked = kernel, capability, dtype, block_d
                    plain = configurations.configuration(*asked)
                    narrow = configurations.configuration(*asked, options=True)
                    for side in (*astuple(plain)[:2], *astuple(narrow)[:2]):
                        assert side >= 16
                        assert side & (side - 1) == 0
                    assert (
                        narrow.block_q * narrow.block_k <= plain.block_q * plain.block_k
                    )


def test_importer_les_modeles_n_importe_pas_triton():
    code = """
import importlib, sys, torch
from pathlib import Path
import cours_transformers
root = Path(cours_transformers.__file__).parent
for path in sorted(root.rglob("*.py")):
    parts = path.relative_to(root.parent).with_suffix("").parts
    if {"kernels", "layers", "models", "data"} & set(parts) and "_triton" not in parts:
        importlib.import_module(".".join(parts).removesuffix(".__init__"))
from cours_transformers.kernels.attention import attention
attention(*torch.randn(3, 1, 1, 4, 16))
print("triton" in sys.modules)
"""
    assert alone(code) == "False"


def test_sans_triton_tout_marche_et_la_raison_est_dite():
    code = """
import sys, torch
sys.modules["triton"] = None
from cours_transformers.kernels.attention import attention
x = torch.randn(3, 1, 1, 4, 16)
attention(*x)
try:
    attention(*x, engine="interpreted")
except ValueError as error:
    print(error)
"""
    assert "triton n'est pas installé (sous Linux : pip install triton)" in alone(code)


def test_l_interpreteur_passe_avant_que_pytorch_n_importe_triton():
    code = """
import torch
from cours_transformers.kernels.attention import attention
x = torch.randn(3, 1, 1, 20, 16)
got = attention(*x, engine="interpreted")
print((got - attention(*x, engine="explicit")).abs().max().item() < 1e-5)
"""
    assert availability.triton_missing() is not None or alone(code) == "True"


@pytest.mark.skipif(availability.triton_missing() is not None, reason="sans triton")
def test_le_mode_est_fige_au_premier_import():
    after = """
import triton, torch
from cours_transformers.kernels.attention import attention
try:
    attention(*torch.randn(3, 1, 1, 4, 16), engine="interpreted")
except ValueError as error:
    print(error)
"""
    assert "déjà été importé en mode compilé" in alone(after)
    before = """
from cours_transformers.kernels.availability import mode_refusal
print(mode_refusal(interpreted=True), "|", mode_refusal(interpreted=False))
"""
    assert alone(before, TRITON_INTERPRET="1").startswith("None | l'interpréteur")
    assert alone(before) == "None | None"
    frozen = "import triton\n" + before
    assert alone(frozen, TRITON_INTERPRET="1").startswith("None | l'interpréteur")


def test_un_seul_paquet_importe_triton():
    """Et le processus à part où s'essaie le noyau d'un lecteur."""
    guilty = re.compile(r"^\s*(?:import|from) triton\b", re.M)
    importers = {
        path.relative_to(PACKAGE).parts[:2]
        for path in PACKAGE.rglob("*.py")
        if guilty.search(path.read_text(encoding="utf-8"))
    }
    assert importers == {("kernels", "_triton"), ("exercises", "triton_worker.py")}
