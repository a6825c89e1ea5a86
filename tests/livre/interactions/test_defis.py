"""Les défis que partagent les figures : relevés une fois, et pour de bon."""

from playwright.sync_api import expect

DEFIS = """() => {
  const list = [
    { text: "Dépassez deux.", met: (a) => a > 2 },
    { text: "Dépassez l'autre.", met: (a, b) => a > b },
  ];
  window.defis = window.coursInteractions.challenges("Deux défis", list);
  document.querySelector("article").append(...window.defis.elements);
}"""


def test_un_defi_releve_le_reste_et_ne_s_annonce_qu_une_fois(ouvrir):
    page = ouvrir("index.html")
    page.evaluate(DEFIS)
    items = page.locator(".defis li")
    expect(page.locator(".defis-titre").last).to_have_text("Deux défis")
    expect(items).to_have_text(
        ["○ À relever. Dépassez deux.", "○ À relever. Dépassez l'autre."]
    )
    check = "([a, b]) => window.defis.check(a, b)"
    assert page.evaluate(check, [1, 5]) == ""
    assert page.evaluate(check, [3, 5]) == "Défi 1 réussi\u202f! "
    assert page.evaluate(check, [3, 5]) == ""
    assert page.evaluate(check, [1, 0]) == "Défi 2 réussi\u202f! "
    assert page.evaluate("window.defis.done()") == [True, True]
    expect(items.first).to_have_class("reussi")
    expect(items.first).to_contain_text("✓ Réussi\u202f! Dépassez deux.")


def test_rien_n_est_releve_avant_qu_on_agisse(ouvrir):
    page = ouvrir("index.html")
    page.evaluate(DEFIS)
    assert page.evaluate("window.defis.done()") == [False, False]
    expect(page.locator(".defis li.reussi")).to_have_count(0)
