"""La figure du cours : texte de remplacement, thèmes, légèreté, reproductibilité."""

import functools
import pathlib
import re
from html.parser import HTMLParser

import pytest

from cours_transformers.visualization import palette
from cours_transformers.visualization.bars import plot_bars, plot_histograms
from cours_transformers.visualization.curves import plot_lines
from cours_transformers.visualization.theme import (
    SERIES,
    STYLE_K,
    STYLE_Q,
    STYLE_V,
    new_figure,
)
from cours_transformers.visualization.vectors import plot_vectors_2d

CSS = pathlib.Path(__file__).parents[2] / "book/_assets/css/explorer.css"


def luminance(color: str) -> float:
    """Luminance relative de la norme WCAG."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(a: str, b: str) -> float:
    """Rapport de contraste de la norme WCAG."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


class Tags(HTMLParser):
    """Retient balises et attributs."""

    def __init__(self, html: str):
        super().__init__()
        self.seen, self.open = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Retient une balise ouvrante."""
        self.seen.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Retient une balise vide."""
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """Vérifie que la balise fermée est la dernière ouverte."""
        assert self.open.pop() == tag


def lines(n: int = 2):
    curves = {f"courbe {i}": [i, i + 1, i * i] for i in range(n)}
    return plot_lines([1, 2, 3], curves, "dimension d_k", "perte", alt="Des courbes.")


def some_figures() -> list:
    """Une figure de chaque sorte, dont de très chargées."""
    big = [(i * 37 % 101) / 7 for i in range(2000)]
    x = range(200)
    waves = {f"c{j}": [(i * j) % 50 for i in x] for j in range(6)}
    return [
        lines(),
        plot_lines(x, waves, "x", "y", alt="Six ondes."),
        plot_bars({"additive": 3210.5, "produit": 12.0}, "µs"),
        plot_histograms({"a": big, "b": big[:900]}, "score", alt="Deux bosses."),
        plot_vectors_2d([[1, 0]], [[0, 1], [2, 1]], [[-1, 1], [1, 1]], alt="Plan."),
    ]


@functools.cache
def written_figures() -> list[str]:
    return [figure._repr_html_() for figure in some_figures()]


@pytest.mark.parametrize("alt", ["", "  \n "])
def test_un_texte_de_remplacement_vide_est_refuse(alt):
    with pytest.raises(ValueError, match="alt est vide"):
        new_figure(alt=alt)


def test_l_enveloppe_porte_le_role_et_le_texte_echappe():
    figure = plot_lines([0, 1], {"y": [0, 1]}, "x", "y", alt='Si "a" < b,\n monte')
    (tag, attributes), *_ = Tags(figure._repr_html_()).seen
    assert tag == "div" and attributes["role"] == "img"
    assert attributes["aria-label"] == 'Si "a" < b, monte'
    assert "var(--figure-background,#FFFFFF)" in attributes["style"]


def test_le_svg_est_equilibre_et_sans_identifiant():
    for html in written_figures():
        tags = Tags(html)
        assert not tags.open
        assert [a for _, a in tags.seen if "id" in a] == []
        assert "url(#" not in html and "<style" not in html


def test_le_texte_reste_du_texte_sans_police_imposee():
    svg = lines().to_svg()
    assert ">courbe 0</text>" in svg
    assert "DejaVu" not in svg and "font-family:inherit" in svg
    assert re.search(r"font-size:1[01](\.\d+)?px", svg)


def test_un_indice_est_abaisse_sans_toucher_aux_identifiants():
    labels = {"d_k": [1, 2], "n_kv_heads": [2, 1]}
    svg = plot_lines([0, 1], labels, "x", "y", alt="Deux droites.").to_svg()
    assert 'd<tspan dy="3" font-size="75%">k</tspan>' in svg
    assert ">n_kv_heads</text>" in svg


def test_les_couleurs_sont_celles_de_la_page():
    styles = {"requête": STYLE_Q}
    svg = plot_lines([0, 1], {"requête": [0, 1]}, "x", "y", alt="Q.", styles=styles)
    svg = svg.to_svg()
    assert "stroke:var(--cours-q,#0072B2)" in svg
    assert "var(--figure-ink,#1B1E23)" in svg
    # Toute couleur écrite l'est comme repli d'une variable.
    assert re.findall(r"(?<!,)#[0-9a-fA-F]{6}", svg) == []


def test_deux_dessins_identiques_donnent_le_meme_html():
    assert [figure._repr_html_() for figure in some_figures()] == written_figures()


def test_chaque_figure_reste_legere():
    sizes = [len(html.encode()) for html in written_figures()]
    assert max(sizes) < 25_000, sizes


@pytest.mark.parametrize("dark", [False, True])
def test_chaque_couleur_contraste_avec_le_fond(dark):
    tint = (lambda s: s.dark) if dark else (lambda s: s.color)
    background = tint(palette.BACKGROUND)
    for style in (STYLE_Q, STYLE_K, STYLE_V, palette.MUTED, *SERIES):
        assert contrast(tint(style), background) >= 4.5, style.variable
    # Une case pleine laisse lire son nombre.
    assert contrast(tint(palette.HEAT), tint(palette.INK)) >= 4.5


def test_la_feuille_de_style_donne_les_memes_teintes_que_la_palette():
    css = CSS.read_text().lower()
    light, dark = css.split('html[data-theme="dark"]')[:2]
    own = (palette.GRID, palette.HEAT, *SERIES[1:])
    for style in own:
        assert f"{style.variable}: {style.color.lower()};" in light
        assert f"{style.variable}: {style.dark.lower()};" in dark


def test_les_courbes_se_distinguent_sans_la_couleur():
    for styles in (SERIES, (STYLE_Q, STYLE_K, STYLE_V)):
        assert len({s.marker for s in styles}) == len(styles)
        assert len({str(s.dash) for s in styles}) == len(styles)
    assert [s.symbol for s in (STYLE_Q, STYLE_K, STYLE_V)] == ["●", "■", "▲"]


def test_aucune_serie_n_emprunte_les_couleurs_de_q_k_v():
    assert not {s.color for s in SERIES} & {
        s.color for s in (STYLE_Q, STYLE_K, STYLE_V)
    }


def test_trop_de_courbes_est_refuse():
    with pytest.raises(ValueError, match="7 courbes sur la même figure"):
        lines(7)


def test_une_courbe_trop_courte_est_nommee():
    with pytest.raises(ValueError, match="« perte » a 1 valeurs pour 2 abscisses"):
        plot_lines([0, 1], {"perte": [3]}, "x", "y", alt="Courte.")


def test_une_bande_d_incertitude_s_ajoute_au_dessin():
    bare = plot_lines([0, 1, 2], {"y": [1, 2, 3]}, "x", "y", alt="Droite.")
    spread = {"y": ([0, 1, 2], [2, 3, 4])}
    band = plot_lines([0, 1, 2], {"y": [1, 2, 3]}, "x", "y", alt="D.", spread=spread)
    assert "fill-opacity:.18" in band.to_svg()
    assert "fill-opacity" not in bare.to_svg()


def test_l_echelle_logarithmique_deplace_les_points():
    x = [1, 10, 100]
    figure = plot_lines(x, {"y": x}, "x", "y", alt="Log.", logx=True, logy=True)
    ax = figure.axes[0]
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert ">100</text>" in figure.to_svg()


def test_les_barres_disent_leurs_valeurs_par_defaut():
    figure = plot_bars({"additive": 3210, "produit": 0.5}, "temps (µs)")
    assert figure.alt == "Barres (temps (µs)) : additive : 3\u202f210 et produit : 0,5."
    assert ">3\u202f210</text>" in figure.to_svg()


def test_l_histogramme_a_pour_aire_un():
    figure = plot_histograms({"a": range(100)}, "x", alt="Plat.", bins=10)
    patch = figure.axes[0].patches[-1]
    values, edges, _ = patch.get_data()
    assert abs(sum(values * (edges[1:] - edges[:-1])) - 1) < 1e-9


def test_les_vecteurs_portent_leur_forme_et_leur_nom():
    words = ["chat", "dort"]
    keys = [[0, 1], [2, 1]]
    figure = plot_vectors_2d([[1, 0]], keys, alt="Plan.", labels=words)
    svg = figure.to_svg()
    assert ">chat</text>" in svg and ">dort</text>" in svg
    assert "var(--cours-q,#0072B2)" in svg and "var(--cours-k,#B04A00)" in svg
    assert "--cours-v" not in svg
    shown = {line.get_marker() for line in figure.axes[0].lines}
    assert {STYLE_Q.marker, STYLE_K.marker} <= shown


def test_un_vecteur_de_l_espace_est_refuse():
    with pytest.raises(ValueError, match=r"keys doit contenir des vecteurs à 2 comp"):
        plot_vectors_2d([[1, 0]], [[1, 2, 3]], alt="Plan.")


def test_un_trace_qui_deborde_est_decoupe_aux_axes():
    figure = plot_lines([0, 1, 2], {"y": [0, 500, 1]}, "x", "y", alt="Pic.")
    figure.axes[0].set_ylim(0, 10)
    assert re.search(r'<svg x="[\d.]+" y="[\d.]+" width', figure.to_svg())
    assert figure.to_svg().count("<svg") == figure.to_svg().count("</svg>")
