"""Le moteur de la page : ses logits sont ceux de PyTorch, et son tirage est exact."""

import hashlib
import random

import measure_browser
import numpy as np
import pytest
import torch

from cours_transformers.data.tales import tales
from cours_transformers.tokenization.characters import CharacterTokenizer

NAMES = ["llama", "gpt2", "nu", "geglu", "contes"]
READ = """
  const model = engine.open(records[arg.name]);
  return arg.prompts.map((tokens) => {
    const past = engine.reading(model);
    const steps = tokens.map((token) => past.read(token));
    return arg.attention
      ? steps.map((s) => s.attention.map((l) => l.map((h) => Array.from(h))))
      : steps.map((s) => Array.from(s.logits));
  });"""


@pytest.fixture(scope="module")
def debuts(alphabet) -> list[list[int]]:
    """Cinquante débuts de la validation, de 1 à 32 caractères : tout le contexte."""
    tokenizer, text = CharacterTokenizer(alphabet), tales().validation
    chance = random.Random(0)  # noqa: S311 - des débuts, aucun secret
    lengths = [1, 32, *(chance.randint(2, 32) for _ in range(48))]
    starts = [chance.randrange(len(text) - 32) for _ in lengths]
    pairs = zip(starts, lengths, strict=True)
    return [tokenizer.encode(text[s : s + n]).tolist() for s, n in pairs]


@torch.no_grad()
@pytest.mark.parametrize("name", NAMES)
def test_les_logits_sont_ceux_de_pytorch(moteur, modeles, debuts, name):
    """Cinquante débuts, lus token par token avec le cache : à chaque pas, l'accord."""
    model = modeles[name][1]
    found = moteur(READ, {"name": name, "prompts": debuts})
    for tokens, read in zip(debuts, found, strict=True):
        expected = model(torch.tensor([tokens]))[0]
        torch.testing.assert_close(torch.tensor(read), expected, atol=2e-4, rtol=2e-4)


@torch.no_grad()
@pytest.mark.parametrize("name", NAMES)
def test_les_poids_d_attention_sont_ceux_de_pytorch(moteur, modeles, debuts, name):
    tokens = debuts[1]
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
    tokens = (debuts[1] * 2)[:60]
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
        size = int(generator.integers(2, 20))
        cases.append({
            "logits": generator.normal(0, 2, size).round(2).tolist(),
            "temperature": float(generator.choice([0.3, 1.0, 1.7])),
            "topK": int(generator.choice([0, 1, 3, 50])),
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
