"""Faire écrire un GPT dans un carnet vivant : ipywidgets, de 7.7.1 à la version 8."""

from html import escape

import ipywidgets
import torch
from IPython.display import display

from cours_transformers.models.gpt import GPT
from cours_transformers.tokenization.characters import CharacterTokenizer
from cours_transformers.training.generation import generate
from cours_transformers.widgets.live import WIDGET_VIEW

LENGTH = 300  # caractères écrits à chaque demande


class LiveWriter:
    """Un début, une température, une graine ; ``write()`` écrit sans les widgets."""

    def __init__(
        self, model: GPT, tokenizer: CharacterTokenizer, prompt: str, caption: str
    ):
        self.model, self.tokenizer, self.caption = model, tokenizer, caption
        self.text = prompt
        self.prompt = ipywidgets.Text(value=prompt, description="Début")
        self.temperature = ipywidgets.FloatSlider(
            value=0.8, min=0.0, max=2.0, step=0.05, description="Température"
        )
        self.seed = ipywidgets.IntText(value=0, description="Graine")
        self.button = ipywidgets.Button(description="Écrire")
        self.button.on_click(lambda _: self.write())
        self.output = ipywidgets.HTML()
        note = ipywidgets.HTML(f"<p>{escape(caption)}</p>")
        controls = [self.prompt, self.temperature, self.seed, self.button]
        self.box = ipywidgets.VBox([note, *controls, self.output])

    def write(self, length: int = LENGTH) -> str:
        """Prolonge le début ; un caractère inconnu est dit en une phrase."""
        try:
            tokens = self.tokenizer.encode(self.prompt.value)
        except ValueError as error:
            self.output.value = f"<p>{escape(str(error))}</p>"
            return self.text
        written = generate(
            self.model, tokens, length,
            temperature=self.temperature.value,
            generator=torch.Generator().manual_seed(self.seed.value),
            context=self.model.config.context,
        )  # fmt: skip
        self.text = self.tokenizer.decode(written)
        self.output.value = f'<p style="white-space:pre-wrap">{escape(self.text)}</p>'
        return self.text

    def _ipython_display_(self) -> None:
        plain = f"{self.caption} {self.text}".strip()
        view = {"version_major": 2, "version_minor": 0, "model_id": self.box.model_id}
        display({WIDGET_VIEW: view, "text/plain": plain}, raw=True)
