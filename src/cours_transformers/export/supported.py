"""Ce que le moteur de la page sait faire tourner, et le refus de tout le reste.

Refuser ici, en une phrase, vaut mieux que d'écrire autre chose dans la page.
"""

from dataclasses import asdict, replace

import torch
from torch import nn

from cours_transformers.layers.positional import Rope
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.tokenization.characters import CharacterTokenizer
from cours_transformers.tokenization.pieces import PieceTokenizer

POSITIONS = ("none", "learned", "rope")


def check_supported(model: nn.Module) -> None:
    """Exige un GPT du cours, tel que ``GPT(model.config)`` le construit.

    Raises:
        TypeError: autre chose qu'un ``GPT``.
        ValueError: réglage que le moteur n'a pas, ou couche remplacée.
    """
    if type(model) is not GPT:
        raise TypeError(
            f"model doit être un GPT du cours ; reçu {type(model).__name__}"
        )
    check_config(model.config)
    expected = dict(new_gpt(model.config).named_modules())
    for name, layer in model.named_modules():
        wanted = expected.get(name)
        if wanted is None or _describe(layer) != _describe(wanted):
            raise ValueError(
                f"model.{name} n'est pas la couche que son réglage annonce : le moteur "
                f"de la page ne saurait pas la calculer ; reçu {type(layer).__name__}"
            )


def check_config(config: GPTConfig) -> None:
    """Exige un réglage que le moteur connaît.

    Raises:
        ValueError: réglage que le moteur n'a pas, avec ceux qu'il a.
    """
    block = config.block
    if config.position not in POSITIONS:
        _refuse("position", config.position, POSITIONS)
    if block.norm_position != "pre":
        _refuse("norm_position", block.norm_position, ("pre",))
    if not block.residual:
        _refuse("residual", block.residual, (True,))
    if block.moe is not None:
        _refuse("moe", block.moe, (None,))


def new_gpt(config: GPTConfig) -> GPT:
    """Construit un GPT sans toucher au hasard de qui appelle."""
    with torch.random.fork_rng(devices=[]):
        return GPT(config).eval()


def settings(config: GPTConfig) -> dict[str, object]:
    """Le réglage en nombres et en textes, prêt pour JSON."""
    return asdict(replace(config, block=replace(config.block, moe=None)))


def pieces_of(tokenizer: CharacterTokenizer | PieceTokenizer) -> list[str]:
    """Les tokens, dans l'ordre de leurs rangs.

    Raises:
        TypeError: un autre tokeniseur, que la page ne saurait pas suivre.
        ValueError: morceau qui ne s'écrit pas en UTF-8.
    """
    if isinstance(tokenizer, CharacterTokenizer):
        pieces = list(tokenizer.alphabet)
    elif isinstance(tokenizer, PieceTokenizer):
        pieces = list(tokenizer.pieces)
    else:
        raise TypeError(
            "tokenizer doit être un CharacterTokenizer ou un PieceTokenizer ; "
            f"reçu {type(tokenizer).__name__}"
        )
    for piece in pieces:
        # Une moitié de caractère : Python l'admet seule, aucun fichier ne la garde.
        if any("\ud800" <= sign <= "\udfff" for sign in piece):
            raise ValueError(
                "tokenizer doit avoir des morceaux qui s'écrivent en UTF-8 ; "
                f"reçu {piece!r}"
            )
    return pieces


def _describe(layer: nn.Module) -> tuple[object, ...]:
    """Ce qui, dans une couche, change son calcul sans être un poids."""
    options = [type(layer), getattr(layer, "eps", None)]
    if isinstance(layer, Rope):
        options += [layer.base, layer.pairing]
    options += [getattr(layer, name, None) for name in ("activation", "attend")]
    return tuple(options)


def _refuse(name: str, found: object, served: tuple[object, ...]) -> None:
    known = ", ".join(map(repr, served))
    raise ValueError(
        f"{name} : le moteur de la page ne connaît que {known} ; reçu {found!r}"
    )
