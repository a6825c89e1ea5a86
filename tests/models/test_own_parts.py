"""Les couches du lecteur dans un GPT : les justes servent, les fausses sont nommées."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cours_transformers.export import export_gpt
from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.tokenization.characters import CharacterTokenizer

CONFIG = GPTConfig(7, 12, 2, BlockConfig(16, 4, n_kv_heads=2))


def scores_of(q, k):
    return q @ k.mT / math.sqrt(q.shape[-1])


def past(q, k, diagonal=None):
    T, S = q.shape[-2], k.shape[-2]
    shift = S - T if diagonal is None else diagonal
    return torch.ones(T, S, dtype=torch.bool).tril(shift)


def right(q, k, v):
    scores = scores_of(q, k).masked_fill(~past(q, k), -math.inf)
    return scores.softmax(-1) @ v


class Gate(nn.Module):
    """Une couche juste."""

    def __init__(self, d_model):
        super().__init__()
        self.up, self.down = nn.Linear(d_model, 9), nn.Linear(9, d_model)

    def forward(self, x):  # noqa: D102
        return self.down(F.silu(self.up(x)))


class Mixing(Gate):
    """Elle ajoute à chaque token la moyenne de tous."""

    def forward(self, x):  # noqa: D102
        return super().forward(x) + x.mean(dim=-2, keepdim=True)


class Idle(Gate):
    """Une matrice ne sert pas."""

    def __init__(self, d_model):
        super().__init__(d_model)
        self.unused = nn.Linear(d_model, d_model)


class Broken(Gate):
    """Un logarithme de nombres négatifs."""

    def forward(self, x):  # noqa: D102
        return super().forward(x).log()


def test_l_attention_du_lecteur_donne_le_meme_modele_gradients_compris():
    torch.manual_seed(0)
    model = GPT(CONFIG)
    own = GPT(CONFIG, attention=right)
    own.load_state_dict(model.state_dict())
    tokens = torch.randint(7, (2, 12))
    for one in (model, own):
        F.cross_entropy(
            one(tokens)[:, :-1].flatten(0, 1), tokens[:, 1:].flatten()
        ).backward()
    torch.testing.assert_close(own(tokens), model(tokens))
    for mine, theirs in zip(own.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, theirs.grad)


def test_elle_sert_vraiment_avec_le_cache():
    seen = []

    def counted(q, k, v):
        seen.append((q.shape[-2], k.shape[-2]))
        return right(q, k, v)

    torch.manual_seed(0)
    own = GPT(CONFIG, attention=counted).eval()
    tokens = torch.randint(7, (1, 8))
    full = own(tokens)
    seen.clear()
    caches = own.new_caches()
    parts = [own(part, caches) for part in tokens.split([5, 3], dim=1)]
    torch.testing.assert_close(torch.cat(parts, dim=1), full)
    assert seen == [(5, 5)] * 2 + [(3, 8)] * 2  # une fois par bloc


def test_la_couche_du_lecteur_apprend():
    torch.manual_seed(0)
    own = GPT(CONFIG, ffn=Gate)
    assert all(type(b.feed_forward.sublayer) is Gate for b in own.blocks)
    assert (
        own.blocks[0].feed_forward.sublayer is not own.blocks[1].feed_forward.sublayer
    )
    own(torch.randint(7, (2, 12))).square().sum().backward()
    assert all(p.grad.abs().sum() > 0 for p in own.blocks[1].feed_forward.parameters())


def test_verifier_ne_touche_pas_au_hasard():
    torch.manual_seed(3)
    GPT(CONFIG)
    expected = torch.rand(3)
    torch.manual_seed(3)
    GPT(CONFIG, attention=right)
    assert torch.equal(torch.rand(3), expected)


def test_la_page_ne_saurait_pas_les_faire_tourner():
    alphabet = CharacterTokenizer("abcdefg")
    for own in (GPT(CONFIG, attention=right), GPT(CONFIG, ffn=Gate)):
        with pytest.raises(ValueError, match="n'est pas la couche que son réglage"):
            export_gpt(own, alphabet)


def test_un_biais_de_position_est_refuse():
    config = GPTConfig(7, 12, 1, BlockConfig(16, 4), position="alibi")
    with pytest.raises(ValueError, match="ni masque, ni biais de position"):
        GPT(config, attention=right)(torch.randint(7, (1, 4)))


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda q, k, v: scores_of(q, k).softmax(-1) @ v, "où est le masque"),
        (
            lambda q, k, v: (
                scores_of(q, k).masked_fill(~past(q, k, 0), -math.inf).softmax(-1) @ v
            ),
            "aligné en haut à gauche",
        ),
        (lambda q, k, v: right(q, k, v) * 2, "s'écarte de .* de celle de"),
        (lambda q, k, v: right(q, k, v).detach(), "gradient de q ne l'est pas"),
        (lambda q, k, v: right(q, k, v.detach()), "gradient de v ne l'est pas"),
        (lambda q, k, v: right(q, k, v)[0], "doit avoir la forme"),
        (lambda q, k, v: None, "reçu None"),
        (lambda q, k, v: right(q, k, v) / 0, "NaN ou des infinis"),
        (lambda q, k: q, "s'arrête avec T = 1 et S = 1 : TypeError"),
    ],
)
def test_une_attention_fausse_est_nommee(function, message):
    with pytest.raises(ValueError, match=message):
        GPT(CONFIG, attention=function)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda d: lambda x: x, TypeError, r"ffn\(16\) doit être un nn.Module"),
        (lambda d: nn.Linear(d, 3), ValueError, r"reçu \(2, 5, 3\)"),
        (Mixing, ValueError, "mêle les tokens"),
        (Idle, ValueError, "aucun gradient n'atteint unused.weight, unused.bias"),
        (Broken, ValueError, "NaN ou des infinis"),
    ],
)
def test_une_couche_fausse_est_nommee(make, error, message):
    with pytest.raises(error, match=message):
        GPT(CONFIG, ffn=make)
