"""Routeur, capacité et pertes : qui va où, qui reste dehors, et ce qui équilibre."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.layers.moe import (
    MoEConfig,
    Router,
    Routing,
    auxiliary_loss,
    balance_kl,
    balance_loss,
    expert_capacity,
    router_z_loss,
    within_capacity,
)


def decision(logits: torch.Tensor, k: int = 1) -> Routing:
    """La décision que l'on prend sur ces logits, sans capacité."""
    probabilities = logits.softmax(dim=-1)
    weights, experts = probabilities.topk(k, dim=-1)
    kept = torch.ones_like(experts, dtype=torch.bool)
    return Routing(logits, probabilities, experts, weights, kept)


def file_d_attente(experts: list[list[int]], E: int, C: int) -> list[list[bool]]:
    """La règle, en boucles : premiers choix d'abord, puis les seconds."""
    places, kept = [C] * E, [[False] * len(row) for row in experts]
    for c in range(len(experts[0])):
        for t, row in enumerate(experts):
            if places[row[c]] > 0:
                places[row[c]] -= 1
                kept[t][c] = True
    return kept


@given(
    seed=st.integers(0, 999), n=st.integers(1, 20), E=st.integers(1, 5),
    C=st.integers(1, 6), data=st.data(),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_la_capacite_sert_les_premiers_choix_d_abord(seed, n, E, C, data):
    k = data.draw(st.integers(1, E))
    generator = torch.Generator().manual_seed(seed)
    experts = torch.rand(n, E, generator=generator).topk(k, dim=1).indices
    kept = within_capacity(experts, E, C)
    assert kept.tolist() == file_d_attente(experts.tolist(), E, C)


def test_un_expert_sert_exactement_sa_capacite():
    kept = within_capacity(torch.zeros(7, 1, dtype=torch.long), 3, 4)
    assert kept[:, 0].tolist() == [True] * 4 + [False] * 3


@pytest.mark.parametrize(
    ("n", "E", "k", "factor", "places"),
    [(16, 4, 1, 1.0, 4), (16, 4, 2, 1.25, 10), (10, 4, 1, 1.0, 3),
     (40, 4, 1, 1.1, 11), (8, 8, 1, 1.0, 1)],
)  # fmt: skip
def test_la_capacite_est_arrondie_vers_le_haut(n, E, k, factor, places):
    assert expert_capacity(n, E, k, factor) == places


@pytest.mark.parametrize("k", [1, 2, 3])
def test_le_routeur_prend_les_plus_probables(k):
    router, x = Router(6, MoEConfig(4, k)), torch.randn(30, 6)
    routing = router(x)
    p = (x @ router.proj.weight.T).softmax(dim=-1)
    torch.testing.assert_close(routing.probabilities, p)
    best = p.argsort(dim=-1, descending=True)[:, :k]
    assert torch.equal(routing.experts, best)
    chosen = p.gather(1, best)
    expected = chosen if k == 1 else chosen / chosen.sum(dim=-1, keepdim=True)
    torch.testing.assert_close(routing.weights, expected)


def test_la_renormalisation_est_le_softmax_des_choisis():
    routing = Router(6, MoEConfig(5, 2))(torch.randn(9, 6))
    best = routing.logits.topk(2, dim=-1).values.softmax(dim=-1)
    torch.testing.assert_close(routing.weights, best)


def test_sans_renormalisation_les_poids_sont_les_probabilites():
    routing = Router(6, MoEConfig(5, 2, normalize=False))(torch.randn(9, 6))
    assert routing.weights.sum(dim=-1).max() < 1
    top = routing.probabilities.topk(2, dim=-1).values
    torch.testing.assert_close(routing.weights, top)


def test_les_abandons_sont_comptes_et_cessent_en_evaluation():
    router, x = Router(2, MoEConfig(2, 1, capacity_factor=1.0)), torch.ones(8, 2)
    with torch.no_grad():
        router.proj.weight.copy_(torch.tensor([[1.0, 1], [0, 0]]))
    routing = router(x)
    assert (routing.dropped_tokens, routing.dropped_choices) == (4, 4)
    assert routing.load.tolist() == [1, 0]  # la charge est celle d'avant les abandons
    assert router.eval()(x).dropped_tokens == 0


def test_un_token_n_est_abandonne_que_si_tous_ses_choix_le_sont():
    kept = torch.tensor([[True, False], [False, False], [False, True]])
    p = torch.full((3, 2), 0.5)
    experts = torch.tensor([[0, 1]] * 3)
    routing = Routing(p.log(), p, experts, p, kept)
    assert (routing.dropped_tokens, routing.dropped_choices) == (1, 4)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_les_parts_somment_a_un_quel_que_soit_k(k):
    routing = decision(torch.randn(40, 5), k)
    counts = [(routing.experts == i).float().mean().item() for i in range(5)]
    assert routing.load.tolist() == pytest.approx(counts)
    assert routing.load.sum().item() == pytest.approx(1)
    assert routing.importance.sum().item() == pytest.approx(1)


@pytest.mark.parametrize("E", [2, 8])
def test_les_pertes_aux_deux_extremes(E):
    equal = decision(100 * torch.eye(E))
    alone = decision(100 * torch.eye(E)[[0] * E])
    torch.testing.assert_close(balance_loss(equal), torch.tensor(1.0))
    torch.testing.assert_close(balance_loss(alone), torch.tensor(float(E)))
    assert abs(balance_kl(equal).item()) < 1e-6
    torch.testing.assert_close(balance_kl(alone), torch.tensor(math.log(E)))


@pytest.mark.parametrize("loss", [balance_loss, balance_kl])
def test_descendre_la_perte_equilibre_la_charge(loss):
    """Le signe : un pas de gradient décharge l'expert le plus demandé."""
    logits = torch.randn(200, 4) + torch.tensor([2.0, 0, 0, 0])
    before = decision(logits).load[0]
    for _ in range(200):
        logits = logits.detach().requires_grad_()
        loss(decision(logits)).backward()
        logits = logits - 50 * logits.grad
    after = decision(logits.detach())
    assert before > 0.6 and after.load[0] < before - 0.1
    assert after.importance[0] < 0.35


def test_le_gradient_de_la_forme_de_switch_vaut_e_fois_la_charge():
    logits = torch.randn(50, 4)
    p = logits.softmax(dim=-1).requires_grad_()
    best = p.detach().argmax(dim=-1, keepdim=True)
    kept = torch.ones_like(best, dtype=torch.bool)
    routing = Routing(logits, p, best, p.gather(1, best), kept)
    balance_loss(routing).backward()
    expected = (4 * routing.load / 50).expand(50, 4)
    torch.testing.assert_close(p.grad, expected)


def test_la_forme_kl_est_celle_de_torch():
    routing = decision(torch.randn(30, 6))
    uniform = torch.distributions.Categorical(torch.ones(6))
    mean = torch.distributions.Categorical(routing.importance)
    expected = torch.distributions.kl_divergence(mean, uniform)
    torch.testing.assert_close(balance_kl(routing), expected, atol=1e-6, rtol=1e-4)


def test_la_forme_kl_ne_voit_pas_un_effondrement_de_justesse():
    """Tous choisissent le premier, d'un cheveu : P reste uniforme, f ne l'est pas."""
    routing = decision(torch.zeros(20, 4) + torch.tensor([1e-3, 0, 0, 0]))
    assert routing.load.tolist() == [1, 0, 0, 0]
    assert balance_kl(routing) < 1e-6
    logits = routing.logits.clone().requires_grad_()
    balance_loss(decision(logits)).backward()
    assert logits.grad[:, 0].min() > 0  # celle de Switch le pousse vers le bas


def test_la_perte_z_voit_la_constante_que_le_softmax_ignore():
    logits = torch.randn(12, 5)
    small, large = decision(logits), decision(logits + 10)
    torch.testing.assert_close(small.probabilities, large.probabilities)
    expected = logits.exp().sum(dim=-1).log().square().mean()
    torch.testing.assert_close(router_z_loss(small), expected)
    assert router_z_loss(large) > router_z_loss(small) + 10


def test_la_perte_auxiliaire_additionne_les_couches():
    pair = [decision(torch.randn(8, 4)), decision(torch.randn(8, 4))]
    total = auxiliary_loss(pair, balance=0.5, form="kl", z=0.1)
    expected = sum(0.5 * balance_kl(r) + 0.1 * router_z_loss(r) for r in pair)
    torch.testing.assert_close(total, expected)


@pytest.mark.sans_jaxtyping
def test_une_capacite_inferieure_a_un_token_est_refusee():
    with pytest.raises(ValueError, match="laisser à chaque expert au moins une place"):
        expert_capacity(4, 8, 1, 1.0)
    layer = Router(2, MoEConfig(8, 1, capacity_factor=1.0))
    with pytest.raises(ValueError, match=r"= 0\.5"):
        layer(torch.randn(4, 2))
    with pytest.raises(ValueError, match="capacity doit valoir au moins 1"):
        within_capacity(torch.zeros(2, 1, dtype=torch.long), 2, 0)


@pytest.mark.sans_jaxtyping
def test_une_perte_mal_reglee_est_refusee():
    some = [decision(torch.randn(3, 2))]
    with pytest.raises(ValueError, match="routings est vide"):
        auxiliary_loss([])
    with pytest.raises(ValueError, match="form doit être l'un de"):
        auxiliary_loss(some, form="entropie")
    with pytest.raises(ValueError, match="balance et z doivent être ≥ 0"):
        auxiliary_loss(some, balance=-0.1)
