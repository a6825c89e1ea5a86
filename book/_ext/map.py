"""Carte cliquable du Transformer : directive ``carte``.

L'argument nomme le bloc « vous êtes ici » ; sans argument, aucun. Un bloc mène à
son chapitre dès que celui-ci figure dans la table des matières.
"""

import re

from docutils import nodes
from map_drawing import draw
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from typography import french

#: Numéro de chapitre → nom du bloc, titre.
CHAPTERS = {
    0: ("preparation", "Avant de partir"),
    1: ("recurrence", "Lire pas à pas : RNN et LSTM"),
    2: ("tokens", "Du texte aux tokens : BPE"),
    3: ("plongements", "Plongements : du one-hot au contexte"),
    4: ("attention", "Requêtes, clés, valeurs"),
    5: ("multi-tetes", "Plusieurs têtes"),
    6: ("positions", "Encoder la position"),
    7: ("bloc", "Le bloc : résidus et normalisation"),
    8: ("feed-forward", "Le réseau feed-forward et ses variantes"),
    9: ("transformer", "L'architecture complète"),
    10: ("gpt", "Piéger Shakespeare sur un GPU"),
    11: ("inference", "Inférence"),
    12: ("complexite", "Le prix de l'attention"),
    13: ("mamba", "Mamba et les modèles d'état"),
    14: ("flash-attention", "FlashAttention"),
    15: ("vit", "Voir, écouter : ViT"),
    16: ("encodeur", "L'encodeur seul, et le mini-projet"),
    17: ("perspectives", "Perspectives"),
}
NUMBERS = {name: number for number, (name, _) in CHAPTERS.items()}
LEGEND = (
    "Trait plein : un chapitre à lire. Pointillé : à venir."
    " Le nombre est celui du chapitre."
)


class carte(nodes.General, nodes.Element):  # noqa: N801
    """Emplacement de la carte ; le dessin attend de connaître tous les chapitres."""


class MapDirective(SphinxDirective):
    """``:::{carte} attention`` : la carte, et le bloc où l'on se trouve."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Vérifie le nom du bloc et retient que la page porte une carte."""
        name = self.arguments[0] if self.arguments else None
        if name is not None and name not in NUMBERS:
            raise self.error(
                f"bloc inconnu : « {name} ». Connus : {', '.join(NUMBERS)}."
            )
        _pages(self.env).add(self.env.docname)
        number = NUMBERS[name] if name else None
        return [carte(here=number, ident=f"carte-{self.env.new_serialno('carte')}")]


def _pages(env: BuildEnvironment) -> set[str]:
    if not hasattr(env, "map_pages"):
        env.map_pages = set()
    return env.map_pages


def chapters_found(env: BuildEnvironment) -> dict[int, str]:
    """Chapitres présents : numéro → nom du document."""
    matches = ((re.search(r"chapitres/(\d\d)_\w+$", d), d) for d in env.found_docs)
    return {int(match[1]): doc for match, doc in matches if match}


def visit_map(self, node: carte) -> None:
    """Dessine la carte, avec les liens valables depuis cette page."""
    builder, env = self.builder, self.builder.env
    page, found = builder.current_docname, chapters_found(env)

    def link(number: int) -> str | None:
        if number not in found:
            return None
        doc = found[number]
        return "" if doc == page else builder.get_relative_uri(page, doc)

    picture = draw(link, lambda n: CHAPTERS[n][1], node["here"], node["ident"])
    caption = f"<figcaption>{french(LEGEND)}</figcaption>"
    self.body.append(f'<figure class="carte">{picture}{caption}</figure>')
    raise nodes.SkipNode


def skip_map(self, node: carte) -> None:
    """Hors du HTML, pas de carte."""
    raise nodes.SkipNode


def redraw(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Réécrit les pages à carte quand un chapitre apparaît ou disparaît."""
    found = sorted(chapters_found(env).values())
    stale = getattr(env, "map_chapters", found) != found
    env.map_chapters = found
    return sorted(_pages(env) & env.found_docs) if stale else []


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Oublie une page que Sphinx va relire."""
    _pages(env).discard(docname)


def merge(app, env, docnames, other) -> None:
    """Réunit ce qu'ont vu les lectures parallèles."""
    _pages(env).update(_pages(other) & set(docnames))


def setup(app: Sphinx) -> dict[str, object]:
    """Déclare la directive et les évènements qui la tiennent à jour."""
    skip = (skip_map, None)
    app.add_node(
        carte, html=(visit_map, None), latex=skip, text=skip, man=skip, texinfo=skip
    )
    app.add_directive("carte", MapDirective)
    app.connect("env-updated", redraw)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
