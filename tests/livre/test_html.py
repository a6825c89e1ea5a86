"""Le HTML publié : liens, ancres, hôtes, carnets, métadonnées."""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))
BASE = urlsplit(CONFIG["html"]["baseurl"]).path


@cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf8"), "html.parser")


@cache
def anchors(path: Path) -> frozenset[str]:
    return frozenset(tag["id"] for tag in soup(path).find_all(id=True))


def broken_links(site: Path, name: str) -> list[str]:
    """Liens internes d'une page qui ne mènent nulle part."""
    page = site / name
    broken = []
    for tag in soup(page).select("a[href], link[href], script[src], img[src]"):
        url = tag.get("href") or tag.get("src")
        parts = urlsplit(url)
        if parts.scheme or parts.netloc:
            continue
        path = unquote(parts.path)
        if path.startswith(BASE):
            target = site / path.removeprefix(BASE)
        else:
            target = (page.parent / path).resolve() if path else page
        if not target.is_file():
            broken.append(url)
        elif parts.fragment and target.suffix == ".html":
            known = anchors(target)
            if unquote(parts.fragment) not in known and parts.fragment not in known:
                broken.append(url)
    return broken


def test_les_liens_internes_menent_quelque_part(site_construit, adresse_page):
    assert broken_links(site_construit, adresse_page) == []


def test_un_lien_casse_est_vu(tmp_path):
    (tmp_path / "a.html").write_text('<a href="b.html">x</a><a href="#z">y</a>')
    assert broken_links(tmp_path, "a.html") == ["b.html", "#z"]


def test_la_page_ne_nomme_aucun_fichier_d_un_autre_hote(site_construit, adresse_page):
    page = soup(site_construit / adresse_page)
    remote = [
        str(tag)[:150]
        for tag in page.select("script[src], img[src], iframe[src], source[src]")
        if "//" in tag["src"] and not tag["src"].startswith("data:")
    ]
    sheets = page.select(
        'link[rel~="stylesheet"], link[rel~="preload"], link[rel~="icon"]'
    )
    remote += [str(tag) for tag in sheets if "//" in tag["href"]]
    assert remote == []


def test_les_feuilles_de_style_ne_nomment_aucun_autre_hote(site_construit):
    remote = [
        f"{path.name} : {url}"
        for path in (site_construit / "_static").rglob("*.css")
        for url in re.findall(
            r"url\([\"']?((?:https?:)?//[^)]*)", path.read_text("utf8")
        )
    ]
    assert remote == []


def test_les_fichiers_que_citent_les_styles_existent(site_construit):
    absent = [
        f"{path.name} : {url}"
        for path in (site_construit / "_static").rglob("*.css")
        for url in re.findall(r"url\([\"']?([^)\"'#?]+)", path.read_text("utf8"))
        if not url.startswith(("data:", "%23"))
        and not (path.parent / unquote(url)).exists()
    ]
    assert absent == []


def test_la_page_se_presente(site_construit, adresse_page):
    page = soup(site_construit / adresse_page)
    assert page.html["lang"] == "fr"
    assert len(page.title.get_text(strip=True)) > 5
    assert len(page.find_all("h1")) >= 1
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert sorted({name for name in ids if ids.count(name) > 1}) == []
    assert [
        str(image) for image in page.find_all("img") if not image.has_attr("alt")
    ] == []


def test_la_page_a_sa_carte_de_partage(site_construit, adresse_page):
    page = soup(site_construit / adresse_page)
    if adresse_page == "404.html":  # la page introuvable ne se partage pas
        assert page.find("meta", property="og:image") is None
        return
    description = page.find("meta", attrs={"name": "description"})["content"]
    assert 20 <= len(description) <= 220, description
    image = page.find("meta", property="og:image")["content"]
    assert image.startswith(CONFIG["html"]["baseurl"])
    assert (site_construit / image.removeprefix(CONFIG["html"]["baseurl"])).is_file()


def chapters(site: Path) -> list[Path]:
    return sorted((site / "chapitres").glob("*.html"))


def test_le_carnet_se_telecharge_depuis_le_site(site_construit):
    assert chapters(site_construit)
    for path in chapters(site_construit):
        href = soup(path).select_one(".btn-download-notebook-button")["href"]
        notebook = json.loads((path.parent / href).resolve().read_text("utf8"))
        source = ROOT / "chapitres" / f"{path.stem}.ipynb"
        assert notebook == json.loads(source.read_text("utf8")), path.stem


def test_le_bouton_colab_mene_au_carnet_du_depot(site_construit):
    repository = urlsplit(CONFIG["repository"]["url"]).path.strip("/")
    branch = CONFIG["repository"]["branch"]
    for path in chapters(site_construit):
        href = soup(path).select_one(".btn-colab-button")["href"]
        place = f"{repository}/blob/{branch}/chapitres/{path.stem}.ipynb"
        assert href == f"https://colab.research.google.com/github/{place}"


def test_la_page_introuvable_vaut_a_toute_profondeur(site_construit):
    page = soup(site_construit / "404.html")
    links = [tag["href"] for tag in page.find_all("a")]
    assert links
    assert all(link.startswith(BASE) for link in links)
    assert page.find_all(["script", "link", "img"]) == []
