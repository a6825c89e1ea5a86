"""Chapitre 14 : ce que ses exercices ont de particulier, et ceux de la page."""

import math

import pytest
import torch
from answers import WRONG
from answers import chapter_14 as answers
from answers import chapter_14_kernels as kernels
from hypothesis import given, settings
from hypothesis import strategies as st
from inventory import skip_if_untried

from cours_transformers.exercises import check
from cours_transformers.exercises.chapter_14.footprint import in_tiles
from cours_transformers.exercises.chapter_14.stream import Stream
from cours_transformers.exercises.recognition import outcome_of
from cours_transformers.exercises.registry import find
from cours_transformers.exercises.sandbox import Outcome
from cours_transformers.exercises.trial import agree, attempt, hidden_inputs
from cours_transformers.exercises.values import UnusableError
from cours_transformers.kernels.attention import attention
from cours_transformers.training.gpus import A100
from cours_transformers.training.roofline import ridge

INF = torch.inf


def reference(number):
    return find(number).reference


# --- 14.2 : une suite qui ne passe qu'une fois --------------------------------


def blocks(*sizes):
    return [torch.zeros(size) for size in sizes]


def test_une_suite_se_lit_une_fois_sans_qu_on_la_garde():
    assert len([x.sum() for x in Stream(blocks(2, 1, 3, 1))]) == 4
    with pytest.raises(UnusableError, match="vous gardez encore 4 blocs sur 4"):
        list(Stream(blocks(2, 1, 3, 1)))
    stream = Stream(blocks(2, 1, 3, 1))
    sum(x.sum() for x in stream)
    with pytest.raises(UnusableError, match="une seconde fois"):
        sum(x.sum() for x in stream)


def test_deux_blocs_se_relisent_et_une_vue_d_un_bloc_n_est_pas_une_suite_gardee():
    stream = Stream(blocks(2, 1))
    assert len(list(stream)) == len(list(stream)) == 2
    m = None
    for scores in Stream(blocks(2, 3, 1, 2)):
        m = scores[0] if m is None else m
    assert m == 0


def test_une_suite_n_a_pas_de_rang():
    text = str(check("14.2", lambda blocs: (blocs[0].max(), 0.0)))
    assert "arrivent un à un" in text


# --- 14.3 : fusionner est associatif -----------------------------------------


@given(st.lists(st.floats(-200, 200, width=32), min_size=3, max_size=9), st.data())
@settings(max_examples=40, deadline=None)
def test_on_fusionne_dans_l_ordre_que_l_on_veut(scores, data):
    s = torch.tensor(scores, dtype=torch.double)[None]
    if data.draw(st.booleans()):
        s[:, 0] = -INF
    v = torch.linspace(-1, 1, s.shape[1], dtype=torch.double)[:, None]
    one, two = sorted(data.draw(st.tuples(*[st.integers(1, s.shape[1] - 1)] * 2)))
    two = max(two, one + 1) if one + 1 < s.shape[1] else one
    parts = [
        partial(x, y)
        for x, y in zip(*(cut(z, one, two) for z in (s.T, v)), strict=True)
    ]
    merge = answers.fusion
    left = merge(merge(parts[0], parts[1]), parts[2])
    right = merge(parts[0], merge(parts[1], parts[2]))
    whole = partial(s.T, v)
    for a, b, c in zip(left, right, whole, strict=True):
        torch.testing.assert_close(a, b)
        torch.testing.assert_close(a, c)
    torch.testing.assert_close(reference("14.3")(*parts[:2]), torch.cat(
        merge(*parts[:2]), dim=1))  # fmt: skip


def cut(x, one, two):
    return x[:one], x[one:two], x[two:]


def partial(scores, v):
    """Le triplet d'une requête, dont les scores sont en colonne ; aucun peut-être."""
    if not len(scores):
        return torch.full((1, 1), -INF).double(), *torch.zeros(2, 1, 1).double()
    m = scores.max().view(1, 1)
    p = (scores - (0 if m == -INF else m)).exp()
    return m, p.sum(0, keepdim=True), p.T @ v


# --- 14.4 : ce que l'on garde -------------------------------------------------


def long_inputs(T=64, S=512, D=5, block_k=32):
    return torch.randn(T, D), torch.randn(S, D), torch.randn(S, D), block_k


def listed(q, k, v, block_k):
    """Toutes les tuiles gardées, et le softmax à la fin."""
    tiles = [q @ part.T / q.shape[1] ** 0.5 for part in k.split(block_k)]
    m = torch.stack([tile.amax(-1) for tile in tiles]).amax(0)[:, None]
    return sum((t - m).exp() @ x for t, x in zip(tiles, v.split(block_k), strict=True))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (answers.ligne_par_ligne, "une requête a 512 scores à la fois"),
        (answers.recolle_les_scores, "elle est là, en morceaux"),
        (listed, "elle est là, en morceaux"),
        (lambda q, k, v, b: (q[:, None] * k).sum(-1), "une requête a 512 scores"),
    ],
)
def test_la_matrice_et_ses_lignes_sont_arretees(answer, said):
    with pytest.raises(UnusableError, match=said):
        in_tiles(answer)(*long_inputs())


@pytest.mark.parametrize(
    "answer",
    [
        answers.tuiles,
        answers.tuiles_et_colonne_de_1,
        answers.tuiles_divisees,
        answers.tuiles_requete_par_requete,
        answers.deux_passages_par_tuiles,
        answers.moyenne_de_softmax,
    ],
)
def test_des_tuiles_passent_et_une_petite_matrice_aussi(answer):
    in_tiles(answer)(*long_inputs())
    in_tiles(answers.ligne_par_ligne)(*long_inputs(T=4, S=20))


def test_la_ligne_qui_forme_la_matrice_est_montree():
    text = str(check("14.4", answers.efface_trop_tot))
    assert "essai 1" in text
    text = str(check("14.4", answers.recolle_les_scores))
    assert "`s = torch.cat([q @ kb.T for kb in k.split(block_k)], 1)" in text
    assert "elle est là, en morceaux" in text


# --- 14.5 : par la définition ---------------------------------------------------


@given(
    st.integers(1, 30), st.integers(1, 30), st.integers(1, 9), st.integers(1, 9),
    st.integers(0, 29),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_les_tuiles_utiles_sont_celles_de_la_definition(T, S, block_q, block_k, i):
    i %= math.ceil(T / block_q)
    given = reference("14.5")(i, block_q, block_k, T, S)
    expected = answers.utiles(i, block_q, block_k, T, S)
    assert tuple(given.tolist()) == expected


# --- 14.8 : δ de la sortie, ou de la ligne --------------------------------------


def test_les_deux_delta_sont_le_meme_nombre():
    p, v, do = torch.rand(4, 6).softmax(-1), torch.randn(6, 3), torch.randn(4, 3)
    by_output = (do * (p @ v)).sum(-1)
    torch.testing.assert_close((p * (do @ v.T)).sum(-1), by_output)


# --- 14.9 : les effets annoncés sont ceux des noyaux ----------------------------


KERNEL = find("14.9")


def effects(kernel):
    return [attempt(KERNEL, kernel, x, 4.0)[0] for x in hidden_inputs(KERNEL)]


def alike(a: list[Outcome], b: list[Outcome]) -> bool:
    return all(agree(KERNEL, x, y) for x, y in zip(a, b, strict=True))


def test_chaque_effet_est_celui_d_un_noyau_et_chaque_noyau_a_son_effet():
    skip_if_untried(KERNEL)
    wrong = [(name, effects(k)) for n, name, k in WRONG if n == "14.9"]
    for misconception in KERNEL.misconceptions:
        mine = [seen for name, seen in wrong if name == misconception.name]
        for effect in misconception.variants:
            expected = [outcome_of(KERNEL, effect, x) for x in hidden_inputs(KERNEL)]
            assert any(alike(seen, expected) for seen in mine), misconception.name


def test_le_debordement_est_dit_avec_sa_ligne_et_les_tableaux():
    skip_if_untried(KERNEL)
    text = str(check("14.9", kernels.sortie_espacee))
    assert "`tl.store(out_ptr + debut, m +" in text
    assert "le noyau écrit hors du tableau : à `out_ptr + 5`" in text
    assert "x_ptr, forme (2, 5) =" in text
    assert "stride = 5" in text


def test_le_premier_essai_d_un_noyau_se_lit():
    skip_if_untried(KERNEL)
    text = str(check("14.9", kernels.maximum_seul))
    assert "tenseur de forme" not in text
    assert all(name in text for name in KERNEL.arguments)
    assert "chaque place de la sortie est écrite" in text


def test_un_noyau_vide_ne_demarre_aucun_processus(monkeypatch):
    def interdit(*_):
        raise AssertionError

    monkeypatch.setattr("subprocess.Popen", interdit)

    def vide(x_ptr, out_ptr, n_cols, stride, BLOCK: "tl.constexpr"):
        """À vous."""
        ...

    assert "à vous de jouer" in check("14.9", vide).heading


# --- les exercices de la page ---------------------------------------------------


def test_les_nombres_du_point_d_equilibre():
    """Exercice 14.1 : la réponse, et les erreurs dont la page parle."""
    assert ridge(A100) == pytest.approx(153, abs=0.5)
    assert 2 * ridge(A100) == pytest.approx(306, abs=0.5)  # par nombre de 2 octets
    assert ridge(A100) / 2 == pytest.approx(76.5, abs=0.1)
    assert 1 / ridge(A100) == pytest.approx(0.00654, abs=1e-5)
    assert A100.flops / 1.555e12 == pytest.approx(201, abs=0.5)  # celui de 40 Go
    assert 8 * ridge(A100) == pytest.approx(1224, abs=0.5)
    assert ridge(A100) / 8 == pytest.approx(19, abs=0.5)


def tour(q, k_bloc, v_bloc, m, l, a, intrus=False):  # noqa: E741
    """Exercice 14.6 : les lignes de la page, dans l'ordre ; ou avec l'intrus."""
    s = q @ k_bloc.T
    nouveau = torch.maximum(m, s.amax(-1, keepdim=True))
    alpha = torch.exp(m - nouveau)
    m = nouveau
    p = torch.exp(s - m)
    if intrus:
        l, a = l + p.sum(-1, keepdim=True), a + p @ v_bloc  # noqa: E741
    else:
        l, a = alpha * l + p.sum(-1, keepdim=True), alpha * a + p @ v_bloc  # noqa: E741
    return m, l, a


def test_les_lignes_remises_en_ordre_font_l_attention():
    q, k, v, block_k = long_inputs(T=6, S=20, block_k=4)
    expected = attention(q[None, None], k[None, None], v[None, None])[0, 0]
    for intrus in (False, True):
        m, l, a = torch.full((6, 1), -INF), torch.zeros(6, 1), torch.zeros(6, 5)  # noqa: E741
        for kb, vb in zip(k.split(block_k), v.split(block_k), strict=True):
            m, l, a = tour(q / math.sqrt(5), kb, vb, m, l, a, intrus)  # noqa: E741
        gap = (a / l - expected).abs().max()
        assert gap > 1e-2 if intrus else gap < 1e-5
