"""L'édition des étudiants ôte les corrigés ; les autres formats restent lisibles."""

import re

# sphinx-exercise ne sait pas s'écrire en texte : cette page n'a pas ses blocs.
WITHOUT_EXERCISES = """# Page

:::{prediction}
:type: choix
:name: pred-texte
Laquelle ?

- celle avec échelle
- aucune
:::

Ce paragraphe commente la mesure.

:::{fin-prediction}
:::

:::{ordonner}
Rangez.

```python
scores = q @ k.T / math.sqrt(d_k)
weights = scores.softmax(dim=-1)
return weights @ v
```
:::

::::{quiz}
:::{question}
Laquelle ?

- [x] oui

  C'est la variance.
- [ ] non

  C'est un autre nombre.
:::
::::
"""
SECRETS = ["corrige_secret", "Le corrigé, en mots", "solution-exo", "sol-04-2"]


def contents(out):
    """Tout ce que le site publie, textes et index de recherche compris."""
    files = [p for p in out.rglob("*") if p.suffix in (".html", ".txt", ".md", ".js")]
    return {p: p.read_text("utf8") for p in files if "cours" not in p.parts}


def test_l_edition_complete_montre_les_corriges(site):
    page = (site / "index.html").read_text("utf8")
    assert "corrige_secret" in page
    assert "Voir la solution" in page
    assert 'id="corriges"' in page


def test_l_edition_des_etudiants_n_en_garde_rien(
    make_site, tmp_path, example, monkeypatch
):
    monkeypatch.setenv("COURS_SOLUTIONS", "non")
    out, warnings = make_site(tmp_path, example)
    assert warnings == ""
    for path, text in contents(out).items():
        for secret in SECRETS:
            assert secret not in text, path
    page = (out / "index.html").read_text("utf8")
    assert "Voir la solution" not in page
    assert "bon-ordre" not in page
    assert "Réponse et erreurs" not in page
    assert 'id="corriges"' not in page
    assert "Écrivez <code" in page


def test_changer_d_edition_reconstruit_les_pages(
    make_site, tmp_path, example, monkeypatch
):
    monkeypatch.setenv("COURS_SOLUTIONS", "non")
    make_site(tmp_path, example)
    monkeypatch.setenv("COURS_SOLUTIONS", "oui")
    out, _ = make_site(tmp_path, example)
    assert "corrige_secret" in (out / "index.html").read_text("utf8")


def test_la_version_texte_garde_les_mots_sans_les_boutons(make_site, tmp_path):
    out, warnings = make_site(tmp_path, {"index.md": WITHOUT_EXERCISES}, "text")
    assert warnings == ""
    text = (out / "index.txt").read_text("utf8")
    assert "Valider" not in text
    assert "Ce paragraphe commente la mesure." in text
    assert "celle avec échelle" in text
    assert "scores = q @ k.T / math.sqrt(d_k)" in text
    assert "autre nombre." in text


def test_le_latex_se_produit(make_site, tmp_path, example):
    out, _ = make_site(tmp_path, {"index.md": example["index.md"]}, "latex")
    sources = "".join(p.read_text("utf8") for p in out.glob("*.tex"))
    assert "Ce paragraphe commente la mesure." in sources
    assert "Valider" not in sources


def test_les_roles_portent_la_classe_de_leur_lettre(site):
    page = (site / "index.html").read_text("utf8")
    for letter, word in [("q", "requête"), ("k", "clé"), ("v", "valeur")]:
        assert f'<span class="lettre-{letter}">{word}</span>' in page


def test_les_identifiants_sont_uniques(site):
    page = (site / "index.html").read_text("utf8")
    found = re.findall(r'\sid="([^"]+)"', page)
    assert len(found) == len(set(found))


def test_une_page_sans_exercice_ne_charge_aucun_script(make_site, tmp_path):
    out, _ = make_site(tmp_path, {"index.md": "# Page\n\nDu texte."})
    page = (out / "index.html").read_text("utf8")
    assert "cours/js/pedagogy" not in page
