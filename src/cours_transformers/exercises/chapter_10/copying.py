"""10.8 : la longueur du plus long passage d'un texte qui se lit tel quel ailleurs."""

import torch

from cours_transformers.exercises.chapter_10.copying_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.exercise import Exercise
from cours_transformers.training.memorization import longest_copy


def _cases(generator: torch.Generator) -> list[tuple]:
    return [
        ("une rose rouge", "la rose rousse"),
        ("il pleut sur la ville", "il neige ; la pluie va sur la vigne"),
        ("Xabcde", "ab bcde"),
        ("ananas", "banane"),
        ("le chat dort", "le chat dort"),
        ("123", "abc"),
        ("Le lac et le bois", "Les bois, puis le lac"),
    ]


COPYING = Exercise(
    number="10.8",
    title="Le plus long passage recopié",
    arguments=("texte", "source"),
    reference=lambda text, source: longest_copy(text, source).length,
    cases=_cases,
    misconceptions=MISCONCEPTIONS,
    hints=(
        "`passage in source` dit si un passage se lit tel quel dans la source",
        "un passage a un début et une fin : deux boucles suffisent, ici",
        "`texte[i:j]` a j − i caractères, et j va jusqu'à `len(texte)` compris",
    ),
    takeaway="une longueur ne dit rien seule : on la compare à celle d'un texte que "
    "personne n'a copié",
)
