"""Faire écrire un GPT : ce que la page reçoit, et ce que le carnet écrit."""

import json

import pytest
import torch
from bs4 import BeautifulSoup

from cours_transformers.layers.block import BlockConfig
from cours_transformers.measurements import load
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.tokenization.characters import CharacterTokenizer
from cours_transformers.widgets.write import write

TOKENIZER = CharacterTokenizer(" <>acht")


@pytest.fixture(autouse=True)
def _carnet(monkeypatch):
    monkeypatch.delenv("COURS_PAGE", raising=False)


@pytest.fixture
def model() -> GPT:
    return GPT(GPTConfig(7, 8, 1, BlockConfig(8, 2)))


def donnees(shown) -> dict:
    root = BeautifulSoup(shown._repr_html_(), "html.parser")
    return json.loads(root.select_one("script").string)


def test_la_page_recoit_un_nom_et_aucun_poids(monkeypatch, model):
    monkeypatch.setenv("COURS_PAGE", "1")
    shown = write(model, TOKENIZER, "chat <a>", caption="Un <petit> GPT.")
    assert donnees(shown) == {
        "model": "contes",
        "bytes": load("browser_model")["results"]["file_bytes"],
        "prompt": "chat <a>",
        "caption": "Un <petit> GPT.",
    }
    assert len(shown.html) < 2000
    root = BeautifulSoup(shown.html, "html.parser")
    assert root.div["data-interaction"] == "ecrire"
    assert "« chat <a> »" in root.select_one(".interaction-repli").text


def test_un_autre_modele_servi_n_a_pas_de_poids_connu(monkeypatch, model):
    monkeypatch.setenv("COURS_PAGE", "1")
    found = donnees(write(model, TOKENIZER, "chat", served="mon_modele"))
    assert (found["model"], found["bytes"]) == ("mon_modele", None)


def test_le_carnet_ecrit_avec_le_modele_du_lecteur(model):
    """Température 0 : les tokens les plus probables, du modèle lui-même."""
    live = write(model, TOKENIZER, "chat")
    live.temperature.value = 0.0
    tokens = TOKENIZER.encode("chat")
    for _ in range(12):  # au-delà du contexte
        best = model.eval()(tokens[None, -8:])[0, -1].argmax()
        tokens = torch.cat([tokens, best[None]])
    assert live.write(12) == TOKENIZER.decode(tokens)


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
        ("chat", {"served": "../secret"}, "served doit être un nom de fichier"),
        ("chat", {"served": "modèle"}, "served doit être un nom de fichier"),
    ],
)
def test_ce_qui_ne_peut_pas_s_ecrire_est_refuse(model, prompt, options, message):
    with pytest.raises(ValueError, match=message):
        write(model, TOKENIZER, prompt, **options)
