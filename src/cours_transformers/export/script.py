"""Le fichier que la page charge : un script, car un dossier interdit ``fetch``.

Il ne fait que poser un objet : ``header``, du JSON en texte ; ``weights``, des octets
en base64 ; ``sha256``, l'empreinte de l'un suivi de l'autre. Le relire n'exécute rien.
"""

import base64
import binascii
import hashlib
import json

OPENING = (
    "/* Modèle exporté par cours_transformers.export : des poids, aucun code. */\n"
    "globalThis.coursModele = "
)
CLOSING = ";\n"
PARTS = ("header", "sha256", "weights")


def fingerprint(header: str, weights: bytes) -> str:
    """SHA-256 de l'en-tête suivi des poids, en hexadécimal."""
    return hashlib.sha256(header.encode() + weights).hexdigest()


def write_script(header: str, weights: bytes) -> str:
    """Rend le texte du script."""
    record = {
        "header": header,
        "sha256": fingerprint(header, weights),
        "weights": base64.b64encode(weights).decode("ascii"),
    }
    text = json.dumps(record, ensure_ascii=True, indent=0)
    # Recopié dans une page, un morceau « </script> » fermerait la balise.
    return OPENING + text.replace("<", "\\u003c") + CLOSING


def read_script(text: str) -> tuple[str, bytes]:
    """Rend l'en-tête et les poids.

    Raises:
        ValueError: ce n'est pas un modèle exporté, ou son empreinte est fausse.
    """
    if not text.startswith(OPENING) or not text.endswith(CLOSING):
        raise ValueError("ce fichier n'est pas un modèle exporté par le cours")
    try:
        record = json.loads(text[len(OPENING) : -len(CLOSING)])
        header, expected, encoded = (record[part] for part in PARTS)
        weights = base64.b64decode(encoded, validate=True)
        found = fingerprint(header, weights)
    except (KeyError, TypeError, AttributeError, ValueError, binascii.Error) as error:
        raise ValueError(f"ce modèle exporté est abîmé : {error}") from error
    if found != expected:
        raise ValueError(
            "ce modèle exporté est abîmé : son empreinte devait être "
            f"{expected!s:.12}…, et vaut {found:.12}…"
        )
    return header, weights
