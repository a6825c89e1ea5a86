"""Les briques de la langue : déterminants, pronoms, trames mal écrites."""

import pytest

from cours_transformers.data.tales.nouns import DETERMINERS, Noun
from cours_transformers.data.tales.plots import parse
from cours_transformers.data.tales.pronouns import pronoun, unambiguous
from cours_transformers.data.tales.worlds import FOREST, pool

LOUP, OIE = Noun("loup", False), Noun("oie", True)
HYENE, HERISSON = Noun("hyène", True), Noun("hérisson", False)
AFI, YAO = Noun("Afi", True, proper=True), Noun("Yao", False, proper=True)
LIONS = Noun("lions", False, plural=True)
POULES = Noun("poules", True, plural=True)
CLE, IGNAME = Noun("clé", True, animate=False), Noun("igname", True, animate=False)


@pytest.mark.parametrize(
    ("determiner", "noun", "text"),
    [
        ("le", LOUP, "le loup"),
        ("le", HYENE, "l'hyène"),
        ("le", HERISSON, "le hérisson"),
        ("le", AFI, "Afi"),
        ("un", OIE, "une oie"),
        ("un", LIONS, "des lions"),
        ("du", LOUP, "du loup"),
        ("du", OIE, "de l'oie"),
        ("du", CLE, "de la clé"),
        ("du", LIONS, "des lions"),
        ("du", AFI, "d'Afi"),
        ("du", YAO, "de Yao"),
        ("au", HYENE, "à l'hyène"),
        ("au", LOUP, "au loup"),
        ("au", CLE, "à la clé"),
        ("au", LIONS, "aux lions"),
        ("au", YAO, "à Yao"),
        ("que", AFI, "qu'Afi"),
        ("que", YAO, "que Yao"),
        ("que", OIE, "que l'oie"),
        ("ce", OIE, "cette oie"),
        ("ce", Noun("âne", False), "cet âne"),
        ("ce", LIONS, "ces lions"),
        ("mon", IGNAME, "mon igname"),
        ("ton", CLE, "ta clé"),
        ("son", LIONS, "ses lions"),
        ("nom", Noun("lièvre", False, nickname="Leuk"), "Leuk le lièvre"),
        ("nom", LOUP, "le loup"),
    ],
)
def test_un_nom_et_son_determinant(determiner, noun, text):
    assert DETERMINERS[determiner](noun) + noun.word == text


@pytest.mark.parametrize(
    ("nouns", "word"),
    [
        ([LOUP], "il"),
        ([OIE], "elle"),
        ([OIE, AFI], "elles"),
        ([OIE, LOUP], "ils"),
        ([LIONS], "ils"),
        ([POULES], "elles"),
        ([OIE, POULES], "elles"),
        ([POULES, LOUP], "ils"),
    ],
)
def test_le_pronom_d_un_ou_de_plusieurs(nouns, word):
    assert pronoun(nouns) == word


@pytest.mark.parametrize(
    ("nouns", "named", "sure"),
    [
        ([OIE], [OIE], True),
        ([OIE], [OIE, CLE, AFI], True),
        ([OIE], [OIE, LOUP], False),  # « il » serait le loup
        ([LOUP], [LOUP, CLE], True),  # une clé n'agit pas
        ([CLE], [CLE, LOUP], False),  # mais « il » peut être le loup
        ([OIE], [OIE, LIONS], True),  # « il » n'est pas pluriel
        ([OIE, AFI], [OIE, AFI, POULES], True),
        ([OIE, AFI], [OIE, AFI, LOUP], False),
        ([OIE, LOUP], [OIE, LOUP], True),
        ([OIE, LOUP], [OIE, LOUP, AFI], False),  # « elles » : l'oie et Afi
        ([LIONS], [LIONS, POULES], False),
    ],
)
def test_un_pronom_n_est_une_sonde_que_s_il_est_certain(nouns, named, sure):
    assert unambiguous(nouns, named) == sure


def test_une_trame_se_lit_par_roles_strophes_et_variantes():
    plot = parse("essai", "# titre\na: animal\nl: lieu\n\nUn.\nDeux.\n\nTrois.\n")
    assert plot.roles == {"a": "animal", "l": "lieu"}
    assert plot.stanzas == (("Un.", "Deux."), ("Trois.",))


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a: animal\n", "la trame 'essai' doit avoir une strophe"),
        ("a animal\n\nUn.", "un rôle s'écrit.*reçu 'a animal'"),
    ],
)
def test_une_trame_mal_ecrite_est_refusee(source, message):
    with pytest.raises(ValueError, match=message):
        parse("essai", source)


@pytest.mark.sans_jaxtyping
def test_une_espece_inconnue_est_refusee():
    with pytest.raises(ValueError, match=r"kind.*animal.*reçu 'dragon'"):
        pool(FOREST, "dragon")
