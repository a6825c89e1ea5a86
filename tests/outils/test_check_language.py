"""Vérification de la langue : chaque faute semée est vue à sa ligne, et elle seule."""

import textwrap

import check_language
import pytest
from language import grammar

sans_grammalecte = pytest.mark.skipif(
    not grammar.available(), reason="grammalecte n'est pas installé"
)


@pytest.fixture
def relire(tmp_path):
    """Relit un texte ; donne les couples (ligne, catégorie, extrait)."""

    def run(text, name="page.md", with_grammar=True):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        remarks = check_language.check([path], with_grammar)
        return [(r.line, r.category, r.extract) for r in remarks]

    return run


PAGE_FAUTIVE = """
---
kernelspec: {name: python3}
---

# Les tête d'attention

Le softmax donne des poids dont la somme
vaut un. Les requêtes regarde chacune
les clés.

:::{prediction} Combien
:type: choix
:name: pred-variance

Les matrices sont multipliés entre
elles.

- les valeurs choisi par la clé clé la plus proche
:::

::::{quiz}
:::{question}
Que fait le masque ?

- [x] il cachent la suite
- [ ] il rapproche deux vecteures
:::
::::

```{code-cell}
:mystnb: {figure: {name: fig-a, caption: "Les poids d'une tête sont positif."}}
plot(weights, alt="Les courbe décroissent, de la plus haute à la plus basse")
```

On à calculé le *padding*, puis le padding et la self-attention.
La softmax sature, and the gradient s'éteint.
"""


@sans_grammalecte
@pytest.mark.parametrize(
    "attendu",
    [
        (5, "accord", "tête"),
        (8, "conjugaison", "regarde"),
        (15, "participe", "multipliés"),
        (18, "doublon", "clé clé"),
        (25, "conjugaison", "cachent"),
        (26, "mot inconnu", "vecteures"),
        (31, "participe", "positif"),
        (32, "accord", "courbe"),
        (35, "confusion", "à"),
        (35, "terme évité", "padding"),
        (35, "terme évité", "self-attention"),
        (36, "terme évité", "La softmax"),
        (36, "anglais", "and"),
        (36, "anglais", "the"),
    ],
)
def test_chaque_faute_semee_est_vue_a_sa_ligne(relire, attendu):
    assert attendu in relire(PAGE_FAUTIVE)


@sans_grammalecte
def test_rien_d_autre_n_est_reproche_a_la_page_fautive(relire):
    assert len(relire(PAGE_FAUTIVE)) <= 16


PAGE_JUSTE = """
# Requêtes, clés, valeurs

« La souris que les chats de l'étudiante regardent ne marche plus. » Pour comprendre
*souris*, il faut lire la suite : ainsi fait l'**auto-attention** (*self-attention*).

(chap-exemple)=
## Une moyenne dont le contenu choisit les poids

Chaque mot émet une {q}`requête`, une {k}`clé` et une {v}`valeur` ; voyez {eq}`eq-att`,
{cite:p}`vaswani2017`, [la notice](https://example.org/the-batch) et `padding_mask`.

$$
\\text{batch} = \\sum_j \\alpha_{ij} v_j
$$ (eq-att)

Un lot de $B$ phrases de longueur $T$ donne des scores de forme `(B, T, T)`.

| lettre | sens |
|---|---|
| `B` | nombre de phrases du lot |

:::{calcul}
:reponse: 0.665

- 0.867 : vous avez oublié de diviser par la racine de la dimension.
- * : reprenez la somme des exponentielles.
:::

```python
loss = batch.the_embedding(padding)  # the loss
```

% langue : libre
Ce paragraphe cite exprès the batch and the loss.

Nous nous arrêtons ici.
"""


@sans_grammalecte
def test_une_prose_juste_ne_recoit_aucune_remarque(relire):
    assert relire(PAGE_JUSTE) == []


def test_le_terme_anglais_n_est_admis_qu_une_fois_en_italique(relire):
    page = "Un *embedding*.\n\nUn `embedding`, puis un *embedding*.\n"
    assert relire(page, with_grammar=False) == [(3, "terme évité", "embedding")]


def test_jeton_n_est_admis_qu_une_fois(relire):
    page = "Un token, ou jeton.\n\nDeux jetons de plus.\n"
    assert relire(page, with_grammar=False) == [(3, "terme évité", "jetons")]


def test_un_titre_anglais_en_italique_est_admis(relire):
    page = "Lire *Attention and the memory of long sentences*, puis le reste.\n"
    assert relire(page, with_grammar=False) == []


MODULE = '''
"""Perte d'entraînement."""

import re

MOTIF = re.compile(r"the|and (\\d+)")


def check(mask):
    """Cette fonction vérifie le masque.

    Args:
        mask: masque booléen ; le padding vaut faux.
    """
    style = "color: red; the and with"
    if mask is None:
        raise ValueError(
            "mask doit être un tenseur "
            f"booléen, et non la loss {mask!r}"
        )
    raise TypeError("the mask should be boolean")  # the batch is empty
'''


def test_docstrings_messages_et_commentaires_sont_lus(relire):
    assert set(relire(MODULE, "module.py", with_grammar=False)) == {
        (9, "tournure", "Cette fonction"),
        (12, "terme évité", "padding"),
        (18, "terme évité", "loss"),
        (20, "anglais", "the"),
        (20, "anglais", "should"),
        (20, "anglais", "be"),
        (20, "terme évité", "batch"),
        (20, "anglais", "is"),
    }


@sans_grammalecte
def test_la_grammaire_des_docstrings_est_lue(relire):
    module = '"""Les poids est le résultat du noyau."""\n'
    assert relire(module, "module.py") == [(1, "conjugaison", "est")]


def test_sans_grammalecte_une_phrase_dit_comment_l_installer(
    tmp_path, monkeypatch, capsys
):
    page = tmp_path / "page.md"
    page.write_text("Les tête d'attention.\n", encoding="utf-8")
    monkeypatch.setattr(grammar, "available", lambda: False)
    monkeypatch.delenv("CI", raising=False)
    assert check_language.main([str(page)]) == 0
    assert "apt install python3-grammalecte" in capsys.readouterr().err
    monkeypatch.setenv("CI", "true")
    assert check_language.main([str(page)]) == 1


def test_le_reste_est_verifie_sans_grammalecte(tmp_path, monkeypatch, capsys):
    page = tmp_path / "page.md"
    page.write_text("Un\nnotebook.\n", encoding="utf-8")
    monkeypatch.setattr(grammar, "available", lambda: False)
    monkeypatch.delenv("CI", raising=False)
    assert check_language.main([str(page)]) == 1
    assert "page.md:2: terme évité : « notebook » → carnet" in capsys.readouterr().out


def test_la_liste_de_mots_est_triee_et_sans_doublon():
    lines = check_language.WORDS.read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if line and not line.startswith("#")]
    assert len(set(words)) == len(words)
    assert words == sorted(words, key=str.casefold)
