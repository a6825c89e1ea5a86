"""Les têtes vues par BertViz : les données, les mots, les refus, page et carnet."""

import json
import re
import sys

import pytest
import torch
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.widgets import heads_bertviz
from cours_transformers.widgets.heads import head_view, model_view
from cours_transformers.widgets.heads_bertviz import take_apart

TOKENS = ["la", "souris", "que", "les", "chats", "regardent"]
CDN = "https://cdnjs.cloudflare.com/ajax/libs/"
ENGLISH = re.compile(r"[\"'>](Layers?|Heads?|Attention|All)\b")
VIEWS = [head_view, model_view]


@pytest.fixture
def page(monkeypatch):
    monkeypatch.setenv("COURS_PAGE", "1")


@pytest.fixture
def carnet(monkeypatch):
    monkeypatch.delenv("COURS_PAGE", raising=False)


def random_maps(L: int = 2, H: int = 3, T: int = 6, S: int | None = None) -> list:
    """Des poids quelconques, causaux quand T = S."""
    scores = torch.randn(L, 1, H, T, S or T)
    if S is None:
        scores = scores.masked_fill(torch.ones(T, T).triu(1).bool(), -torch.inf)
    return list(scores.softmax(-1))


def page_data(shown) -> dict:
    found = BeautifulSoup(shown._repr_html_(), "html.parser").select_one("script")
    return json.loads(found.string)


def live_params(shown) -> dict:
    return json.loads(re.search(r"const params = (\{.*\});", shown.html)[1])


@pytest.mark.parametrize("view", VIEWS)
def test_la_page_recoit_les_poids_au_millieme_et_aucune_adresse(page, view):
    maps = random_maps()
    shown = view(maps, TOKENS, caption="Un <b>modèle</b>.")
    data = page_data(shown)
    assert data["queries"] == data["keys"] == TOKENS
    for layer, weights in zip(data["weights"], maps, strict=True):
        for head, rows in zip(layer, weights[0].tolist(), strict=True):
            for t, (row, expected) in enumerate(zip(head, rows, strict=True)):
                assert len(row) <= t + 1
                row = row + [0] * (len(TOKENS) - len(row))
                assert row == pytest.approx([1000 * x for x in expected], abs=0.51)
    html = shown._repr_html_()
    assert not re.search(r"https?:|//cdn", html)
    assert "require" not in data["code"].replace("requirejs(['jquery', 'd3']", "")
    label = BeautifulSoup(html, "html.parser").div["aria-label"]
    assert label.endswith("Un <b>modèle</b>.")
    assert " id=" not in data["markup"]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("place", ["page", "carnet"])
def test_plus_un_mot_d_anglais_a_l_ecran(request, place, view):
    request.getfixturevalue(place)
    shown = view(random_maps(), TOKENS)
    written = shown._repr_html_()
    if place == "page":
        written = page_data(shown)["markup"] + page_data(shown)["code"]
    assert not ENGLISH.search(written)
    expected = "Couche\u00a0: <select" if view is head_view else '.text("Têtes")'
    assert expected in written


def test_la_page_est_la_meme_a_chaque_construction(page):
    maps = random_maps()
    assert head_view(maps, TOKENS).html == head_view(maps, TOKENS).html


@pytest.mark.parametrize("view", VIEWS)
def test_le_carnet_garde_les_adresses_et_les_donnees_de_bertviz(carnet, view):
    maps = random_maps()
    shown = view(maps, TOKENS, caption="Un <modèle>.")
    params = live_params(shown)
    (given,) = params["attention"]
    assert given["left_text"] == given["right_text"] == TOKENS
    expected = torch.stack(maps)[:, 0].double()
    assert torch.allclose(torch.tensor(given["attn"]).double(), expected, atol=5.1e-4)
    for name in (
        "require.js/2.3.6/require.min.js",
        "d3/5.7.0/d3.min",
        "jquery/2.0.0/jquery.min",
    ):
        assert CDN + name in shown.html
    assert f'id="{params["root_div_id"]}"' in shown.html
    assert "Un &lt;modèle&gt;." in shown.html


@pytest.mark.parametrize("view", VIEWS)
def test_une_cellule_affiche_la_vue(carnet, view):
    shell = InteractiveShell.instance()
    shell.user_ns.update(view=view, maps=random_maps(), tokens=TOKENS)
    with capture_output() as captured:
        assert shell.run_cell("view(maps, tokens)").success
    (output,) = captured.outputs
    assert 'class="tetes"' in output.data["text/html"]
    assert "3 têtes" in output.data["text/plain"]


def test_un_mot_ne_ferme_pas_le_script_et_un_blanc_se_voit(carnet):
    tokens = ["</script><!--", " ", "\n", "▁chat", "▁", "PYTHON_PARAMS"]
    shown = head_view(random_maps(), tokens)
    (script,) = BeautifulSoup(shown.html, "html.parser").select("script")
    assert script.string.endswith("})();")
    (given,) = live_params(shown)["attention"]
    assert given["left_text"] == [
        "</script><!--",
        "␣",
        "↵",
        " chat",
        "␣",
        "PYTHON_PARAMS",
    ]


def test_un_mot_trop_long_est_coupe(page):
    tokens = ["anticonstitutionnellement", *TOKENS[1:]]
    data = page_data(head_view(random_maps(), tokens))
    assert data["queries"][0] == "anticonstitutio…"
    assert data["params"]["box"] == round(16 * 8.2 + 14)


def test_un_texte_vaut_ses_caracteres(page):
    assert page_data(model_view(random_maps(T=4), "le r"))["queries"] == list("le␣r")


def test_les_requetes_et_les_cles_peuvent_differer(page):
    maps = random_maps(T=2, S=6)
    data = page_data(
        head_view(maps, ["a", "b"], context_tokens=TOKENS, layer=1, heads=[2])
    )
    assert (data["queries"], data["keys"]) == (["a", "b"], TOKENS)
    expected = (1000 * maps[1][0, 2, 1]).tolist()
    assert data["weights"][1][2][1] == pytest.approx(expected, abs=0.51)
    assert (data["params"]["layer"], data["params"]["heads"]) == (1, [2])


def test_le_repli_montre_la_tete_de_depart(page):
    maps = random_maps(T=20)
    tokens = [f"m{t}" for t in range(20)]
    html = head_view(maps, tokens, layer=1, heads=[2, 0])._repr_html_()
    figure = BeautifulSoup(html, "html.parser").select_one(".figure-cours")
    assert figure["aria-label"].startswith(
        "Carte de poids d'attention. Couche 2, tête 3"
    )
    assert "16 premiers mots" in figure["aria-label"]
    best = int(maps[1][0, 2, 15].argmax())
    assert f"« m15 » → « m{best} »" in figure["aria-label"]
    assert "« m16 »" not in figure["aria-label"]


def test_les_cartes_d_une_couche_du_cours_se_montrent_telles_quelles(page):
    layer = MultiHeadAttention(d_model=8, n_heads=2)
    weights = layer.weights(torch.randn(1, 6, 8), causal=True)
    data = page_data(model_view([weights], TOKENS))
    assert len(data["weights"][0]) == 2


def test_sans_bertviz_le_carnet_le_dit_et_la_page_s_arrete(monkeypatch, carnet):
    monkeypatch.setitem(sys.modules, "bertviz", None)
    shown = head_view(random_maps(), TOKENS)
    assert "%pip install -q bertviz" in shown._repr_html_()
    assert "figure-cours" in shown._repr_html_()
    monkeypatch.setenv("COURS_PAGE", "1")
    with pytest.raises(ImportError, match="bertviz manque"):
        head_view(random_maps(), TOKENS)


@pytest.mark.parametrize("kind", ["head_view", "model_view"])
def test_une_autre_version_de_bertviz_est_refusee(monkeypatch, kind):
    import bertviz

    view = getattr(bertviz, kind)
    options = {"attention": random_maps(), "tokens": TOKENS}
    for table in (heads_bertviz.CODE[kind], heads_bertviz.MARKUP):
        with monkeypatch.context() as patch:
            patch.setitem(table, "texte disparu", "")
            with pytest.raises(RuntimeError, match=r"texte disparu.* version 1.4.1"):
                take_apart(view, **options)


def scaled(factor: float) -> list:
    return [factor * weights for weights in random_maps()]


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    ("maps", "tokens", "message"),
    [
        (list, TOKENS, "attention_maps est vide"),
        (random_maps, TOKENS[1:], "6 requêtes et 6 clés, mais il y a 5 mots"),
        (random_maps, None, "tokens manque"),
        (lambda: [torch.rand(2, 3, 6, 6)], TOKENS, r"\[0\] doit être de forme \(1, H"),
        (lambda: [torch.rand(3, 6, 6)], TOKENS, r"\[0\] doit être.*reçu \(3, 6, 6\)"),
        (lambda: [torch.rand(1, 0, 6, 6)], TOKENS, r"reçu \(1, 0, 6, 6\)"),
        (lambda: random_maps() + random_maps(H=2), TOKENS, r"\[2\] a la forme \(1, 2"),
        (lambda: scaled(-3), TOKENS, "entre 0 et 1, reçu de -3"),
        (lambda: scaled(2), TOKENS, "donnez les poids, après le softmax"),
        (lambda: scaled(float("nan")), TOKENS, "reçu de nan"),
        (lambda: random_maps(T=65), ["a"] * 65, "65 requêtes.*64 mots au plus"),
        (
            lambda: random_maps(12, 12, 21),
            ["a"] * 21,
            "63504 traits ; il en faut 60000",
        ),
    ],
)
def test_les_erreurs_nomment_l_argument(carnet, view, maps, tokens, message):
    with pytest.raises(ValueError, match=message):
        view(maps(), tokens)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layer": 2}, "layer doit être entre 0 et 1, reçu 2"),
        ({"layer": -1}, "layer doit être entre 0 et 1, reçu -1"),
        ({"heads": [3]}, r"heads doit donner des rangs entre 0 et 2, reçu \[3\]"),
        ({"heads": []}, r"heads doit donner des rangs"),
        ({"context_tokens": ["a"]}, "6 clés, mais il y a 6 mots de requête et 1 mots"),
    ],
)
def test_une_couche_ou_une_tete_absente_est_refusee(carnet, options, message):
    with pytest.raises(ValueError, match=message):
        head_view(random_maps(), TOKENS, **options)


@pytest.mark.sans_jaxtyping
def test_une_page_trop_lourde_est_refusee(page):
    maps = random_maps(L=6, H=8, T=30)
    with pytest.raises(ValueError, match=r"bertviz : les données pèsent .* octets"):
        model_view(maps, ["a"] * 30)
