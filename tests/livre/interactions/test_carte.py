"""La carte : des liens vers ce qui existe, l'honnêteté pour le reste."""

import re
from urllib.parse import urljoin

from playwright.sync_api import expect


def test_seuls_les_chapitres_parus_sont_des_liens(ouvrir):
    page = ouvrir("index.html")
    liens = page.locator(".carte a.bloc")
    assert liens.count() == 3
    for lien in liens.all():
        assert lien.get_attribute("href") == "chapitres/04_attention.html"
        nom = lien.get_attribute("aria-label")
        assert nom.startswith(("Attention, ", "Attention croisée", "Attention masquée"))
        assert nom.endswith("chapitre 4\u00a0: Requêtes, clés, valeurs")
    autres = page.locator(".carte g.bloc").all()
    assert autres
    assert all(
        b.get_attribute("aria-label").endswith("à venir")
        and "a-venir" in b.get_attribute("class")
        for b in autres
    )


def test_un_lien_mene_au_chapitre(ouvrir, adresses):
    page = ouvrir("index.html", protocole="file")
    page.locator(".carte a.bloc").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(urljoin(adresses["file"], "chapitres/04_attention.html"))
    expect(page.locator("article h1")).to_contain_text("Requêtes, clés, valeurs")


def test_les_dix_huit_chapitres_sont_sur_la_carte(ouvrir):
    page = ouvrir("index.html")
    numeros = page.locator(".carte .numero").all_text_contents()
    assert sorted(set(numeros)) == [f"{i:02d}" for i in range(18)]


def test_vous_etes_ici_se_lit_et_ne_mene_pas_a_soi_meme(ouvrir):
    page = ouvrir("chapitres/04_attention.html")
    flag = page.locator(".carte .fanion")
    expect(flag).to_have_text(re.compile("[▲▼] vous êtes ici"))
    ici = page.locator(".carte .ici")
    assert ici.count() == 3
    assert all("vous êtes ici" in b.get_attribute("aria-label") for b in ici.all())
    assert page.locator(".carte a.bloc").count() == 0
    assert ouvrir("index.html").locator(".fanion, .ici").count() == 0


def test_la_carte_a_un_titre_et_une_description(ouvrir):
    page = ouvrir("index.html")
    svg = page.locator(".carte svg")
    for attribut in ("aria-labelledby", "aria-describedby"):
        cible = page.locator(f"#{svg.get_attribute(attribut)}")
        assert len(cible.text_content()) > 15


def test_les_textes_tiennent_dans_leurs_blocs(ouvrir):
    """À l'aise, même quand tous les chapitres sont parus : un lien est en gras."""
    for width in (1280, 390):
        page = ouvrir("chapitres/04_attention.html", width=width)
        page.add_style_tag(content=".carte text { font-weight: 700 !important }")
        debords = page.evaluate(
            """() => [...document.querySelectorAll('.carte .bloc')].flatMap((bloc) => {
              const r = bloc.querySelector('rect').getBoundingClientRect();
              const [n, ...textes] = bloc.querySelectorAll('text');
              const bord = n.getBoundingClientRect().right;
              return textes.filter((t) => {
                const b = t.getBoundingClientRect();
                return b.left < bord + 5 || b.right > r.right - 5
                  || b.bottom > r.bottom + 1;
              }).map((t) => t.textContent);
            })"""
        )
        assert debords == []


def test_un_nouveau_chapitre_ouvre_ses_liens_partout(petit_livre):
    """Une construction incrémentale réécrit aussi les pages qui n'ont pas changé."""
    assert petit_livre.construire("-W").returncode == 0
    index = petit_livre.source / "index.md"
    chapitre = petit_livre.source / "chapitres" / "13_mamba.md"
    chapitre.write_text("---\norphan: true\n---\n# Mamba\n", encoding="utf-8")
    inchange = index.read_text(encoding="utf-8")
    done = petit_livre.construire("-W")
    assert done.returncode == 0, done.stderr
    assert index.read_text(encoding="utf-8") == inchange
    accueil = (petit_livre.sortie / "index.html").read_text(encoding="utf-8")
    assert re.search(r'<a class="bloc" href="chapitres/13_mamba\.html"', accueil)
    page04 = petit_livre.sortie / "chapitres" / "04_attention.html"
    assert 'href="13_mamba.html"' in page04.read_text(encoding="utf-8")
