"""`make servir` : compression, page introuvable, port déjà pris."""

import gzip
import threading
import urllib.error
import urllib.request

import pytest
import serve


@pytest.fixture
def small(tmp_path):
    (tmp_path / "index.html").write_text("<h1>Bonjour</h1>" * 100, encoding="utf8")
    (tmp_path / "404.html").write_text("perdu", encoding="utf8")
    with serve.start(tmp_path) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_les_textes_sont_compresses_pour_qui_l_accepte(small):
    request = urllib.request.Request(small, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        data = answer.read()
    assert gzip.decompress(data).startswith(b"<h1>Bonjour")
    assert len(data) < 200
    with urllib.request.urlopen(small) as answer:
        assert answer.headers["Content-Encoding"] is None


def test_une_adresse_inconnue_rend_la_page_introuvable(small):
    with pytest.raises(urllib.error.HTTPError, match="404") as caught:
        urllib.request.urlopen(small + "rien.html")
    assert caught.value.read() == b"perdu"


def test_on_ne_sort_pas_du_dossier(small):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(small + "../../etc/passwd")


def test_un_port_pris_fait_essayer_le_suivant(tmp_path, capsys):
    with (
        serve.start(tmp_path) as first,
        serve.start(tmp_path, first.server_port) as next_,
    ):
        assert next_.server_port > first.server_port
    assert f"Le port {first.server_port} est déjà pris" in capsys.readouterr().out


def test_un_site_absent_est_dit_en_francais(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["serve.py", "--site", str(tmp_path)])
    assert serve.main() == 1
    assert "lancez d'abord « make livre »" in capsys.readouterr().out
