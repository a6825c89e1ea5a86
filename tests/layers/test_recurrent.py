"""Récurrences : mêmes sorties et mêmes gradients que PyTorch, état porté, causalité."""

import pytest
import torch
from torch import nn

from cours_transformers.layers.recurrent import GRU, LSTM, RNN

PAIRS = [(RNN, nn.RNN), (LSTM, nn.LSTM), (GRU, nn.GRU)]
CELLS = [RNN, LSTM, GRU]
cells = pytest.mark.parametrize("cell", CELLS)


def flat(state):
    """L'état en une liste : ``[h]`` ou ``[h, c]``."""
    return list(state) if isinstance(state, tuple) else [state]


def random_state(cell, B, d):
    parts = tuple(torch.randn(B, d, dtype=torch.double) for _ in cell.state_names)
    return parts if len(parts) > 1 else parts[0]


def torch_run(theirs, x, parts):
    """PyTorch veut un axe des couches en tête de l'état ; nous non."""
    packed = [part[None] for part in parts]
    outputs, state = theirs(x, tuple(packed) if len(packed) > 1 else packed[0])
    return outputs, [part[0] for part in flat(state)]


@pytest.mark.parametrize(("cell", "torch_cell"), PAIRS)
@pytest.mark.parametrize(("B", "T"), [(3, 7), (1, 7), (3, 1)])
def test_sorties_et_gradients_de_pytorch(cell, torch_cell, B, T):
    theirs = torch_cell(4, 5, batch_first=True).double()
    ours = cell(4, 5).double().copy_from_torch(theirs)
    x = torch.randn(B, T, 4, dtype=torch.double, requires_grad=True)
    parts = [p.requires_grad_() for p in flat(random_state(cell, B, 5))]
    state = tuple(parts) if len(parts) > 1 else parts[0]
    got, got_state = ours(x, state)
    want, want_state = torch_run(theirs, x, parts)
    torch.testing.assert_close([got, *flat(got_state)], [want, *want_state])

    weights = torch.randn_like(want)
    everything = [x, *parts]
    ours_p = [ours.x_proj.weight, ours.x_proj.bias, ours.h_proj.weight]
    theirs_p = [theirs.weight_ih_l0, theirs.bias_ih_l0, theirs.weight_hh_l0]
    if ours.h_proj.bias is not None:
        ours_p.append(ours.h_proj.bias)
        theirs_p.append(theirs.bias_hh_l0)
    got_loss = (weights * got).sum() + sum(p.sum() for p in flat(got_state))
    want_loss = (weights * want).sum() + sum(p.sum() for p in want_state)
    torch.testing.assert_close(
        torch.autograd.grad(got_loss, everything + ours_p),
        torch.autograd.grad(want_loss, everything + theirs_p),
    )


@pytest.mark.parametrize(("cell", "torch_cell"), PAIRS)
def test_sans_etat_on_part_de_zero(cell, torch_cell):
    theirs = torch_cell(4, 5, batch_first=True)
    ours = cell(4, 5).copy_from_torch(theirs)
    x = torch.randn(2, 6, 4)
    torch.testing.assert_close(ours(x)[0], theirs(x)[0])


@cells
def test_un_texte_en_morceaux_ou_pas_a_pas_vaut_le_texte_entier(cell):
    layer, x = cell(4, 5).double(), torch.randn(2, 9, 4, dtype=torch.double)
    whole, last = layer(x)
    first, state = layer(x[:, :4])
    second, state = layer(x[:, 4:], state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole)
    torch.testing.assert_close(flat(state), flat(last))

    state, outputs = None, []
    for x_t in x.unbind(1):
        output, state = layer.step(x_t, state)
        outputs.append(output)
    torch.testing.assert_close(torch.stack(outputs, dim=1), whole)
    torch.testing.assert_close(flat(state), flat(last))


@cells
def test_le_futur_ne_change_pas_le_passe_mais_le_passe_change_le_futur(cell):
    layer, x = cell(4, 5), torch.randn(2, 8, 4)
    changed = x.clone()
    changed[:, 5] += 1.0
    before, after = layer(x)[0], layer(changed)[0]
    torch.testing.assert_close(after[:, :5], before[:, :5], rtol=0, atol=0)
    assert ((after[:, 5:] - before[:, 5:]).abs().amax(dim=(0, 2)) > 1e-6).all()


@cells
def test_les_phrases_d_un_lot_s_ignorent(cell):
    layer, x = cell(4, 5).double(), torch.randn(3, 6, 4, dtype=torch.double)
    alone = torch.cat([layer(one[None])[0] for one in x])
    torch.testing.assert_close(layer(x)[0], alone)


def test_les_portes_racontent_le_calcul():
    layer = LSTM(4, 5, forget_bias=1.0).double()
    x, state = torch.randn(2, 6, 4).double(), random_state(LSTM, 2, 5)
    gates = layer.gates(x, state)
    outputs, (h, c) = layer(x, state)
    torch.testing.assert_close(gates.h, outputs)
    torch.testing.assert_close([gates.h[:, -1], gates.c[:, -1]], [h, c])
    before = torch.cat([state[1][:, None], gates.c[:, :-1]], dim=1)
    torch.testing.assert_close(gates.c, gates.f * before + gates.i * gates.g)
    torch.testing.assert_close(gates.h, gates.o * gates.c.tanh())


@pytest.mark.parametrize("value", [0.0, 1.0, 3.0])
def test_le_biais_d_oubli_ouvre_la_porte_d_oubli_et_elle_seule(value):
    layer = LSTM(4, 5, forget_bias=value)
    with torch.no_grad():
        layer.x_proj.weight.zero_()
        layer.h_proj.weight.zero_()
    gates = layer.gates(torch.randn(2, 3, 4))
    opened = torch.tensor(value).sigmoid().expand(2, 3, 5)
    torch.testing.assert_close(gates.f, opened)
    small = torch.tensor(5**-0.5).sigmoid()  # les autres biais restent entre ±1/√d
    assert gates.i.max() <= small and gates.o.max() <= small


def test_portes_saturees_la_cellule_traverse_le_temps_intacte():
    layer = LSTM(4, 5, forget_bias=40.0)
    with torch.no_grad():
        layer.h_proj.weight.zero_()
        layer.x_proj.weight.zero_()
        layer.x_proj.bias[:5] = -40.0  # porte d'entrée fermée : premier bloc
    c = torch.randn(2, 5)
    _, (_, after) = layer(torch.randn(2, 50, 4), (torch.zeros(2, 5), c))
    torch.testing.assert_close(after, c)


@cells
def test_chaque_bloc_orthogonal(cell):
    layer = cell(4, 6, init="orthogonal").double()
    blocks = layer.h_proj.weight.split(6)
    assert len(blocks) == len(cell.blocks)
    for W in blocks:
        torch.testing.assert_close(W @ W.T, torch.eye(6).double(), atol=1e-6, rtol=0)


@cells
def test_uniforme_remplit_sa_plage(cell):
    layer = cell(3, 100)
    for weight in (layer.x_proj.weight, layer.h_proj.weight):
        assert 0.095 < weight.abs().max() <= 0.1
        assert weight.mean().abs() < 0.01


@pytest.mark.sans_jaxtyping
@cells
def test_refuse_une_entree_ou_un_etat_impossible(cell):
    layer = cell(4, 5)
    with pytest.raises(ValueError, match=r"au moins un pas de temps ; reçu \(2, 0, 4"):
        layer(torch.randn(2, 0, 4))
    with pytest.raises(ValueError, match=r"forme \(B, T, 4\) ; reçu \(2, 3, 7\)"):
        layer(torch.randn(2, 3, 7))
    with pytest.raises(ValueError, match=r"forme \(B, T, 4\) ; reçu \(2, 1, 7\)"):
        layer.step(torch.randn(2, 7))
    wrong = random_state(cell, 3, 5)
    with pytest.raises(ValueError, match=r"forme \(B, d\) = \(2, 5\) ; reçu .*\(3, 5"):
        layer(torch.randn(2, 3, 4), wrong)
    with pytest.raises(ValueError, match="d_in et d_hidden doivent valoir au moins 1"):
        cell(4, 0)
    with pytest.raises(ValueError, match="'uniform' ou 'orthogonal' attendu ; reçu 'x"):
        cell(4, 5, init="xavier")


@pytest.mark.sans_jaxtyping
def test_une_lstm_refuse_h_seul_et_un_rnn_refuse_un_couple():
    h, x = torch.zeros(2, 5), torch.randn(2, 3, 4)
    with pytest.raises(ValueError, match=r"state doit être \(h, c\).*reçu \(2, 5\)$"):
        LSTM(4, 5)(x, h)
    with pytest.raises(ValueError, match=r"state doit être h,.*reçu \(\(2, 5\), \(2"):
        RNN(4, 5)(x, (h, h))


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("theirs", "error", "message"),
    [
        (nn.GRU(4, 5), TypeError, r"doit être un nn\.LSTM ; reçu GRU"),
        (nn.LSTM(4, 5, num_layers=2), ValueError, "une seule couche"),
        (nn.LSTM(4, 5, bidirectional=True), ValueError, "un seul sens"),
        (nn.LSTM(4, 5, bias=False), ValueError, "des biais"),
        (nn.LSTM(4, 6), ValueError, "d_hidden = 5 ; reçu 4 et 6"),
    ],
)
def test_refuse_de_recopier_une_autre_couche(theirs, error, message):
    with pytest.raises(error, match=message):
        LSTM(4, 5).copy_from_torch(theirs)


@pytest.mark.sans_jaxtyping
def test_refuse_de_recopier_un_rnn_sans_tangente():
    with pytest.raises(ValueError, match="tanh"):
        RNN(4, 5).copy_from_torch(nn.RNN(4, 5, nonlinearity="relu"))
