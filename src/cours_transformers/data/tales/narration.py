"""D'une trame et de ses rôles au texte : chaque balise s'accorde et s'annote."""

import re

from cours_transformers.data.tales.draw import Draw
from cours_transformers.data.tales.nouns import DETERMINERS, Adjective, Noun
from cours_transformers.data.tales.pronouns import OTHER_GENDER, pronoun, unambiguous
from cours_transformers.data.tales.relatives import Clause, passer_by, relative
from cours_transformers.data.tales.tale import Annotation, Kind, Span
from cours_transformers.data.tales.worlds import World

CHOICE = re.compile(r"<([^<>]*)>")
TAG = re.compile(r"\{([^{}]*)\}")
PLURALS = 0.75  # des sujets de passage : ceux des rôles sont surtout au singulier
DECOYED = 0.6  # part des relatives dont l'objet n'a pas le nombre du sujet
COMPLEMENTS = (0, 0, 0, 1, 1, 1, 1, 2, 2, 3)  # tous également probables
Cast = dict[str, Noun | Adjective | str]


class Narrator:
    """Écrit un conte, balise par balise, et retient où chacun a été nommé."""

    def __init__(self, draw: Draw, world: World, cast: Cast):
        self.draw, self.world, self.cast = draw, world, cast
        self.text = ""
        self.annotations: list[Annotation] = []
        self.mentions: dict[str, Span] = {}
        self.named: list[Noun] = []  # tous ceux qu'un pronom pourrait reprendre

    def tell(self, stanza: tuple[str, ...]) -> None:
        """Ajoute une variante d'une strophe."""
        line = CHOICE.sub(
            lambda found: self.draw.pick(found[1].split("/")), self.draw.pick(stanza)
        )
        self.text += " " if self.text else ""
        for i, piece in enumerate(TAG.split(line)):
            if i % 2:
                self._tag(piece)
            else:
                self.text += piece

    def _tag(self, tag: str) -> None:
        """Écrit une balise ; sa majuscule passe au premier caractère du texte."""
        start = len(self.text)
        word, *roles = tag.split()
        key = word.lower()
        if key in self.cast and not roles:
            self._name(key, "le")
        elif key in DETERMINERS:
            self._name(roles[0], key)
        elif key == "il":
            self._pronoun(roles)
        elif key.rstrip("!") in ("rel", "scene"):
            self._clause(key, *roles)
        else:
            self._agree(key, roles)
        if word.lstrip("=")[0].isupper():
            self._capitalize(start)

    def _capitalize(self, start: int) -> None:
        """Met une majuscule au texte, et à la sonde qui commencerait là."""
        self.text = (
            self.text[:start] + self.text[start].upper() + self.text[start + 1 :]
        )
        if self.annotations and self.annotations[-1].start == start:
            a = self.annotations.pop()
            forms = a.expected.capitalize(), a.alternative.capitalize()
            self._annotate(a.kind, start, *forms, a.antecedent)

    def _annotate(
        self, kind: Kind, start: int, expected: str, alternative: str, antecedent: Span
    ) -> None:
        end = start + len(expected)
        self.annotations.append(
            Annotation(kind, start, end, expected, alternative, antecedent)
        )

    def _name(self, role: str, determiner: str) -> None:
        """Écrit un rôle et son déterminant ; un lieu s'écrit tel quel."""
        value = self.cast[role]
        if isinstance(value, str):
            self.text += value
            return
        self.text += DETERMINERS[determiner](value)
        self._mention(role, value)
        self.text += value.word

    def _mention(self, role: str, noun: Noun) -> None:
        self.mentions[role] = (len(self.text), len(self.text) + len(noun.word))
        self.named.append(noun)

    def _pronoun(self, roles: list[str]) -> None:
        """Écrit le pronom ; n'en fait une sonde que si rien ne permet l'autre genre."""
        nouns = [self.cast[role] for role in roles]
        word = pronoun(nouns)
        if unambiguous(nouns, self.named):
            other = OTHER_GENDER[word]
            self._annotate("pronoun", len(self.text), word, other, self._span(roles))
        self.text += word

    def _span(self, roles: list[str]) -> Span:
        """Donne l'intervalle qui va du premier au dernier nom de ces rôles."""
        spans = [self.mentions[role] for role in roles]
        return min(start for start, _ in spans), max(end for _, end in spans)

    def _agree(self, key: str, roles: list[str]) -> None:
        """Accorde un adjectif, une paire de formes, ou un verbe (``v:``)."""
        nouns = [self.cast[role] for role in roles]
        if key in self.cast:
            forms = (self.cast[key].masculine, self.cast[key].feminine)
        else:
            masculine, feminine = re.sub(r"^(=|v:)", "", key).split("|")
            forms = masculine, feminine
        verb = key.startswith("v:")
        second = nouns[0].plural if verb else all(noun.feminine for noun in nouns)
        expected, alternative = forms[second], forms[not second]
        if not key.startswith("=") and expected != alternative:
            kind = "verb" if verb else "adjective"
            at = len(self.text)
            self._annotate(kind, at, expected, alternative, self._span(roles))
        self.text += expected

    def _clause(self, key: str, *roles: str) -> None:
        """Écrit un sujet, sa relative, son verbe ; « rel » prend pour sujet un rôle."""
        taken = {noun.lemma for noun in self.cast.values() if isinstance(noun, Noun)}
        if key.startswith("rel"):
            subject = self.cast[roles[0]]
        else:
            subject = passer_by(self.draw, self.world, taken, self.draw.chance(PLURALS))
        plural = subject.plural != self.draw.chance(DECOYED)
        decoy = passer_by(self.draw, self.world, taken | {subject.lemma}, plural)
        n, present = self.draw.pick(COMPLEMENTS), key.endswith("!")
        clause = relative(self.draw, self.world, subject, decoy, roles[-1], n, present)
        if key.startswith("rel"):
            start = len(self.text) + clause.head[0]
            self.mentions[roles[0]] = (start, start + len(subject.word))
        self._write_clause(clause)

    def _write_clause(self, clause: Clause) -> None:
        """Copie une proposition ; son verbe n'est une sonde que s'il y a un leurre."""
        origin = len(self.text)
        if clause.decoyed:
            start, end = clause.verb
            head = (origin + clause.head[0], origin + clause.head[1])
            expected = clause.text[start:end]
            self._annotate("verb", origin + start, expected, clause.wrong, head)
        self.named += clause.nouns
        self.text += clause.text

    def quotations(self) -> None:
        """Annote chaque guillemet fermant, puis range les annotations."""
        opening = -1
        for at, sign in enumerate(self.text):
            if sign == "«":
                opening = at
            elif sign == "»":
                span = (opening, opening + 1)
                self._annotate("quotation", at, "»", "«", span)
        self.annotations.sort(key=lambda a: a.start)
