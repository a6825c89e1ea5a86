"""Un nom et ses déterminants : « le loup », « de l'hyène », « d'Afi », « son igname ».

Toute élision et toute contraction du corpus passe par ce module.
"""

from collections.abc import Callable
from dataclasses import dataclass

VOWELS = "aeiouâéèêô"


@dataclass(frozen=True)
class Noun:
    """Un nom commun ou un prénom : son genre, son nombre, et ce qu'il désigne."""

    word: str
    feminine: bool
    plural: bool = False
    proper: bool = False  # un prénom se passe d'article
    animate: bool = True
    nickname: str = ""  # « Leuk », pour le lièvre
    lemma: str = ""  # le singulier : deux rôles ne se partagent pas un nom

    @property
    def elides(self) -> bool:
        """Dit si le nom appelle l'apostrophe ; « hyène » le fait, « hérisson » non."""
        return self.word[0].lower() in VOWELS or self.word.startswith("hyène")


@dataclass(frozen=True)
class Adjective:
    """Un adjectif ou un participe, au masculin et au féminin singuliers."""

    masculine: str
    feminine: str


def _choose(noun: Noun, plural: str, elided: str, masculine: str, feminine: str) -> str:
    if noun.plural:
        return plural
    if noun.elides:
        return elided
    return feminine if noun.feminine else masculine


def definite(noun: Noun) -> str:
    """Donne l'article défini, espace comprise : « le », « la », « l' », « les »."""
    return "" if noun.proper else _choose(noun, "les ", "l'", "le ", "la ")


def indefinite(noun: Noun) -> str:
    """Donne l'article indéfini : « un », « une », « des »."""
    return "des " if noun.plural else ("une " if noun.feminine else "un ")


def of(noun: Noun) -> str:
    """Donne « de » et l'article, contractés : « du », « de l' », « des », « d' »."""
    if noun.proper:
        return "d'" if noun.elides else "de "
    return _choose(noun, "des ", "de l'", "du ", "de la ")


def to(noun: Noun) -> str:
    """Donne « à » et l'article, contractés : « au », « à l' », « aux »."""
    return "à " if noun.proper else _choose(noun, "aux ", "à l'", "au ", "à la ")


def that(noun: Noun) -> str:
    """Donne « que » et l'article : « que le », « qu' » devant un prénom."""
    return "qu'" if noun.proper and noun.elides else "que " + definite(noun)


def this(noun: Noun) -> str:
    """Donne le démonstratif : « ce », « cet », « cette », « ces »."""
    vowel = "cette " if noun.feminine else "cet "
    return _choose(noun, "ces ", vowel, "ce ", "cette ")


def possessive(letter: str) -> Callable[[Noun], str]:
    """Donne le possessif de la personne « m », « t » ou « s » : « mon igname »."""
    return lambda noun: _choose(
        noun, f"{letter}es ", f"{letter}on ", f"{letter}on ", f"{letter}a "
    )


def nicknamed(noun: Noun) -> str:
    """Donne le surnom, s'il y en a un, puis l'article : « Leuk le »."""
    return f"{noun.nickname} {definite(noun)}" if noun.nickname else definite(noun)


DETERMINERS = {
    "le": definite,
    "un": indefinite,
    "du": of,
    "au": to,
    "que": that,
    "ce": this,
    "mon": possessive("m"),
    "ton": possessive("t"),
    "son": possessive("s"),
    "nom": nicknamed,
}
