"""Mélange d'experts : définition, exécution groupée, expert que l'on retire."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from cours_transformers.layers.block import Block, BlockConfig
from cours_transformers.layers.feed_forward import feed_forward
from cours_transformers.layers.moe import (
    MixtureOfExperts,
    MoEConfig,
    Routing,
    collect_routing,
    dense,
    grouped,
)

CONFIGS = [(1, 1, None), (4, 1, None), (4, 2, None), (4, 4, None), (4, 1, 0.5),
           (4, 2, 1.0), (3, 2, 0.4)]  # fmt: skip


def un_melange(E=4, k=2, facteur=None, d_model=6, **options) -> MixtureOfExperts:
    config = MoEConfig(E, k, capacity_factor=facteur, **options)
    return MixtureOfExperts(d_model, config, feed_forward_name="swiglu", d_ff=5)


def un_token_a_la_fois(layer: MixtureOfExperts, x: torch.Tensor) -> torch.Tensor:
    """La définition, en boucles, à partir de la seule décision du routeur."""
    routing, output = layer.route(x), torch.zeros_like(x)
    for t in range(len(x)):
        for c in range(layer.config.top_k):
            if routing.kept[t, c]:
                expert = layer.experts[int(routing.experts[t, c])]
                output[t] += routing.weights[t, c] * expert(x[t])
    return output


def gradients(run, layer, x) -> list[torch.Tensor]:
    x = x.clone().requires_grad_()
    layer.zero_grad()
    (run(layer.experts, x, layer.route(x)).sin() * torch.arange(x.numel()).view_as(x)
     ).sum().backward()  # fmt: skip
    return [x.grad, *(p.grad for p in layer.parameters())]


@pytest.mark.parametrize(("E", "k", "facteur"), CONFIGS)
@given(seed=st.integers(0, 999), n=st.integers(8, 40))
@settings(max_examples=8, deadline=None)
def test_les_deux_executions_suivent_la_definition(E, k, facteur, seed, n):
    torch.manual_seed(seed)
    layer, x = un_melange(E, k, facteur), torch.randn(n, 6)
    expected = un_token_a_la_fois(layer, x)
    for run in (dense, grouped):
        torch.testing.assert_close(run(layer.experts, x, layer.route(x)), expected)


@pytest.mark.parametrize(("E", "k", "facteur"), CONFIGS)
def test_les_gradients_sont_ceux_de_la_reference(E, k, facteur):
    layer, x = un_melange(E, k, facteur), torch.randn(30, 6)
    for ours, reference in zip(
        gradients(grouped, layer, x), gradients(dense, layer, x), strict=True
    ):
        torch.testing.assert_close(ours, reference, atol=1e-4, rtol=1e-4)


def test_un_expert_sans_token_ne_gene_personne():
    layer, x = un_melange(), torch.randn(9, 6)
    x[:, 0] = 1
    with torch.no_grad():  # chacun préfère l'expert 0, puis l'expert 1
        layer.router.proj.weight.zero_()
        layer.router.proj.weight[:, 0] = torch.tensor([2.0, 1, 0, 0])
    assert layer.route(x).load.tolist() == [0.5, 0.5, 0, 0]
    for ours, reference in zip(
        gradients(grouped, layer, x), gradients(dense, layer, x), strict=True
    ):
        torch.testing.assert_close(ours, reference, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("k", [1, 2])
def test_le_routeur_recoit_un_gradient(k):
    layer = un_melange(k=k)
    layer(torch.randn(20, 6)).square().sum().backward()
    assert layer.router.proj.weight.grad.abs().max() > 1e-5


def test_un_seul_expert_est_un_reseau_ordinaire():
    layer, alone = un_melange(E=1, k=1), feed_forward("swiglu", 6, 5)
    alone.load_state_dict(layer.experts[0].state_dict())
    x = torch.randn(2, 7, 6)
    torch.testing.assert_close(layer(x), alone(x))


def test_des_experts_jumeaux_font_un_seul_reseau():
    """Quand les poids somment à 1, la somme des k experts égaux est l'un d'eux."""
    layer, x = un_melange(k=3), torch.randn(11, 6)
    for expert in layer.experts[1:]:
        expert.load_state_dict(layer.experts[0].state_dict())
    torch.testing.assert_close(layer(x), layer.experts[0](x))


def test_sans_capacite_chaque_token_est_traite_seul():
    layer, x = un_melange(), torch.randn(3, 5, 6)
    moved = x.clone()
    moved[1, 2] += 1
    unchanged = torch.ones(3, 5, dtype=torch.bool)
    unchanged[1, 2] = False
    torch.testing.assert_close(layer(moved)[unchanged], layer(x)[unchanged])


def test_avec_une_capacite_le_futur_change_le_passe():
    """Le premier choix d'un token tardif passe avant le second d'un token d'avant."""
    config = MoEConfig(2, 2, capacity_factor=0.75)
    layer, x = MixtureOfExperts(2, config, d_ff=4), torch.eye(2)[[0, 0, 0, 0]] * 3
    with torch.no_grad():
        layer.router.proj.weight.copy_(torch.eye(2))
    moved = x.clone()
    moved[3] = x[3].flip(0)  # le dernier token préfère maintenant l'autre expert
    assert layer.route(x).kept.sum(dim=0).tolist() == [3, 3]
    assert layer.route(moved).kept[2].tolist() == [True, False]
    assert not torch.allclose(layer(x)[2], layer(moved)[2])
    layer.eval()
    torch.testing.assert_close(layer(x)[:3], layer(moved)[:3])


def test_le_groupe_ne_calcule_que_k_experts_sur_e():
    layer = un_melange(E=8, k=2, d_model=16)
    x, counted = torch.randn(64, 16), {}
    for run in (dense, grouped):
        routing = layer.route(x)
        with FlopCounterMode(display=False) as counter:
            run(layer.experts, x, routing)
        counted[run] = counter.get_total_flops()
    assert counted[grouped] == 64 * 2 * 2 * 3 * 16 * 5
    assert counted[dense] >= 4 * counted[grouped]


def test_les_parametres_actifs_sont_ceux_que_lit_un_token():
    layer = un_melange(E=8, k=2, d_model=16)
    total = sum(p.numel() for p in layer.parameters())
    assert total == 16 * 8 + 8 * 3 * 16 * 5
    assert layer.active_parameters == 16 * 8 + 2 * 3 * 16 * 5


@pytest.mark.parametrize("expert", [0, 2, 3])
def test_retirer_un_expert_revient_a_ne_plus_jamais_le_choisir(expert):
    layer, x = un_melange(), torch.randn(25, 6)
    smaller = layer.without(expert)
    routing = layer.route(x)
    logits = routing.logits.clone()
    logits[:, expert] = -torch.inf
    probabilities = logits.softmax(dim=-1)
    weights, experts = probabilities.topk(2, dim=-1)
    weights = weights / weights.sum(dim=-1, keepdim=True)
    forced = Routing(logits, probabilities, experts, weights, routing.kept)
    torch.testing.assert_close(smaller(x), grouped(layer.experts, x, forced))
    assert len(layer.experts) == 4 and layer.config.n_experts == 4  # l'original reste


def test_un_bloc_prend_un_melange_et_reste_causal():
    config = BlockConfig(8, 2, feed_forward="swiglu", moe=MoEConfig(4, 2), dropout=0.0)
    block, x = Block(config), torch.randn(2, 6, 8)
    assert len(block.feed_forward.sublayer.experts) == 4
    moved = x.clone()
    moved[:, 4:] += 1
    before, after = block(x, causal=True), block(moved, causal=True)
    torch.testing.assert_close(before[:, :4], after[:, :4])


def test_le_recueil_ne_garde_rien_apres_lui():
    block, x = Block(BlockConfig(8, 2, moe=MoEConfig(4, 2))), torch.randn(2, 6, 8)
    with collect_routing(block) as routings:
        block(x)
        block(x)
    block(x)
    assert len(routings) == 2
    assert routings[0].experts.shape == (12, 2)


def test_l_execution_dense_se_choisit():
    layer, x = un_melange(execution="dense"), torch.randn(3, 4, 6)
    reference = un_melange()
    reference.load_state_dict(layer.state_dict())
    torch.testing.assert_close(layer(x), reference(x))


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("k", [0, 5])
def test_plus_de_choix_que_d_experts_est_refuse(k):
    with pytest.raises(ValueError, match="top_k doit être compris entre 1 et n_exp"):
        MoEConfig(4, k)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("factor", [0, -1.0, float("nan"), float("inf")])
def test_une_capacite_nulle_est_refusee(factor):
    with pytest.raises(ValueError, match="capacity_factor doit être positif et fini"):
        MoEConfig(4, 2, capacity_factor=factor)


@pytest.mark.sans_jaxtyping
def test_un_poids_toujours_egal_a_un_est_refuse():
    with pytest.raises(ValueError, match="le poids d'un seul expert"):
        MoEConfig(4, 1, normalize=True)


@pytest.mark.sans_jaxtyping
def test_un_nombre_d_experts_fractionnaire_est_refuse():
    with pytest.raises(TypeError, match="n_experts doit être un entier"):
        MoEConfig(4.0, 2)


@pytest.mark.sans_jaxtyping
def test_une_execution_inconnue_est_refusee():
    with pytest.raises(ValueError, match="execution doit être l'un de : grouped"):
        MoEConfig(4, 2, execution="rapide")


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(("expert", "k"), [(4, 2), (-1, 2), (0, 4)])
def test_un_expert_qu_on_ne_peut_pas_retirer_est_refuse(expert, k):
    with pytest.raises(ValueError, match="expert doit être compris entre 0 et 3"):
        un_melange(k=k).without(expert)
