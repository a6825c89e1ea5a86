"""Exporter un GPT pour la page : un octet par poids, et les morceaux qu'il lit.

>>> export_gpt(model, tokenizer).save("mon_modele.js")  # doctest: +SKIP
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch

from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.tokenization.characters import CharacterTokenizer
from cours_transformers.tokenization.pieces import PieceTokenizer

from .packing import pack, unpack
from .script import fingerprint, read_script, write_script
from .supported import check_config, check_supported, new_gpt, pieces_of, settings

FORMAT = 2  # augmente quand un ancien fichier ne peut plus être lu


@dataclass(frozen=True)
class Exported:
    """Un modèle prêt pour la page.

    Args:
        header: ``format``, ``config``, ``pieces`` et ``tensors``, en JSON.
        weights: les octets que décrit ``tensors``.
    """

    header: str
    weights: bytes

    @cached_property
    def description(self) -> dict:
        """L'en-tête, lu."""
        return json.loads(self.header)

    @property
    def sha256(self) -> str:
        """L'empreinte de l'en-tête et des poids."""
        return fingerprint(self.header, self.weights)

    @property
    def tokenizer(self) -> PieceTokenizer:
        """Le tokeniseur du modèle ; un caractère est un morceau comme un autre."""
        return PieceTokenizer(self.description["pieces"])

    def model(self) -> GPT:
        """Le modèle que la page fait tourner : ses poids sont ceux d'après l'arrondi.

        Raises:
            ValueError: les tenseurs ne sont pas ceux que le réglage demande.
        """
        model = new_gpt(_config(self.description["config"]))
        found = unpack(self.weights, self.description["tensors"])
        wanted = dict(model.named_parameters())
        if different := _shapes(found).items() ^ _shapes(wanted).items():
            raise ValueError(
                "les tenseurs du fichier ne sont pas ceux de son réglage : "
                f"{', '.join(sorted({name for name, _ in different}))}"
            )
        with torch.no_grad():
            for name, parameter in wanted.items():
                parameter.copy_(found[name])
        return model

    def save(self, path: Path | str) -> Path:
        """Écrit le script que la page chargera."""
        path = Path(path)
        path.write_text(write_script(self.header, self.weights), encoding="utf-8")
        return path


def export_gpt(model: GPT, tokenizer: CharacterTokenizer | PieceTokenizer) -> Exported:
    """Quantifie un GPT, ligne par ligne, et le joint à ses morceaux.

    Raises:
        TypeError: autre chose qu'un ``GPT``, et qu'un tokeniseur par caractères ou par
            morceaux.
        ValueError: réglage que le moteur de la page n'a pas, poids qui n'est pas fini,
            morceaux d'un autre nombre que le vocabulaire du modèle, ou qui ne
            s'écrivent pas en UTF-8.
    """
    check_supported(model)
    pieces = pieces_of(tokenizer)
    V = model.config.vocabulary_size
    if len(pieces) != V:
        raise ValueError(
            f"tokenizer doit avoir les {V} tokens du modèle ; reçu {len(pieces)}"
        )
    # Une matrice partagée n'y est qu'une fois : named_parameters ne se répète pas.
    weights, table = pack(dict(model.named_parameters()))
    header = {
        "format": FORMAT,
        "config": settings(model.config),
        "pieces": pieces,
        "tensors": table,
    }
    return Exported(json.dumps(header, ensure_ascii=False), weights)


def load(path: Path | str) -> Exported:
    """Relit un modèle exporté, sans rien exécuter.

    Raises:
        FileNotFoundError: aucun fichier à cette adresse.
        ValueError: fichier d'autre chose, abîmé, d'un autre format, réglage refusé, ou
            morceaux d'un autre nombre que le vocabulaire.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"aucun modèle exporté à l'adresse {path}")
    exported = Exported(*read_script(path.read_text(encoding="utf-8")))
    found = exported.description.get("format")
    if found != FORMAT:
        raise ValueError(f"{path.name} : format {FORMAT} attendu ; reçu {found!r}")
    config = _config(exported.description["config"])
    check_config(config)
    found = exported.tokenizer.vocabulary_size
    if found != config.vocabulary_size:
        raise ValueError(
            f"{path.name} : {config.vocabulary_size} morceaux attendus ; reçu {found}"
        )
    return exported


def _config(described: dict) -> GPTConfig:
    return GPTConfig(**(described | {"block": BlockConfig(**described["block"])}))


def _shapes(tensors: dict[str, torch.Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}
