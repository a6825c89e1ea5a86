"""Les sondes d'accord à distance : équilibrées, inédites, à distances croissantes."""

import re

import pytest

from cours_transformers.data.tales import agreement_pairs, tales


@pytest.fixture(scope="module")
def corpus():
    return tales()


@pytest.fixture(scope="module")
def probes(corpus):
    return agreement_pairs(corpus, n=40)


@pytest.fixture(scope="module")
def controls(corpus):
    return agreement_pairs(corpus, n=40, decoy=False)


def test_autant_de_singuliers_que_de_pluriels_a_chaque_taille(probes, controls):
    for group in (probes, controls):
        assert len(group) == 200
        for size in range(5):
            numbers = [p.plural for p in group if p.complements == size]
            assert len(numbers) == 40
            assert sum(numbers) == 20


def test_aucune_phrase_n_est_dans_l_apprentissage(corpus, probes, controls):
    train = corpus.train.lower()
    for probe in (*probes, *controls):
        assert probe.prefix.lower() + probe.right.lower()[:-1] not in train


def test_aucune_sonde_ne_se_repete(probes):
    assert len({p.prefix + p.right for p in probes}) == len(probes)


def test_le_leurre_a_l_autre_nombre_et_le_temoin_le_meme(probes, controls):
    for probe in (*probes, *controls):
        head, other = re.match(
            r"(Les|Le|La|L').*? que (les|le|la|l')", probe.prefix
        ).groups()
        assert (head == "Les") == probe.plural
        assert ((other == "les") != probe.plural) == probe.decoy
    assert all(p.decoy for p in probes) and not any(p.decoy for p in controls)


def test_les_deux_suites_ne_different_que_par_le_nombre(probes, controls):
    for probe in (*probes, *controls):
        right, wrong = probe.right.split()[0], probe.wrong.split()[0]
        assert right.rstrip(".").endswith("nt") == probe.plural
        assert wrong.rstrip(".").endswith("nt") != probe.plural
        assert probe.right.endswith(".") and probe.wrong.endswith(".")
        assert not probe.wrong.startswith(probe.right)
        assert not probe.right.startswith(probe.wrong)


def test_la_distance_va_de_la_tete_au_verbe_et_croit(probes):
    for probe in probes:
        head = re.match(r"(?:Les |Le |La |L')\w+", probe.prefix)
        assert probe.distance == len(probe.prefix) - head.end()
    means = [
        sum(p.distance for p in probes if p.complements == size) / 40
        for size in range(5)
    ]
    assert means == sorted(means)
    assert means[4] > means[0] + 40


def test_les_sondes_s_ecrivent_avec_les_signes_du_corpus(corpus, probes):
    signs = set("".join(p.prefix + p.right + p.wrong for p in probes))
    assert signs <= set(corpus.alphabet)


def test_le_corpus_montre_des_relatives_de_zero_a_trois_complements(corpus):
    seen = [0] * 5
    for tale in corpus.stories:
        for tail in re.findall(r"\w+ que l(?:es |e |a |')\w+((?: [^.,»]*?)?) "
                               r"(?:regard|surveill|guett|cherch|admir|attend)",
                               tale.text):  # fmt: skip
            spots = len(re.findall(r"près|derrière|devant|au bout", tail))
            seen[spots + len(re.findall(r" (?:du|de la|de l')", tail)) - (
                "près du" in tail)] += 1  # fmt: skip
    assert sum(seen) > 2_500
    assert min(seen[:4]) > 150
    assert seen[4] == 0


def test_une_graine_donne_toujours_les_memes_sondes(corpus, probes):
    assert agreement_pairs(corpus, n=40) == probes
    assert agreement_pairs(corpus, n=40, seed=1) != probes


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"corpus": "La souris"}, TypeError, "corpus doit être un Corpus.*'La souris'"),
        ({"n": 3}, ValueError, "n doit être pair.*reçu 3"),
        ({"n": 0}, ValueError, "n doit être pair.*reçu 0"),
        ({"n": 2.0}, TypeError, r"n : entiers attendus ; reçu 2\.0"),
        ({"complements": (0, 5)}, ValueError, r"complements.*0 à 4.*\(0, 5\)"),
        ({"complements": ()}, ValueError, r"complements.*0 à 4.*\(\)"),
        ({"complements": (0.5,)}, TypeError, r"complements : entiers.*reçu 0\.5"),
        ({"decoy": 1}, TypeError, "decoy doit valoir True ou False ; reçu 1"),
        ({"seed": -1}, ValueError, "seed doit être positive ou nulle ; reçu -1"),
        ({"seed": 0.5}, TypeError, r"seed doit être un entier ; reçu 0\.5"),
    ],
)
def test_ce_qui_est_refuse(arguments, error, message):
    with pytest.raises(error, match=message):
        agreement_pairs(**{"corpus": tales(0, 10_000)} | arguments)
