"""``check`` dans un vrai noyau Jupyter : la ligne montrée est celle de la cellule."""

import pytest
from jupyter_client.manager import start_new_kernel

CELLULE = """\
from cours_transformers.exercises import check

def mes_poids(q, k):
    print("je passe")
    scores = q @ k
    return scores

def sans_fin(q, k):
    while True:
        pass

check("04.2", mes_poids)
"""


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel(kernel_name="python3")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def execute(kernel, code):
    """Exécute une cellule ; renvoie (mime de la dernière valeur, texte affiché)."""
    shown, streams = {}, []

    def collect(message):
        content = message["content"]
        if message["msg_type"] == "execute_result":
            shown.update(content["data"])
        elif message["msg_type"] in ("stream", "error"):
            streams.append(str(content))

    kernel.execute_interactive(code, output_hook=collect, timeout=120)
    return shown, "".join(streams)


def test_la_ligne_et_l_affichage_de_la_cellule_sont_dans_la_reponse(kernel):
    shown, streamed = execute(kernel, CELLULE)
    assert "ligne 5 : `scores = q @ k`" in shown["text/plain"]
    assert "je passe" in shown["text/plain"]
    assert "<code>scores = q @ k</code>" in shown["text/html"]
    assert streamed == ""


def test_une_boucle_sans_fin_rend_la_main_au_noyau(kernel):
    execute(kernel, CELLULE)
    shown, streamed = execute(kernel, 'check("04.2", sans_fin, limit=0.3)')
    assert "je l'ai arrêté" in shown["text/plain"]
    assert streamed == ""
    assert execute(kernel, "6 * 7")[0]["text/plain"] == "42"
