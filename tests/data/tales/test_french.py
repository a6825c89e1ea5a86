"""Le français des contes, relu par une petite grammaire écrite à part, et par un outil.

Le lexique de ce fichier est recopié à la main : une faute de genre dans le corpus ne
peut pas s'y cacher.
"""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from language import grammar
from language.paragraphs import Paragraph

from cours_transformers.data.tales import tales

ROOT = Path(__file__).parents[3]
FEMININE = """
araignée hyène tortue pintade antilope chèvre souris chouette grenouille poule oie
reine marchande étudiante bergère sorcière calebasse natte igname mangue banane clé
lanterne écharpe pomme poire tarte fête nuit pierre maison place part patte Afi Ama
Essi Abla Louise Marie Lucie Adèle
"""
MASCULINE = """
lièvre caïman éléphant chien lion singe loup renard corbeau hérisson chat âne roi
chasseur pêcheur meunier pagne tambour collier panier beignet ananas chapeau violon
fromage gâteau baobab manguier chêne tilleul trou bruit fil matin soir jour Kossi
Kodjo Koffi Mensah Paul Louis Simon Antoine
"""
FEMININE, MASCULINE = set(FEMININE.split()), set(MASCULINE.split())
NAMES = "afi ama essi abla kossi kodjo koffi mensah leuk anansé"
ADJECTIVES = {  # féminin : masculin
    "inquiète": "inquiet", "assise": "assis", "contente": "content", "ravie": "ravi",
    "fière": "fier", "vexée": "vexé", "confuse": "confus", "muette": "muet",
    "déçue": "déçu", "fâchée": "fâché", "gênée": "gêné", "obstinée": "obstiné",
    "penaude": "penaud", "seule": "seul", "lourde": "lourd", "heureuse": "heureux",
    "cachée": "caché", "première": "premier", "élégante": "élégant", "belle": "beau",
    "couverte": "couvert", "sauvée": "sauvé", "vaniteuse": "vaniteux",
    "maligne": "malin", "flattée": "flatté", "debout": "debout", "perdue": "perdu",
    "curieuse": "curieux", "gourmande": "gourmand", "prudente": "prudent",
    "rusée": "rusé", "bavarde": "bavard", "patiente": "patient", "amusée": "amusé",
    "distraite": "distrait", "joyeuse": "joyeux", "paresseuse": "paresseux",
    "courageuse": "courageux", "reconnaissante": "reconnaissant", "partie": "parti",
}  # fmt: skip
MEN = {masculine for masculine in ADJECTIVES.values()} - {"debout"}
WOMEN = set(ADJECTIVES) - {"debout"}
ARTICLE = r"(?:[Ll]e |[Ll]a |[Ll]'|[Uu]ne? )?"
ADVERB = r"(?:très |pourtant |un peu |toujours |trop |partie? )?"
ADJECTIVE = "|".join(sorted(MEN | WOMEN, key=len, reverse=True))
AGREEMENTS = [  # un nom, puis l'adjectif qui le qualifie
    rf"{ARTICLE}(\w+) (?:était|resta|restait|semblait|arriva) {ADVERB}({ADJECTIVE})\b",
    rf"(?:dit|cria|répondit|demanda) {ARTICLE}(\w+), {ADVERB}({ADJECTIVE})\b",
    rf"\b[Uu]ne? (\w+) {ADVERB}({ADJECTIVE})\b",
]


@pytest.fixture(scope="module")
def stories():
    return tales().stories


def feminine(noun):
    """Vrai, faux, ou None quand le lexique de ce fichier ignore le mot."""
    if noun in FEMININE or noun.lower() in FEMININE:
        return True
    return False if noun in MASCULINE or noun.lower() in MASCULINE else None


def test_le_lexique_du_test_connait_chaque_nom_des_contes(stories):
    nouns = {noun for tale in stories for noun in tale.signature[1:]}
    singular = {n.removesuffix("s") if n[:-1] in FEMININE | MASCULINE else n
                for n in nouns} - {"corbeaux", "souris"}  # fmt: skip
    assert {noun for noun in singular if feminine(noun) is None} == set()


@pytest.mark.parametrize(
    "forbidden",
    [
        r"\b(?:de|à) (?:le|les)\b [a-zé]+(?! )(?:\.|,)",
        r"\b(?:[Ll][ea]|[Dd]e|[Dd]u|[Qq]ue|[Nn]e|[Ss]e|[Jj]e|[Mm]a|[Ss]a|[Tt]a|[Cc]e) "
        r"[aeiouâéèêôAEIOU]",
        r"\b(?:[Ll][ea]|[Dd]e|[Dd]u|[Qq]ue|[Mm]a|[Ss]a|[Tt]a) hyène",
        r"\b[dlnsjmqu]' ",
        r"\b[Ll]'(?![aeiouâéèêôhAE])",
        r"\b[Ll]'hérisson",
        r"  | \.| ,|[{}<>|=_]|\.\.|,\.",
        r"(?:^|[.!?] )[a-zàéèê]",
    ],
)
def test_ni_elision_oubliee_ni_espace_en_trop(stories, forbidden):
    for tale in stories:
        text = re.sub(r"(?<=ce )était", "", tale.text)
        assert not (found := re.search(forbidden, text)), text[found.start() - 30 :]


def test_ni_de_le_ni_a_le(stories):
    """« de le » et « à le » n'existent que devant un verbe, jamais devant un nom."""
    for tale in stories:
        for noun in re.findall(r"\b(?:[Dd]e|[ÀAà]) les? (\w+)", tale.text):
            assert feminine(noun.removesuffix("s")) is None, tale.text


def test_l_article_a_le_genre_du_nom(stories):
    checked = 0
    gender = {"un": 0, "le": 0, "du": 0, "au": 0, "ce": 0, "cet": 0, "une": 1, "la": 1,
              "cette": 1, "ma": 1, "ta": 1, "sa": 1}  # fmt: skip
    pattern = rf"\b({'|'.join(gender)}) (\w+)"
    for tale in stories:
        for article, noun in re.findall(pattern, tale.text, re.IGNORECASE):
            if feminine(noun) is not None:
                checked += 1
                assert gender[article.lower()] == feminine(noun), tale.text
    assert checked > 10_000


def test_mon_ton_son_devant_un_feminin_veulent_une_voyelle(stories):
    for tale in stories:
        for noun in re.findall(r"\b[mts]on (\w+)", tale.text):
            assert not feminine(noun) or noun[0] in "aeiouâéèêôh", tale.text


def test_l_adjectif_a_le_genre_du_nom_qu_il_qualifie(stories):
    checked = 0
    for pattern in AGREEMENTS:
        for tale in stories:
            for noun, adjective in re.findall(pattern, tale.text):
                if feminine(noun) is not None:
                    checked += 1
                    assert (adjective in WOMEN) == feminine(noun), tale.text
    assert checked > 1_000


def test_deux_feminins_sont_elles_et_les_autres_ils(stories):
    """Dans ces trames, le seul pronom pluriel reprend les deux enfants."""
    seen = defaultdict(int)
    for tale in stories:
        if tale.plot not in {"nuit", "juge", "cadeau"}:
            continue
        p, q = tale.signature[1:3]
        expected = "elles" if feminine(p) and feminine(q) else "ils"
        for word in re.findall(r"\b(?:ils|elles)\b", tale.text, re.IGNORECASE):
            assert word.lower() == expected, tale.text
            seen[word.lower()] += 1
    assert seen["ils"] > 100 and seen["elles"] > 50


def test_un_participe_pluriel_suit_le_genre_des_deux_enfants(stories):
    words = r"\b(?:déçu|affamé|rassuré|inquiet|inquiète|muet|muette|ami|content)(e?)s\b"
    for tale in stories:
        if tale.plot not in {"nuit", "juge", "cadeau"}:
            continue
        p, q = tale.signature[1:3]
        for found in re.finditer(words, tale.text, re.IGNORECASE):
            plural = found[0].lower()
            girls = bool(found[1]) or plural in {"inquiètes", "muettes"}
            assert girls == (feminine(p) and feminine(q)), tale.text


def test_chaque_relative_accorde_ses_deux_verbes(stories):
    """Lu dans le texte seul : « article nom que article nom … vu verbe »."""
    pattern = (
        r"\b(les|le|la|l')\s?\w+ que (les|le|la|l')\s?\w+"
        r"(?: (?:d|p|au|dev|derr)[^.,!]*?)?"
        r" ((?:regard|surveill|guett|cherch|admir|attend)\w*) (?:ne |se )?(\w+)"
    )
    cells = defaultdict(int)
    for tale in stories:
        for head, other, sight, verb in re.findall(pattern, tale.text, re.IGNORECASE):
            plural, decoy = head.lower() == "les", other == "les"
            assert sight.endswith("nt") == decoy, tale.text
            assert verb.endswith("nt") == plural, tale.text
            cells[plural, decoy] += 1
    assert sum(cells.values()) > 2_500
    assert min(cells.values()) > 300  # ni le leurre ni le sujet ne suffit à deviner


@pytest.fixture(scope="module")
def sample(stories):
    """Quatre contes de chaque trame, et un au moins pour chaque nom du lexique."""
    chosen, plots, nouns = [], defaultdict(int), set()
    for tale in stories:
        new = set(tale.signature[1:]) - nouns
        if plots[tale.plot] < 4 or new:
            chosen.append(tale)
            plots[tale.plot] += 1
            nouns |= new
    return chosen


@pytest.mark.skipif(not grammar.available(), reason="grammalecte n'est pas installé")
def test_le_correcteur_ne_trouve_rien_a_redire(sample):
    assert len(sample) >= 56
    words = grammar.read_words(ROOT / "outils" / "mots.txt") | set(NAMES.split())
    paragraphs = [Paragraph(text=tale.text) for tale in sample]
    checker = grammar.Grammar(words)
    remarks = [
        (paragraph.text[finding.start : finding.end], finding, paragraph.text)
        for paragraph in paragraphs
        for finding in checker.check(paragraph)
    ]
    assert remarks == []


PLOTS = sorted((ROOT / "src/cours_transformers/data/tales/plots").glob("*.txt"))
# Écrits en clair, et justes : ils ne qualifient aucun rôle.
FIXED = {
    "course": {"petit"}, "devinette": {"grand"}, "fete": {"grande", "perdu"},
    "gardien": {"vu"}, "juge": {"grande", "petit"}, "marche": {"beau", "seul"},
    "objet_perdu": {"vu"}, "orage": {"grand"}, "ruse": {"seul"}, "trou": {"vu"},
}  # fmt: skip
VARIABLE = MEN | WOMEN | {
    "grand", "grande", "petit", "petite", "vu", "vue", "trempé", "trempée", "triste",
    "content", "contente", "gentil", "gentille", "persuadé", "persuadée",
}  # fmt: skip


@pytest.mark.parametrize("path", PLOTS, ids=lambda path: path.stem)
def test_une_trame_n_ecrit_en_clair_aucune_forme_qui_s_accorde(path):
    """Un mot dont la forme dépend d'un rôle doit être dans des accolades."""
    lines = [line for line in path.read_text("utf8").splitlines() if line[:1] != "#"]
    bare = re.sub(r"\{[^{}]*\}", " ", "\n".join(lines))
    found = VARIABLE & set(re.findall(r"\w+", bare.lower()))
    assert found <= FIXED.get(path.stem, set())
