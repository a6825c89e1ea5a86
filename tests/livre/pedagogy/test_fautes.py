"""Une faute dans la source arrête la construction, en nommant la ligne."""

import pytest

PREDICTION = ":::{prediction}\n:type: nombre\n:name: NOM\nCombien ?\n:::\n"
MEASURE = '<output class="mesure" data-prediction="NOM" data-valeur="1">1</output>\n'
END = ":::{fin-prediction}\n:::\n"
CHOICE = PREDICTION.replace("nombre", "choix").replace("?\n", "?\n\n- a\n- b\n")
OTHER = PREDICTION.replace("NOM", "NOM-2")
UNKNOWN_BOUND = PREDICTION.replace(":name:", ":min: zéro\n:name:")
BAD_INDEX = MEASURE.replace('"1"', '"2"')
CODE = "```python\na = 1\nb = a\nc = b\n```\n"
CODE_2 = CODE.replace("c = b\n", "")

FAULTS = {
    "sans fin": (f"{PREDICTION}\n{MEASURE}", 3, "n'est pas fermée"),
    "fin seule": (f"Texte.\n\n{END}", 5, "aucune prédiction ouverte"),
    "un titre entre les deux": (
        f"{PREDICTION}\n{MEASURE}\n## Titre\n\n{END}",
        3,
        "il manque fin-prediction",
    ),
    "deux questions mêlées": (
        f"{PREDICTION}\n{OTHER}\n{MEASURE}\n{END}",
        3,
        "avant « NOM-2 »",
    ),
    "un nom pris deux fois": (
        f"{PREDICTION}\n{MEASURE}\n{END}\n{PREDICTION}\n{MEASURE}\n{END}",
        14,
        "déjà pris",
    ),
    "un nom absent": (PREDICTION.replace(":name: NOM\n", ""), 3, "il manque `:name:`"),
    "un type inconnu": (PREDICTION.replace("nombre", "image"), 3, "« image »"),
    "une borne illisible": (
        UNKNOWN_BOUND,
        3,
        "`:min:` vaut « zéro »",
    ),
    "une courbe sans axe": (
        PREDICTION.replace("nombre", "courbe"),
        3,
        "demande `:xmin:`",
    ),
    "un choix sans liste": (PREDICTION.replace("nombre", "choix"), 3, "deux choix"),
    "une mesure hors des choix": (
        f"{CHOICE}\n{BAD_INDEX}\n{END}",
        3,
        "de 0 à 1",
    ),
    "calcul sans réponse": (
        ":::{calcul}\nCombien ?\n\n- 1 : Non.\n:::",
        3,
        "il manque `:reponse:`",
    ),
    "calcul sans erreurs": (
        ":::{calcul}\n:reponse: 2\n\nCombien ?\n:::",
        3,
        "liste finale d'erreurs",
    ),
    "calcul au message illisible": (
        ":::{calcul}\n:reponse: 2\n\nCombien ?\n\n- 1 : Non.\n- Peut-être.\n:::",
        9,
        "message illisible",
    ),
    "calcul dont l'erreur est la réponse": (
        ":::{calcul}\n:reponse: 2\n:tolerance: 0.1\n\nCombien ?\n\n- 2.05 : Non.\n:::",
        9,
        "à moins d'une tolérance",
    ),
    "deux lignes à ordonner": (
        f":::{{ordonner}}\nVoici.\n\n{CODE_2}:::",
        6,
        "au moins trois lignes",
    ),
    "un intrus de la solution": (
        f":::{{ordonner}}\nVoici.\n\n{CODE}\n- intrus `b = a` : Non.\n:::",
        12,
        "est une ligne de la solution",
    ),
    "une inversion qui n'en est pas une": (
        f":::{{ordonner}}\nVoici.\n\n{CODE}\n- avant `a = 1` > `c = b` : Non.\n:::",
        12,
        "condamnerait la bonne réponse",
    ),
    "une inversion inconnue": (
        f":::{{ordonner}}\nVoici.\n\n{CODE}\n- avant `c = b` > `z` : Non.\n:::",
        12,
        "`z` n'est pas une ligne",
    ),
    "question sans bonne option": (
        ":::{question}\nQuoi ?\n\n- [ ] a\n\n  Non.\n- [ ] b\n\n  Non.\n:::",
        3,
        "il y en a 0",
    ),
    "question à deux bonnes options": (
        ":::{question}\nQuoi ?\n\n- [x] a\n\n  Oui.\n- [x] b\n\n  Oui.\n:::",
        3,
        "il y en a 2",
    ),
    "option sans explication": (
        ":::{question}\nQuoi ?\n\n- [x] a\n\n  Oui.\n- [ ] b\n:::",
        9,
        "attend son explication",
    ),
    "option sans crochets": (
        ":::{question}\nQuoi ?\n\n- a\n\n  Oui.\n- [ ] b\n\n  Non.\n:::",
        6,
        "commence par « [x] »",
    ),
}


@pytest.fixture(scope="module")
def warnings(make_site, tmp_path_factory):
    """Les avertissements d'un site dont chaque page porte une faute."""
    pages = {"index.md": f"# Page\n\n{CHOICE}\n{MEASURE}\n{END}"}
    for number, (body, _, _) in enumerate(FAULTS.values()):
        text = f"# Page\n\n{body}".replace("NOM", f"pred-{number}")
        pages[f"faute-{number}.md"] = f"---\norphan: true\n---\n{text}"
    return make_site(tmp_path_factory.mktemp("fautes"), pages, "dummy")[1]


@pytest.mark.parametrize("name", FAULTS)
def test_une_faute_est_signalee_a_sa_ligne(warnings, name):
    number = list(FAULTS).index(name)
    _, line, message = FAULTS[name]
    said = [text for text in warnings.splitlines() if f"faute-{number}.md:" in text]
    expected = message.replace("NOM", f"pred-{number}")
    lines = [text for text in said if expected in text]
    assert len(lines) == 1, said
    assert f"faute-{number}.md:{line + 3}: " in lines[0]


def test_une_source_juste_ne_signale_rien(warnings):
    assert "index.md" not in warnings


def test_une_zone_executee_sans_mesure_est_signalee(make_site, tmp_path, example):
    carnet = example["carnet.ipynb"].replace("pred-carnet' data", "autre' data")
    carnet = carnet.replace('data-prediction=\\"pred-carnet\\"', "")
    assert carnet != example["carnet.ipynb"]
    pages = {"index.md": "# Page\n\n```{toctree}\ncarnet\n```", "carnet.ipynb": carnet}
    _, warnings = make_site(tmp_path, pages, "dummy")
    assert "rien ne mesure « pred-carnet »" in warnings
