"""Le pari dans un carnet vivant : ipywidgets, de la version 7.7.1 à la version 8."""

from html import escape
from math import log2

import ipywidgets
import numpy as np
from IPython.display import display

from cours_transformers.visualization.text import fr
from cours_transformers.widgets.bet_rules import STAKES, Round, reader_probability
from cours_transformers.widgets.live import WIDGET_VIEW

SHOWN = {" ": "espace", "\n": "retour à la ligne"}


class LiveBet:
    """Un champ pour la lettre, une mise, et le compte des deux joueurs.

    ``guess(lettre)`` joue un coup sans les widgets ; ``reader_bits`` et
    ``reader_hits`` sont ce que le lecteur a payé et deviné.
    """

    def __init__(
        self,
        rounds: list[Round],
        alphabet: str,
        shares: np.ndarray,
        model: str,
        caption: str,
    ):
        self.rounds, self.alphabet, self.shares = rounds, alphabet, shares
        self.model = model
        self.rank = self.position = self.reader_hits = self.model_hits = 0
        self.reader_bits = self.model_bits = 0.0
        self.stake = ipywidgets.ToggleButtons(
            options=list(STAKES), value=STAKES[1][1], description="Mise"
        )
        self.field = ipywidgets.Text(
            description="Lettre", placeholder="une lettre", continuous_update=True
        )
        self.field.observe(self._typed, names="value")
        self.output = ipywidgets.HTML()
        self.text = (
            f"Devinez chaque lettre du texte, contre {model}. Votre mise va à la "
            f"lettre choisie, le reste à toutes selon leur fréquence. {caption}".strip()
        )
        note = ipywidgets.HTML(f"<p>{escape(self.text)}</p>")
        self.box = ipywidgets.VBox([note, self.stake, self.field, self.output])
        self._show("")

    @property
    def round(self) -> Round:
        """Le texte en cours."""
        return self.rounds[self.rank]

    @property
    def finished(self) -> bool:
        """Vrai quand toutes les lettres de tous les textes sont découvertes."""
        return self.position == len(self.round.probabilities)

    def guess(self, letter: str) -> None:
        """Parie sur ``letter``, puis découvre la vraie lettre."""
        if self.finished:
            return
        one, position = self.round, self.position
        true, given = one.text[one.start + position], one.probabilities[position]
        frequency = float(self.shares[self.alphabet.index(true)])
        mine = reader_probability(letter, true, self.stake.value, frequency)
        self.reader_hits += letter == true
        self.model_hits += one.favorites[position][0] == true
        self.reader_bits -= log2(mine)
        self.model_bits -= log2(given)
        self.position += 1
        self._show(
            f"C'était « {SHOWN.get(true, true)} ». {self.model.capitalize()} lui "
            f"donnait {fr(100 * given, 1)} % : {fr(-log2(given), 2)} bits. "
            f"Votre mise : {fr(100 * mine, 1)} %, {fr(-log2(mine), 2)} bits."
        )
        self._next_text()

    def _next_text(self) -> None:
        if self.finished and self.rank + 1 < len(self.rounds):
            self.rank, self.position = self.rank + 1, 0

    def _typed(self, change: dict) -> None:
        letter = change["new"][-1:]
        if not letter:
            return
        self.field.value = ""
        if letter in self.alphabet:
            self.guess(letter)
        else:
            self._show(f"« {letter} » n'est pas dans l'alphabet du texte.")

    def _show(self, sentence: str) -> None:
        one = self.round
        seen = escape(one.text[: one.start + self.position])
        before = sum(len(done.probabilities) for done in self.rounds[: self.rank])
        count = before + self.position
        score = ""
        if count:
            score = (
                f"Lettres devinées : vous {self.reader_hits} sur {count}, "
                f"{self.model} {self.model_hits}. Bits par lettre : vous "
                f"{fr(self.reader_bits / count, 2)}, {self.model} "
                f"{fr(self.model_bits / count, 2)}."
            )
        self.output.value = (
            f'<p style="font-size:1.2em">{seen}<b>▁</b></p>'
            f"<p>{escape(sentence)}</p><p>{escape(score)}</p>"
        )

    def _ipython_display_(self) -> None:
        """Affiche les widgets ; sans eux, il reste la règle en une phrase."""
        view = {"version_major": 2, "version_minor": 0, "model_id": self.box.model_id}
        display({"text/plain": self.text, WIDGET_VIEW: view}, raw=True)
