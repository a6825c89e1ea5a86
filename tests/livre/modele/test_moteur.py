"""Le moteur de la page : ses logits sont ceux de PyTorch, et son tirage est exact."""

import base64
import hashlib
import random
import re
from types import SimpleNamespace

import measure_browser
import numpy as np
import pytest
import self_contained
import torch

from cours_transformers.data.tales import tales
from cours_transformers.export import served_path
from cours_transformers.tokenization.pieces import PieceTokenizer
from cours_transformers.widgets.write_live import opening

NAMES = ["llama", "gpt2", "nu", "geglu", "contes"]
READ = """
  const model = engine.open(records[arg.name]);
  return arg.prompts.map((tokens) => {
    const past = engine.reading(model);
    const steps = tokens.map((token) => past.read(token));
    return arg.attention
      ? steps.map((s) => s.attention.map((l) => l.map((h) => Array.from(h))))
      : steps.map((s) => base64(s.logits));
  });

  /* Un million de nombres : en JSON, leur trajet serait plus long que leur calcul. */
  function base64(floats) {
    const bytes = new Uint8Array(floats.buffer);
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }"""


@pytest.fixture(scope="module")
def textes() -> list[str]:
    """Cinquante débuts de la validation, de 1 à 160 signes, souvent en plein mot."""
    text, chance = tales().validation, random.Random(0)  # noqa: S311 - aucun secret
    lengths = [1, 160, *(chance.randint(2, 160) for _ in range(48))]
    starts = [chance.randrange(len(text) - 160) for _ in lengths]
    return [text[s : s + n] for s, n in zip(starts, lengths, strict=True)]


@pytest.fixture(scope="module")
def debuts(modeles, textes) -> dict[str, list[list[int]]]:
    """Leurs tokens, pour chaque modèle : au plus 32, et une fois tout le contexte."""
    return {
        name: [exported.tokenizer.encode(text).tolist()[:32] for text in textes]
        for name, (exported, _) in modeles.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_cinquante_debuts_se_coupent_comme_en_python(moteur, modeles, textes, name):
    tokenizer = modeles[name][0].tokenizer
    script = """const { pieces } = engine.open(records[arg.name]);
      return arg.textes.map((text) => engine.encode(pieces, text));"""
    found = moteur(script, {"name": name, "textes": textes})
    for text, read in zip(textes, found, strict=True):
        expected = tokenizer.encode(text).tolist()
        assert read == {"tokens": expected, "unknown": None}


# Préfixes l'un de l'autre, longs morceaux que la suite dément, signes de deux unités en
# JavaScript, accents séparés, et noms que porte tout objet JavaScript.
TWISTED = [
    *("a", "b", "c", "d", " ", "\n", "é", "e", "\u0301", "🐈", "🚀", "👩\u200d🚀"),
    *(
        "ab",
        "abc",
        "abcd",
        "bcd",
        " a",
        " abc",
        "  ",
        "\n\n",
        "__proto__",
        "constructor",
    ),
]


def test_un_texte_tordu_se_coupe_comme_en_python(moteur):
    """Trois cents textes de morceaux recollés ; ☂, « 👩 » et « _ » restent inconnus."""
    chance, signs = random.Random(1), [*TWISTED, "☂", "👩", "_"]  # noqa: S311
    texts = ["", "abcabcd", "abcbcd", *TWISTED]
    texts += [
        "".join(chance.choices(signs, k=chance.randint(1, 9))) for _ in range(300)
    ]
    tokenizer, unknown = PieceTokenizer(TWISTED), 0
    script = "return arg.texts.map((text) => engine.encode(arg.pieces, text));"
    found = moteur(script, {"texts": texts, "pieces": TWISTED})
    for text, read in zip(texts, found, strict=True):
        at = len(text)
        try:
            tokenizer.encode(text or "a")
        except ValueError as error:
            at = int(re.search(r"à la position (\d+)", str(error))[1])
        tokens = tokenizer.encode(text[:at]).tolist() if at else []
        assert read == {"tokens": tokens, "unknown": text[at] if text[at:] else None}
        unknown += at < len(text)
    assert 30 < unknown < 270


def test_l_espace_qui_finit_un_debut_appartient_au_mot_suivant(moteur):
    script = "return arg.map(([pieces, text]) => engine.opening(pieces, text));"
    words, letters = ["a", " ", " ab"], ["a", " "]
    asked = [[words, "a a  "], [words, "  "], [words, "a"], [letters, "a "]]
    assert moteur(script, asked) == ["a a", "  ", "a", "a "]
    for (pieces, text), expected in zip(asked, moteur(script, asked), strict=True):
        assert opening(PieceTokenizer(pieces), text) == expected


@torch.no_grad()
@pytest.mark.parametrize("name", NAMES)
def test_les_logits_sont_ceux_de_pytorch(moteur, modeles, debuts, name):
    """Cinquante débuts, lus token par token avec le cache : à chaque pas, l'accord."""
    model = modeles[name][1]
    found = moteur(READ, {"name": name, "prompts": debuts[name]})
    for tokens, read in zip(debuts[name], found, strict=True):
        expected = model(torch.tensor([tokens]))[0]
        rows = [np.frombuffer(base64.b64decode(row), "<f4") for row in read]
        logits = torch.from_numpy(np.stack(rows))
        torch.testing.assert_close(logits, expected, atol=2e-4, rtol=2e-4)


@torch.no_grad()
@pytest.mark.parametrize("name", NAMES)
def test_les_poids_d_attention_sont_ceux_de_pytorch(moteur, modeles, debuts, name):
    tokens = debuts[name][1]
    assert len(tokens) == 32
    (read,) = moteur(READ, {"name": name, "prompts": [tokens], "attention": True})
    maps = modeles[name][1].attention_maps(torch.tensor([tokens]))
    for t, layers in enumerate(read):
        for weights, expected in zip(layers, maps, strict=True):
            found = torch.tensor(weights, dtype=torch.float32)
            assert found.shape == (expected.shape[1], t + 1)
            torch.testing.assert_close(
                found, expected[0, :, t, : t + 1], atol=1e-5, rtol=1e-4
            )


@torch.no_grad()
def test_un_contexte_plein_se_relit_par_moitie(moteur, modeles, debuts):
    """Au 33e token, elle en oublie 16 ; PyTorch, sur cette fenêtre, l'approuve."""
    tokens = (debuts["llama"][1] * 2)[:60]
    found = moteur(
        """
        const text = engine.writer(engine.open(records.llama), 0);
        return text.given(arg).map((e) => ({ first: e.first, chosen: e.chosen,
          widths: e.attention && e.attention[0].map((row) => row.length) }));""",
        tokens,
    )
    model, first = modeles["llama"][1], 0
    for t in range(1, len(tokens)):
        if t - 1 - first == 32:
            first += 16
        assert found[t]["first"] == first
        assert found[t]["widths"] == [t - first] * 4
        expected = model(torch.tensor([tokens[first:t]]))[0, -1].softmax(-1)
        assert found[t]["chosen"]["p"] == pytest.approx(
            expected[tokens[t]].item(), rel=1e-3
        )
    assert first == 16 * 2


def test_un_contexte_plein_est_refuse_par_la_lecture(moteur):
    message = moteur("""
        const past = engine.reading(engine.open(records.llama));
        try { for (let t = 0; t < 33; t++) { past.read(0); } }
        catch (error) { return error.message + " " + past.length(); }""")
    assert message == "le contexte de 32 tokens est plein 32"


def attendue(logits, temperature, top_k=0, top_p=1.0, min_p=0.0) -> np.ndarray:
    """La même définition, écrite autrement : une boucle sur les tokens triés."""
    order = np.argsort(-np.asarray(logits), kind="stable")
    raised = np.exp((np.asarray(logits) - max(logits)) / temperature)
    p = raised / raised.sum()
    kept = list(order[:top_k]) if top_k else list(order)
    inside, nucleus = sum(p[kept]), []
    for token in kept:
        nucleus.append(token)
        if top_p < 1 and sum(p[nucleus]) >= top_p * inside:
            break
    final = [token for token in nucleus if p[token] >= min_p * p.max()]
    shares = np.zeros_like(p)
    shares[final] = p[final] / sum(p[final])
    return shares


def test_la_distribution_est_celle_des_reglages(moteur):
    generator = np.random.default_rng(0)
    cases = []
    for _ in range(200):
        size = int(generator.choice([2, 5, 20, 965]))
        cases.append({
            "logits": generator.normal(0, 2, size).round(2).tolist(),
            "temperature": float(generator.choice([0.3, 1.0, 1.7])),
            "topK": int(generator.choice([0, 1, 3, 40])),
            "topP": float(generator.choice([0.1, 0.5, 0.9, 1.0])),
            "minP": float(generator.choice([0.0, 0.05, 0.3])),
        })  # fmt: skip
    found = moteur("return arg.map((c) => engine.distribution(c.logits, c));", cases)
    for case, shares in zip(cases, found, strict=True):
        keys = ("logits", "temperature", "topK", "topP", "minP")
        np.testing.assert_allclose(shares, attendue(*map(case.get, keys)), atol=1e-12)


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ({"topP": 0.6}, [0, 1]),  # 0,5 ne suffit pas : le token du seuil est gardé
        ({"topP": 0.5}, [0]),
        ({"topP": 0.01}, [0]),
        ({"topK": 3, "topP": 0.9}, [0, 1, 2]),
        ({"topK": 2}, [0, 1]),
        ({"minP": 0.5}, [0, 1]),
        ({"minP": 0.51}, [0]),
        ({}, [0, 1, 2, 3]),
    ],
)
def test_chaque_filtre_garde_ce_qu_il_dit(moteur, settings, kept):
    """Quatre tokens de probabilités 1/2, 1/4, 1/8 et 1/8, dans le désordre."""
    p, names = [0.125, 0.5, 0.125, 0.25], [2, 0, 3, 1]
    argument = {"logits": np.log(p).tolist(), "temperature": 1, **settings}
    shares = moteur("return engine.distribution(arg.logits, arg);", argument)
    assert sorted(names[i] for i, share in enumerate(shares) if share > 0) == kept
    assert sum(shares) == pytest.approx(1)


def test_les_plus_grands_sans_tout_trier(moteur):
    """Oracle : le tri stable de NumPy ; des égalités, et trop de places."""
    generator = np.random.default_rng(1)
    cases = [
        {"scores": generator.integers(0, 30, size).tolist(), "n": n}
        for size, n in [(1, 1), (7, 10), (50, 10), (965, 40)]
    ]
    found = moteur("return arg.map((c) => engine.largest(c.scores, c.n));", cases)
    for case, kept in zip(cases, found, strict=True):
        order = np.argsort(-np.array(case["scores"]), kind="stable")
        assert kept == order[: case["n"]].tolist()


@torch.no_grad()
def test_le_rang_compte_les_tokens_plus_probables(moteur, modeles, debuts):
    tokens = debuts["contes"][1]
    found = moteur(
        """const text = engine.writer(engine.open(records.contes), 0);
        return text.given(arg).slice(1).map((e) => e.rank);""",
        tokens,
    )
    logits = modeles["contes"][1](torch.tensor([tokens]))[0]
    exact = 0
    for rank, row, token in zip(found, logits, tokens[1:], strict=False):
        # Les logits des deux moteurs s'accordent à 2·10⁻⁴ près : le rang, à ceux-là.
        least = 1 + int((row > row[token] + 2e-4).sum())
        most = int((row > row[token] - 2e-4).sum())  # lui-même compris
        assert least <= rank <= most
        exact += least == most
    assert max(found) > 1 and exact > len(found) / 2


def test_la_temperature_nulle_prend_le_premier_des_plus_probables(moteur):
    shares = moteur("return engine.distribution([1, 3, 3, 2], { temperature: 0 });")
    assert shares == [0, 1, 0, 0]


def test_le_tirage_suit_la_distribution_et_n_en_sort_jamais(moteur):
    shares = [0.0, 0.2, 0.0, 0.5, 0.3, 0.0]
    counts, edges = moteur(
        """
        const next = engine.random(3), counts = arg.map(() => 0);
        for (let i = 0; i < 20000; i++) { counts[engine.draw(arg, next())] += 1; }
        return [counts, [0, 0.19, 0.21, 0.71, 1].map((u) => engine.draw(arg, u))];""",
        shares,
    )
    np.testing.assert_allclose(np.array(counts) / 20_000, shares, atol=0.015)
    assert [counts[i] for i in (0, 2, 5)] == [0, 0, 0]
    assert edges == [1, 1, 3, 4, 4]


WRITE = """
  const text = engine.writer(engine.open(records.llama), arg.seed);
  text.given([1, 2, 3]);
  return Array.from({ length: 80 }, () => text.write({ temperature: 1 }).token);"""


def test_la_graine_donne_la_meme_suite_et_une_autre_une_autre(moteur):
    first, again, other = (moteur(WRITE, {"seed": seed}) for seed in (7, 7, 8))
    assert first == again
    assert first != other
    assert len(set(first)) > 10


def test_le_generateur_est_mulberry32(moteur):
    """Les trois premiers nombres de la graine 1, recalculés en Python."""
    state, expected = 1, []
    for _ in range(3):
        state = (state + 0x6D2B79F5) % 2**32
        t = (state ^ state >> 15) * (state | 1) % 2**32
        t ^= (t + (t ^ t >> 7) * (t | 61)) % 2**32
        expected.append((t ^ t >> 14) / 2**32)
    script = "const next = engine.random(1); return [next(), next(), next()];"
    assert moteur(script) == expected


def test_l_empreinte_refuse_un_fichier_change(moteur, modeles):
    """La même somme qu'en Python ; un seul octet d'écart la change."""
    exported = modeles["llama"][0]
    digest = hashlib.sha256(exported.header.encode() + exported.weights).hexdigest()
    script = """
        const r = records.llama, weights = r.weights.replace(/[a-z]/, "7");
        return Promise.all([r, { ...r, weights }, { ...r, header: r.header + " " }]
          .map((one) => engine.isIntact(one))).then((all) => [r.sha256, ...all]);"""
    assert moteur(script) == [digest, True, False, False]


def test_la_mesure_du_debit_compte_tous_ses_passages(chromium):
    """Le temps n'est pas affirmé : seulement que chaque passage en a un."""
    results = measure_browser.measure(chromium, 2)
    assert results["browser"].startswith("Chromium ")
    for name in ("read", "write"):
        assert len(results[name]["all"]) == 2
        assert min(results[name]["all"]) <= results[name]["median"]
        assert min(results[name]["all"]) > 0


def test_la_construction_copie_le_modele_a_cote_du_moteur(tmp_path):
    """Le fichier voyage avec le paquet : le site doit l'y prendre."""
    app = SimpleNamespace(
        builder=SimpleNamespace(format="html"), outdir=tmp_path,
        add_css_file=lambda *_, **__: None, add_js_file=lambda *_, **__: None,
    )  # fmt: skip
    self_contained.copy_assets(app)
    folder = tmp_path / "_static" / "cours" / "modele"
    assert (folder / "contes.js").read_bytes() == served_path().read_bytes()
    assert (folder / "moteur.js").exists()
    assert (tmp_path / "_static/cours/interactions/ecrire.js").exists()
