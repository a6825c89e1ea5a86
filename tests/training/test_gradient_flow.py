"""Le gradient qui remonte le temps : différences finies, ordres de grandeur."""

import pytest
import torch

from cours_transformers.layers.recurrent import GRU, LSTM, RNN
from cours_transformers.training.gradient_flow import gradient_norms


def test_egale_les_differences_finies():
    cell, distances = RNN(2, 3), (0, 1, 4)
    got = gradient_norms(cell, distances, batch_size=3, seed=5)
    generator = torch.Generator().manual_seed(5)
    x = torch.randn(3, 5, 2, generator=generator, dtype=torch.double)
    cell = cell.double()

    def norm(distance):
        total = torch.zeros(3, 2, dtype=torch.double)
        for k in range(2):
            values = []
            for sign in (1, -1):
                moved = x.clone()
                moved[:, 4 - distance, k] += sign * 1e-6
                values.append(cell(moved)[0][:, -1].pow(2).sum(dim=-1))
            total[:, k] = (values[0] - values[1]) / 2e-6
        return total.norm(dim=-1).mean().detach()

    want = torch.stack([norm(d) / norm(0) for d in distances])
    torch.testing.assert_close(got, want, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("make", "low", "high"),
    [
        (lambda: RNN(64, 64), 1e-19, 1e-15),
        (lambda: RNN(64, 64, init="orthogonal"), 1e-8, 1e-6),
        (lambda: GRU(64, 64), 1e-12, 1e-9),
        (lambda: LSTM(64, 64), 1e-13, 1e-10),
        (lambda: LSTM(64, 64, forget_bias=1.0), 1e-6, 1e-4),
        (lambda: LSTM(64, 64, forget_bias=3.0), 0.05, 0.6),
    ],
)
def test_ordres_de_grandeur_a_cinquante_pas(make, low, high):
    ratios = []
    for seed in range(3):
        torch.manual_seed(seed)
        ratios.append(gradient_norms(make(), [50], seed=seed).item())
    assert low < sorted(ratios)[1] < high


def test_un_et_la_cellule_intacte():
    cell = LSTM(3, 4)
    assert gradient_norms(cell, [0]).tolist() == [1.0]
    assert cell.x_proj.weight.dtype == torch.float32  # la copie seule est en double
    assert cell.x_proj.weight.grad is None


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("distances", [[], [-1, 2]])
def test_refuse_des_distances_impossibles(distances):
    with pytest.raises(ValueError, match="au moins un entier, tous positifs ou nuls"):
        gradient_norms(RNN(2, 3), distances)
