"""Sert le site construit, comme le ferait un hébergeur : compression, page introuvable.

Usage :
    python outils/serve.py [--port 8000] [--lan]

`LAN=oui` et `PORT=8080` dans l'environnement disent la même chose : `make servir
LAN=oui` ouvre le site aux téléphones du réseau local et affiche l'adresse à donner.
"""

import argparse
import errno
import gzip
import os
import socket
import sys
from contextlib import suppress
from functools import lru_cache, partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SITE = Path(__file__).resolve().parents[1] / "_build" / "html"
COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".txt", ".md", ".ipynb", ".inv"}
ATTEMPTS = 20  # ports essayés à la suite quand le premier est pris


@lru_cache(maxsize=512)
def _compressed(path: Path, modified: int) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6)


class SiteHandler(SimpleHTTPRequestHandler):
    """Fichiers du site, compressés quand le navigateur l'accepte."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Répond à une demande de lecture."""
        self.respond(body=True)

    def do_HEAD(self) -> None:
        """Répond à une demande d'en-têtes."""
        self.respond(body=False)

    def respond(self, body: bool) -> None:
        """Envoie le fichier demandé, ou la page introuvable."""
        path, status = Path(self.translate_path(self.path)), HTTPStatus.OK
        if path.is_dir():
            path = path / "index.html"
        if not path.is_file():
            path, status = Path(self.directory) / "404.html", HTTPStatus.NOT_FOUND
        if not path.is_file():
            self.send_error(HTTPStatus.NOT_FOUND, "Page introuvable")
            return
        self.send_file(path, status, body)

    def send_file(self, path: Path, status: HTTPStatus, body: bool) -> None:
        """Envoie un fichier, compressé s'il s'y prête."""
        kind = self.guess_type(str(path))
        accepts = "gzip" in self.headers.get("Accept-Encoding", "")
        zipped = accepts and path.suffix in COMPRESSED
        modified = path.stat().st_mtime_ns
        data = _compressed(path, modified) if zipped else path.read_bytes()
        self.send_response(status)
        text = kind.startswith("text/") or kind.endswith(("javascript", "json"))
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-cache")
        if zipped:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if body:
            with suppress(ConnectionError):  # le lecteur a déjà quitté la page
                self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Se tait : seuls les messages utiles paraissent."""


def start(site: Path, port: int = 0, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """Ouvre le serveur sur `port`, ou sur le premier port libre qui le suit.

    Raises:
        OSError: aucun des ports essayés n'est libre.
    """
    handler = partial(SiteHandler, directory=str(site))
    for candidate in range(port, port + ATTEMPTS if port else 1):
        try:
            return ThreadingHTTPServer((host, candidate), handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            print(f"Le port {candidate} est déjà pris, j'essaie le suivant.")
    raise OSError(
        f"aucun port libre entre {port} et {port + ATTEMPTS - 1} : "
        "choisissez-en un autre avec PORT=…"
    )


def local_address() -> str:
    """Adresse de la machine sur le réseau local ; aucun message n'est envoyé."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def options() -> argparse.Namespace:
    """Options de la ligne de commande, puis de l'environnement."""
    lan = os.environ.get("LAN", "").lower() in {"oui", "1", "o", "true", "yes"}
    parser = argparse.ArgumentParser(description="Sert le site construit.")
    parser.add_argument("--site", type=Path, default=SITE, help="dossier à servir")
    parser.add_argument("--port", type=int, default=os.environ.get("PORT") or 8000)
    parser.add_argument(
        "--lan", action="store_true", default=lan, help="ouvre le site au réseau local"
    )
    return parser.parse_args()


def main() -> int:
    """Sert le site jusqu'à Ctrl + C ; rend le code de sortie."""
    chosen = options()
    if not (chosen.site / "index.html").exists():
        print("Le site n'est pas construit : lancez d'abord « make livre ».")
        return 1
    try:
        server = start(chosen.site, chosen.port, "" if chosen.lan else "127.0.0.1")
    except OSError as error:
        print(f"Impossible de servir le site : {error}", file=sys.stderr)
        return 1
    with server:
        print(f"Le cours est à l'adresse http://127.0.0.1:{server.server_port}/")
        if chosen.lan:
            address = f"http://{local_address()}:{server.server_port}/"
            print(f"Sur les téléphones de la salle (même réseau) : {address}")
        print("Ctrl + C pour arrêter.", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nÀ bientôt.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
