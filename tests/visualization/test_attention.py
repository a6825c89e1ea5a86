"""Cartes de poids : ce qui est peint et écrit est ce qui a été calculé."""

import re

import pytest
import torch

from cours_transformers.visualization.attention import LEVELS, plot_attention

WORDS = ["la", "souris", "ne", "marche", "plus"]


def weights(H: int, T: int, S: int) -> torch.Tensor:
    return torch.randn(H, T, S).mul(2).softmax(-1)


def written(figure) -> list[str]:
    texts = re.findall(r"<text[^>]*>([^<]*)<", figure.to_svg())
    return [t for t in texts if re.fullmatch(r"\d(,\d+)?", t)]


def test_les_valeurs_ecrites_sont_les_poids_dans_l_ordre():
    w = torch.tensor([[0.75, 0.25], [0.1, 0.9]])
    values = written(plot_attention(w, ["le", "chat"]))
    assert values[:4] == ["0,75", "0,25", "0,10", "0,90"]


def test_la_premiere_requete_est_en_haut_et_la_premiere_cle_a_gauche():
    w = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    svg = plot_attention(w, ["le", "chat"]).to_svg()
    cell = re.search(r'<text x="([\d.]+)" y="([\d.]+)">1,00<', svg)
    x, y = float(cell[1]), float(cell[2])  # la case ; la légende vient après
    zeros = re.findall(r'<text x="([\d.]+)" y="([\d.]+)">0<', svg)
    assert len(zeros) == 3
    assert all(float(a) > x or float(b) > y for a, b in zeros)


def test_la_teinte_suit_le_poids():
    w = torch.tensor([[0.5, 0.5], [0.05, 0.95]])
    patches = plot_attention(w, ["le", "chat"]).axes[0].patches
    alphas = sorted(patch.get_alpha() for patch in patches)
    assert alphas == [1 / LEVELS, 10 / LEVELS, 19 / LEVELS]


def test_la_case_peinte_est_a_la_ligne_de_sa_requete():
    w = torch.zeros(2, 3)
    w[0, 2] = 1.0
    (patch,) = plot_attention(w, ["le", "chat"], WORDS[:3]).axes[0].patches
    box = patch.get_path().get_extents()
    assert (box.x0, box.y0, box.x1, box.y1) == (2, 0, 3, 1)


def test_un_zero_de_masque_se_distingue_d_un_poids_infime():
    w = torch.tensor([[1.0, 0.0], [0.999, 0.001]])
    values = written(plot_attention(w, ["le", "chat"]))
    assert values[:4] == ["1,00", "0", "1,00", "0,00"]


def test_le_texte_de_remplacement_nomme_la_cle_la_plus_lue():
    w = torch.tensor([[[0.2, 0.8], [0.0, 0.0]]])
    alt = plot_attention(w, ["le", "chat"], titles=["tête 7"]).alt
    assert alt == (
        "Carte de poids d'attention. Tête 7. Clé la plus lue : "
        "« le » → « chat » (0,80), « chat » → aucune."
    )


def test_un_texte_de_remplacement_vide_n_est_pas_remplace_par_le_silence():
    figure = plot_attention(weights(1, 2, 2)[0], ["le", "chat"], alt="")
    assert "« le »" in figure.alt


def test_les_cles_d_un_autre_texte_et_les_axes_sont_nommes():
    figure = plot_attention(weights(2, 2, 3), ["the", "cat"], ["le", "chat", "dort"])
    svg = figure.to_svg()
    for word in ("the", "dort", "requêtes", "clés", "tête 2", "poids"):
        assert f">{word}</text>" in svg


def test_les_tetes_se_rangent_par_deux_pour_un_telephone():
    figure = plot_attention(weights(4, 5, 5), WORDS)
    left = {round(ax.get_position().x0, 2) for ax in figure.axes}
    assert len(figure.axes) == 4 and len(left) == 2


@pytest.mark.parametrize(("H", "T"), [(1, 3), (4, 5), (2, 12), (6, 6)])
def test_une_carte_reste_legere(H, T):
    words = (WORDS * 3)[:T]
    size = len(plot_attention(weights(H, T, T), words)._repr_html_().encode())
    assert size < 25_000


def test_une_longue_phrase_n_ecrit_pas_les_valeurs():
    assert len(written(plot_attention(weights(1, 12, 12)[0], (WORDS * 3)[:12]))) <= 5


def test_l_echelle_s_adapte_aux_petits_poids():
    figure = plot_attention(torch.full((1, 12, 12), 1 / 12), (WORDS * 3)[:12])
    assert ">0,100</text>" in figure.to_svg()
    assert figure.axes[0].patches[0].get_alpha() == pytest.approx(17 / LEVELS)


def test_un_nombre_de_mots_faux_est_refuse():
    with pytest.raises(ValueError, match="5 requêtes et 5 clés, mais il y a 2 mots"):
        plot_attention(weights(1, 5, 5)[0], ["le", "chat"])


def test_un_nombre_de_titres_faux_est_refuse():
    with pytest.raises(ValueError, match="titles : 1 titres pour 2 cartes"):
        plot_attention(weights(2, 5, 5), WORDS, titles=["seul"])


@pytest.mark.sans_jaxtyping
def test_un_lot_entier_est_refuse():
    with pytest.raises(ValueError, match="choisissez d'abord une phrase du lot"):
        plot_attention(weights(2, 5, 5)[None], WORDS)
