"""Mamba : égal à transformers, poids recopiés ; décodage égal au passage complet."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F
from transformers import Mamba2Config, Mamba2ForCausalLM, MambaForCausalLM
from transformers import MambaConfig as TheirConfig

from cours_transformers.models.mamba import (
    Mamba,
    MambaConfig,
    mamba_weights,
    state_numbers,
)
from cours_transformers.training.generation import generate

V, T = 40, 37
OURS = {
    "mamba": MambaConfig(V, 24, 3, d_state=5, dt_rank=3),
    "mamba2": MambaConfig(
        V, 24, 3, mixer="mamba2", d_state=5, d_head=8, chunk=16, tied=False
    ),
}
kinds = pytest.mark.parametrize("kind", OURS)


def their_model(kind: str) -> torch.nn.Module:
    common = {
        "vocab_size": V, "hidden_size": 24, "state_size": 5, "num_hidden_layers": 3,
        "pad_token_id": None, "bos_token_id": None, "eos_token_id": None,
    }  # fmt: skip
    if kind == "mamba":
        return MambaForCausalLM(TheirConfig(**common, time_step_rank=3))
    sizes = {"num_heads": 6, "head_dim": 8, "n_groups": 1, "chunk_size": 8}
    return Mamba2ForCausalLM(Mamba2Config(**common, **sizes))


def a_pair(kind: str) -> tuple[Mamba, torch.nn.Module]:
    """Un modèle de transformers de poids quelconques, et le nôtre, de mêmes poids."""
    reference = their_model(kind).eval()
    for parameter in reference.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    model = Mamba(OURS[kind])
    model.load_state_dict(mamba_weights(reference))
    return model, reference


def a_model(kind: str, **changes) -> Mamba:
    """Des logits assez grands pour différer."""
    model = Mamba(replace(OURS[kind], **changes))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return model


@kinds
def test_memes_logits_perte_et_gradients_que_transformers(kind):
    model, reference = a_pair(kind)
    tokens = torch.randint(V, (2, T))
    logits, expected = model(tokens), reference(tokens, labels=tokens)
    torch.testing.assert_close(logits, expected.logits, atol=2e-5, rtol=1e-4)
    loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())
    torch.testing.assert_close(loss, expected.loss)
    loss.backward()
    expected.loss.backward()
    for parameter in reference.parameters():  # les gradients, par la même traduction
        parameter.data = parameter.grad
    ours = dict(model.named_parameters(remove_duplicate=False))
    for name, gradient in mamba_weights(reference).items():
        torch.testing.assert_close(
            ours[name].grad, gradient, atol=1e-5, rtol=1e-3, msg=name
        )


@kinds
def test_le_bloc_seul_est_celui_de_transformers(kind):
    model, reference = a_pair(kind)
    x = torch.randn(2, 13, 24)
    for ours, theirs in zip(model.blocks, reference.backbone.layers, strict=True):
        torch.testing.assert_close(ours(x)[0], theirs(x), atol=2e-5, rtol=1e-4)


@kinds
def test_aucun_poids_n_est_oublie_a_la_traduction(kind):
    model, reference = a_pair(kind)
    assert sum(p.numel() for p in model.parameters()) == sum(
        p.numel() for p in reference.parameters()
    )


@kinds
def test_decoder_pas_a_pas_donne_les_memes_logits(kind):
    model, tokens = a_model(kind).double(), torch.randint(V, (3, T))
    for sizes in ([5, 1, 1, 20, 10], [1] * T, [T]):
        state, pieces = None, []
        for part in tokens.split(sizes, dim=1):
            logits, state = model.step(part, state)
            pieces.append(logits)
        torch.testing.assert_close(torch.cat(pieces, dim=1), model(tokens))


@kinds
def test_sans_son_etat_la_suite_change(kind):
    model, tokens = a_model(kind), torch.randint(V, (2, 12))
    state = model.step(tokens[:, :6])[1]
    following = model.step(tokens[:, 6:], state)[0]
    assert (model(tokens[:, 6:]) - following).abs().max() > 1e-3
    torch.testing.assert_close(model(tokens), model(tokens), rtol=0, atol=0)


@kinds
def test_le_futur_ne_change_pas_le_passe(kind):
    model, tokens = a_model(kind), torch.randint(V, (1, 40))
    for changed in (6, 16, 32):  # 16 et 32 : des frontières de morceaux
        other = tokens.clone()
        other[0, changed] = (other[0, changed] + 1) % V
        before, after = model(tokens), model(other)
        torch.testing.assert_close(after[:, :changed], before[:, :changed])
        assert (after - before)[:, changed].abs().max() > 1e-4


@kinds
def test_la_taille_de_l_etat_se_compte_et_ne_grandit_pas(kind):
    model = a_model(kind)
    counts = {
        length: state_numbers(model.step(torch.randint(V, (1, length)))[1])
        for length in (1, 9, 40)
    }
    d, N, K, layers = 48, 5, 4, 3
    convolved = d if kind == "mamba" else d + 2 * N
    assert set(counts.values()) == {layers * (d * N + (K - 1) * convolved)}


def test_recalculer_ne_change_ni_sorties_ni_gradients():
    tokens, grads = torch.randint(V, (2, 20)), []
    for recompute in (False, True):
        torch.manual_seed(1)
        model = a_model("mamba", recompute=recompute).double()
        model(tokens).square().mean().backward()
        grads.append([p.grad for p in model.parameters()])
    torch.testing.assert_close(grads[0], grads[1])


@kinds
def test_il_ecrit_avec_la_boucle_du_cours(kind):
    model, prompt = a_model(kind), torch.randint(V, (4,))
    written = generate(model, prompt, 10, temperature=0.0)
    text = prompt
    for _ in range(10):
        text = torch.cat([text, model(text[None])[0, -1].argmax()[None]])
    assert written.tolist() == text.tolist()


@kinds
def test_poids_de_depart(kind):
    model = Mamba(replace(OURS[kind], n_layers=4, d_model=64, tied=True))
    assert model.head.weight is model.embedding.weight
    assert 0.018 < model.embedding.weight.std() < 0.022
    loss = F.cross_entropy(model(torch.arange(V)[None])[0], torch.arange(V).roll(1))
    assert 3 < loss < 4.5  # près de log 40 = 3,7 : il ne croit encore rien
    for block in model.blocks:  # uniforme entre ±1/√d, divisée par √L
        assert block.mixer.out_proj.weight.abs().max() <= 1 / 128**0.5 / 2 + 1e-6


@kinds
def test_apprend_un_lot_par_coeur(kind):
    model = Mamba(MambaConfig(8, 16, 1, mixer=kind, d_state=4, d_head=8))
    tokens = torch.randint(8, (4, 8))
    optimizer = torch.optim.Adam(model.parameters(), 3e-2)
    for _ in range(50):
        logits = model(tokens[:, :-1])
        loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.5  # au départ : log 8 = 2,1


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"mixer": "gpt"}, ValueError, "l'un de : mamba, mamba2 ; reçu 'gpt'"),
        ({"n_layers": 0}, ValueError, "n_layers doit valoir au moins 1 ; reçu 0"),
        ({"n_layers": True}, TypeError, "n_layers doit être un entier ; reçu True"),
        ({"vocabulary_size": 2.5}, TypeError, "vocabulary_size doit être un entier"),
    ],
)
def test_refuse_un_reglage(changes, error, message):
    with pytest.raises(error, match=message):
        replace(OURS["mamba"], **changes)


@pytest.mark.sans_jaxtyping
@kinds
def test_refuse_une_suite_ou_un_etat_impossible(kind):
    model, tokens = Mamba(OURS[kind]), torch.randint(V, (2, 3))
    with pytest.raises(ValueError, match=r"au moins un symbole ; reçu \(2, 0\)"):
        model(tokens[:, :0])
    with pytest.raises(
        ValueError, match=r"entre 0 et 39 ; reçu des valeurs de .* à 40"
    ):
        model(tokens.clamp(min=1) * 0 + 40)
    state = model.step(tokens)[1]
    with pytest.raises(ValueError, match=r"un élément par couche \(3\) ; reçu 2"):
        model.step(tokens, state[:2])
