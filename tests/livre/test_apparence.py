"""Thème sombre, impression, mouvement réduit, focus visible."""

import pytest
from mini_site import reload

NAMES = (
    "--cours-q", "--cours-k", "--cours-v", "--cours-accent", "--cours-fond",
    "--cours-fond-2", "--cours-texte", "--cours-texte-2", "--cours-bord",
    "--cours-juste", "--cours-faux", "--figure-ink", "--figure-muted",
    "--figure-background",
)  # fmt: skip
READ = """(names) => names.map((name) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim())"""
ALL_LAID_OUT = """() => {
  const style = document.createElement("style");
  style.textContent = "section { content-visibility: visible !important; }";
  document.head.append(style);
}"""
CHAPTER = "chapitres/04_attention.html"


def luminance(color: str) -> float:
    """Luminance relative d'une couleur #rrggbb (WCAG 2)."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_les_couleurs_du_livre_se_lisent_sur_leurs_fonds(visiter, theme):
    page, _ = visiter(CHAPTER, theme=theme)
    colors = dict(zip(NAMES, page.evaluate(READ, list(NAMES)), strict=True))
    for name in NAMES:
        if name in (
            "--cours-bord",
            "--cours-fond",
            "--cours-fond-2",
            "--figure-background",
        ):
            continue
        for ground in ("--cours-fond", "--cours-fond-2", "--figure-background"):
            assert contrast(colors[name], colors[ground]) >= 4.5, (name, ground)


def test_le_theme_sombre_change_toutes_les_couleurs(visiter):
    light, _ = visiter(CHAPTER, theme="light")
    dark, _ = visiter(CHAPTER, theme="dark")
    pairs = zip(
        NAMES,
        light.evaluate(READ, list(NAMES)),
        dark.evaluate(READ, list(NAMES)),
        strict=True,
    )
    assert [name for name, one, other in pairs if one == other or not one] == []


def test_le_bouton_de_theme_bascule_et_se_souvient(visiter):
    page, _ = visiter(CHAPTER, theme="light")
    button = page.locator(".theme-switch-button").first
    for _ in range(3):
        button.click()
        if page.evaluate("document.documentElement.dataset.theme") == "dark":
            break
    reload(page)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_l_impression_tout_se_lit_et_rien_ne_se_clique(visiter):
    page, _ = visiter(CHAPTER, theme="dark")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("details:not([open])").count() == 0
    for selector in (
        ".bd-sidebar-primary",
        ".bd-header-article",
        ".copybtn",
        "article button",
    ):
        for element in page.locator(selector).all():
            assert not element.is_visible(), selector
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"
    for name, color in zip(NAMES, page.evaluate(READ, NAMES), strict=True):
        if name.startswith(("--cours-q", "--cours-k", "--cours-v", "--figure-muted")):
            assert contrast(color, "#ffffff") >= 4.5, f"{name} est pâle sur le papier"
    for cell in page.locator("article details pre").all():
        assert cell.is_visible()


def test_sans_javascript_tout_se_lit(visiter):
    page, _ = visiter(CHAPTER, java_script_enabled=False)
    page.evaluate(ALL_LAID_OUT)
    assert page.locator("article h1").is_visible()
    assert page.locator(".katex").first.is_visible()
    for part in page.locator("article section").all():
        assert part.is_visible() or not part.text_content().strip()


def test_le_mouvement_reduit_est_respecte(visiter):
    page, _ = visiter(CHAPTER, reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((e) => {
          const s = getComputedStyle(e);
          return parseFloat(s.transitionDuration) > 0.02 || s.animationName !== "none";
        }).length"""
    )
    assert moving == 0


def test_la_premiere_tabulation_mene_au_contenu(visiter):
    page, _ = visiter(CHAPTER)
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.inner_text().strip() == "Passer au contenu principal"
    assert link.is_visible()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")


def test_le_focus_se_voit(visiter):
    page, _ = visiter(CHAPTER)
    invisible = []
    for _ in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
              const s = getComputedStyle(document.activeElement);
              return [document.activeElement.outerHTML.slice(0, 80),
                      s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2];
            }"""
        )
        if not seen[1]:
            invisible.append(seen[0])
    assert invisible == []
