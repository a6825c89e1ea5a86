"""Ce qu'un texte recopie d'un autre : son plus long passage qui s'y lit tel quel."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Copy:
    """``text[start:end]`` est aussi ``source[origin : origin + length]``."""

    start: int
    end: int
    origin: int

    @property
    def length(self) -> int:
        """Compte les caractères recopiés."""
        return self.end - self.start


def longest_copy(text: str, source: str) -> Copy:
    """Donne le plus long passage de ``text`` qui se lit dans ``source`` ; le premier.

    Une fenêtre parcourt le texte : elle avance sa fin d'un caractère, puis son début
    tant que son contenu n'est pas dans la source. Une suite de n caractères n'y est que
    si celle de ses n − 1 derniers y est, donc le début ne recule jamais : au plus deux
    recherches par caractère. Rien de commun : un passage vide, en 0.

    Raises:
        ValueError: texte ou source vide.
    """
    if not text or not source:
        raise ValueError(
            "text et source doivent avoir au moins un caractère ; reçu "
            f"{len(text)} et {len(source)}"
        )
    best, start = (0, 0), 0
    for end in range(1, len(text) + 1):
        while text[start:end] not in source:  # la suite vide y est toujours
            start += 1
        if end - start > best[1] - best[0]:
            best = start, end
    return Copy(*best, source.find(text[slice(*best)]))
