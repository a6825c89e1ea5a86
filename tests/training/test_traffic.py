"""Deux mémoires comptées : ce qui passe est compté, ce qui ne tient pas est refusé."""

import pytest
import torch

from cours_transformers.training.traffic import FastMemory, SlowMemory, Traffic


def test_chaque_lecture_et_chaque_ecriture_sont_comptees():
    slow = SlowMemory(x=torch.arange(12.0).reshape(4, 3))
    slow.allocate("y", 4, 2)
    assert slow.read("x", slice(1, 3)).tolist() == [[3, 4, 5], [6, 7, 8]]
    slow.read("x")
    slow.write("y", torch.ones(3, 2), slice(0, 3))
    assert (slow.numbers_read, slow.numbers_written) == (6 + 12, 6)
    assert slow["y"].tolist() == [[1, 1], [1, 1], [1, 1], [0, 0]]


def test_regarder_ne_coute_rien_et_reserver_non_plus():
    slow = SlowMemory(x=torch.ones(2, 2, dtype=torch.float64))
    slow.allocate("y", 5, 5)
    assert slow["x"].sum() == 4 and slow["y"].dtype == torch.float64
    assert (slow.numbers_read, slow.numbers_written) == (0, 0)


def test_la_memoire_rapide_retient_son_plus_haut_niveau():
    fast = FastMemory(10)
    fast.keep("a", torch.ones(6))
    fast.keep("b", torch.ones(4))
    fast.free("a")
    assert (fast.held, fast.peak) == (4, 10)
    fast.keep("b", torch.ones(7))  # à la place de l'ancien, pas à côté
    assert (fast.held, fast.peak) == (7, 10)


def test_sans_capacite_rien_n_est_refuse():
    fast = FastMemory()
    kept = torch.ones(1000)
    assert fast.keep("x", kept) is kept and fast.peak == 1000


def test_un_trafic_s_additionne_se_pese_et_donne_une_intensite():
    total = Traffic(3, 2, 40, 1) + Traffic(1, 4, 60, 2)
    assert total == Traffic(4, 6, 100, 3)
    assert (total.total, total.bytes(), total.bytes(4)) == (10, 20, 40)
    assert (total.intensity(), total.intensity(4)) == (5.0, 2.5)


@pytest.mark.sans_jaxtyping
def test_refus():
    fast = FastMemory(10)
    fast.keep("q", torch.ones(8))
    with pytest.raises(ValueError, match="contient 10 nombres ; y garder aussi « k »"):
        fast.keep("k", torch.ones(3))
    assert fast.held == 8  # le refus ne garde rien
    with pytest.raises(ValueError, match="capacity doit valoir au moins 1 ; reçu 0"):
        FastMemory(0)
    slow = SlowMemory(q=torch.ones(2, 3))
    with pytest.raises(ValueError, match="la mémoire lente contient q ; reçu 'k'"):
        slow.read("k")
    with pytest.raises(ValueError, match=r"la forme \(1, 3\) des lignes de « q »"):
        slow.write("q", torch.ones(3), slice(0, 1))
