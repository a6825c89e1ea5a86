"""Le cache : ce qu'il garde, dans quel ordre, et ce qu'il refuse."""

import pytest
import torch

from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.layers.cache import BlockCache, KeyValueCache


def drawn(B=2, T=3):
    return torch.randn(B, 2, T, 4), torch.randn(B, 2, T, 4)


def test_les_cles_s_ajoutent_a_la_suite():
    cache, first, second = KeyValueCache(), drawn(), drawn(T=2)
    assert cache.length == 0 and not cache.complete
    cache.extend(*first)
    k, v = cache.extend(*second)
    assert cache.length == 5 and not cache.complete
    assert torch.equal(k, torch.cat([first[0], second[0]], dim=2))
    assert torch.equal(v, torch.cat([first[1], second[1]], dim=2))
    assert all(map(torch.equal, cache.kept(), (k, v)))


def test_choisir_des_lignes_les_prend_dans_l_ordre_et_peut_repeter():
    cache, (k, v) = BlockCache(), drawn(B=3)
    cache.own.extend(k, v)  # le cache croisé, encore vide, ne gêne pas
    cache.select(torch.tensor([2, 0, 2, 1]))
    kept_k, kept_v = cache.own.kept()
    assert torch.equal(kept_k, k[[2, 0, 2, 1]]) and torch.equal(kept_v, v[[2, 0, 2, 1]])


def test_un_cache_gele_lit_la_memoire_une_seule_fois():
    layer, cache = MultiHeadAttention(8, 2), KeyValueCache(frozen=True)
    memory, x = torch.randn(2, 6, 8), torch.randn(2, 1, 8)
    first = layer(x, memory, cache=cache)
    assert cache.complete and cache.length == 6
    again = layer(x, torch.zeros(2, 6, 8), cache=cache)  # une autre mémoire : pas lue
    torch.testing.assert_close(first, again)
    torch.testing.assert_close(first, layer(x, memory))


@pytest.mark.sans_jaxtyping
def test_un_cache_vide_ou_un_autre_lot_sont_refuses():
    cache = KeyValueCache()
    with pytest.raises(ValueError, match="cache vide : lisez d'abord un token"):
        cache.kept()
    cache.extend(*drawn(B=2))
    with pytest.raises(ValueError, match="un lot de 2 textes ; reçu un lot de 3"):
        cache.extend(*drawn(B=3))
