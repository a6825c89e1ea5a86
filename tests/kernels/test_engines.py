"""Choix du moteur, registre, et mémoire du moteur par tuiles."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from cours_transformers.kernels import engines
from cours_transformers.kernels.attention import attention
from cours_transformers.kernels.call import AttentionCall
from cours_transformers.kernels.engines import Engine, choose, register, unregister


def call(**changes):
    """Construit un appel ordinaire, à quelques réglages près."""
    q, k, v = torch.randn(3, 1, 2, 4, 8)
    settings = {
        "causal": False, "mask": None, "bias": None, "window": None,
        "dropout": 0.0, "scale": 1.0, "return_lse": False,
    }  # fmt: skip
    return AttentionCall(q, k, v, **{**settings, **changes})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "torch"),
        ({"dropout": 0.5}, "torch"),
        ({"return_lse": True}, "tiled"),
        ({"return_lse": True, "dropout": 0.5}, "explicit"),
    ],
)
def test_auto_prend_le_premier_moteur_capable(changes, expected):
    assert choose("auto", call(**changes)).name == expected


@pytest.mark.parametrize(
    ("engine", "options", "message"),
    [
        ("torch", {"return_lse": True}, r"SDPA ne renvoie pas.*: tiled, explicit"),
        ("tiled", {"dropout": 0.1}, r"tirage du dropout.*: torch, explicit"),
        ("cuda", {}, r"« auto » ou l'un de \('triton', 'torch', 'tiled'.*reçu 'cuda'"),
    ],
)
def test_un_moteur_nomme_refuse_ce_qu_il_ne_sait_pas_servir(engine, options, message):
    q, k, v = torch.randn(3, 1, 2, 4, 8)
    with pytest.raises(ValueError, match=message):
        attention(q, k, v, engine=engine, **options)


def test_un_nouveau_moteur_passe_devant_sans_toucher_a_l_appel():
    q, k, v = torch.randn(3, 1, 2, 4, 8)
    asked = []

    def run(call):
        asked.append(call.window)
        return call.v * 0 + 7, None

    def refuse(call):
        return "pas de causal ici" if call.causal else None

    register(Engine("sept", run, refuse), before="torch")
    try:
        assert (attention(q, k, v, window=3) == 7).all()
        assert (attention(q, k, v, causal=True) != 7).all()  # au suivant
        assert asked == [3]
        with pytest.raises(ValueError, match="pas de causal ici"):
            attention(q, k, v, causal=True, engine="sept")
        with pytest.raises(ValueError, match="'sept' est déjà pris"):
            register(Engine("sept", run, refuse))
    finally:
        unregister("sept")
    assert "sept" not in engines.engine_names()


def test_un_moteur_ne_se_place_pas_devant_un_inconnu():
    with pytest.raises(ValueError, match=r"before doit être l'un de.*reçu 'rien'"):
        register(Engine("x", lambda call: None, lambda call: None), before="rien")


class LargestTensor(TorchDispatchMode):
    """Note le plus grand tenseur produit, à l'aller comme au retour."""

    size = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        """Exécute l'opération, puis regarde la taille de ce qu'elle rend."""
        out = func(*args, **(kwargs or {}))
        for x in out if isinstance(out, tuple | list) else [out]:
            if isinstance(x, torch.Tensor):
                self.size = max(self.size, x.numel())
        return out


def largest_tensor(engine, T):
    """Rend la taille du plus grand tenseur d'un aller-retour de longueur T."""
    q, k, v = (torch.randn(1, 1, T, 4, requires_grad=True) for _ in range(3))
    with LargestTensor() as watch:
        attention(q, k, v, causal=True, engine=engine).sum().backward()
    return watch.size


def test_le_moteur_par_tuiles_ne_forme_jamais_la_matrice():
    assert largest_tensor("explicit", 256) >= 256 * 256
    assert largest_tensor("tiled", 256) <= 64 * 64
    assert largest_tensor("tiled", 1024) <= 64 * 64


def bytes_kept(engine, T):
    """Compte les octets que l'aller garde pour le retour."""
    kept = {}

    def note(x):
        kept[x.untyped_storage().data_ptr()] = x.untyped_storage().nbytes()
        return x

    q, k, v = (torch.randn(1, 1, T, 4, requires_grad=True) for _ in range(3))
    with torch.autograd.graph.saved_tensors_hooks(note, lambda x: x):
        out = attention(q, k, v, engine=engine)
    assert out.requires_grad
    return sum(kept.values())


def test_le_moteur_par_tuiles_ne_garde_aucun_poids_pour_le_retour():
    assert bytes_kept("explicit", 256) >= 4 * 256 * 256
    assert bytes_kept("tiled", 512) <= 64 * 512  # quelques vecteurs par requête
