"""L'encodeur des remèdes : une seule pièce change, et chacun voit ce qu'il prétend."""

import pytest
import torch

from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.remedy_encoder import GLOBALS, REMEDIES, RemedyEncoder

T, CONFIG = 64, BlockConfig(16, 2, d_ff=16)
SEES_ALL = ("exact", "linear", "performer", "linformer")


def encodeur(remedy: str, seed: int = 0) -> RemedyEncoder:
    torch.manual_seed(seed)
    return RemedyEncoder(7, T, remedy, config=CONFIG).double().eval()


def changees(remedy: str, place: int) -> list[int]:
    """Les positions dont la sortie change quand le token ``place`` change."""
    model, tokens = encodeur(remedy), torch.arange(T)[None] % 6
    other = tokens.clone()
    other[0, place] = 6
    with torch.no_grad():
        moved = (model(tokens) - model(other)).abs().amax(dim=-1)[0]
    return (moved > 1e-12).nonzero()[:, 0].tolist()


@pytest.mark.parametrize("remedy", SEES_ALL)
def test_tout_se_voit_meme_l_avenir(remedy):
    assert changees(remedy, T - 1) == list(range(T))
    assert changees(remedy, 0) == list(range(T))


def test_sans_attention_un_token_ne_change_que_lui_et_ses_voisins():
    assert changees("none", 30) == [29, 30, 31]
    assert changees("none", 0) == [0, 1]


def test_deux_fenetres_atteignent_deux_fois_leur_largeur():
    reach = 2 * (T // 8 - 1) + 1  # un de plus : les voisins, à l'entrée
    assert changees("window", 32) == list(range(32 - reach, 32 + reach + 1))


@pytest.mark.parametrize("remedy", ["strided", "longformer"])
def test_deux_couches_suffisent_a_relier_deux_positions(remedy):
    assert changees(remedy, 40) == list(range(T))


def test_une_position_globale_fait_le_relais():
    near = {*range(40 - 8, 40 + 9), *range(GLOBALS)}
    model, tokens = encodeur("longformer"), torch.arange(T)[None] % 6
    del model.encoder.blocks[1]
    other = tokens.clone()
    other[0, 40] = 6
    moved = (model(tokens) - model(other)).abs().amax(dim=-1)[0]
    assert set((moved > 1e-12).nonzero()[:, 0].tolist()) == near


def test_seule_l_attention_change():
    """Mêmes poids au départ, hors ceux que le remède ajoute ou partage."""
    reference = dict(encodeur("exact").table.named_parameters())
    for remedy in REMEDIES:
        model = encodeur(remedy)
        torch.testing.assert_close(model.table.weight, reference["weight"])
        layers = [block.attention.sublayer for block in model.encoder.blocks]
        shared = [layer.k_proj is layer.q_proj for layer in layers]
        assert shared == [remedy == "reformer"] * 2
        assert len({type(layer.attend) for layer in layers}) == 1
    linformer = sum(p.numel() for p in encodeur("linformer").parameters())
    exact = sum(p.numel() for p in encodeur("exact").parameters())
    assert linformer - exact == 2 * 2 * (T // 4) * T


def test_deux_linformers_n_ont_pas_les_memes_resumes():
    first, second = (b.attention.sublayer for b in encodeur("linformer").encoder.blocks)
    assert (first.attend.e != second.attend.e).any()


@pytest.mark.sans_jaxtyping
def test_un_nom_ou_une_longueur_impossibles_sont_refuses():
    with pytest.raises(ValueError, match=r"remedy.*reçu 'rien'"):
        RemedyEncoder(7, T, "rien", config=CONFIG)
    with pytest.raises(ValueError, match=r"multiple de 32.*reçu 40"):
        RemedyEncoder(7, 40, "exact", config=CONFIG)
