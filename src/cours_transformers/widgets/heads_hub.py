"""Les poids d'attention d'un modèle de Hugging Face, si le hub répond."""

import os
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from cours_transformers.widgets.html import Html
from cours_transformers.widgets.page import is_page

HUB = "https://huggingface.co"
DELAY = 4.0  # secondes


class HubAttention(NamedTuple):
    """Poids (1, H, T, T) de chaque couche, et les T tokens de la phrase."""

    attention_maps: list[Tensor]
    tokens: list[str]


class Unavailable(Html):
    """Une phrase affichable : ce qui manque pour montrer les têtes d'un modèle."""

    def __new__(cls, sentence: str):
        """Fait de la phrase un paragraphe."""
        return super().__new__(cls, f"<p>{escape(sentence)}</p>", sentence)


def hub_attention(
    name: str = "camembert-base", sentence: str = "Le chat de la voisine dort."
) -> HubAttention | Unavailable:
    """Rend les poids d'attention de ``name`` sur ``sentence``, ou dit ce qui manque.

    Aucune exception n'en sort : sans réseau, la réponse vient en quelques secondes. La
    page publiée n'interroge jamais le hub, car elle doit se construire partout pareil.

    Args:
        name: nom d'un modèle du hub, ou dossier où il est enregistré.
        sentence: phrase à lire.
    """
    local = Path(name).is_dir()
    if is_page() and not local:
        return Unavailable(
            "La page publiée n'interroge pas le hub de Hugging Face. Dans Colab ou "
            f"dans JupyterLab, cette cellule charge {name} et montre ses têtes."
        )
    try:
        return _attend(name, sentence)
    except Exception as error:
        return Unavailable(
            f"Impossible de montrer les têtes de {name} : {_reason(error)}. Le reste "
            "du chapitre n'en dépend pas."
        )


def _attend(name: str, sentence: str) -> HubAttention:
    """Charge le modèle, lit la phrase et garde les poids de chaque couche."""
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging

    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        tokenizer = _load(AutoTokenizer.from_pretrained, name)
        # Les moteurs rapides ne calculent pas la matrice : il faut l'explicite.
        model = _load(AutoModel.from_pretrained, name, attn_implementation="eager")
    finally:
        logging.set_verbosity(verbosity)
    ids = tokenizer(sentence, return_tensors="pt")
    with torch.no_grad():
        output = model.eval()(**ids, output_attentions=True)
    maps = getattr(output, "attentions", None)
    if not maps:
        raise LookupError(name)
    tokens = tokenizer.convert_ids_to_tokens(ids["input_ids"][0])
    return HubAttention([weights.float().cpu() for weights in maps], tokens)


def _load(from_pretrained: Callable, name: str, **options: object) -> object:
    """Prend ce qui est déjà sur cette machine ; sinon, télécharge si le hub répond."""
    try:
        return from_pretrained(name, local_files_only=True, **options)
    except (OSError, ValueError):
        if Path(name).is_dir():
            raise
    _reach_hub()
    return from_pretrained(name, **options)


def _reach_hub() -> None:
    """Attend ``DELAY`` secondes au plus une réponse, quelle qu'elle soit, du hub.

    Raises:
        TimeoutError: si rien ne répond.
    """
    answered, done = [], threading.Event()

    def ask() -> None:
        request = urllib.request.Request(  # noqa: S310
            os.environ.get("HF_ENDPOINT", HUB), method="HEAD"
        )
        try:
            urllib.request.urlopen(request, timeout=DELAY).close()  # noqa: S310
            answered.append(True)
        except urllib.error.HTTPError:
            answered.append(True)
        except (OSError, ValueError):
            pass
        done.set()

    # Dans un fil à part : une résolution de nom peut durer bien plus que le délai.
    threading.Thread(target=ask, daemon=True).start()
    done.wait(DELAY)
    if not answered:
        raise TimeoutError


def _reason(error: Exception) -> str:
    """Dit en français pourquoi le modèle n'est pas là."""
    if isinstance(error, ImportError):
        return "le paquet transformers, ou ce dont il a besoin, n'est pas installé"
    if isinstance(error, TimeoutError):
        return "le hub de Hugging Face ne répond pas"
    if isinstance(error, LookupError):
        return "ce modèle ne rend pas de poids d'attention"
    if isinstance(error, OSError | ValueError):
        return "aucun modèle complet ne porte ce nom"
    return f"son chargement a échoué ({type(error).__name__})"
