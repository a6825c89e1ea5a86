"""Une page où l'on règle le tirage de trois lois, émise par sa cellule."""

from contextlib import ExitStack

import pytest
import torch
from mini_site import book_cell, named, served, trial_fixtures, trials, write_trial

from cours_transformers.widgets.draw_law import draw_law

V = 300
# Écart-type des logits, et avance des premiers : une loi sûre, deux qui hésitent.
SHAPES = {
    "Un lion tomba dans un": (1.0, [10.0, 6.0, 6.0, 6.0, 6.0]),
    "La chèvre trouva une": (2.0, []),
    "Un jour, Louise et": (1.0, []),
}
PIECES = ["\n", *(f" mot{i}" for i in range(1, V - 1)), "<b>"]


def lois() -> dict[str, torch.Tensor]:
    """Des logits tous distincts au millième : aucune égalité à départager."""
    generator = torch.Generator().manual_seed(0)
    quantiles = torch.distributions.Normal(0, 1).icdf((torch.arange(V) + 0.5) / V)
    found = {}
    for start, (spread, leads) in SHAPES.items():
        logits = spread * quantiles[torch.randperm(V, generator=generator)]
        logits[logits.topk(len(leads)).indices] += torch.tensor(leads)
        found[start] = logits
    return found


@pytest.fixture(scope="session")
def tirage():
    """L'interaction, telle que la page la reçoit."""
    with book_cell():
        return draw_law(lois(), PIECES, seed=7, caption="Trois débuts.")


adresses, ouvrir = trial_fixtures(
    lambda request: request.getfixturevalue("tirage").html, "tirage"
)


@pytest.fixture
def ouvrir_autre(chromium, tmp_path):
    """Ouvre une page faite d'autres lois, et rend son cadre."""
    with ExitStack() as stack:

        def opened(laws: dict[str, torch.Tensor], pieces: list[str]):
            with book_cell():
                write_trial(tmp_path, draw_law(laws, pieces).html)
            addresses = stack.enter_context(served(tmp_path))
            return stack.enter_context(trials(chromium, addresses))(named("tirage"))[1]

        yield opened
