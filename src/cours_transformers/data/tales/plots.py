"""Les trames : un fichier de ``plots/`` chacune, du texte à trous et non du code.

Un fichier commence par ses rôles, ``a: animal``. Viennent ensuite des strophes
séparées par une ligne vide ; chaque ligne d'une strophe en est une variante. Dans
une ligne, ``<ceci/cela>`` est un choix, et ``{…}`` une balise :

- ``{a}``, ``{un a}``, ``{du a}``, ``{son a}`` : le rôle et son déterminant ;
- ``{t a}`` : l'adjectif t accordé avec a ; ``{ravi|ravie a}`` : la forme accordée ;
  ``{=mon|ma a}`` : la même chose, sans en faire une sonde ;
- ``{il a}``, ``{il a b}`` : le pronom sujet d'un rôle ou de plusieurs ;
- ``{v:marche|marchent a}`` : le verbe, accordé avec a par-dessus un leurre ;
- ``{rel a calme}`` : a suivi d'une relative et d'un verbe, à l'imparfait ;
  ``{scene calme}`` : de même, d'un sujet de passage ; ``rel!``, ``scene!`` : au
  présent.

Une majuscule au premier mot de la balise en met une au texte.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True)
class Plot:
    """Une trame : son nom, l'espèce de chaque rôle, ses strophes et leurs variantes."""

    name: str
    roles: dict[str, str]
    stanzas: tuple[tuple[str, ...], ...]


def parse(name: str, source: str) -> Plot:
    """Lit le fichier d'une trame ; les lignes en ``#`` sont des commentaires.

    Raises:
        ValueError: aucune strophe, ou un rôle mal écrit.
    """
    lines = [line.strip() for line in source.splitlines()]
    text = "\n".join(line for line in lines if not line.startswith("#")).strip()
    header, *stanzas = text.split("\n\n")
    if not stanzas:
        raise ValueError(f"la trame {name!r} doit avoir une strophe ; reçu ses rôles")
    roles = {}
    for line in header.splitlines():
        role, colon, kind = line.partition(": ")
        if not colon:
            raise ValueError(
                f"un rôle s'écrit « nom: espèce » ; reçu {line!r} ({name})"
            )
        roles[role] = kind
    return Plot(name, roles, tuple(tuple(s.splitlines()) for s in stanzas))


@lru_cache(maxsize=1)
def plots() -> tuple[Plot, ...]:
    """Donne toutes les trames, par ordre alphabétique de leur nom."""
    folder = resources.files("cours_transformers.data.tales") / "plots"
    files = sorted(folder.iterdir(), key=lambda path: path.name)
    return tuple(
        parse(path.name.removesuffix(".txt"), path.read_text(encoding="utf-8"))
        for path in files
        if path.name.endswith(".txt")
    )
