"""Faire écrire un GPT : celui que la page sert ou, dans un carnet, celui du lecteur."""

from html import escape

from cours_transformers.export import served_path
from cours_transformers.models.gpt import GPT
from cours_transformers.tokenization.tokenizer import Tokenizer
from cours_transformers.widgets.embed import Embedded
from cours_transformers.widgets.page import is_page
from cours_transformers.widgets.write_live import LiveWriter

ALT = (
    "Un GPT qui écrit dans la page, un token à la fois : ses dix candidats, et ce que "
    "chaque tête regarde."
)


def write(
    model: GPT,
    tokenizer: Tokenizer,
    prompt: str = "Il était une fois",
    *,
    served: str = "contes",
    caption: str = "",
) -> Embedded | LiveWriter:
    """Donne un début à prolonger au modèle servi, dans la page ; ailleurs, à ``model``.

    La page ne reçoit aucun poids : le lecteur demande ``served``, un des fichiers du
    dossier ``export/models``, écrits par ``export_gpt(…).save(…)``.

    Args:
        prompt: début proposé, au plus 200 caractères, que le lecteur peut changer.
        caption: phrase affichée au-dessus des réglages.

    Raises:
        ValueError: début vide, trop long ou que ``tokenizer`` ne sait pas lire ; modèle
            servi inconnu.
    """
    if not 1 <= len(prompt) <= 200:
        raise ValueError(
            f"prompt doit compter de 1 à 200 caractères ; reçu {len(prompt)}"
        )
    tokenizer.encode(prompt)
    size = served_path(served).stat().st_size
    if not is_page():
        return LiveWriter(model, tokenizer, prompt, caption)
    data = {"model": served, "bytes": size, "prompt": prompt, "caption": caption}
    fallback = f"<p>Début proposé : « {escape(prompt)} ».</p>"
    return Embedded("ecrire", data, f"{ALT} {caption}".strip(), fallback)
