"""Explorateur de la page publiée : des réglages en HTML, des états déjà dessinés."""

import hashlib
import json
from collections.abc import Callable
from html import escape

from IPython.display import display

from cours_transformers.widgets.choice import Choice, label_at
from cours_transformers.widgets.states import Index, check_weight, compute_states


class StaticExplorer:
    """HTML autonome : l'état de départ visible, les autres en réserve.

    ``explorer.js`` échange les états ; sans lui et à l'impression, l'état de départ
    reste lisible, avec la valeur de chaque réglage.
    """

    def __init__(self, draw: Callable, choices: dict[str, Choice], caption: str):
        self.choices, self.caption = choices, caption
        self.states = compute_states(draw, choices)
        self.start = tuple(choice.start for choice in choices.values())
        self.html = check_weight(self._build(), len(self.states))

    def _repr_html_(self) -> str:
        return self.html

    def _ipython_display_(self) -> None:
        display({"text/html": self.html}, raw=True)

    def _build(self) -> str:
        """Assemble les réglages, l'état visible et les états en réserve."""
        identifier = self._identifier()
        controls = "".join(
            _control(f"{identifier}-{name}", choice)
            for name, choice in self.choices.items()
        )
        caption = _paragraph("explorateur-legende", self.caption)
        key = _key(self.start)
        count = len(self.states)
        return (
            f'<div class="explorateur" id="{identifier}" role="group" '
            f'aria-label="{escape(self._name())}">'
            f'<div class="explorateur-reglages">{controls}</div>{caption}'
            f'<p class="explorateur-etat-nomme" aria-live="polite">'
            f"{escape(label_at(self.choices, self.start))}</p>"
            f'<div class="explorateur-etat" data-state="{key}">'
            f"{self.states[self.start]}</div>{self._templates()}"
            f'<p class="explorateur-note">{count} états précalculés</p></div>'
        )

    def _templates(self) -> str:
        """Met en réserve chaque état ; un état déjà vu renvoie au premier pareil."""
        seen = {self.states[self.start]: _key(self.start)}
        written = []
        for index, html in self.states.items():
            key = _key(index)
            if index == self.start:
                continue
            if html in seen:
                same = f' data-same-as="{seen[html]}"'
                written.append(f'<template data-state="{key}"{same}></template>')
                continue
            seen[html] = key
            written.append(f'<template data-state="{key}">{html}</template>')
        return "".join(written)

    def _identifier(self) -> str:
        """Dérive l'identifiant du contenu : le même d'une exécution à l'autre."""
        content = [self.caption, *self.choices, *self.states.values()]
        content += [label_at(self.choices, index) for index in self.states]
        digest = hashlib.sha256("\0".join(content).encode()).hexdigest()
        return f"explorateur-{digest[:10]}"

    def _name(self) -> str:
        labels = ", ".join(choice.label for choice in self.choices.values())
        return f"Explorateur : {labels}"


def _control(identifier: str, choice: Choice) -> str:
    return (
        _slider(identifier, choice) if choice.ordered else _radios(identifier, choice)
    )


def _slider(identifier: str, choice: Choice) -> str:
    """Écrit un curseur, sa valeur en clair et la liste des textes qu'il parcourt."""
    texts = [choice.text(i) for i in range(len(choice.values))]
    text = escape(texts[choice.start])
    listed = escape(json.dumps(texts, ensure_ascii=False))
    return (
        f'<div class="explorateur-reglage"><label for="{identifier}">'
        f"{escape(choice.label)}</label>"
        f'<input type="range" id="{identifier}" min="0" max="{len(texts) - 1}" '
        f'step="1" value="{choice.start}" aria-valuetext="{text}" '
        f'data-textes="{listed}" autocomplete="off">'
        f'<output for="{identifier}" aria-live="off">{text}</output>'
        "</div>"
    )


def _radios(identifier: str, choice: Choice) -> str:
    """Écrit un groupe de boutons radio, nommé par l'étiquette du réglage."""
    buttons = []
    for i in range(len(choice.values)):
        text, checked = choice.text(i), " checked" if i == choice.start else ""
        buttons.append(
            f'<label><input type="radio" name="{identifier}" value="{i}"{checked} '
            f'autocomplete="off"><span>{escape(text)}</span></label>'
        )
    return (
        f'<fieldset class="explorateur-reglage"><legend>{escape(choice.label)}</legend>'
        f'<div class="explorateur-options">{"".join(buttons)}</div></fieldset>'
    )


def _key(index: Index) -> str:
    return ",".join(map(str, index))


def _paragraph(name: str, text: str) -> str:
    return f'<p class="{name}">{escape(text)}</p>' if text else ""
