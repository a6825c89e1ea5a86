"""Où est Chromium, et comment le lancer : pour les essais du site et ses mesures.

La version sans interface (paquet ``chromium-headless-shell`` de Debian) d'abord : le
même moteur, sans les pages cachées que l'autre ouvre à chaque fenêtre ; le site s'y
essaie presque deux fois plus vite. La variable ``CHROMIUM`` l'emporte.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def program() -> str:
    """Chemin du navigateur.

    Raises:
        FileNotFoundError: aucun n'est installé ; dit le paquet qui manque.
    """
    found = [os.environ.get("CHROMIUM"), *map(shutil.which, PROGRAMS)]
    if path := next(filter(None, found), None):
        return path
    raise FileNotFoundError(
        "Chromium est introuvable : installez le paquet chromium-headless-shell, ou "
        "chromium, ou donnez son chemin dans la variable CHROMIUM"
    )


@contextmanager
def launched(driver: Playwright) -> Iterator[Browser]:
    """Ouvre le navigateur, coupé de tout service de Google ; le ferme ensuite."""
    browser = driver.chromium.launch(executable_path=program(), args=ARGUMENTS)
    try:
        yield browser
    finally:
        browser.close()
