"""La vue d'un carnet, insérée comme le font JupyterLab (scripts refaits) et Colab."""

import os

import pytest
import torch
from mini_site import ASSETS
from playwright.sync_api import expect

from cours_transformers.widgets.heads import head_view, model_view

VENDOR = ASSETS.parent / "_vendor"
CDN = "https://cdnjs.cloudflare.com/ajax/libs/"
# Ce que BertViz attend de require.js : des chemins, un `define` qui reçoit les modules.
REQUIRE = """(() => {
  if (window.requirejs) return;
  const paths = {}, found = {}; let last = null;
  window.define = (...all) => { last = all; };
  window.define.amd = {};
  const load = (name) => found[name] || (found[name] = new Promise((done) => {
    const script = document.createElement("script");
    script.src = paths[name] + ".js";
    script.onload = () => {
      const factory = last[last.length - 1], exported = {};
      const wanted = last.find(Array.isArray) || [];
      done(factory(...(wanted.includes("exports") ? [exported] : [])) || exported);
    };
    document.head.append(script);
  }));
  window.requirejs = window.require = async (names, run) => {
    const modules = [];
    for (const name of names) modules.push(await load(name));
    run(...modules);
  };
  window.requirejs.config = (options) => Object.assign(paths, options.paths);
})();"""
SOURCES = {
    "require.js/2.3.6/require.min.js": REQUIRE,
    "d3/5.7.0/d3.min.js": (VENDOR / "d3/d3.min.js").read_text("utf8"),
    "jquery/2.0.0/jquery.min.js": (VENDOR / "jquery/jquery.slim.min.js").read_text(
        "utf8"
    ),
}
INSERT = """(html) => {
  const cell = document.createElement("div");
  cell.innerHTML = html;
  document.body.append(cell);
  cell.querySelectorAll("script").forEach((old) => {
    const again = document.createElement("script");
    again.textContent = old.textContent;
    for (const { name, value } of old.attributes) again.setAttribute(name, value);
    old.replaceWith(again);
  });
}"""
TOKENS = ["la", "souris", "que", "les", "chats", "regardent"]


@pytest.fixture
def carnet(chromium, monkeypatch):
    """Une page vide, des CDN rejoués, et le relevé de ce qui est demandé ou manque."""
    monkeypatch.delenv("COURS_PAGE", raising=False)
    page = chromium.new_context(viewport={"width": 700, "height": 900}).new_page()
    page.problems, page.asked = [], []
    page.on("pageerror", lambda error: page.problems.append(str(error)))

    def serve(route) -> None:
        name = route.request.url.removeprefix(CDN)
        page.asked.append(name)
        if os.environ.get("SANS_RESEAU") or name not in SOURCES:
            route.abort()
        else:
            route.fulfill(body=SOURCES[name], content_type="text/javascript")

    page.route("**/*", serve)
    page.set_content("<!doctype html><html lang=fr><body></body></html>")
    yield page
    page.context.close()


def views() -> list[str]:
    maps = list(torch.rand(2, 1, 2, 6, 6).softmax(-1))
    return [head_view(maps, TOKENS).html, model_view(maps, TOKENS).html]


@pytest.mark.parametrize("lab", [True, False])
def test_deux_vues_vivent_dans_un_carnet(carnet, lab):
    for html in views():
        if lab:
            carnet.evaluate(INSERT, html)
        else:
            carnet.evaluate("html => document.write(html)", html)
    expect(carnet.locator(".tetes svg")).to_have_count(2)
    expect(carnet.locator(".tetes-attente")).to_have_count(0)
    assert set(carnet.asked) == set(SOURCES)
    lines = carnet.locator(".headAttention line")
    expect(lines).to_have_count(2 * 6 * 6)
    before = lines.first.get_attribute("stroke-opacity")
    carnet.get_by_role("combobox", name="Couche").select_option(label="2")
    assert lines.first.get_attribute("stroke-opacity") != before
    carnet.locator(".tetes svg").nth(1).click(position={"x": 120, "y": 90})
    expect(carnet.locator("text.detail")).to_have_text("Couche 1, tête 1")
    # Un JupyterLab sombre : tout mot suit l'encre du carnet.
    dark = (
        "--jp-layout-color0: rgb(17, 17, 17); --jp-ui-font-color1: rgb(238, 238, 238)"
    )
    carnet.evaluate("style => { document.body.style.cssText = style; }", dark)
    inks = "all => [...new Set(all.map((e) => getComputedStyle(e).fill))]"
    assert carnet.locator(".tetes svg text").evaluate_all(inks) == [
        "rgb(238, 238, 238)"
    ]
    assert carnet.evaluate("document.documentElement.scrollWidth") <= 700
    assert carnet.problems == []


def test_sans_reseau_le_carnet_dit_ce_qui_manque(carnet, monkeypatch):
    monkeypatch.setenv("SANS_RESEAU", "1")
    carnet.evaluate(INSERT, views()[0])
    expect(carnet.locator(".tetes-attente")).to_contain_text("connexion au réseau")
    assert carnet.problems == []
