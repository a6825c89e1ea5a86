"""Un corpus vient des contes, d'un fichier ou du réseau, et rien n'est perdu."""

import hashlib
import http.server
import threading
import time
from typing import ClassVar

import pytest

from cours_transformers.data.corpora import TextCorpus, Unreachable, corpus
from cours_transformers.data.corpora import known as known_texts
from cours_transformers.data.corpora.download import download
from cours_transformers.data.corpora.known import KNOWN, Known
from cours_transformers.data.tales import tales

TEXT = "Il était une fois une tortue.\n" * 60


class Handler(http.server.BaseHTTPRequestHandler):
    """Sert quelques pages, et compte les demandes."""

    pages: ClassVar[dict[str, bytes]] = {}
    asked: ClassVar[list[str]] = []

    def do_GET(self):
        """Rend la page, ou 404 ; « /lent » prend son temps."""
        self.asked.append(self.path)
        if self.path == "/lent":
            time.sleep(1)
        data = self.pages.get(self.path)
        self.send_response(200 if data is not None else 404)
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, *arguments):
        """Ne dit rien."""


@pytest.fixture
def site():
    Handler.pages, Handler.asked = {"/lent": b"x"}, []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_par_defaut_les_contes_sans_reseau():
    found = corpus()
    assert found.train == tales().train and found.validation == tales().validation
    assert found.note is None
    assert set(found.alphabet) == set(found.train) | set(found.validation)


def test_un_fichier_du_lecteur_est_lu_et_laisse_intact(tmp_path):
    path = tmp_path / "à moi.txt"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    before = path.read_bytes(), path.stat().st_mtime_ns
    for source in (path, str(path)):
        found = corpus(source)
        assert found.train + found.validation == TEXT
        assert len(found.validation) == len(TEXT) // 10
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [one.name for one in tmp_path.iterdir()] == ["à moi.txt"]


def test_une_adresse_n_est_demandee_qu_une_fois(site, tmp_path):
    Handler.pages["/conte.txt"] = TEXT.encode()
    for _ in range(2):
        found = corpus(f"{site}/conte.txt", folder=tmp_path)
        assert found.train + found.validation == TEXT
    assert Handler.asked == ["/conte.txt"]


@pytest.mark.parametrize(
    ("page", "options", "reason"),
    [
        ("/absente", {}, "a répondu par l'erreur 404"),
        ("/lent", {"timeout": 0.2}, "n'a pas répondu en 0.2 s"),
        ("/gros", {"max_bytes": 10}, "dépasse 10 octets"),
    ],
)
def test_un_reseau_qui_manque_laisse_place_aux_contes(
    site, tmp_path, capsys, page, options, reason
):
    Handler.pages["/gros"] = b"x" * 11
    found = corpus(site + page, folder=tmp_path, **options)
    assert found.train == tales().train
    assert reason in found.note and "mini-contes" in found.note
    assert capsys.readouterr().out == found.note + "\n"
    assert not list(tmp_path.iterdir()), "rien d'incomplet n'est gardé"


def test_personne_au_bout_du_fil(tmp_path):
    found = corpus("http://127.0.0.1:9/", folder=tmp_path, timeout=2.0)
    assert "n'a pas répondu" in found.note


def test_une_somme_differente_est_refusee_et_rien_n_est_garde(site, tmp_path):
    Handler.pages["/a"] = TEXT.encode()
    right = hashlib.sha256(TEXT.encode()).hexdigest()
    with pytest.raises(Unreachable, match="ne donne pas le texte attendu"):
        download(f"{site}/a", 5.0, folder=tmp_path, sha256="0" * 64)
    assert not list(tmp_path.iterdir())
    assert download(f"{site}/a", 5.0, folder=tmp_path, sha256=right) == TEXT.encode()
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"un cache abime")
    assert download(f"{site}/a", 5.0, folder=tmp_path, sha256=right) == TEXT.encode()


def test_un_texte_connu_perd_ses_mentions_et_garde_l_ordre(site, tmp_path, monkeypatch):
    frame = "mentions *** START OF THE BOOK *** {} *** END OF THE BOOK *** mentions"
    Handler.pages |= {"/1": frame.format(TEXT).encode(), "/2": b"Second texte."}
    parts = ((f"{site}/1", None), (f"{site}/2", None))
    monkeypatch.setitem(known_texts.KNOWN, "moliere", Known(parts))
    found = corpus("moliere", folder=tmp_path)
    assert isinstance(found, TextCorpus) and found.name == "moliere"
    assert found.train + found.validation == f"{TEXT.strip()}\n\nSecond texte."


def test_les_adresses_connues_sont_chiffrees_et_shakespeare_a_sa_somme():
    for text in KNOWN.values():
        assert all(url.startswith("https://") for url, _ in text.parts)
    ((_, digest),) = KNOWN["shakespeare"].parts
    assert len(digest) == 64


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"moi.txt pèse 0 octets ; il en faut de 1 à"),
        ("déjà".encode("latin-1") * 400, r"n'est pas encodé en UTF-8 : octet 0xe9"),
        (b"court", r"compte 5 signes : il en faut plus de 640"),
    ],
)
def test_un_fichier_illisible_est_refuse_en_une_phrase(tmp_path, data, message):
    path = tmp_path / "moi.txt"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=message):
        corpus(path)


@pytest.mark.sans_jaxtyping
def test_une_source_inconnue_est_refusee(tmp_path):
    with pytest.raises(
        FileNotFoundError, match=r"ni l'un des noms connus .contes, sha"
    ):
        corpus("proust")
    with pytest.raises(TypeError, match=r"source doit être un nom.*reçu 3"):
        corpus(3)
    (tmp_path / "gros.txt").write_bytes(b"x" * 20)
    with pytest.raises(ValueError, match="pèse 20 octets ; il en faut de 1 à 10"):
        corpus(tmp_path / "gros.txt", max_bytes=10)
