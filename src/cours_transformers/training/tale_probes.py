"""Ce qu'un modèle a appris des mini-contes : accords, guillemets, trame suivie.

Les accords se sondent sur des contes de validation, où la bonne forme est connue ; les
guillemets et la trame se lisent dans ce que le modèle écrit.
"""

import re
from dataclasses import dataclass
from itertools import product
from typing import get_args

from cours_transformers.data.tales import Corpus
from cours_transformers.data.tales.plots import Plot, plots
from cours_transformers.data.tales.tale import Kind

from .agreement import agreement_accuracy

HOLE = re.compile(r"(\{[^{}]*\})")
CHOICE = re.compile(r"<([^<>]*)>")
# Ce qui suit le mot sondé et le borne : un signe, ou une espace et le mot qu'elle
# précède ; seule, elle serait un token qu'un modèle par morceaux n'a presque jamais lu.
AFTER = re.compile(r" ?[^\w\s]| \w+'?|\s|")
STOPS = frozenset(".!?«»")  # aucun rôle, aucune proposition n'en contient


@dataclass(frozen=True)
class TaleProbe:
    """Un début de conte et ses deux suites, jusqu'au signe ou au mot qui le suit.

    Attributes:
        distance: caractères entre l'antécédent et le mot.
        elided: l'antécédent suit une élision (« l'oie »), qui cache son genre.
    """

    kind: Kind
    prefix: str
    right: str
    wrong: str
    distance: int
    elided: bool


def tale_probes(corpus: Corpus, kind: Kind, context: int) -> tuple[TaleProbe, ...]:
    """Toutes les sondes de cette espèce, dans les contes de validation.

    Une sonde compte au plus ``context`` caractères ; celle dont l'antécédent n'y serait
    pas est laissée de côté.

    Raises:
        ValueError: aucune sonde : ``kind`` inconnu, ou ``context`` trop petit.
    """
    probes = []
    for tale in corpus.stories:
        for a in tale.annotations if tale.split == "validation" else ():
            after = AFTER.match(tale.text, a.end)[0] or "\n"
            room = max(len(a.expected), len(a.alternative)) + len(after)
            start = max(0, a.start + room - context)
            if a.kind == kind and a.antecedent[0] >= start:
                forms = a.expected + after, a.alternative + after
                prefix = tale.text[start : a.start]
                elided = tale.text[: a.antecedent[0]].endswith("'")
                probes.append(TaleProbe(kind, prefix, *forms, a.distance, elided))
    if not probes:
        raise ValueError(
            f"aucune sonde {kind!r} ne tient dans context = {context} ; espèces "
            f"connues : {', '.join(get_args(Kind))}"
        )
    return tuple(probes)


# Un conte se sonde comme une phrase : seules changent les sondes.
probe_accuracy = agreement_accuracy


def closed_quotations(text: str) -> tuple[int, int]:
    """Compte les « refermés avant un autre « et avant la fin du conte, puis tous."""
    closed = re.findall(r"«[^«»\n]*»", text)
    return len(closed), text.count("«")


def followed_plot(text: str) -> str | None:
    """Nomme la trame dont le conte suit les strophes, dans l'ordre et en entier.

    Ses mots fixes sont exigés ; à la place de ses trous, tout ce qui n'a ni
    point ni guillemet convient. None : le conte n'en suit aucune.
    """
    for plot in plots():
        if _follows(text, plot):
            return plot.name
    return None


def _follows(text: str, plot: Plot) -> bool:
    """Avance l'ensemble des fins possibles, strophe après strophe."""
    ends = {0}
    for rank, stanza in enumerate(plot.stanzas):
        if rank:
            ends = _read(text, ends, " ")
        lines = [line for variant in stanza for line in _choices(variant)]
        ends = set().union(*(_variant(text, ends, line) for line in lines))
    return len(text) in ends


def _variant(text: str, ends: set[int], line: str) -> set[int]:
    """Les fins possibles d'une variante, partie de chacun des débuts ``ends``."""
    for rank, piece in enumerate(HOLE.split(line)):
        ends = _skip(text, ends) if rank % 2 else _read(text, ends, piece)
    return ends


def _choices(variant: str) -> list[str]:
    """Toutes les lignes que donnent les choix ``<ceci/cela>`` d'une variante."""
    parts = CHOICE.split(variant)
    options = [part.split("/") if at % 2 else [part] for at, part in enumerate(parts)]
    return ["".join(chosen) for chosen in product(*options)]


def _read(text: str, ends: set[int], words: str) -> set[int]:
    """Lit exactement ces mots."""
    return {end + len(words) for end in ends if text.startswith(words, end)}


def _skip(text: str, ends: set[int]) -> set[int]:
    """Passe un signe ou plus, sans franchir un point ni un guillemet."""
    reached, inside = set(), False
    for at, sign in enumerate(text):
        inside = (inside or at in ends) and sign not in STOPS
        if inside:
            reached.add(at + 1)
    return reached
