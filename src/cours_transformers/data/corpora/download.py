"""Télécharger un texte : délai, taille limite, somme de contrôle, et une seule fois."""

import hashlib
import os
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

MAX_BYTES = 20_000_000


class Unreachable(Exception):  # noqa: N818 : ce n'est pas une faute du lecteur
    """Le réseau n'a pas donné le texte ; le message est une phrase."""


def cache_folder() -> Path:
    """Dossier où les textes téléchargés sont gardés, dans celui de l'utilisateur."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "cours_transformers"


def is_url(source: object) -> bool:
    """Dit si c'est une adresse que l'on télécharge : ``https`` ou ``http``."""
    return isinstance(source, str) and source.startswith(("https://", "http://"))


def download(
    url: str,
    timeout: float,
    max_bytes: int = MAX_BYTES,
    folder: Path | str | None = None,
    sha256: str | None = None,
) -> bytes:
    """Rend le contenu de ``url``, repris du cache s'il y est déjà.

    Raises:
        Unreachable: pas de réseau, texte trop gros, ou somme différente.
    """
    folder = cache_folder() if folder is None else Path(folder)
    kept = folder / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.txt"
    if kept.is_file():
        data = kept.read_bytes()
        if sha256 in (None, hashlib.sha256(data).hexdigest()):
            return data
    data = _fetch(url, timeout, max_bytes)
    found = hashlib.sha256(data).hexdigest()
    if sha256 not in (None, found):
        raise Unreachable(
            f"{url} ne donne pas le texte attendu (somme {found[:12]}…, au lieu de "
            f"{sha256[:12]}…)."
        )
    _keep(kept, data)
    return data


def _fetch(url: str, timeout: float, max_bytes: int) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": "cours-transformers"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
            data = answer.read(max_bytes + 1)
    except urllib.error.HTTPError as error:
        raise Unreachable(f"{url} a répondu par l'erreur {error.code}.") from None
    except (OSError, ValueError):  # réseau absent, délai, adresse mal formée
        raise Unreachable(f"{url} n'a pas répondu en {timeout:g} s.") from None
    if len(data) > max_bytes:
        raise Unreachable(f"{url} dépasse {max_bytes} octets.")
    return data


def _keep(path: Path, data: bytes) -> None:
    """Écrit à côté puis renomme ; sans place ou sans droits, le cache attendra."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as partial:
            partial.write(data)
        Path(partial.name).replace(path)
    except OSError:
        return
