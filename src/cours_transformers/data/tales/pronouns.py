"""Les pronoms sujets, et ce qui les rend certains."""

from collections.abc import Sequence

from cours_transformers.data.tales.nouns import Noun

OTHER_GENDER = {"il": "elle", "elle": "il", "ils": "elles", "elles": "ils"}


def pronoun(nouns: Sequence[Noun]) -> str:
    """Donne le pronom qui reprend des noms : deux féminins font « elles ».

    Un seul masculin suffit à « ils ».
    """
    word = "elle" if all(noun.feminine for noun in nouns) else "il"
    return word + "s" * (len(nouns) > 1 or nouns[0].plural)


def unambiguous(nouns: Sequence[Noun], named: Sequence[Noun]) -> bool:
    """Dit si nul autre, parmi ceux déjà nommés, n'irait avec le pronom d'autre genre.

    Une chose ne dispute pas son pronom à un personnage ; l'inverse est possible.
    """
    feminine = all(noun.feminine for noun in nouns)
    plural = len(nouns) > 1 or nouns[0].plural
    rivals = [noun for noun in named if noun.animate or not nouns[0].animate]
    if plural and not feminine:  # « elles » demande deux féminins, ou un pluriel
        women = {noun for noun in rivals if noun.feminine}
        return len(women) < 2 and not any(noun.plural for noun in women)
    others = [noun for noun in rivals if noun.feminine != feminine]
    return not [noun for noun in others if plural or not noun.plural]
