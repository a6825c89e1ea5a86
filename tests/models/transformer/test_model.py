"""Le Transformer : passé, remplissage, cache, cartes, options, paramètres, refus."""

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.layers.block import BlockConfig
from cours_transformers.layers.feed_forward import FEED_FORWARD_NAMES
from cours_transformers.layers.positional import POSITIONAL_NAMES, Sinusoidal
from cours_transformers.models.transformer import (
    Transformer,
    TransformerConfig,
    paper_config,
)

BLOCK = BlockConfig(d_model=16, n_heads=4, d_ff=24)
CONFIG = TransformerConfig(11, 9, BLOCK, max_length=12)
positions = pytest.mark.parametrize("position", POSITIONAL_NAMES)


def model_of(**changes):
    torch.manual_seed(0)
    block = {k: changes.pop(k) for k in list(changes) if hasattr(BLOCK, k)}
    config = replace(CONFIG, block=replace(BLOCK, **block), **changes)
    return Transformer(config).double().eval()


def texts(lengths=(6, 2, 4), T=5, seed=0):
    """Des sources remplies à droite, et des cibles sans remplissage."""
    generator = torch.Generator().manual_seed(seed)
    source = torch.randint(1, 11, (len(lengths), max(lengths)), generator=generator)
    inside = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    target = torch.randint(1, 9, (len(lengths), T), generator=generator)
    return source.masked_fill(~inside, 0), target


@positions
def test_le_futur_de_la_cible_ne_change_pas_le_passe(position):
    model, (source, target) = model_of(position=position), texts()
    other = target.clone()
    other[:, 3:] = (other[:, 3:] + 1) % 9
    before, after = model(source, target), model(source, other)
    torch.testing.assert_close(before[:, :3], after[:, :3])
    # La position 3 se voit elle-même : un masque décalé d'un le lui cacherait.
    changed = (before - after).abs().amax(dim=(0, 2))
    assert changed[3] > 1e-6


@positions
def test_le_debut_de_la_cible_voit_toute_la_source(position):
    model, (source, target) = model_of(position=position), texts((6, 6, 6))
    other = source.clone()
    other[:, -1] = other[:, -1] % 10 + 1
    changed = (model(source, target) - model(other, target)).abs().amax(dim=2)
    assert (changed > 1e-9).all()


@positions
@settings(max_examples=5, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 7), min_size=1, max_size=4), extra=st.integers(0, 4)
)
def test_le_remplissage_ne_change_jamais_un_resultat(position, lengths, extra):
    model, (source, target) = model_of(position=position), texts(lengths)
    padded = nn.functional.pad(source, (0, extra))
    longer = nn.functional.pad(target, (0, extra))  # à droite, donc dans le futur
    got = model(padded, longer)[:, : target.shape[1]]
    for i, n in enumerate(lengths):
        alone = model(source[i : i + 1, :n], target[i : i + 1])
        torch.testing.assert_close(got[i], alone[0])


@positions
@pytest.mark.parametrize("norm_position", ["pre", "post"])
def test_decoder_pas_a_pas_vaut_decoder_d_un_trait(position, norm_position):
    model = model_of(position=position, norm_position=norm_position, n_kv_heads=2)
    source, target = texts()
    memory, cache = model.encode(source), model.new_cache()
    whole = model.decode(target, memory)
    parts = [model.decode(token, memory, cache) for token in target.split(1, dim=1)]
    torch.testing.assert_close(torch.cat(parts, dim=1), whole)
    assert cache.length == 5
    cache = model.new_cache()
    halves = [model.decode(half, memory, cache) for half in target.split(3, dim=1)]
    torch.testing.assert_close(torch.cat(halves, dim=1), whole)


def test_le_cache_et_la_memoire_suivent_les_lignes_choisies():
    model, (source, target) = model_of(), texts()
    memory, cache = model.encode(source), model.new_cache()
    model.decode(target[:, :3], memory, cache)
    rows = torch.tensor([2, 0, 0])
    cache.select(rows)
    got = model.decode(target[rows, 3:4], memory.select(rows), cache)
    torch.testing.assert_close(got[:, 0], model(source, target)[rows, 3])


@positions
@pytest.mark.parametrize("norm_position", ["pre", "post"])
def test_les_cartes_sont_celles_que_le_modele_emploie(
    position, norm_position, monkeypatch
):
    """On relit en remplaçant le noyau par les cartes : les logits sont les mêmes."""
    model = model_of(position=position, norm_position=norm_position)
    source, target = texts()
    maps, wanted = model.attention_maps(source, target), model(source, target)
    assert [len(kind) for kind in maps] == [2, 2, 2]
    order = [*maps.encoder]
    for own, cross in zip(maps.decoder, maps.cross, strict=True):
        order += [own, cross]
    left = iter(order)

    def read(self, x, context=None, **options):
        context, weights = (x if context is None else context), next(left)
        heads = weights @ self._split_heads(self.v_proj(context))
        if self.position.on_values:
            heads = heads + self.position.read(weights)
        return self.out_proj(heads.transpose(1, 2).flatten(2))

    monkeypatch.setattr(MultiHeadAttention, "forward", read)
    torch.testing.assert_close(model(source, target), wanted)
    for weights in order:
        torch.testing.assert_close(weights.sum(-1), torch.ones_like(weights[..., 0]))
    assert not maps.cross[0][1, ..., 2:].any()  # la source 1 n'a que deux tokens


@pytest.mark.parametrize("name", FEED_FORWARD_NAMES)
def test_toute_variante_du_reseau_feed_forward_se_choisit(name):
    model, (source, target) = model_of(feed_forward=name), texts()
    model(source, target).square().sum().backward()
    for part in (model.encoder, model.decoder):
        gates = [b.feed_forward.sublayer.gate_proj for b in part.blocks]
        assert all((g is not None) == name.endswith("glu") for g in gates)
    assert all(p.grad is not None and p.grad.any() for p in model.parameters())


def test_l_echelle_des_plongements_est_une_option():
    tokens = torch.tensor([[3, 1, 4]])
    table = Sinusoidal(16).table(3).double()
    for scaled, factor in {True: 4.0, False: 1.0}.items():  # √16 = 4
        model = model_of(scale_embeddings=scaled)
        wanted = factor * model.source.table(tokens) + table
        torch.testing.assert_close(model.source(tokens), wanted)


def test_les_plongements_a_l_echelle_ont_la_variance_des_sinusoides():
    config = replace(CONFIG, source_vocabulary=2000, block=replace(BLOCK, d_model=64))
    model = Transformer(config)
    scaled = model.source.table.weight * model.source.scale
    assert scaled.std().item() == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(("tied", "saved"), [("target", 1), ("all", 2)])
def test_les_poids_partages_ne_comptent_qu_une_fois(tied, saved):
    def count(model):
        return sum(p.numel() for p in model.parameters())

    free = model_of(target_vocabulary=11)
    model = model_of(target_vocabulary=11, tied=tied)
    assert count(free) - count(model) == saved * 11 * 16
    assert model.head.weight is model.target.table.weight
    assert (model.source.table is model.target.table) == (tied == "all")
    model(*texts()).sum().backward()


def test_le_compte_des_deux_modeles_de_2017():
    """Sans rien allouer : les poids n'existent que par leur forme."""
    with torch.device("meta"):
        counts = {
            name: sum(p.numel() for p in Transformer(paper_config(name)).parameters())
            for name in ("base", "big")
        }
    for name, (d, ff) in {"base": (512, 2048), "big": (1024, 4096)}.items():
        width = 2 * d * ff + ff + d
        norms = 2 * d
        encoder = 4 * d * d + width + 2 * norms
        decoder = 8 * d * d + width + 3 * norms
        assert counts[name] == 37_000 * d + 6 * (encoder + decoder)
    assert round(counts["base"] / 1e6, 1) == 63.0
    assert round(counts["big"] / 1e6, 1) == 214.2


def test_le_dropout_agit_sur_les_plongements():
    model = model_of(dropout=0.5).train()
    zeros = (model.source(torch.ones(1, 12).long()) == 0).double().mean()
    assert 0.3 < zeros < 0.7
    assert math.isclose((model.eval().source(torch.ones(1, 2).long()) == 0).sum(), 0)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ([[1] * 13], [[1]], "source compte 13 tokens, et le modèle 12 positions"),
        ([[1]], [[1] * 13], "target compte 13 tokens"),
        ([[1, 2], [3, 11]], [[1]], "source : le token 11, ligne 1, position 1"),
        ([[1, -2]], [[1]], "le token -2, ligne 0, position 1"),
        ([[1]], [[1, 9]], "target : le token 9.*de 0 à 8"),
        ([[1, 2], [0, 0]], [[1], [1]], "source : la ligne 1 n'a que du remplissage"),
        ([[0, 2]], [[1]], "le remplissage .* doit être à droite ; la ligne 0"),
    ],
)
def test_une_mauvaise_entree_est_nommee(source, target, message):
    model = model_of()
    with pytest.raises(ValueError, match=message):
        model(torch.tensor(source), torch.tensor(target))


@pytest.mark.sans_jaxtyping
def test_le_cache_ne_depasse_pas_les_positions():
    model, (source, _) = model_of(position="rope", max_length=6), texts()
    memory, cache = model.encode(source), model.new_cache()
    model.decode(torch.ones(3, 6).long(), memory, cache)
    with pytest.raises(ValueError, match=r"target compte 7 tokens.*max_length ≥ 7"):
        model.decode(torch.ones(3, 1).long(), memory, cache)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source_vocabulary": 0}, "source_vocabulary doit valoir au moins 1"),
        ({"n_decoder_layers": 0}, "n_decoder_layers doit valoir au moins 1"),
        ({"tied": "both"}, "tied doit être l'un de « none »"),
        ({"tied": "all"}, "vocabulaire commun ; reçu 11 et 9"),
    ],
)
def test_un_reglage_impossible_est_refuse(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(CONFIG, **changes)


@pytest.mark.sans_jaxtyping
def test_un_modele_inconnu_de_l_article_est_refuse():
    with pytest.raises(ValueError, match="base, big ; reçu 'huge'"):
        paper_config("huge")
