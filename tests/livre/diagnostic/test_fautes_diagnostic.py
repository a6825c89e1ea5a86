"""Une faute dans un diagnostic arrête la construction, en la nommant à sa ligne."""

import pytest
from mini_site import build

GOOD = """:::{question}
:section: sec-page
Quoi ?

- [x] a

  Oui.
- [ ] b

  Non.
:::
"""
TWO = GOOD + GOOD


def diagnostic(body: str) -> str:
    return f"::::{{diagnostic}}\n{body}::::\n"


# MyST situe une directive imbriquée une ligne plus bas qu'elle n'est.
FAULTS = {
    "une seule question": (diagnostic(GOOD), 6, "au moins deux questions, reçu 1"),
    "section absente": (
        diagnostic(GOOD + GOOD.replace(":section: sec-page\n", "")),
        19,
        "une question attend `:section:`",
    ),
    "section inconnue": (
        diagnostic(GOOD + GOOD.replace("sec-page", "sec-nulle")),
        19,
        "la section « sec-nulle » n'existe pas",
    ),
    "deux bonnes options": (
        diagnostic(GOOD + GOOD.replace("[ ]", "[x]")),
        19,
        "exactement une option [x], et il y en a 2",
    ),
    "explication manquante": (
        diagnostic(GOOD + GOOD.replace("\n  Non.\n", "")),
        26,
        "attend son explication",
    ),
    "section dans un quiz": (
        diagnostic(GOOD).replace("diagnostic", "quiz"),
        8,
        "`:section:` n'a de sens que dans un diagnostic",
    ),
}


@pytest.fixture(scope="module")
def warnings(tmp_path_factory) -> list[str]:
    """Les avertissements d'un site dont chaque page porte une faute."""
    pages = {"index.md": f"(sec-page)=\n# Page\n\n{diagnostic(TWO)}"}
    for number, (body, _, _) in enumerate(FAULTS.values()):
        text = f"---\norphan: true\n---\n# Page\n\n{body}"
        pages[f"faute-{number}.md"] = text
    return build(tmp_path_factory.mktemp("fautes"), pages)[1].splitlines()


@pytest.mark.parametrize("name", FAULTS)
def test_chaque_faute_est_nommee_a_sa_ligne(warnings, name):
    number = list(FAULTS).index(name)
    _, line, message = FAULTS[name]
    found = [text for text in warnings if f"faute-{number}.md" in text]
    assert any(f":{line}:" in text and message in text for text in found), found


def test_une_page_juste_ne_recoit_aucune_remarque(warnings):
    assert not [text for text in warnings if "index.md" in text]
