"""L'échauffement : le taux monte en ligne droite, et le premier pas le montre."""

import pytest
import torch
from torch import nn

from cours_transformers.training.depth import build, last_bits, train_at_depth
from cours_transformers.training.language_model import fit_language_model
from cours_transformers.training.warmup import fit_with_warmup, warmup_factor


class Table(nn.Module):
    """Un bigramme appris : la plus petite chose qui s'entraîne."""

    def __init__(self):
        super().__init__()
        self.logits = nn.Embedding(5, 5)
        nn.init.zeros_(self.logits.weight)

    def forward(self, tokens):
        """Les logits du suivant."""
        return self.logits(tokens)


@pytest.fixture
def text():
    return torch.randint(5, (400,), generator=torch.Generator().manual_seed(1))


def test_le_taux_monte_en_ligne_droite_puis_reste():
    got = [warmup_factor(step, 4) for step in (1, 2, 3, 4, 5, 100)]
    assert got == [0.25, 0.5, 0.75, 1, 1, 1]
    assert warmup_factor(1, 0) == 1


def test_sans_echauffement_c_est_l_apprentissage_ordinaire(text):
    ours, theirs = Table(), Table()
    options = {"steps": 20, "batch_size": 4, "context": 8, "lr": 0.1, "seed": 3}
    got = fit_with_warmup(ours, text, warmup=0, **options)
    want = fit_language_model(theirs, text, clip=None, **options)
    assert got == pytest.approx(want)
    torch.testing.assert_close(ours.logits.weight, theirs.logits.weight)


def test_le_premier_pas_d_adam_a_la_taille_du_taux_echauffe(text):
    model = Table()
    fit_with_warmup(model, text, steps=1, warmup=50, lr=0.1)
    assert model.logits.weight.abs().max().item() == pytest.approx(0.1 / 50, rel=1e-3)


def test_une_perte_infinie_arrete_l_apprentissage(text):
    model = Table()
    with torch.no_grad():
        model.logits.weight.fill_(torch.nan)
    assert fit_with_warmup(model, text, steps=3, warmup=0) == []


def test_la_meme_graine_donne_le_meme_modele_et_la_meme_perte():
    first, second = (train_at_depth(1, "post", warmup=2, steps=3) for _ in range(2))
    assert first == second and len(first) == 3
    assert train_at_depth(1, "post", warmup=2, steps=3, seed=1) != first
    scaled = build(2, "pre", seed=0, scaled=True).blocks[0].attention.sublayer
    plain = build(2, "pre", seed=0).blocks[0].attention.sublayer
    torch.testing.assert_close(2 * scaled.out_proj.weight, plain.out_proj.weight)
    torch.testing.assert_close(scaled.q_proj.weight, plain.q_proj.weight)


def test_les_bits_sont_ceux_des_derniers_pas():
    ln2 = torch.tensor(2.0).log().item()
    assert last_bits([9.0, 2 * ln2, 4 * ln2], last=2) == pytest.approx(3)


@pytest.mark.sans_jaxtyping
def test_un_reglage_impossible_est_refuse(text):
    with pytest.raises(ValueError, match="step=0"):
        warmup_factor(0, 3)
    with pytest.raises(ValueError, match="warmup=-1"):
        fit_with_warmup(Table(), text, steps=1, warmup=-1)
    with pytest.raises(ValueError, match="steps : au moins un pas ; reçu 0"):
        fit_with_warmup(Table(), text, steps=0, warmup=0)
    with pytest.raises(ValueError, match="losses est vide"):
        last_bits([])
