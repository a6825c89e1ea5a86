"""Les textes que le cours connaît par leur nom, dans le domaine public."""

import re
from dataclasses import dataclass
from pathlib import Path

from .download import download

_CHAR_RNN = "https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e"
_GUTENBERG = "https://www.gutenberg.org/cache/epub"
# Project Gutenberg encadre chaque texte de ces lignes, qui ne sont pas de l'auteur.
_BODY = re.compile(r"\*\*\* ?START OF.*?\*\*\*(.*)\*\*\* ?END OF", re.DOTALL)


@dataclass(frozen=True)
class Known:
    """Un texte, en une ou plusieurs adresses ; ``sha256`` None : somme inconnue."""

    parts: tuple[tuple[str, str | None], ...]

    def text(self, timeout: float, max_bytes: int, folder: Path | str | None) -> str:
        """Télécharge les parts et les met bout à bout, sans leurs mentions légales."""
        found = []
        for url, sha256 in self.parts:
            data = download(url, timeout, max_bytes, folder, sha256)
            text = data.decode("utf-8-sig").replace("\r\n", "\n")
            body = _BODY.search(text)
            found.append(body[1].strip() if body else text)
        return "\n\n".join(found)


KNOWN = {
    # Un million de signes de plusieurs pièces, réunis par A. Karpathy (2015).
    "shakespeare": Known(
        (
            (
                f"{_CHAR_RNN}/data/tinyshakespeare/input.txt",
                "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
            ),
        )
    ),
    # Le Misanthrope et L'Avare ; Project Gutenberg en révise parfois le fichier.
    "moliere": Known(
        (
            (f"{_GUTENBERG}/5423/pg5423.txt", None),
            (f"{_GUTENBERG}/6318/pg6318.txt", None),
        )
    ),
}
