"""La mesure des modèles d'état, en petit : ses concurrents et ce qu'elle compte."""

from functools import partial

import mamba_forms
import measure_mamba as script
import pytest
import torch

from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.models.mamba import Mamba, MambaConfig, state_numbers
from cours_transformers.models.recurrent_lm import RecurrentLanguageModel

SMALL = {
    "gpt": lambda: GPT(GPTConfig(script.V, 80, 2, BlockConfig(16, 2))),
    "lstm": lambda: RecurrentLanguageModel(script.V, 8, 12),
    "mamba": lambda: Mamba(MambaConfig(script.V, 16, 2)),
    "mamba_recompute": lambda: Mamba(MambaConfig(script.V, 16, 2, recompute=True)),
    "mamba2": lambda: Mamba(MambaConfig(script.V, 16, 2, mixer="mamba2", d_head=8)),
}


@pytest.fixture
def petits(monkeypatch):
    """De petits concurrents, et deux tokens à écrire."""
    monkeypatch.setattr(
        script, "models", lambda longest: {name: new() for name, new in SMALL.items()}
    )
    monkeypatch.setattr(script, "DECODED", 2)


def test_un_etat_se_compte_quels_que_soient_ses_tuples():
    state = [torch.zeros(2, 3), (torch.zeros(4), [torch.zeros(1, 1)]), ()]
    assert script.count(state) == 6 + 4 + 1
    model = SMALL["mamba"]()
    _, state = model.step(torch.randint(script.V, (1, 5)))
    assert script.count(state) == state_numbers(state) > 0


def test_les_concurrents_ont_autant_de_parametres():
    sizes = {name: script.n_parameters(m) for name, m in script.models(256).items()}
    assert set(sizes) == set(SMALL)
    assert all(0.76e6 <= size <= 0.84e6 for size in sizes.values()), sizes
    assert sizes["mamba"] == sizes["mamba_recompute"]


@pytest.mark.parametrize("name", SMALL)
def test_lire_puis_un_token_vaut_tout_lire(name):
    """Ce que l'on chronomètre est bien un pas de plus, l'état gardé."""
    torch.manual_seed(0)
    model = SMALL[name]().eval()
    tokens = torch.randint(script.V, (1, 9))
    with torch.inference_mode():
        step, state = script.reader(model, tokens[:, :-1])
        before = script.count(state())
        step(tokens[:, -1:])
        _, whole = script.reader(model, tokens)
    assert script.count(state()) == script.count(whole())
    grows = script.count(state()) > before
    assert grows == (name == "gpt"), "seul le cache KV grandit"
    for ours, expected in zip(flat(state()), flat(whole()), strict=True):
        torch.testing.assert_close(ours, expected, atol=1e-5, rtol=1e-4)


def flat(state: object) -> list[torch.Tensor]:
    """Les tenseurs d'un état, dans l'ordre."""
    if isinstance(state, torch.Tensor):
        return [state]
    return [part for inner in state for part in flat(inner)]


def test_les_nombres_gardes_pour_ecrire(petits, capsys):
    rows = script.decoding((4, 8))
    numbers = {(row["model"], row["T"]): row["numbers"] for row in rows}
    assert all(row["ms"] >= 0 for row in rows)
    assert {name for name, _ in numbers} == set(SMALL) - {"mamba_recompute"}
    for T in (4, 8):
        assert numbers["gpt", T] == 2 * 2 * 16 * (T + 2)  # couches, k et v, largeur
        assert numbers["lstm", T] == 2 * 12
    # Deux couches : la fenêtre (K − 1) et l'état N de chacun des 2 d_model canaux.
    assert numbers["mamba", 4] == numbers["mamba", 8] == 2 * (3 * 32 + 32 * 16)


def test_les_lignes_d_un_apprentissage_sont_coherentes(petits, capsys):
    rows = script.training(1, (16, 32))
    kept = {(row["model"], row["T"]): row["bytes"] for row in rows}
    assert list(kept) == [(name, T) for T in (16, 32) for name in SMALL]
    assert all(row["ms"] > 0 and row["parameters"] > 0 for row in rows)
    for name in SMALL:
        assert kept[name, 16] < kept[name, 32], name
    assert kept["mamba_recompute", 32] < kept["mamba", 32]


def test_une_ligne_dit_combien_sa_forme_bat_la_premiere(monkeypatch, capsys):
    monkeypatch.setattr(mamba_forms, "medians", lambda runs, *calls: [10.0, 4.0])
    x = mamba_forms.leaf(3, 5)
    forms = {"loin": lambda x: x.exp().exp(), "près": lambda x: x.exp()}
    first, second = mamba_forms.rows_of(1, forms, [x], T=5)
    assert first == {"form": "loin", "T": 5, "ms": 10.0, "faster": 1.0, "bytes": 120}
    assert second == {"form": "près", "T": 5, "ms": 4.0, "faster": 2.5, "bytes": 60}


def captured(monkeypatch, measure, *arguments):
    """Les formes et les entrées qu'une mesure met côte à côte, sans leurs temps."""
    seen = []

    def rows_of(runs, forms, tensors, **labels):
        seen.append((forms, [x.detach().double() for x in tensors]))
        return [labels]

    monkeypatch.setattr(mamba_forms, "rows_of", rows_of)
    rows = measure(1, *arguments)
    assert len(rows) == len(seen)
    return seen


@pytest.mark.parametrize(
    ("measure", "arguments", "first"),
    [
        (mamba_forms.scans, ((24,), (3,)), "loop_autograd"),
        (mamba_forms.selective, (((4, 2), (3, 5)), 24), "loop_autograd"),
        (mamba_forms.ssd, (((1, 4, 4), (2, 3, 5)), (32,)), "recurrence"),
    ],
)
def test_les_formes_comparees_calculent_la_meme_chose(
    monkeypatch, measure, arguments, first
):
    monkeypatch.setattr(mamba_forms, "T_SCAN", 24)
    torch.manual_seed(0)
    for forms, tensors in captured(monkeypatch, measure, *arguments):
        assert next(iter(forms)) == first, "chacune se compare à la boucle honnête"
        expected = forms[first](*tensors)
        assert expected.abs().max() > 0.01
        for name, run in forms.items():
            torch.testing.assert_close(run(*tensors), expected, msg=name)


@pytest.mark.parametrize("small", [True, False])
def test_un_essai_est_reduit_et_n_ecrit_rien(monkeypatch, small):
    sizes, written = {}, []
    for name in ("scans", "selective", "ssd", "training", "decoding"):
        note = partial(lambda name, *given: sizes.update({name: given}), name)
        monkeypatch.setattr(script, name, note)
    monkeypatch.setattr(
        script, "write_measure", lambda *given, seeds: written.append(given)
    )
    arguments = ["--passages", "2"] + ["--essai"] * small
    before = torch.get_num_threads()
    try:
        script.main(arguments)
    finally:
        torch.set_num_threads(before)
    first = slice(0, 1 if small else None)
    lengths, T = script.LENGTHS[first], 256 if small else 2048
    assert sizes == {
        "scans": (2, lengths, mamba_forms.STATES[first]),
        "selective": (2, mamba_forms.SELECTIVE[: 2 if small else None], T),
        "ssd": (2, mamba_forms.SSD[first], lengths),
        "training": (2, lengths),
        "decoding": (lengths,),
    }
    assert small == (not written)
    for name, results, given in written:
        assert (name, given) == ("mamba", arguments)
        assert results["config"]["runs"] == 2
