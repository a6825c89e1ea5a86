"""Faire écrire un GPT : celui que la page sert ou, dans un carnet, celui du lecteur."""

from html import escape

from cours_transformers.measurements import load
from cours_transformers.models.gpt import GPT
from cours_transformers.tokenization.characters import CharacterTokenizer
from cours_transformers.widgets.embed import Embedded
from cours_transformers.widgets.page import is_page
from cours_transformers.widgets.write_live import LiveWriter

MEASURES = {"contes": "browser_model"}  # modèle servi → mesure qui donne son poids
ALT = (
    "Un GPT qui écrit dans la page, un caractère à la fois : ses dix candidats, et ce "
    "que chaque tête regarde."
)


def write(
    model: GPT,
    tokenizer: CharacterTokenizer,
    prompt: str = "Il était une fois",
    *,
    served: str = "contes",
    caption: str = "",
) -> Embedded | LiveWriter:
    """Donne un début à prolonger au modèle servi, dans la page ; ailleurs, à ``model``.

    La page ne reçoit aucun poids : le lecteur demande ``served``, le fichier
    ``book/_assets/modele/<served>.js`` écrit par ``export_gpt(…).save(…)``.

    Args:
        prompt: début proposé, au plus 200 caractères, que le lecteur peut changer.
        caption: phrase affichée au-dessus des réglages.

    Raises:
        ValueError: début vide, trop long ou hors de l'alphabet, ou nom impossible.
    """
    _check_text(prompt, served)
    tokenizer.encode(prompt)
    if not is_page():
        return LiveWriter(model, tokenizer, prompt, caption)
    data = {
        "model": served,
        "bytes": _size(served),
        "prompt": prompt,
        "caption": caption,
    }
    fallback = f"<p>Début proposé : « {escape(prompt)} ».</p>"
    return Embedded("ecrire", data, f"{ALT} {caption}".strip(), fallback)


def _check_text(prompt: str, served: str) -> None:
    if not 1 <= len(prompt) <= 200:
        raise ValueError(
            f"prompt doit compter de 1 à 200 caractères ; reçu {len(prompt)}"
        )
    # Le nom devient une adresse : rien qui puisse en changer le dossier.
    if not served.isidentifier() or not served.isascii():
        raise ValueError(
            "served doit être un nom de fichier sans extension, en lettres, chiffres "
            f"et « _ » ; reçu {served!r}"
        )


def _size(served: str) -> int | None:
    """Ce que pèse le fichier servi, en octets, si une mesure le dit."""
    if served not in MEASURES:
        return None
    return load(MEASURES[served])["results"]["file_bytes"]
