"""Une page qui fait écrire un petit GPT, et le moteur seul, dans un vrai navigateur."""

from collections.abc import Callable

import pytest
import torch
from mini_site import ASSETS, book_cell, named, served, trials, visits, write_trial

from cours_transformers.data.tales import tales
from cours_transformers.export import Exported, export_gpt, load
from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.tokenization.characters import CharacterTokenizer
from cours_transformers.widgets import write as write_module

MOTEUR = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Moteur</title>
<script src="../_static/cours/modele/moteur.js"></script>{models}</html>"""
CONTEXT, PROMPT = 32, "Un chat dort"
# Un réglage par partie du moteur : RoPE et GQA, table apprise et biais, ni l'un ni
# l'autre ; les trois normes ; quatre activations, avec et sans porte.
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


def model_of(name: str, alphabet: str) -> tuple[Exported, GPT]:
    """Un modèle de poids quelconques, et celui qu'il devient une fois arrondi."""
    block, position, tied = MODELS[name]
    torch.manual_seed(0)
    config = GPTConfig(len(alphabet), CONTEXT, 2, block, position=position, tied=tied)
    model = GPT(config)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.25)
    exported = export_gpt(model, CharacterTokenizer(alphabet))
    return exported, exported.model()


@pytest.fixture(scope="session")
def alphabet() -> str:
    return tales().alphabet


@pytest.fixture(scope="session")
def modeles(alphabet) -> dict[str, tuple[Exported, GPT]]:
    served_one = load(ASSETS / "modele" / "contes.js")
    made = {name: model_of(name, alphabet) for name in MODELS}
    return made | {"contes": (served_one, served_one.model())}


@pytest.fixture(scope="session")
def ecrit(modeles, alphabet):
    """L'interaction, telle que la page la reçoit."""
    with book_cell():
        return write_module.write(
            modeles["llama"][1], CharacterTokenizer(alphabet), PROMPT,
            served="llama", caption="Un modèle tiré au sort.",
        )  # fmt: skip


@pytest.fixture(scope="session")
def adresses_modele(tmp_path_factory, modeles, ecrit):
    """Les deux adresses de la page d'essai, d'une autre sans modèle, et du moteur."""
    site = tmp_path_factory.mktemp("modele")
    page = write_trial(site, ecrit.html)
    scripts = ""
    for name, (exported, _) in modeles.items():
        exported.save(site / "_static" / "cours" / "modele" / f"{name}.js")
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
