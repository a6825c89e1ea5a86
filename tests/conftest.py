"""Réglages communs : un fil de calcul, une graine fixe à chaque test."""

import pytest
import torch

torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _graine():
    torch.manual_seed(0)
