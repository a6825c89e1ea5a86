"""Dessin de la carte du Transformer : des blocs, du bas vers le haut, en SVG.

Unités : celles du ``viewBox`` (380 de large, à peu près un pixel de téléphone).
Chaque bloc nomme son chapitre ; ``map.py`` dit lequel se lit déjà.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from typography import french

WIDTH, HEIGHT = 380, 640
LEFT, RIGHT, COLUMN = 14, 196, 170
FRAME = 184  # largeur d'une pile, résidus compris
QKV = (
    '<tspan class="i-q">● Q</tspan>  <tspan class="i-k">■ K</tspan>'
    '  <tspan class="i-v">▲ V</tspan>'
)
QKV_CROSS = (
    '<tspan class="i-q">● ici</tspan>  <tspan class="i-k">■</tspan>'
    ' <tspan class="i-v">▲</tspan> encodeur'
)

FLAG = 15  # hauteur du fanion


@dataclass(frozen=True)
class Block:
    """Un rectangle : position, taille, texte, numéro de chapitre, seconde ligne."""

    x: float
    y: float
    width: float
    height: float
    text: str
    chapter: int
    extra: str = ""


def _encoder(top: float) -> list[Block]:
    """Pile de l'encodeur ; ``top`` est l'ordonnée du haut de son cadre."""
    return [
        Block(LEFT, top + 10, COLUMN, 28, "Encodeur × N", 16),
        Block(LEFT, top + 54, COLUMN, 28, "Ajouter et normer", 7),
        Block(LEFT, top + 88, COLUMN, 40, "Feed-forward", 8),
        Block(LEFT, top + 144, COLUMN, 28, "Ajouter et normer", 7),
        Block(LEFT, top + 178, COLUMN, 28, "Plusieurs têtes", 5),
        Block(LEFT, top + 206, COLUMN, 46, "Attention", 4, QKV),
    ]


def _decoder(top: float) -> list[Block]:
    """Pile du décodeur, un étage de plus : l'attention croisée."""
    return [
        Block(RIGHT, top + 10, COLUMN, 28, "Décodeur × N", 10),
        Block(RIGHT, top + 54, COLUMN, 28, "Ajouter et normer", 7),
        Block(RIGHT, top + 88, COLUMN, 40, "Feed-forward", 8),
        Block(RIGHT, top + 144, COLUMN, 28, "Ajouter et normer", 7),
        Block(RIGHT, top + 178, COLUMN, 46, "Attention croisée", 4, QKV_CROSS),
        Block(RIGHT, top + 240, COLUMN, 28, "Ajouter et normer", 7),
        Block(RIGHT, top + 274, COLUMN, 28, "Plusieurs têtes", 5),
        Block(RIGHT, top + 302, COLUMN, 46, "Attention masquée", 4, QKV),
    ]


ENCODER_TOP, DECODER_TOP, STACK_BOTTOM = 202, 106, 466
BEYOND = [
    (12, "Le prix de l'attention"),
    (13, "Mamba"),
    (14, "FlashAttention"),
    (15, "Images : ViT"),
    (17, "Perspectives"),
]
BLOCKS = [
    *(
        Block(4, 34 + 34 * i, FRAME, 26, text, chapter)
        for i, (chapter, text) in enumerate(BEYOND)
    ),
    Block(RIGHT, 8, COLUMN, 36, "Mot suivant", 11),
    Block(RIGHT, 58, COLUMN, 36, "Linéaire, softmax", 9),
    *_encoder(ENCODER_TOP),
    *_decoder(DECODER_TOP),
    Block(4, 482, 372, 30, "Encodage de la position", 6),
    Block(4, 520, 372, 30, "Plongements", 3),
    Block(4, 558, 372, 30, "Du texte aux tokens", 2),
    Block(4, 604, FRAME, 30, "Avant de partir", 0),
    Block(192, 604, FRAME, 30, "RNN et LSTM", 1),
]
DESCRIPTION = (
    "De bas en haut : le texte devient une suite de tokens, puis de plongements, où"
    " s'ajoute la position. À gauche, l'encodeur empile attention et réseau"
    " feed-forward. À droite, le décodeur y ajoute une attention croisée qui lit"
    " l'encodeur, puis donne le mot suivant."
)
#: Lecture dans l'ordre des chapitres : celui de la tabulation.
READING = sorted(BLOCKS, key=lambda block: (block.chapter, -block.y))


def _arrow(path: str, x: float, y: float, dx: int = 0, dy: int = -1) -> str:
    """Un trait et sa pointe en (x, y), tournée vers (dx, dy)."""
    base = f"{x - 6 * dx - 4 * dy} {y - 6 * dy - 4 * dx}"
    other = f"{x - 6 * dx + 4 * dy} {y - 6 * dy + 4 * dx}"
    tip = f'<path class="pointe" d="M{x} {y}L{base}L{other}Z"/>'
    return f'<path class="flux" d="{path}"/>{tip}'


def _rise(x: float, start: float, end: float) -> str:
    return _arrow(f"M{x} {start}V{end + 3}", x, end)


def _residual(x: float, side: int, start: float, end: float) -> str:
    """Connexion résiduelle : elle contourne le sous-bloc par le bord du cadre."""
    return _arrow(f"M{x} {start}h{7 * side}V{end}h{-4 * side}", x, end, -side, 0)


def _flows() -> str:
    """Cadres des deux piles et trajet des vecteurs."""
    left, right = LEFT + COLUMN / 2, RIGHT + COLUMN / 2
    enc, dec = ENCODER_TOP, DECODER_TOP
    stacks = "".join(
        f'<rect class="pile" x="{x}" y="{y}" width="{FRAME}"'
        f' height="{STACK_BOTTOM - y}" rx="10"/>'
        for x, y in ((4, enc), (192, dec))
    )
    rises = [
        (left, 482, enc + 252),
        (left, enc + 178, enc + 172),
        (left, enc + 144, enc + 128),
        (left, enc + 88, enc + 82),
        (right, 482, dec + 348),
        (right, dec + 274, dec + 268),
        (right, dec + 240, dec + 224),
        (right, dec + 178, dec + 172),
        (right, dec + 144, dec + 128),
        (right, dec + 88, dec + 82),
        (right, dec, 94),
        (right, 58, 44),
    ]
    residuals = [(LEFT, -1, enc + 260, enc + 158), (LEFT, -1, enc + 136, enc + 68)]
    edge = RIGHT + COLUMN
    residuals += [
        (edge, 1, dec + start, dec + end)
        for start, end in ((356, 254), (232, 158), (136, 68))
    ]
    memory = f"M{LEFT + COLUMN} {enc + 68}H190V{dec + 201}H{RIGHT - 3}"
    return (
        stacks
        + "".join(_rise(*rise) for rise in rises)
        + "".join(_residual(*residual) for residual in residuals)
        + _arrow(memory, RIGHT, dec + 201, 1, 0)
        + '<text class="repere" x="96" y="13">Et au-delà</text>'
    )


def _content(block: Block) -> str:
    """Rectangle, numéro de chapitre, texte et code des lettres."""
    # Dans un bloc étroit, le texte se centre dans la place que laisse le numéro.
    middle = block.x + block.width / 2 + (10 if block.width < 300 else 0)
    center = block.y + block.height / 2
    line = center - 4 if block.extra else center + 4.5
    extra = (
        f'<text class="lettres" x="{middle}" y="{center + 14}">{block.extra}</text>'
        if block.extra
        else ""
    )
    return (
        f'<rect x="{block.x}" y="{block.y}" width="{block.width}"'
        f' height="{block.height}" rx="6"/>'
        f'<text class="numero" x="{block.x + 6}" y="{center + 4}">'
        f"{block.chapter:02d}</text>"
        f'<text x="{middle}" y="{line}">{escape(french(block.text))}</text>{extra}'
    )


def _flag(here: int | None) -> str:
    """Fanion « vous êtes ici », là où il cache le moins de la carte."""
    own = [block for block in READING if block.chapter == here]
    if not own:
        return ""
    places = [(block, block.y + block.height) for block in own]
    places += [(block, block.y - FLAG) for block in own]
    block, y = min(places, key=_hidden)  # à égalité, le premier
    x = block.x + block.width / 2 - 54
    mark = "▲" if y > block.y else "▼"
    return (
        '<g class="fanion" aria-hidden="true">'
        f'<rect x="{x}" y="{y}" width="108" height="{FLAG}" rx="8"/>'
        f'<text x="{x + 54}" y="{y + 11.5}">{mark} vous êtes ici</text></g>'
    )


def _hidden(place: tuple[Block, float]) -> float:
    """Hauteur de carte que cacherait un fanion de même colonne que le bloc, posé là."""
    block, y = place
    column = (
        b for b in READING if b.x < block.x + block.width and block.x < b.x + b.width
    )
    return sum(max(0, min(y + FLAG, b.y + b.height) - max(y, b.y)) for b in column)


def draw(
    link: Callable[[int], str | None],
    title: Callable[[int], str],
    here: int | None,
    ident: str,
) -> str:
    """Rend le SVG ; ``link`` donne l'adresse d'un chapitre, ou rien s'il est à venir.

    L'adresse vide désigne la page même : le bloc n'est alors pas un lien.
    """
    parts = []
    for block in READING:
        address, current = link(block.chapter), block.chapter == here
        status = "" if address is not None else ", à venir"
        place = ", vous êtes ici" if current else ""
        name = f"{block.text}, chapitre {block.chapter} : {title(block.chapter)}"
        name = escape(french(f"{name}{status}{place}"), quote=True)
        classes = "bloc" + (" ici" if current else "")
        classes += " a-venir" if address is None else ""
        inner = f"<title>{name}</title>{_content(block)}"
        mark = ' aria-current="page"' if current else ""
        if address:
            parts.append(
                f'<a class="{classes}" href="{escape(address, quote=True)}"'
                f' aria-label="{name}"{mark}>{inner}</a>'
            )
        else:
            parts.append(
                f'<g class="{classes}" role="img" aria-label="{name}">{inner}</g>'
            )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="group"'
        f' aria-labelledby="{ident}-titre" aria-describedby="{ident}-desc">'
        f'<title id="{ident}-titre">Carte du Transformer</title>'
        f'<desc id="{ident}-desc">{french(DESCRIPTION)}</desc>'
        f"{_flows()}{''.join(parts)}{_flag(here)}</svg>"
    )
