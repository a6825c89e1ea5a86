"""Faire écrire un GPT dans un carnet vivant : ipywidgets, de 7.7.1 à la version 8."""

from functools import partial
from html import escape

import ipywidgets
import torch
from IPython.display import display
from ipywidgets import FloatSlider

from cours_transformers.models.gpt import GPT
from cours_transformers.tokenization.tokenizer import Tokenizer
from cours_transformers.training.sampling import (
    Filter,
    apply_temperature,
    keep_min_p,
    keep_top_k,
    keep_top_p,
)
from cours_transformers.training.writing import generate
from cours_transformers.widgets.live import WIDGET_VIEW

LENGTH = 300  # tokens écrits à chaque demande


class LiveWriter:
    """Un début, les réglages de la page, une graine ; ``write()`` écrit sans widgets.

    Le top-k vaut 0 quand il garde tout.
    """

    def __init__(self, model: GPT, tokenizer: Tokenizer, prompt: str, caption: str):
        self.model, self.tokenizer, self.caption = model, tokenizer, caption
        self.text = prompt
        self.prompt = ipywidgets.Text(value=prompt, description="Début")
        self.temperature = _share("Température", 0.8, 0.0, 2.0)
        self.top_k = ipywidgets.IntSlider(value=0, min=0, max=40, description="Top-k")
        self.top_p = _share("Top-p", 1.0, 0.05, 1.0)
        self.min_p = _share("Min-p", 0.0, 0.0, 0.5)
        self.seed = ipywidgets.IntText(value=0, description="Graine")
        self.button = ipywidgets.Button(description="Écrire")
        self.button.on_click(lambda _: self.write())
        self.output = ipywidgets.HTML()
        note = ipywidgets.HTML(f"<p>{escape(caption)}</p>")
        sliders = [self.temperature, self.top_k, self.top_p, self.min_p]
        controls = [self.prompt, *sliders, self.seed, self.button]
        self.box = ipywidgets.VBox([note, *controls, self.output])

    def write(self, length: int = LENGTH) -> str:
        """Prolonge le début ; un caractère inconnu est dit en une phrase."""
        try:
            tokens = self.tokenizer.encode(opening(self.tokenizer, self.prompt.value))
        except ValueError as error:
            self.output.value = f"<p>{escape(str(error))}</p>"
            return self.text
        generator = torch.Generator().manual_seed(self.seed.value)
        written = generate(self.model, tokens, length, self._filters(), generator)
        self.text = self.tokenizer.decode(written)
        self.output.value = f'<p style="white-space:pre-wrap">{escape(self.text)}</p>'
        return self.text

    def _filters(self) -> list[Filter]:
        """Les réglages, dans l'ordre où la page les applique."""
        k = self.top_k.value or self.tokenizer.vocabulary_size
        return [
            partial(apply_temperature, temperature=self.temperature.value),
            partial(keep_top_k, k=k),
            partial(keep_top_p, p=self.top_p.value),
            partial(keep_min_p, ratio=self.min_p.value),
        ]

    def _ipython_display_(self) -> None:
        plain = f"{self.caption} {self.text}".strip()
        view = {"version_major": 2, "version_minor": 0, "model_id": self.box.model_id}
        display({WIDGET_VIEW: view, "text/plain": plain}, raw=True)


def opening(tokenizer: Tokenizer, text: str) -> str:
    """Le début à lire, sans l'espace qui le finit, si elle est celle du mot suivant."""
    pieces = getattr(tokenizer, "pieces", ())
    carried = any(len(piece) > 1 and piece[0] == " " for piece in pieces)
    return (text.rstrip() or text) if carried else text


def _share(label: str, value: float, least: float, most: float) -> FloatSlider:
    """Une glissière par pas de 0,05."""
    return FloatSlider(value=value, min=least, max=most, step=0.05, description=label)
