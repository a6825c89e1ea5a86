"""L'export d'un GPT : ce que l'arrondi coûte, l'aller et retour, et les refus."""

import dataclasses
import json

import pytest
import torch
from torch import nn

from cours_transformers.export import Exported, export_gpt, load
from cours_transformers.export.supported import check_config
from cours_transformers.layers.block import BlockConfig
from cours_transformers.layers.moe import MoEConfig
from cours_transformers.models.block_lm import BlockLanguageModel
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.tokenization.characters import CharacterTokenizer
from cours_transformers.tokenization.pieces import PieceTokenizer

V = 12
# Ce qui, mal échappé, casserait le script, son JSON ou la page où il serait recopié.
ODD = [
    " chat",
    "</script>",
    "<!--",
    '"',
    "\\",
    "\\u003c",
    "*/",
    "\u2028",
    "\0",
    "\n",
    "é",
    "🐈",
]


@pytest.fixture
def exporte(petit_gpt, tokeniseur) -> Exported:
    return export_gpt(petit_gpt("llama"), tokeniseur)


@torch.no_grad()
def test_l_arrondi_change_peu_les_logits(modele, tokeniseur, tmp_path):
    """Oracle : le modèle PyTorch ; un octet par poids garde plus de 97 % du signal."""
    read = load(export_gpt(modele, tokeniseur).save(tmp_path / "m.js"))
    tokens = torch.randint(V, (8, 16), generator=torch.Generator().manual_seed(1))
    expected, found = modele(tokens), read.model()(tokens)
    assert (found - expected).norm() < 0.03 * expected.norm()
    assert not torch.equal(found, expected)


@torch.no_grad()
def test_des_lignes_tres_inegales_ne_coutent_rien(petit_gpt, tokeniseur):
    """Une sortie cent fois plus petite que sa voisine garde la même précision."""
    model = petit_gpt("sans position")
    model.head.weight *= torch.logspace(-4, 0, V)[:, None]
    tokens = torch.randint(V, (4, 16), generator=torch.Generator().manual_seed(1))
    expected = model(tokens)
    found = export_gpt(model, tokeniseur).model()(tokens)
    error = (found - expected).pow(2).mean((0, 1)).sqrt()
    assert (error < 0.05 * expected.pow(2).mean((0, 1)).sqrt()).all()


def test_le_modele_relu_est_celui_qui_a_ete_ecrit(modele, tokeniseur, tmp_path):
    exported = export_gpt(modele, tokeniseur)
    read = load(exported.save(tmp_path / "m.js"))
    assert read == exported
    assert read.tokenizer.pieces == tuple(tokeniseur.alphabet)
    model = read.model()
    assert model.config == modele.config
    assert not model.training
    assert model.state_dict().keys() == modele.state_dict().keys()
    assert (model.head.weight is model.embedding.weight) == modele.config.tied
    again = export_gpt(model, tokeniseur).model()
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(again.get_parameter(name), parameter)


def test_des_caracteres_sont_des_morceaux(petit_gpt, tokeniseur):
    """Le même fichier, que l'alphabet vienne d'un tokeniseur ou de l'autre."""
    model = petit_gpt("llama")
    as_pieces = PieceTokenizer(tokeniseur.alphabet)
    assert export_gpt(model, as_pieces) == export_gpt(model, tokeniseur)


def test_des_morceaux_bizarres_reviennent_intacts(petit_gpt, tmp_path):
    """Ni la balise, ni le commentaire, ni le JSON ne peuvent être refermés."""
    exported = export_gpt(petit_gpt("llama"), PieceTokenizer(ODD))
    path = exported.save(tmp_path / "m.js")
    read = load(path)
    assert read == exported
    assert read.tokenizer.pieces == tuple(ODD)
    assert read.tokenizer.encode("".join(ODD)).tolist() == list(range(V))
    script = path.read_text(encoding="utf-8")
    assert "<" not in script
    assert script.split("\n", 1)[1].isascii()


def test_un_octet_par_poids(exporte, petit_gpt):
    """Les matrices, une échelle par ligne, et les gains en float32 : rien de plus."""
    parameters = list(petit_gpt("llama").parameters())
    vectors = sum(4 * p.numel() for p in parameters if p.ndim == 1)
    matrices = sum(p.numel() + 4 * len(p) for p in parameters if p.ndim == 2)
    padding = 3 * len(parameters)
    assert vectors + matrices <= len(exporte.weights) <= vectors + matrices + padding


def test_exporter_ne_touche_ni_au_modele_ni_au_hasard(petit_gpt, tokeniseur):
    model = petit_gpt("gpt2").train()
    before = {name: p.clone() for name, p in model.named_parameters()}
    state = torch.get_rng_state()
    first = export_gpt(model, tokeniseur)
    first.model()
    assert torch.equal(torch.get_rng_state(), state)
    assert model.training
    assert all(torch.equal(p, before[name]) for name, p in model.named_parameters())
    assert export_gpt(model, tokeniseur).sha256 == first.sha256


def test_le_fichier_n_a_que_du_texte_et_aucun_code(exporte, tmp_path):
    """Un script classique, qui pose un objet et rien d'autre : aucun appel."""
    text = exporte.save(tmp_path / "m.js").read_text(encoding="utf-8")
    comment, assignment = text.split("\n", 1)
    assert comment.startswith("/*") and comment.endswith("*/")
    assert assignment.isascii()  # lisible quel que soit l'encodage de la page
    name, value = assignment.split(" = ", 1)
    assert name == "globalThis.coursModele"
    record = json.loads(value.rstrip().removesuffix(";"))
    assert record.keys() == {"header", "sha256", "weights"}
    assert record["sha256"] == exporte.sha256


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("part", ["header", "weights", "sha256"])
def test_un_caractere_change_suffit_a_faire_refuser_le_fichier(exporte, tmp_path, part):
    path = exporte.save(tmp_path / "m.js")
    before, value = path.read_text(encoding="utf-8").split(f'"{part}": "')
    at = value.index("4")
    path.write_text(f'{before}"{part}": "{value[:at]}5{value[at + 1 :]}')
    with pytest.raises(ValueError, match="abîmé : son empreinte devait être"):
        load(path)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("alert(1)", "n'est pas un modèle exporté"),
        ("{}", "abîmé"),
        ('{"header": 1, "sha256": 2, "weights": 3}', "abîmé"),
        ('{"header": "{}", "sha256": "0", "weights": "é"}', "abîmé"),
        ("import os", "abîmé"),
    ],
)
def test_un_autre_fichier_est_refuse(tmp_path, text, message, exporte):
    path = exporte.save(tmp_path / "m.js")
    opening = path.read_text(encoding="utf-8").split("{")[0]
    path.write_text(text if message.startswith("n'est") else f"{opening}{text};\n")
    with pytest.raises(ValueError, match=message):
        load(path)


@pytest.mark.sans_jaxtyping
def test_un_fichier_absent_est_nomme(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"aucun modèle exporté .*rien\.js"):
        load(tmp_path / "rien.js")


def reecrit(exported: Exported, **changes: object) -> Exported:
    return Exported(json.dumps(exported.description | changes), exported.weights)


@pytest.mark.sans_jaxtyping
def test_un_autre_format_est_refuse(exporte, tmp_path):
    path = reecrit(exporte, format=1).save(tmp_path / "m.js")
    with pytest.raises(ValueError, match="format 2 attendu ; reçu 1"):
        load(path)


@pytest.mark.sans_jaxtyping
def test_un_morceau_de_moins_est_refuse_a_la_lecture(exporte, tmp_path):
    pieces = exporte.description["pieces"][:-1]
    path = reecrit(exporte, pieces=pieces).save(tmp_path / "m.js")
    with pytest.raises(ValueError, match=r"m\.js : 12 morceaux attendus ; reçu 11"):
        load(path)


@pytest.mark.sans_jaxtyping
def test_un_reglage_que_le_moteur_n_a_pas_est_refuse_a_la_lecture(exporte, tmp_path):
    config = exporte.description["config"] | {"position": "alibi"}
    path = reecrit(exporte, config=config).save(tmp_path / "m.js")
    with pytest.raises(ValueError, match=r"position : .*reçu 'alibi'"):
        load(path)


@pytest.mark.sans_jaxtyping
def test_des_tenseurs_d_un_autre_reglage_sont_refuses(exporte):
    config = exporte.description["config"] | {"tied": False}
    with pytest.raises(ValueError, match=r"ceux de son réglage : head\.weight"):
        reecrit(exporte, config=config).model()


BLOCK = BlockConfig(16, 2)
REFUSED = {
    "position": GPTConfig(V, 16, 1, BLOCK, position="t5"),
    "norm_position": GPTConfig(V, 16, 1, BlockConfig(16, 2, norm_position="post")),
    "residual": GPTConfig(V, 16, 1, BlockConfig(16, 2, residual=False)),
    "moe": GPTConfig(V, 16, 1, BlockConfig(16, 2, moe=MoEConfig(4, 2))),
}


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("name", list(REFUSED))
def test_un_reglage_que_le_moteur_n_a_pas_est_refuse(name):
    with pytest.raises(ValueError, match=f"^{name} : le moteur de la page ne connaît"):
        check_config(REFUSED[name])


@pytest.mark.sans_jaxtyping
def test_exporter_verifie_le_reglage(tokeniseur):
    with pytest.raises(ValueError, match="'none', 'learned', 'rope' ; reçu 't5'"):
        export_gpt(GPT(REFUSED["position"]), tokeniseur)


class Silence(nn.Module):
    """Une couche du lecteur, que la page n'a pas."""

    def forward(self, x):
        """Rend zéro."""
        return 0 * x


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("change", ["couche", "eps", "base", "activation"])
def test_une_couche_remplacee_est_refusee(petit_gpt, tokeniseur, change):
    """Le réglage annonce une couche, le modèle en a une autre : la page mentirait."""
    model = petit_gpt("llama")
    layer = model.blocks[1].feed_forward
    if change == "couche":
        layer.sublayer = Silence()
    elif change == "eps":
        layer.norm.eps = 0.1
    elif change == "base":
        model.position.base = 500.0
    else:
        layer.sublayer.activation = torch.tanh
    with pytest.raises(ValueError, match="n'est pas la couche que son réglage annonce"):
        export_gpt(model, tokeniseur)


@pytest.mark.sans_jaxtyping
def test_un_autre_modele_et_un_autre_tokeniseur_sont_refuses(petit_gpt, tokeniseur):
    with pytest.raises(TypeError, match="GPT du cours ; reçu BlockLanguageModel"):
        export_gpt(BlockLanguageModel(V, BLOCK, 1), tokeniseur)
    with pytest.raises(TypeError, match="PieceTokenizer ; reçu str"):
        export_gpt(petit_gpt("gpt2"), "abc")
    with pytest.raises(ValueError, match="les 12 tokens du modèle ; reçu 3"):
        export_gpt(petit_gpt("gpt2"), CharacterTokenizer("abc"))
    with pytest.raises(ValueError, match="les 12 tokens du modèle ; reçu 13"):
        export_gpt(petit_gpt("gpt2"), PieceTokenizer([*ODD, "chat"]))
    with pytest.raises(ValueError, match=r"s'écrivent en UTF-8 ; reçu 'a\\ud83d'"):
        export_gpt(petit_gpt("gpt2"), PieceTokenizer([*ODD[1:], "a\ud83d"]))


@pytest.mark.sans_jaxtyping
def test_un_poids_infini_est_nomme(petit_gpt, tokeniseur):
    model = petit_gpt("gpt2")
    with torch.no_grad():
        model.final_norm.gain[0] = float("nan")
    with pytest.raises(ValueError, match=r"final_norm\.gain doit avoir .* finis"):
        export_gpt(model, tokeniseur)


def test_le_reglage_ecrit_est_complet(exporte, petit_gpt):
    """Rien de ce que GPTConfig et BlockConfig décident ne manque à l'en-tête."""
    written = exporte.description["config"]
    config = petit_gpt("llama").config
    assert written.keys() == {field.name for field in dataclasses.fields(config)}
    names = {field.name for field in dataclasses.fields(config.block)}
    assert written["block"].keys() == names
