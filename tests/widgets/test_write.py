"""Faire écrire un GPT : ce que la page reçoit, et ce que le carnet écrit."""

import json
from functools import partial

import pytest
import torch
from bs4 import BeautifulSoup

from cours_transformers.export import served_path
from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.tokenization.characters import CharacterTokenizer
from cours_transformers.tokenization.pieces import PieceTokenizer
from cours_transformers.training.sampling import (
    apply_temperature,
    keep_min_p,
    keep_top_k,
    keep_top_p,
)
from cours_transformers.training.writing import generate
from cours_transformers.widgets.write import write

TOKENIZER = CharacterTokenizer(" <>acht")


@pytest.fixture(autouse=True)
def _carnet(monkeypatch):
    monkeypatch.delenv("COURS_PAGE", raising=False)


@pytest.fixture
def model() -> GPT:
    """Des probabilités très inégales : chaque réglage y exclut quelque chose."""
    torch.manual_seed(0)
    model = GPT(GPTConfig(7, 8, 1, BlockConfig(8, 2)))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    return model


def donnees(shown) -> dict:
    root = BeautifulSoup(shown._repr_html_(), "html.parser")
    return json.loads(root.select_one("script").string)


def test_la_page_recoit_un_nom_et_aucun_poids(monkeypatch, model):
    monkeypatch.setenv("COURS_PAGE", "1")
    shown = write(model, TOKENIZER, "chat <a>", caption="Un <petit> GPT.")
    assert donnees(shown) == {
        "model": "contes",
        "bytes": served_path("contes").stat().st_size,
        "prompt": "chat <a>",
        "caption": "Un <petit> GPT.",
    }
    assert len(shown.html) < 2000
    root = BeautifulSoup(shown.html, "html.parser")
    assert root.div["data-interaction"] == "ecrire"
    assert "« chat <a> »" in root.select_one(".interaction-repli").text


def test_le_carnet_ecrit_avec_le_modele_du_lecteur(model):
    """Température 0 : les tokens les plus probables, du modèle lui-même."""
    live = write(model, TOKENIZER, "chat")
    live.temperature.value = 0.0
    tokens, first = TOKENIZER.encode("chat"), 0
    for _ in range(12):  # au-delà du contexte : il en relit la moitié
        if len(tokens) - first > 8:
            first = len(tokens) - 4
        best = model.eval()(tokens[None, first:])[0, -1].argmax()
        tokens = torch.cat([tokens, best[None]])
    assert live.write(12) == TOKENIZER.decode(tokens)


SETTINGS = {
    "temperature": (
        {"temperature": 1.5},
        [partial(apply_temperature, temperature=1.5)],
    ),
    "top-k": ({"top_k": 2}, [partial(keep_top_k, k=2)]),
    "top-p": ({"top_p": 0.6}, [partial(keep_top_p, p=0.6)]),
    "min-p": ({"min_p": 0.3}, [partial(keep_min_p, ratio=0.3)]),
    "l'ordre de la page": (
        {"temperature": 2.0, "top_k": 4, "top_p": 0.75, "min_p": 0.5},
        [
            partial(apply_temperature, temperature=2.0),
            partial(keep_top_k, k=4),
            partial(keep_top_p, p=0.75),
            partial(keep_min_p, ratio=0.5),
        ],
    ),
}


@pytest.mark.parametrize("name", list(SETTINGS))
def test_chaque_reglage_du_carnet_change_la_loi(model, name):
    """Oracle : les mêmes filtres, la même graine, la même fonction."""
    chosen, filters = SETTINGS[name]
    live = write(model, TOKENIZER, "chat")
    for slider, value in {"temperature": 1.0, **chosen}.items():
        getattr(live, slider).value = value

    def expected(kept) -> str:
        generator = torch.Generator().manual_seed(0)
        tokens = generate(model, TOKENIZER.encode("chat"), 60, kept, generator)
        return TOKENIZER.decode(tokens)

    assert live.write(60) == expected(filters)
    assert live.write(60) != expected([])
    if len(filters) > 1:
        assert live.write(60) != expected(filters[::-1])


def test_un_tokeniseur_par_morceaux_convient(monkeypatch, model):
    pieces = PieceTokenizer([*"acht ", " chat", "chat"])
    live = write(model, pieces, "chat chat")
    live.temperature.value = 0.0
    assert live.write(6).startswith("chat chat")
    assert len(pieces.encode(live.text)) <= 8
    monkeypatch.setenv("COURS_PAGE", "1")
    assert donnees(write(model, pieces, "chat"))["prompt"] == "chat"


def test_la_graine_du_carnet_refait_le_meme_texte(model):
    live = write(model, TOKENIZER, "chat")
    first = live.write(30)
    assert live.write(30) == first
    live.seed.value = 1
    assert live.write(30) != first
    assert live.output.value.count("<a>") == 0, "le texte écrit n'est pas du HTML"


def test_un_caractere_inconnu_ne_perd_pas_le_texte(model):
    live = write(model, TOKENIZER, "chat")
    before = live.write(5)
    live.prompt.value = "chien"
    assert live.write(5) == before
    assert "le caractère &#x27;i&#x27;" in live.output.value


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("prompt", "options", "message"),
    [
        ("", {}, "prompt doit compter de 1 à 200 caractères ; reçu 0"),
        ("a" * 201, {}, "de 1 à 200 caractères ; reçu 201"),
        ("ours", {}, "le caractère 'o', à la position 0"),
        ("chat", {"served": "../secret"}, "inconnu : '../secret' ; modèles connus"),
        ("chat", {"served": "mon_modele"}, "modèles connus : contes"),
    ],
)
def test_ce_qui_ne_peut_pas_s_ecrire_est_refuse(model, prompt, options, message):
    with pytest.raises(ValueError, match=message):
        write(model, TOKENIZER, prompt, **options)
