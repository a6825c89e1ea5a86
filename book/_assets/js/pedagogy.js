/* Socle commun : nombres à la française, mémoire du navigateur, annonces.
   Rien ne quitte la page ; si la mémoire est refusée, tout marche sans elle. */
(function () {
  "use strict";
  if (window.coursPedagogie) return;

  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  const EXPONENT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵",
    6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

  /** Lit « 0,665 », « 0.665 », « 2/3 », « 66,5 % » ; NaN si ce n'est pas un nombre. */
  function readNumber(text) {
    let plain = String(text).replace(/\s/g, "").replace(/[−–]/g, "-");
    let factor = 1;
    if (plain.endsWith("%")) {
      factor = 0.01;
      plain = plain.slice(0, -1);
    }
    if (plain.includes(",") && plain.includes(".")) return NaN;
    const parts = plain.replace(/,/g, ".").split("/");
    if (parts.length > 2 || !parts.every((part) => NUMBER.test(part))) return NaN;
    const value = parts.length === 2 ? parts[0] / parts[1] : Number(parts[0]);
    return Number.isFinite(value) ? value * factor : NaN;
  }

  /** Écrit un nombre : virgule, espaces fines, puissances de dix aux extrêmes. */
  function formatNumber(value) {
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e9)) {
      const parts = value.toExponential(1).split("e");
      const power = String(Number(parts[1])).replace(/./g, (c) => EXPONENT[c]);
      return parts[0].replace(".0", "").replace(".", ",").replace("-", "−") +
        "\u00a0×\u00a010" + power;
    }
    const options = size >= 1000
      ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 };
    return value.toLocaleString("fr-FR", options).replace("-", "−");
  }

  const storage = {
    get(key) {
      try {
        return JSON.parse(window.localStorage.getItem(key));
      } catch (error) {
        return null;
      }
    },
    set(key, value) {
      try {
        window.localStorage.setItem(key, JSON.stringify(value));
      } catch (error) {
        /* Navigation privée ou mémoire pleine : on s'en passe. */
      }
    },
    remove(key) {
      try {
        window.localStorage.removeItem(key);
      } catch (error) {
        /* Même cas. */
      }
    },
  };

  /** Remplace le contenu d'une zone annoncée ; `kind` lui donne juste ou faux. */
  function say(region, kind, ...content) {
    region.classList.remove("juste", "faux", "info");
    if (kind) region.classList.add(kind);
    region.replaceChildren(...content);
  }

  /** Espaces insécables et apostrophes, comme la construction les pose ailleurs. */
  function typography(text) {
    return text.replace(/ ([;!?])/g, "\u202f$1").replace(/ ([:%»])/g, "\u00a0$1")
      .replace(/« /g, "«\u00a0").replace(/'/g, "’");
  }

  /** Un paragraphe fait de textes et de nœuds. */
  function paragraph(...content) {
    const node = document.createElement("p");
    node.append(...content.map((part) =>
      (typeof part === "string" ? typography(part) : part)));
    return node;
  }

  /** Une copie du contenu de `source`, formules comprises. */
  function copyOf(source) {
    const fragment = document.createDocumentFragment();
    source.childNodes.forEach((node) => fragment.append(node.cloneNode(true)));
    return fragment;
  }

  /** Prépare une seule fois chaque élément qui répond à `selector`. */
  function each(selector, setUp) {
    const run = () => document.querySelectorAll(selector).forEach((root) => {
      if (root.dataset.pret) return;
      root.dataset.pret = "oui";
      setUp(root);
    });
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", run);
    } else {
      run();
    }
  }

  /** Entrée dans un champ vaut un clic sur son bouton. */
  function onEnter(field, act) {
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      act();
    });
  }

  window.coursPedagogie = {
    readNumber, formatNumber, storage, say, typography, paragraph, copyOf, each, onEnter,
    predictionInputs: {},
  };
})();
