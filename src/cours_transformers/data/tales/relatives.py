"""Le sujet, sa relative, son verbe : « L'antilope que les lions regardent dort. »

Le nom qui précède le verbe n'est pas son sujet : c'est un *leurre* quand il n'a pas
le même nombre. Les compléments du leurre règlent la distance.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from cours_transformers.data.tales.draw import Draw
from cours_transformers.data.tales.nouns import Noun, definite, of
from cours_transformers.data.tales.verbs import MOODS, SIGHTS
from cours_transformers.data.tales.worlds import LAST_SPOT, World

MAX_COMPLEMENTS = 4


@dataclass(frozen=True)
class Clause:
    """Une proposition ; ``head`` et ``verb`` sont des intervalles de ``text``."""

    text: str
    head: tuple[int, int]
    verb: tuple[int, int]
    wrong: str
    nouns: tuple[Noun, ...]

    @property
    def distance(self) -> int:
        """Compte les caractères entre la tête du sujet et son verbe."""
        return self.verb[0] - self.head[1]

    @property
    def decoyed(self) -> bool:
        """Dit si le nom qui précède le verbe n'a pas le nombre du sujet."""
        return self.nouns[0].plural != self.nouns[1].plural


def complements(
    draw: Draw, world: World, n: int, lemmas: frozenset[str] = frozenset()
) -> tuple[str, tuple[Noun, ...]]:
    """Donne ``n`` compléments du nom, de 0 à 4, et les personnes qu'ils nomment.

    « du roi », puis « de la savane », « près du marché », « au bout du chemin ».
    """
    owner = draw.pick([noun for noun in world.owners if noun.lemma not in lemmas])
    chain = [of(owner) + owner.word, draw.pick(world.regions)]
    chain += [draw.pick(world.spots), LAST_SPOT]
    if n == 1 and draw.chance(0.5):
        return " " + chain[1], ()
    return "".join(" " + part for part in chain[:n]), (owner,) if n else ()


def passer_by(draw: Draw, world: World, taken: AbstractSet[str], plural: bool) -> Noun:
    """Tire un animal de passage, dont le nom n'est pas déjà pris."""
    animals = world.groups if plural else world.animals
    return draw.pick([noun for noun in animals if noun.lemma not in taken])


def relative(
    draw: Draw,
    world: World,
    subject: Noun,
    decoy: Noun,
    mood: str,
    n_complements: int,
    present: bool,
) -> Clause:
    """Compose « sujet que leurre compléments regardent verbe », sans majuscule."""
    lemmas = frozenset({subject.lemma, decoy.lemma})
    tail, owners = complements(draw, world, n_complements, lemmas)
    sight = draw.pick(SIGHTS).forms(decoy.plural, present)[0]
    verb = draw.pick(MOODS[mood])
    right, wrong = verb.forms(subject.plural, present)
    head = len(definite(subject))
    text = f"{definite(subject)}{subject.word} que {definite(decoy)}{decoy.word}"
    text += f"{tail} {sight} {verb.before}"
    return Clause(
        text + right + verb.after,
        (head, head + len(subject.word)),
        (len(text), len(text) + len(right)),
        wrong,
        (subject, decoy, *owners),
    )
