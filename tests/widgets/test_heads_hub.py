"""Les têtes d'un modèle du hub : un petit CamemBERT local, ou une phrase."""

import time

import pytest
import torch
from bs4 import BeautifulSoup

from cours_transformers.widgets import heads_hub
from cours_transformers.widgets.heads import head_view, model_view
from cours_transformers.widgets.heads_hub import (
    HubAttention,
    Unavailable,
    hub_attention,
)

transformers = pytest.importorskip("transformers")
WORDS = ["▁le", "▁chat", "▁dort", "▁", "."]


@pytest.fixture(autouse=True)
def _carnet(monkeypatch):
    monkeypatch.delenv("COURS_PAGE", raising=False)


@pytest.fixture(scope="module")
def camembert(tmp_path_factory):
    """Un CamemBERT minuscule, tiré au hasard et enregistré avec son tokeniseur."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    folder = tmp_path_factory.mktemp("camembert")
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    vocabulary = [(word, -1.0 - k) for k, word in enumerate(special + WORDS)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    names = {
        "unk_token": "<unk>",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "pad_token": "<pad>",
    }
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **names,
    )
    fast.save_pretrained(folder)
    config = transformers.CamembertConfig(
        vocab_size=len(vocabulary), hidden_size=8, num_hidden_layers=2,
        num_attention_heads=2, intermediate_size=8, max_position_embeddings=32,
    )  # fmt: skip
    torch.manual_seed(0)
    transformers.CamembertModel(config).save_pretrained(folder)
    return str(folder)


def test_un_camembert_local_rend_ses_poids_et_ses_tokens(camembert):
    found = hub_attention(camembert, "le chat dort.")
    assert isinstance(found, HubAttention)
    assert found.tokens == ["<s>", "▁le", "▁chat", "▁dort", ".", "</s>"]
    assert [tuple(weights.shape) for weights in found.attention_maps] == [
        (1, 2, 6, 6)
    ] * 2
    for weights in found.attention_maps:
        assert torch.allclose(weights.sum(-1), torch.ones(1, 2, 6), atol=1e-5)
    model = transformers.AutoModel.from_pretrained(camembert).eval()
    layer = model.encoder.layer[0].attention.self
    x = model.embeddings(torch.tensor([[0, 4, 5, 6, 8, 2]]))
    q, k = (f(x).view(6, 2, 4).transpose(0, 1) for f in (layer.query, layer.key))
    expected = (q @ k.mT / 2).softmax(-1)
    assert torch.allclose(found.attention_maps[0][0], expected, atol=1e-5)


@pytest.mark.parametrize("view", [head_view, model_view])
@pytest.mark.parametrize("page", ["0", "1"])
def test_le_meme_appel_montre_ses_tetes(monkeypatch, camembert, view, page):
    monkeypatch.setenv("COURS_PAGE", page)
    html = view(hub_attention(camembert, "le chat dort."))._repr_html_()
    assert (
        '"left_text": ["<s>", " le", " chat"' in html
        or '"queries":["<s>"," le"' in html
    )


def test_sans_reseau_une_phrase_vient_vite(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    start = time.monotonic()
    found = hub_attention("camembert-base-introuvable-ici")
    assert time.monotonic() - start < 20
    assert isinstance(found, Unavailable)
    assert "le hub de Hugging Face ne répond pas" in found.text
    assert head_view(found) is found
    assert model_view(found) is found
    assert BeautifulSoup(found._repr_html_(), "html.parser").p.text == found.text


def test_un_hub_muet_ne_retient_pas_la_cellule(monkeypatch):
    monkeypatch.setattr(heads_hub, "DELAY", 0.1)

    def mute(*_, **__):
        time.sleep(2)
        raise OSError

    monkeypatch.setattr(heads_hub.urllib.request, "urlopen", mute)
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        heads_hub._reach_hub()
    assert time.monotonic() - start < 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ImportError("x"), "n'est pas installé"),
        (OSError("x"), "aucun modèle complet"),
        (LookupError("x"), "ne rend pas de poids d'attention"),
        (RuntimeError("x"), r"a échoué (RuntimeError)"),
    ],
)
def test_chaque_panne_a_sa_phrase(monkeypatch, error, words):
    def fail(*_):
        raise error

    monkeypatch.setattr(heads_hub, "_attend", fail)
    assert words in hub_attention("un-<modèle>").text
    assert "un-&lt;modèle&gt;" in hub_attention("un-<modèle>")


def test_un_dossier_sans_modele_ne_cherche_pas_le_hub(monkeypatch, tmp_path):
    monkeypatch.setattr(heads_hub, "_reach_hub", lambda: pytest.fail("hub interrogé"))
    assert "aucun modèle complet" in hub_attention(str(tmp_path)).text


def test_la_page_n_interroge_pas_le_hub(monkeypatch):
    monkeypatch.setenv("COURS_PAGE", "1")
    monkeypatch.setattr(heads_hub, "_attend", lambda *_: pytest.fail("hub interrogé"))
    found = hub_attention("camembert-base")
    assert "Dans Colab ou dans JupyterLab" in found.text
    assert head_view(found)._repr_html_() == found
