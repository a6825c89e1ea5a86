"""Confusions de l'exercice 10.8 : ce que l'on compte au lieu d'une copie."""

from collections import Counter
from collections.abc import Callable

from cours_transformers.exercises.exercise import Misconception
from cours_transformers.training.memorization import longest_copy


def _longest(text: str, source: str) -> int:
    return longest_copy(text, source).length


def _subsequence(text: str, source: str) -> int:
    """La plus longue suite commune, trous permis."""
    best = [0] * (len(source) + 1)
    for letter in text:
        row = [0]
        for j, other in enumerate(source):
            row.append(best[j] + 1 if letter == other else max(row[j], best[j + 1]))
        best = row
    return best[-1]


def _prefix(text: str, source: str) -> int:
    return max(n for n in range(len(text) + 1) if text[:n] in source)


def _suffix(text: str, source: str) -> int:
    return max(n for n in range(len(text) + 1) if text[len(text) - n :] in source)


def _first_found(text: str, source: str) -> int:
    """La longueur de la première copie, sans chercher plus loin."""
    for start in range(len(text)):
        if text[start] in source:
            return _prefix(text[start:], source)
    return 0


def _disjoint(text: str, source: str) -> int:
    """Coupe le texte en copies bout à bout, sans jamais revenir en arrière."""
    best, start = 0, 0
    while start < len(text):
        length = _prefix(text[start:], source)
        best, start = max(best, length), start + max(1, length)
    return best


def _aligned(text: str, source: str) -> int:
    """La plus longue suite de lettres égales aux mêmes rangs."""
    best = current = 0
    for a, b in zip(text, source, strict=False):
        current = current + 1 if a == b else 0
        best = max(best, current)
    return best


def _words(measure: Callable[[list[str]], int]) -> Callable:
    """La plus longue suite de mots entiers qui est aussi dans la source."""

    def wrong(text: str, source: str) -> int:
        words, known = text.split(), f" {' '.join(source.split())} "
        spans = (
            words[i:j]
            for i in range(len(words))
            for j in range(i + 1, len(words) + 1)
            if f" {' '.join(words[i:j])} " in known
        )
        return max(map(measure, spans), default=0)

    return wrong


def _beyond(step: int) -> Callable:
    """La bonne longueur, à ``step`` près."""
    return lambda text, source: _longest(text, source) + step


MISCONCEPTIONS = (
    Misconception(
        "lettres éparses",
        _subsequence,
        "vous sautez des caractères en chemin : un passage troué se lit-il encore tel "
        "quel dans la source ?",
    ),
    Misconception(
        "début du texte seulement",
        _prefix,
        "vous n'essayez que les passages qui ouvrent le texte : une copie ne peut-elle "
        "pas commencer au milieu ?",
    ),
    Misconception(
        "fin du texte seulement",
        _suffix,
        "vous n'essayez que les passages qui ferment le texte : une copie ne peut-elle "
        "pas s'arrêter au milieu ?",
    ),
    Misconception(
        "première copie trouvée",
        _first_found,
        "vous rendez la première copie rencontrée : qui dit qu'il n'y en a pas une "
        "plus longue après elle ?",
    ),
    Misconception(
        "morceaux bout à bout",
        _disjoint,
        "quand une copie s'interrompt, vous repartez de sa fin : la plus longue ne "
        "peut-elle pas commencer au milieu de la précédente ?",
    ),
    Misconception(
        "mots entiers",
        _words(lambda span: len(" ".join(span))),
        "vous ne comparez que des mots entiers : « rose rou » n'est-il pas recopié, "
        "lui aussi ?",
    ),
    Misconception(
        "mots comptés",
        _words(len),
        "vous comptez des mots : dans quelle unité l'énoncé demande-t-il la longueur ?",
    ),
    Misconception(
        "caractères communs",
        (
            lambda text, source: (Counter(text) & Counter(source)).total(),
            lambda text, source: len(set(text) & set(source)),
            lambda text, source: sum(letter in source for letter in text),
        ),
        "vous comptez des caractères communs, quel que soit leur ordre : deux "
        "anagrammes se copient-elles ?",
    ),
    Misconception(
        "mêmes rangs",
        (
            _aligned,
            lambda text, source: sum(
                a == b for a, b in zip(text, source, strict=False)
            ),
        ),
        "vous comparez les deux textes rang par rang : une phrase recopiée doit-elle "
        "se trouver au même endroit ?",
    ),
    Misconception(
        "décalage d'un",
        (
            _beyond(1),
            _beyond(-1),
            lambda text, source: max(0, _longest(text, source) - 1),
        ),
        "vous êtes à un caractère près : que rendez-vous quand les deux textes sont "
        "identiques, et quand ils n'ont rien en commun ?",
    ),
    Misconception(
        "fin jamais atteinte",
        lambda text, source: _longest(text[:-1], source),
        "aucun de vos passages ne contient le dernier caractère du texte : jusqu'où va "
        "`range(n)`, et jusqu'où va `texte[i:j]` ?",
    ),
    Misconception(
        "majuscules confondues",
        lambda text, source: _longest(text.lower(), source.lower()),
        "chez vous, « L » et « l » se valent : un passage se lit-il alors tel quel "
        "dans la source ?",
    ),
    Misconception(
        "tout ou rien",
        lambda text, source: len(text) * (text in source),
        "vous ne cherchez que le texte entier : et s'il n'est recopié qu'à moitié ?",
    ),
)
