"""GPT : égal à GPT-2 de transformers, cache compris ; le futur n'y change rien."""

import pytest
import torch
from torch.nn import functional as F
from transformers import GPT2Config, GPT2LMHeadModel

from cours_transformers.layers.block import BlockConfig
from cours_transformers.layers.moe import MoEConfig
from cours_transformers.layers.positional import POSITIONAL_NAMES
from cours_transformers.models.gpt import GPT, GPTConfig, gpt2_weights

V, CONTEXT = 50, 24


@pytest.fixture(scope="module")
def pair() -> tuple[GPT, GPT2LMHeadModel]:
    """Un GPT-2 minuscule, de poids quelconques, et le nôtre, de mêmes poids."""
    torch.manual_seed(0)
    reference = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=V,
            n_positions=CONTEXT,
            n_embd=24,
            n_layer=3,
            n_head=4,
            activation_function="gelu",
            resid_pdrop=0,
            embd_pdrop=0,
            attn_pdrop=0,
            bos_token_id=0,
            eos_token_id=0,
        )
    ).eval()
    for parameter in reference.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    block = BlockConfig(24, 4, bias=True)
    model = GPT(GPTConfig(V, CONTEXT, 3, block, position="learned")).eval()
    model.load_state_dict(gpt2_weights(reference))
    return model, reference


def test_memes_logits_perte_et_gradients_que_gpt2(pair):
    model, reference = pair
    tokens = torch.randint(V, (2, CONTEXT), generator=torch.Generator().manual_seed(1))
    logits, expected = model(tokens), reference(tokens, labels=tokens)
    torch.testing.assert_close(logits, expected.logits)
    loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())
    torch.testing.assert_close(loss, expected.loss)
    loss.backward()
    expected.loss.backward()
    for parameter in reference.parameters():  # les gradients, par la même traduction
        parameter.data = parameter.grad
    for name, gradient in gpt2_weights(reference).items():
        parameter = dict(model.named_parameters(remove_duplicate=False))[name]
        torch.testing.assert_close(parameter.grad, gradient, msg=name)


@pytest.mark.parametrize("position", POSITIONAL_NAMES)
def test_ecrire_avec_un_cache_donne_les_memes_logits(position):
    torch.manual_seed(0)
    config = GPTConfig(V, CONTEXT, 2, BlockConfig(16, 4, n_kv_heads=2), position)
    model = GPT(config).eval()
    for parameter in model.parameters():  # des logits assez grands pour différer
        torch.nn.init.normal_(parameter, std=0.3)
    tokens = torch.randint(V, (3, CONTEXT))
    caches = model.new_caches()
    pieces = [model(part, caches) for part in tokens.split([5, 1, 1, 7, 10], dim=1)]
    torch.testing.assert_close(
        torch.cat(pieces, dim=1), model(tokens), atol=1e-4, rtol=1e-4
    )


def test_le_futur_ne_change_pas_le_passe():
    model = GPT(GPTConfig(V, CONTEXT, 2, BlockConfig(16, 4))).eval()
    tokens = torch.randint(V, (1, 10))
    changed = tokens.clone()
    changed[0, 6:] = (changed[0, 6:] + 1) % V
    with torch.no_grad():
        before, after = model(tokens), model(changed)
    torch.testing.assert_close(before[:, :6], after[:, :6])
    assert (before[:, 6:] - after[:, 6:]).abs().max() > 1e-3


def test_les_cartes_sont_celles_du_calcul():
    model = GPT(GPTConfig(V, CONTEXT, 2, BlockConfig(16, 4))).eval()
    maps = model.attention_maps(torch.randint(V, (2, 7)))
    assert [tuple(m.shape) for m in maps] == [(2, 4, 7, 7)] * 2
    torch.testing.assert_close(maps[1].sum(-1), torch.ones(2, 4, 7))
    assert (maps[0].triu(1) == 0).all()


def test_partager_la_table_compte_une_seule_fois():
    config = GPTConfig(V, CONTEXT, 1, BlockConfig(16, 4))
    tied, free = (
        GPT(config),
        GPT(GPTConfig(V, CONTEXT, 1, BlockConfig(16, 4), tied=False)),
    )
    count = [sum(p.numel() for p in m.parameters()) for m in (tied, free)]
    assert count[1] - count[0] == V * 16


def test_l_initialisation_est_celle_de_gpt2():
    torch.manual_seed(0)
    model = GPT(GPTConfig(1000, CONTEXT, 8, BlockConfig(128, 4)))
    assert abs(model.embedding.weight.std().item() - 0.02) < 1e-3
    written = model.blocks[3].feed_forward.sublayer.down_proj.weight.std().item()
    assert abs(written - 0.02 / 16**0.5) < 5e-4


def test_un_melange_d_experts_se_choisit_et_tous_ses_experts_ecrivent_moins_fort():
    torch.manual_seed(0)
    block = BlockConfig(64, 4, moe=MoEConfig(4, 2))
    model = GPT(GPTConfig(V, CONTEXT, 8, block)).eval()
    for expert in model.blocks[0].feed_forward.sublayer.experts:
        written = expert.down_proj.weight.std().item()
        assert abs(written - 0.02 / 16**0.5) < 5e-4
    assert model(torch.randint(V, (2, 5))).isfinite().all()


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (torch.zeros(1, CONTEXT + 1).long(), "de 1 à 24 symboles.*reçu 25"),
        (torch.zeros(1, 0).long(), "de 1 à 24 symboles.*reçu 0"),
        (torch.tensor([[V]]), f"entre 0 et {V - 1} ; reçu des valeurs de {V} à {V}"),
        (torch.tensor([[-1]]), "entre 0 et"),
    ],
)
def test_une_entree_impossible_est_refusee(tokens, message):
    model = GPT(GPTConfig(V, CONTEXT, 1, BlockConfig(16, 4)))
    with pytest.raises(ValueError, match=message):
        model(tokens)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("name", ["vocabulary_size", "context", "n_layers"])
def test_un_reglage_impossible_est_refuse(name):
    values = {"vocabulary_size": 5, "context": 5, "n_layers": 1} | {name: 0}
    with pytest.raises(ValueError, match=f"{name} doit être un entier"):
        GPTConfig(**values, block=BlockConfig(16, 4))
