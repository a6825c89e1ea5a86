"""Le corpus : des contes tirés d'une graine, et leur partage en deux."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from cours_transformers.data.tales.draw import Draw
from cours_transformers.data.tales.narration import Cast, Narrator
from cours_transformers.data.tales.nouns import Noun
from cours_transformers.data.tales.plots import Plot, plots
from cours_transformers.data.tales.tale import Tale
from cours_transformers.data.tales.worlds import WORLDS, World, pool

LENGTHS = range(250, 501)  # caractères par conte
MIN_BYTES = 10_000
VALIDATION = 26  # sur 256 valeurs d'un octet : environ un conte sur dix


@dataclass(frozen=True)
class Corpus:
    """Les contes et leurs deux textes, un conte par ligne."""

    stories: tuple[Tale, ...]

    @property
    def train(self) -> str:
        """Le texte d'apprentissage."""
        return "\n".join(t.text for t in self.stories if t.split == "train")

    @property
    def validation(self) -> str:
        """Le texte de validation : aucune de ses trames instanciées n'est apprise."""
        return "\n".join(t.text for t in self.stories if t.split == "validation")

    @property
    def alphabet(self) -> str:
        """Les signes du corpus, fin de ligne comprise, triés."""
        return "".join(sorted({"\n"}.union(*(t.text for t in self.stories))))


def cast_roles(draw: Draw, world: World, plot: Plot) -> Cast:
    """Tire qui tient chaque rôle : jamais deux fois le même nom."""
    cast: Cast = {}
    for role, kind in plot.roles.items():
        taken = {noun.lemma for noun in cast.values() if isinstance(noun, Noun)}
        items = pool(world, kind)
        cast[role] = draw.pick(
            [i for i in items if not (isinstance(i, Noun) and i.lemma in taken)]
        )
    return cast


def tell(draw: Draw) -> Tale:
    """Tire un pays, une trame et ses rôles, puis raconte.

    Un conte trop court ou trop long est raconté autrement, par les mêmes personnages :
    le refuser tout à fait rendrait rares les trames longues.
    """
    world, plot = draw.pick(WORLDS), draw.pick(plots())
    cast = cast_roles(draw, world, plot)
    narrator = _narrate(draw, world, plot, cast)
    while len(narrator.text) not in LENGTHS:
        narrator = _narrate(draw, world, plot, cast)
    nouns = [noun.word for noun in cast.values() if isinstance(noun, Noun)]
    signature = (plot.name, *nouns)
    annotations = tuple(narrator.annotations)
    return Tale(narrator.text, plot.name, signature, annotations, split_of(signature))


def _narrate(draw: Draw, world: World, plot: Plot, cast: Cast) -> Narrator:
    """Raconte une trame, strophe après strophe."""
    narrator = Narrator(draw, world, cast)
    for stanza in plot.stanzas:
        narrator.tell(stanza)
    narrator.quotations()
    return narrator


def split_of(signature: tuple[str, ...]) -> str:
    """Dit où va une trame instanciée : son empreinte décide, et non l'ordre des contes.

    Deux contes de même signature vont donc toujours du même côté.
    """
    digest = hashlib.sha256("|".join(signature).encode()).digest()
    return "validation" if digest[0] < VALIDATION else "train"


@lru_cache(maxsize=4)
def tales(seed: int = 0, n_bytes: int = 800_000) -> Corpus:
    """Engendre au moins ``n_bytes`` octets UTF-8 de contes, tous différents.

    Args:
        seed: la même graine donne le même corpus, partout.
        n_bytes: taille du texte, fins de ligne comprises ; au moins 10 000.

    Raises:
        TypeError: ``seed`` ou ``n_bytes`` n'est pas un entier.
        ValueError: ``seed`` négatif, ou ``n_bytes`` inférieur à 10 000.
    """
    if not isinstance(n_bytes, int) or isinstance(n_bytes, bool):
        raise TypeError(f"n_bytes doit être un entier ; reçu {n_bytes!r}")
    if n_bytes < MIN_BYTES:
        raise ValueError(f"n_bytes doit valoir au moins {MIN_BYTES} ; reçu {n_bytes}")
    draw, stories, seen, size = Draw(seed), [], set(), 0
    splits: set[str] = set()
    while size < n_bytes or len(splits) < 2:
        tale = tell(draw)
        if tale.text in seen:
            continue
        seen.add(tale.text)
        splits.add(tale.split)
        stories.append(tale)
        size += len(tale.text.encode()) + 1
    return Corpus(tuple(stories))
