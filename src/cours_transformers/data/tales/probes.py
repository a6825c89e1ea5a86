"""Sondes d'accord à distance : « La tortue que les lions du roi regardent… dort. »

Un modèle réussit une sonde quand, après ``prefix``, il trouve ``right`` plus probable
que ``wrong``. Les deux finissent la phrase, point compris : sans lui, « marche » serait
le début de « marchent », et l'emporterait toujours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cours_transformers.data.tales.corpus import Corpus
from cours_transformers.data.tales.draw import Draw
from cours_transformers.data.tales.relatives import (
    MAX_COMPLEMENTS,
    Clause,
    passer_by,
    relative,
)
from cours_transformers.data.tales.verbs import MOODS
from cours_transformers.data.tales.worlds import WORLDS

TRIALS = 1000  # tirages refusés de suite avant de conclure qu'il n'y a plus de phrase


@dataclass(frozen=True)
class AgreementProbe:
    """Un début de phrase et ses deux suites ; ``distance`` va de la tête au verbe."""

    prefix: str
    right: str
    wrong: str
    distance: int  # caractères entre la fin du sujet et le début du verbe
    complements: int
    plural: bool  # le nombre du sujet
    decoy: bool  # l'autre nom a-t-il l'autre nombre ?


def agreement_pairs(
    corpus: Corpus,
    n: int = 100,
    complements: Sequence[int] = (0, 1, 2, 3, 4),
    decoy: bool = True,
    seed: int = 0,
) -> tuple[AgreementProbe, ...]:
    """Donne ``n`` sondes par nombre de compléments, absentes de l'apprentissage.

    Une moitié des sujets est au singulier, l'autre au pluriel ; de même pour le présent
    et l'imparfait, d'aussi près que ``n`` le permet. Quatre compléments ne se lisent
    jamais dans le corpus : c'est une extrapolation.

    Args:
        decoy: faux pour des témoins, où l'objet de la relative a le nombre du sujet.

    Raises:
        TypeError: ``corpus`` n'est pas un ``Corpus``, ``decoy`` pas un booléen, ``n``,
            ``seed`` ou un nombre de compléments pas un entier.
        ValueError: ``n`` impair, nul ou trop grand, ``seed`` négatif, compléments hors
            de 0 à 4.
    """
    _check(corpus, n, complements, decoy)
    draw, train, probes = Draw(seed), corpus.train, []
    for size in complements:
        seen: set[str] = set()
        for i in range(n):
            plural, present = bool(i % 2), bool(i // 2 % 2)
            for clause in _clauses(draw, size, plural, present, decoy):
                # Sans le premier caractère, majuscule ou non selon la place.
                if clause.text not in seen and clause.text[1:] not in train:
                    break
            else:
                raise ValueError(f"n = {n} est trop grand : il manque de phrases")
            seen.add(clause.text)
            probes.append(_probe(clause, size, plural, decoy))
    return tuple(probes)


def _clauses(
    draw: Draw, size: int, plural: bool, present: bool, decoy: bool
) -> Iterator[Clause]:
    """Propose des propositions, dans la manière du corpus."""
    for _ in range(TRIALS):
        world, mood = draw.pick(WORLDS), draw.pick(tuple(MOODS))
        subject = passer_by(draw, world, frozenset(), plural)
        other = passer_by(draw, world, {subject.lemma}, plural != decoy)
        yield relative(draw, world, subject, other, mood, size, present)


def _probe(clause: Clause, size: int, plural: bool, decoy: bool) -> AgreementProbe:
    """Coupe une proposition devant son verbe."""
    start, end = clause.verb
    text = clause.text[0].upper() + clause.text[1:]
    tail = text[end:] + "."
    return AgreementProbe(
        text[:start],
        text[start:end] + tail,
        clause.wrong + tail,
        clause.distance,
        size,
        plural,
        decoy,
    )


def _check(corpus: Corpus, n: int, complements: Sequence[int], decoy: bool) -> None:
    """Refuse les arguments hors de propos."""
    if not isinstance(corpus, Corpus):
        raise TypeError(
            f"corpus doit être un Corpus, celui de tales() ; reçu {corpus!r}"
        )
    if not isinstance(decoy, bool):
        raise TypeError(f"decoy doit valoir True ou False ; reçu {decoy!r}")
    for name, value in (("n", n), *(("complements", c) for c in complements)):
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{name} : entiers attendus ; reçu {value!r}")
    if n < 2 or n % 2:
        raise ValueError(f"n doit être pair et valoir au moins 2 ; reçu {n}")
    if not all(0 <= c <= MAX_COMPLEMENTS for c in complements) or not complements:
        raise ValueError(
            f"complements : des nombres de 0 à {MAX_COMPLEMENTS} ; reçu {complements}"
        )
