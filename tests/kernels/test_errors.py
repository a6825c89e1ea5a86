"""Erreurs de l'appel : en français, elles nomment l'argument et ce qu'il faut."""

import pytest
import torch

from cours_transformers.kernels.attention import attention

pytestmark = pytest.mark.sans_jaxtyping


def tensors(**shapes):
    """Donne q (2, 4, 3, 8), k et v (2, 2, 5, 8), ou les formes demandées."""
    default = {"q": (2, 4, 3, 8), "k": (2, 2, 5, 8), "v": (2, 2, 5, 8)}
    return {name: torch.randn(s) for name, s in (default | shapes).items()}


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ({"q": (4, 3, 8)}, r"q doit avoir quatre axes.*reçu \(4, 3, 8\)"),
        ({"v": (2, 2, 6, 8)}, r"k et v.*même forme.*\(2, 2, 5, 8\) et \(2, 2, 6, 8\)"),
        ({"k": (2, 2, 5, 4), "v": (2, 2, 5, 4)}, r"même dimension D ; reçu 8 et 4"),
        ({"k": (1, 2, 5, 8), "v": (1, 2, 5, 8)}, r"taille de lot B ; reçu 2 et 1"),
        ({"k": (2, 3, 5, 8), "v": (2, 3, 5, 8)}, r"diviser.*G = 3 et H = 4"),
        ({"k": (2, 2, 0, 8), "v": (2, 2, 0, 8)}, r"k a un axe vide.*\(2, 2, 0, 8\)"),
    ],
)
def test_formes_incompatibles(shapes, message):
    with pytest.raises(ValueError, match=message):
        attention(**tensors(**shapes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"q": [1.0]}, "q doit être un tenseur ; reçu list"),
        ({"k": torch.ones(2, 2, 5, 8, dtype=torch.long)}, "k doit être.*flottant.*int"),
        ({"v": torch.ones(2, 2, 5, 8).double()}, "q, k et v.*même type.*float64"),
        ({"mask": torch.ones(3, 5)}, "mask.*booléens.*reçu torch.float32.*bias"),
        ({"mask": [[True]]}, "mask doit être un tenseur de booléens.*reçu list"),
        ({"bias": torch.ones(3, 5).bool()}, "bias.*flottant.*torch.bool.*mask"),
        ({"window": 2.0}, r"window doit être un entier ou None ; reçu 2\.0"),
        ({"window": True}, "window doit être un entier ou None ; reçu True"),
        ({"causal": 1}, "causal doit valoir True ou False ; reçu 1"),
        ({"return_lse": None}, "return_lse doit valoir True ou False ; reçu None"),
    ],
    ids=lambda x: "-".join(x) if isinstance(x, dict) else "",
)
def test_types_refuses(changes, message):
    with pytest.raises(TypeError, match=message):
        attention(**{**tensors(), **changes})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": 0}, "window doit valoir au moins 1.*reçu 0"),
        ({"dropout": 1.0}, r"dropout est une probabilité de \[0, 1\[.*reçu 1\.0"),
        ({"dropout": -0.1}, r"dropout.*reçu -0\.1"),
        ({"scale": float("inf")}, "scale doit être un nombre fini.*reçu inf"),
        ({"engine": "flash"}, "engine doit être « auto ».*reçu 'flash'"),
        ({"mask": torch.ones(5, 3).bool()}, r"mask doit s'étendre.*\(2, 4, 3, 5\)"),
        ({"mask": torch.ones(5).bool()}, r"mask doit s'étendre.*reçu \(5,\)"),
        ({"bias": torch.ones(3, 1, 3, 5)}, r"bias doit s'étendre.*\(3, 1, 3, 5\)"),
    ],
    ids=lambda x: "-".join(x) if isinstance(x, dict) else "",
)
def test_reglages_refuses(options, message):
    with pytest.raises(ValueError, match=message):
        attention(**tensors(), **options)


def test_un_masque_sur_un_autre_appareil():
    mask = torch.ones(3, 5, dtype=torch.bool, device="meta")
    with pytest.raises(ValueError, match=r"mask doit être sur cpu.*reçu meta"):
        attention(**tensors(), mask=mask)


def test_des_tenseurs_sur_deux_appareils():
    inputs = tensors()
    inputs["k"] = inputs["k"].to("meta")
    with pytest.raises(ValueError, match="même appareil ; reçu cpu, meta et cpu"):
        attention(**inputs)
