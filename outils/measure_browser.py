"""Mesure le débit du moteur de la page, en tokens par seconde, dans Chromium.

    python outils/measure_browser.py              # quelques secondes, machine au repos

Écrit ``src/cours_transformers/measurements/browser_speed.json``. « read » : lire un
contexte, token par token, avec le cache ; « write » : tirer et lire 256 tokens,
relectures comprises. Médianes de passages alternés, le premier n'étant pas compté.
"""

import statistics
import sys

from chromium import launched
from freshness import ROOT
from measuring import read_options, write_measure
from playwright.sync_api import Browser, sync_playwright

from cours_transformers.export import served_path

ENGINE = ROOT / "book" / "_assets" / "modele" / "moteur.js"
PASSES = """passes => {
  const engine = coursMoteur(), model = engine.open(coursModele);
  const timed = (count, work) => {
    const start = performance.now();
    work();
    return count / (performance.now() - start) * 1000;
  };
  const context = model.config.context;
  return Array.from({ length: passes + 1 }, (_, seed) => {
    const past = engine.reading(model), text = engine.writer(model, seed);
    text.given([0]);
    return {
      read: timed(context, () => {
        for (let t = 0; t < context; t++) { past.read(t % model.pieces.length); }
      }),
      write: timed(256, () => {
        for (let t = 0; t < 256; t++) { text.write({ temperature: 1, topP: 0.95 }); }
      }),
    };
  }).slice(1);
}"""


def measure(browser: Browser, passes: int) -> dict[str, object]:
    """Ouvre une page vide, y place le moteur et le modèle, et chronomètre."""
    page = browser.new_page()
    for script in (ENGINE, served_path()):
        page.add_script_tag(path=str(script))
    runs = page.evaluate(PASSES, passes)
    page.close()
    results: dict[str, object] = {"browser": f"Chromium {browser.version}"}
    for name in ("read", "write"):
        speeds = [round(run[name]) for run in runs]
        results[name] = {"median": statistics.median(speeds), "all": speeds}
    return results


def main(arguments: list[str]) -> None:
    """Mesure, écrit, et montre les débits."""
    options = read_options(arguments, "Mesure le moteur de la page.", passages=7)
    with sync_playwright() as driver, launched(driver) as browser:
        results = measure(browser, options.passages)
    print(results["read"], results["write"])
    write_measure("browser_speed", results, arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
