"""Une page qui fait écrire un petit GPT, et le moteur seul, dans un vrai navigateur."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from mini_site import book_cell, named, served, trials, visits, write_trial

from cours_transformers.data.tales import tales
from cours_transformers.export import Exported, catalog, export_gpt
from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.tokenization.pieces import PieceTokenizer
from cours_transformers.widgets import write as write_module

MOTEUR = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Moteur</title>
<script src="../_static/cours/modele/moteur.js"></script>{models}</html>"""
CONTEXT, PROMPT = 32, "Un chat dort"
# Un réglage par partie du moteur : RoPE et GQA, table apprise et biais, ni l'un ni
# l'autre ; les trois normes ; quatre activations, avec et sans porte. Le premier, celui
# de la page d'essai, lit des morceaux ; les autres, des caractères.
MODELS = {
    "llama": (BlockConfig(32, 4, 2, feed_forward="swiglu", norm="rms"), "rope", True),
    "gpt2": (BlockConfig(32, 4, bias=True), "learned", True),
    "nu": (
        BlockConfig(18, 3, 1, 10, feed_forward="relu", norm="none", residual_scale=0.5),
        "none",
        False,
    ),
    "geglu": (BlockConfig(16, 2, d_ff=22, feed_forward="geglu"), "rope", False),
}


def model_of(name: str) -> Exported:
    """Un modèle de poids quelconques."""
    block, position, tied = MODELS[name]
    corpus, n_words = tales(), 140 if name == "llama" else 0
    size = len(corpus.alphabet) + n_words
    tokenizer = PieceTokenizer.from_text(corpus.train, size, corpus.alphabet)
    torch.manual_seed(0)
    V = tokenizer.vocabulary_size
    model = GPT(GPTConfig(V, CONTEXT, 2, block, position=position, tied=tied))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.25)
    return export_gpt(model, tokenizer)


@pytest.fixture(scope="session")
def modeles() -> dict[str, tuple[Exported, GPT]]:
    """Les fichiers, et les modèles qu'ils deviennent une fois arrondis."""
    made = {name: model_of(name) for name in MODELS} | {"contes": catalog.served()}
    return {name: (exported, exported.model()) for name, exported in made.items()}


@pytest.fixture(scope="session")
def tokeniseur(modeles) -> PieceTokenizer:
    """Celui du modèle de la page d'essai."""
    return modeles["llama"][0].tokenizer


@pytest.fixture(scope="session")
def debut(tokeniseur) -> list[int]:
    """Les tokens du début que propose la page d'essai : des mots et des lettres."""
    return tokeniseur.encode(PROMPT).tolist()


@pytest.fixture(scope="session")
def dossier(tmp_path_factory, modeles) -> Path:
    """Un dossier de modèles servis, comme celui du paquet."""
    folder = tmp_path_factory.mktemp("servis")
    for name, (exported, _) in modeles.items():
        exported.save(folder / f"{name}.js")
    return folder


@pytest.fixture(scope="session")
def ecrit(modeles, tokeniseur, dossier):
    """L'interaction, telle que la page la reçoit."""
    with book_cell(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalog, "FOLDER", dossier)
        return write_module.write(
            modeles["llama"][1], tokeniseur, PROMPT,
            served="llama", caption="Un modèle tiré au sort.",
        )  # fmt: skip


@pytest.fixture(scope="session")
def adresses_modele(tmp_path_factory, modeles, dossier, ecrit):
    """Les deux adresses de la page d'essai, d'une autre sans modèle, et du moteur."""
    site = tmp_path_factory.mktemp("modele")
    page = write_trial(site, ecrit.html)
    shutil.copytree(dossier, site / "_static/cours/modele", dirs_exist_ok=True)
    scripts = ""
    for name in modeles:
        scripts += f'<script src="../_static/cours/modele/{name}.js"></script>'
        scripts += f"<script>modeles.{name} = coursModele</script>"
    absent = page.read_text("utf-8").replace('"model":"llama"', '"model":"absent"')
    page.with_name("absent.html").write_text(absent, "utf-8")
    models = "<script>globalThis.modeles = {}</script>" + scripts
    page.with_name("moteur.html").write_text(MOTEUR.format(models=models), "utf-8")
    with served(site) as addresses:
        yield addresses


@pytest.fixture(scope="module")
def moteur(chromium, adresses_modele) -> Callable[..., object]:
    """Exécute du JavaScript qui dispose de ``engine`` et de ``records``."""
    with visits(chromium, adresses_modele) as visit:
        page = visit("chapitres/moteur.html")

        def run(script: str, argument: object = None) -> object:
            text = "arg => { const engine = coursMoteur(), records = modeles;"
            return page.evaluate(text + script + "}", argument)

        yield run


@pytest.fixture
def ouvrir(chromium, adresses_modele):
    """Ouvre la page, attend l'interaction et, si on le veut, charge le modèle."""
    with trials(chromium, adresses_modele) as trial:

        def opened(protocol: str = "http", *, load: bool = True, **options):
            page, root = trial(named("ecrire"), protocol, **options)
            if load and options.get("java_script_enabled", True):
                root.get_by_role("button", name="Charger le modèle").click()
                root.get_by_role("button", name="Écrire").wait_for()
                page.wait_for_function(
                    "document.querySelector('.interaction').interaction.state()"
                    ".selected >= 0"
                )
            return page, root

        yield opened
