"""Les tuiles de la page sont celles du paquet : valeurs à chaque étape, et comptes."""

import itertools
import math

import pytest
import torch

from cours_transformers.kernels.call import AttentionCall
from cours_transformers.kernels.explicit import explicit_attention
from cours_transformers.kernels.scores import block_scores
from cours_transformers.kernels.tiled import tiled_attention
from cours_transformers.training.traffic_counts import (
    count_standard,
    count_tiled,
    footprint,
)

PLAN = "(root, s) => window.coursTuiles.plan(s)"
TILES = """(root, s) => {
  const steps = window.coursTuiles.plan(s);
  return steps.map((_, n) => window.coursTuiles.tiles(s, steps, n));
}"""
FOOTPRINT = "(root, s) => window.coursTuiles.footprint(s)"
STANDARD = "() => window.coursTuiles.standard"
INPUTS = "root => root.interaction.inputs"
SIZES = (1, 2, 4)
SETTINGS = [
    {"blockQ": q, "blockK": k, "causal": causal}
    for q, k, causal in itertools.product(SIZES, SIZES, (False, True))
]


def appel(root, causal: bool, stop: int | None = None) -> AttentionCall:
    """L'appel du paquet sur les nombres de la page ; ``stop`` : clés déjà vues."""
    given = root.evaluate(INPUTS)
    q, k, v = (torch.tensor(given[x], dtype=torch.float64)[None, None] for x in "qkv")
    T, D = q.shape[-2:]
    mask = torch.ones(T, T, dtype=torch.bool)
    if stop is not None:
        mask &= torch.arange(T) < stop
    return AttentionCall(
        q, k, v, causal, mask, None, None, 0.0, 1 / math.sqrt(D), True
    )  # fmt: skip


def proche(found, expected: torch.Tensor) -> None:
    """Affirme l'égalité de deux tableaux, −∞ compris."""
    found = torch.tensor(found, dtype=torch.float64)
    torch.testing.assert_close(found, expected, atol=1e-12, rtol=0)


def vu_par_le_paquet(root, causal: bool, stop: int) -> dict[str, torch.Tensor]:
    """Ce que vaut chaque requête quand seules les clés d'avant ``stop`` sont vues."""
    call = appel(root, causal, stop)
    scores = block_scores(call, call.queries, call.keys)[0, 0]
    m = scores.amax(-1, keepdim=True)
    p = (scores - m).exp()
    total = p.sum(-1, keepdim=True)
    a = explicit_attention(call)[0][0, 0] * total
    return {"scores": scores, "p": p, "m": m, "l": total, "a": a}


def comparer_les_valeurs(root, settings: dict) -> None:
    """Compare m, ℓ, a, α, scores et poids, à chaque étape, au moteur explicite."""
    causal = settings["causal"]
    call = appel(root, causal)
    steps = root.evaluate(PLAN, settings)
    known = {n: vu_par_le_paquet(root, causal, n) for n in range(1, call.keys.stop + 1)}
    for step in (s for s in steps if s["kind"] == "tile"):
        rows, cols = step["rows"], step["cols"]
        after = known[cols[-1] + 1]
        alpha = (known[cols[0]]["m"] - after["m"]).exp() if cols[0] else 0 * after["m"]
        expected = [
            after["scores"][rows][:, cols], after["p"][rows][:, cols],
            alpha[rows], after["m"][rows], after["l"][rows], after["a"][rows],
        ]  # fmt: skip
        found = [
            [
                *line["scores"],
                *line["p"],
                line["alpha"],
                line["m"],
                line["l"],
                *line["a"],
            ]
            for line in step["lines"]
        ]
        proche(found, torch.cat(expected, dim=-1))
    written = [row for s in steps if s["kind"] == "store" for row in s["outputs"]]
    whole, _ = tiled_attention(call, settings["blockQ"], settings["blockK"])
    proche(written, whole[0, 0])


def comparer_les_comptes(root, settings: dict) -> None:
    """Compare les nombres lus, écrits et tenus aux comptes du paquet, à l'unité."""
    T, D = appel(root, settings["causal"]).q.shape[-2:]
    sizes = settings["blockQ"], settings["blockK"]
    counted = count_tiled(T, D, *sizes, causal=settings["causal"])
    steps = root.evaluate(PLAN, settings)
    assert sum(s["read"] for s in steps) == counted.read
    assert sum(s["written"] for s in steps) == counted.written
    if not settings["causal"]:
        assert counted.total == 2 * T * D + T // sizes[0] * 2 * T * D
    assert root.evaluate(FOOTPRINT, settings) == footprint(*sizes, D)
    standard = root.evaluate(STANDARD)
    assert standard["total"] == count_standard(T, D).total
    assert standard["vectors"] + standard["matrices"] == standard["total"]
    assert standard["matrices"] == 4 * T * T


def comparer_les_tuiles(root, settings: dict) -> None:
    """Une tuile est sautée si, et seulement si, le masque en interdit toute paire."""
    call = appel(root, settings["causal"])
    block_q, block_k = settings["blockQ"], settings["blockK"]
    steps = root.evaluate(PLAN, settings)
    allowed = call.allowed(call.queries, call.keys)
    for n, tiles in enumerate(root.evaluate(TILES, settings)):
        order = [(s["rows"][0], s["cols"][0]) for s in steps[: n + 1] if s["cols"]]
        now = order[-1] if steps[n]["cols"] else None
        for tile in tiles:
            row, col = place = tile["row"], tile["col"]
            if n == 0:
                useful = allowed[row : row + block_q, col : col + block_k].any()
                assert (tile["state"] != "skipped") == useful
            assert (tile["state"] == "current") == (place == now)
            assert (tile["state"] == "erased") == (place in order and place != now)
            if tile["state"] == "erased":
                assert tile["age"] == len(order) - 1 - order.index(place)


def tout_comparer(root) -> None:
    """Compare les dix-huit réglages au paquet."""
    for settings in SETTINGS:
        comparer_les_valeurs(root, settings)
        comparer_les_comptes(root, settings)
        comparer_les_tuiles(root, settings)


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_chaque_etape_est_celle_du_moteur(ouvrir, protocol):
    _, root = ouvrir(protocol)
    tout_comparer(root)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        # La correction oubliée : de la somme, de l'accumulateur ; le maximum perdu.
        ("alpha * before.l", "before.l"),
        ("alpha * old", "old"),
        ("Math.max(before.m, ...scores)", "Math.max(...scores)"),
        ("Math.exp(before.m - m)", "Math.exp(m - before.m)"),
        # L'échelle, la division finale, le masque décalé d'un rang.
        ("1 / Math.sqrt(D)", "1 / D"),
        ("a.map((x) => x / l)", "a"),
        ("causal && j > i", "causal && j > i + 1"),
        # Une tuile utile sautée, une tuile inutile gardée, celle de la diagonale.
        ("col >= row + blockQ", "col >= row + 1"),
        ("col >= row + blockQ", "col > row + blockQ"),
        # Les comptes : V oublié, la place de α, la matrice écrite une seule fois.
        ("read: 2 * blockK * D", "read: blockK * D"),
        ("3 * blockQ;", "2 * blockQ;"),
        ("total: 4 * T * D + 4 * T * T", "total: 4 * T * D + 2 * T * T"),
        ("seen - 1 - rank", "seen - rank"),
    ],
)
def test_une_faute_plantee_se_voit(ouvrir_faute, text, fault):
    _, root = ouvrir_faute(text, fault)
    with pytest.raises(AssertionError):
        tout_comparer(root)
