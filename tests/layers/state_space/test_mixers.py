"""Les deux couches de Mamba : état porté, causalité, sélection, poids de départ."""

import pytest
import torch
from torch.nn import functional as F

from cours_transformers.layers.state_space import (
    Mamba2Mixer,
    MambaMixer,
    MambaState,
    ShortConvolution,
)
from cours_transformers.layers.state_space.initialization import delta_bias, s4d_real

BUILDERS = {
    "mamba": lambda: MambaMixer(8, 3, d_conv=4),
    "mamba, recalculée": lambda: MambaMixer(8, 3, recompute=True),
    "mamba2": lambda: Mamba2Mixer(8, 3, d_head=4, chunk=4),
    "mamba2, groupes": lambda: Mamba2Mixer(8, 3, d_head=4, n_groups=2, chunk=4),
}
mixers = pytest.mark.parametrize("name", BUILDERS)


def a_mixer(name):
    """Des poids assez grands pour que tout compte, en float64."""
    layer = BUILDERS[name]().double()
    for parameter in layer.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    return layer


@mixers
def test_un_texte_en_morceaux_ou_pas_a_pas_vaut_le_texte_entier(name):
    layer, x = a_mixer(name), torch.randn(2, 11, 8, dtype=torch.double)
    whole, last = layer(x)
    outputs, state = [], None
    for piece in x.split([2, 1, 5, 3], dim=1):
        y, state = layer(piece, state)
        outputs.append(y)
    torch.testing.assert_close(torch.cat(outputs, 1), whole)
    torch.testing.assert_close(state, last)

    outputs, state = [], None
    for x_t in x.unbind(1):
        y, state = layer.step(x_t, state)
        outputs.append(y)
    torch.testing.assert_close(torch.stack(outputs, 1), whole)
    torch.testing.assert_close(state, last)


@mixers
def test_rien_ne_reste_d_une_suite_a_l_autre(name):
    layer, x = a_mixer(name), torch.randn(2, 6, 8, dtype=torch.double)
    first, state = layer(x)
    layer.step(x[:, 0], state)
    torch.testing.assert_close(layer(x)[0], first, rtol=0, atol=0)
    alone = torch.cat([layer(one[None])[0] for one in x])
    torch.testing.assert_close(alone, first)


@mixers
def test_le_futur_ne_change_pas_le_passe(name):
    layer, x = a_mixer(name), torch.randn(1, 12, 8, dtype=torch.double)
    for changed in (3, 4, 8):
        other = x.clone()
        other[:, changed] += 1
        before, after = layer(x)[0], layer(other)[0]
        torch.testing.assert_close(after[:, :changed], before[:, :changed])
        assert ((after - before)[:, changed:].abs().amax((0, 2)) > 1e-9).all()


@mixers
def test_l_etat_ne_depend_pas_de_la_longueur(name):
    layer = a_mixer(name)
    shapes = [
        [part.shape for part in layer(torch.randn(2, T, 8).double())[1]]
        for T in (1, 2, 30)
    ]
    assert shapes[0] == shapes[1] == shapes[2]
    assert shapes[0][0][1] == 3  # les K − 1 dernières entrées de la convolution


@mixers
def test_les_poids_racontent_le_calcul(name):
    """M appliquée à l'entrée du balayage, plus D x, donne ce que lit la porte."""
    layer, x = a_mixer(name), torch.randn(1, 7, 8, dtype=torch.double)
    with torch.no_grad():
        layer.D.zero_()
    M = layer.weights(x)
    assert (M.triu(1) == 0).all()
    entered = layer._enter(x, None)
    u, z = entered[0], entered[1]
    if isinstance(layer, MambaMixer):
        y = (M @ u.mT[..., None]).squeeze(-1).mT * F.silu(z)
    else:
        y = (M @ u.transpose(1, 2)).transpose(1, 2).flatten(2) * F.silu(z)
        parts = zip(layer.norms, y.chunk(layer.n_groups, -1), strict=True)
        y = torch.cat([norm(part) for norm, part in parts], -1)
    torch.testing.assert_close(layer.out_proj(y), layer(x)[0])


@mixers
def test_delta_b_et_c_dependent_de_l_entree_mais_pas_les_vitesses(name):
    layer, x = a_mixer(name), torch.randn(1, 5, 8, dtype=torch.double)
    rates, chosen = layer.rates, layer.selection(x)
    other = layer.selection(-x)
    for ours, theirs in zip(chosen, other, strict=True):
        assert not torch.allclose(ours, theirs)
    assert (chosen.delta > 0).all() and (rates < 0).all()
    torch.testing.assert_close(layer.rates, rates)


@mixers
def test_chaque_parametre_recoit_un_gradient(name):
    layer = a_mixer(name)
    layer(torch.randn(2, 9, 8, dtype=torch.double))[0].square().sum().backward()
    for parameter_name, parameter in layer.named_parameters():
        assert parameter.grad.abs().max() > 1e-9, parameter_name


def test_la_convolution_courte_est_celle_de_pytorch():
    layer, x = ShortConvolution(3, 4), torch.randn(2, 9, 3)
    torch.nn.init.normal_(layer.bias)
    theirs = torch.nn.Conv1d(3, 3, 4, groups=3, padding=3)
    with torch.no_grad():
        theirs.weight.copy_(layer.weight[:, None])
        theirs.bias.copy_(layer.bias)
    y, window = layer(x)
    torch.testing.assert_close(y, theirs(x.mT)[..., :9].mT)
    torch.testing.assert_close(window, x[:, -3:])
    short = layer(x[:, :1])[1]  # plus courte que la fenêtre : complétée par des zéros
    torch.testing.assert_close(short[:, :2], torch.zeros(2, 2, 3))


def test_une_convolution_d_un_seul_pas_n_a_pas_de_memoire():
    layer, x = ShortConvolution(3, 1), torch.randn(2, 4, 3)
    y, window = layer(x)
    assert window.shape == (2, 0, 3)
    torch.testing.assert_close(y, x * layer.weight[:, 0] + layer.bias)


def test_les_durees_de_depart_remplissent_leur_plage_en_echelle_log():
    delta = F.softplus(delta_bias(4000))
    assert 1e-3 * (1 - 1e-3) <= delta.min() < 1.1e-3 and 0.09 < delta.max() <= 0.1001
    assert abs(delta.log10().mean() + 2) < 0.03  # milieu de −3 et −1
    torch.testing.assert_close(s4d_real(2, 3).exp(), torch.tensor([[1.0, 2, 3]] * 2))


@mixers
def test_une_entree_demesuree_reste_finie(name):
    """Un Δ que softplus arrondit à zéro, ou de plusieurs milliers : servi."""
    layer = BUILDERS[name]()
    for scale in (1e4, -1e4):
        x = torch.full((1, 20, 8), scale, requires_grad=True)
        y, state = layer(x)
        y.sum().backward()
        assert y.isfinite().all() and x.grad.isfinite().all()
        assert all(part.isfinite().all() for part in state)


@pytest.mark.sans_jaxtyping
@mixers
def test_refuse_une_entree_ou_un_etat_impossible(name):
    layer, x = BUILDERS[name](), torch.randn(2, 3, 8)
    with pytest.raises(ValueError, match=r"= \(2, 3, 8\) ; reçu \(2, 3, 7\)"):
        layer(x[..., :7])
    with pytest.raises(ValueError, match=r"sans axe vide ; reçu \(2, 0, 8\)"):
        layer(x[:, :0])
    window, memory = layer(x)[1]
    with pytest.raises(ValueError, match=r"window doit .*\(B, K - 1, d\) = \(2, 3,"):
        layer(x, MambaState(window[:, :2], memory))
    with pytest.raises(ValueError, match=r"state doit .*; reçu \(1, "):
        layer(x, MambaState(window, memory[:1]))


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: MambaMixer(0), ValueError, "d_model doit valoir au moins 1"),
        (lambda: MambaMixer(8, 2.0), TypeError, r"d_state doit être .* reçu 2\.0"),
        (lambda: MambaMixer(8, dt_rank=0), ValueError, "dt_rank doit valoir au moins"),
        (lambda: MambaMixer(8, d_conv=0), ValueError, "width doit valoir au moins 1"),
        (lambda: Mamba2Mixer(8, d_head=5), ValueError, "d_head=5, n_groups=1 pour 16"),
        (lambda: Mamba2Mixer(8, d_head=4, n_groups=3), ValueError, "n_groups=3"),
        (lambda: Mamba2Mixer(8, chunk=0), ValueError, "chunk doit valoir au moins 1"),
        (lambda: delta_bias(3, 0.0, 1.0), ValueError, "0 < low ≤ high attendu"),
    ],
)
def test_refuse_un_reglage_impossible(build, error, message):
    with pytest.raises(error, match=message):
        build()
