/* Répondre à une prédiction par un nombre ou par un choix, et comparer à la mesure. */
(function () {
  "use strict";
  const tools = window.coursPedagogie;
  if (!tools) return;

  /** Dit l'écart sans juger : c'est la surprise qui instruit. */
  function compareNumbers(predicted, measured) {
    if (predicted === measured) return "C'est exactement cela.";
    if (measured === 0) return "La mesure est nulle : la suite dit pourquoi.";
    if (predicted === 0) return "La mesure n'est pas nulle : la suite dit pourquoi.";
    if (predicted * measured < 0) {
      return "Le signe est l'inverse de celui que vous attendiez : regardez pourquoi.";
    }
    const ratio = Math.max(predicted / measured, measured / predicted);
    if (ratio <= 1.05) return "Vous y étiez, à 5 % près.";
    if (ratio <= 1.5) return "Le bon ordre de grandeur.";
    if (ratio <= 5) {
      return `L'écart est d'un facteur ${tools.formatNumber(Number(ratio.toFixed(1)))} : ` +
        "la suite montre d'où il vient.";
    }
    return `Un facteur ${tools.formatNumber(Math.round(ratio))} : ` +
      "une surprise comme celle-là vaut qu'on s'y arrête.";
  }

  tools.predictionInputs.nombre = function (root) {
    const field = root.querySelector("input");
    const { min, max, pas, unite } = root.dataset;
    const withUnit = (value) =>
      tools.formatNumber(value) + (unite ? `\u00a0${unite}` : "");
    field.addEventListener("keydown", (event) => {
      const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!way || !pas) return;
      event.preventDefault();
      const next = (tools.readNumber(field.value) || 0) + way * Number(pas);
      field.value = String(Number(next.toPrecision(12))).replace(".", ",");
    });
    return {
      read() {
        const value = tools.readNumber(field.value);
        const low = min === undefined ? -Infinity : Number(min);
        const high = max === undefined ? Infinity : Number(max);
        if (Number.isNaN(value)) {
          return { error: "Écrivez un nombre, par exemple 0,5 ou 2/3.", focus: field };
        }
        if (value < low || value > high) {
          const bounds = [
            min === undefined ? "" : `au moins ${tools.formatNumber(low)}`,
            max === undefined ? "" : `au plus ${tools.formatNumber(high)}`,
          ].filter(Boolean).join(" et ");
          return { error: `Donnez un nombre valant ${bounds}.`, focus: field };
        }
        return { value };
      },
      show(value) {
        field.value = value === null ? "" : String(value).replace(".", ",");
      },
      lock(locked) {
        field.readOnly = locked;
      },
      reset() {
        field.value = "";
        field.focus();
      },
      summary(value, measure) {
        if (typeof measure !== "number") return [];
        const measured = `la mesure donne ${withUnit(measure)}.`;
        if (value === null) return [tools.paragraph(`L${measured.slice(1)}`)];
        return [tools.paragraph(`Vous aviez prédit ${withUnit(value)} ; ${measured} `,
          compareNumbers(value, measure))];
      },
    };
  };

  tools.predictionInputs.choix = function (root) {
    const options = Array.from(root.querySelectorAll(".option"));
    const radios = options.map((option) => option.querySelector("input"));
    const quote = (index) => {
      const span = document.createElement("span");
      span.append("«\u00a0", tools.copyOf(options[index].querySelector(".option-texte")),
        "\u00a0»");
      return span;
    };
    const clear = () => root.querySelectorAll(".marque").forEach((mark) => mark.remove());
    function mark(index, text) {
      const badge = document.createElement("span");
      badge.className = "marque";
      badge.textContent = text;
      options[index].querySelector("label").append(" ", badge);
    }
    return {
      read() {
        const value = radios.findIndex((radio) => radio.checked);
        return value < 0
          ? { error: "Choisissez d'abord une réponse.", focus: radios[0] } : { value };
      },
      show(value) {
        radios.forEach((radio, index) => { radio.checked = index === value; });
      },
      lock(locked) {
        radios.forEach((radio) => { radio.disabled = locked; });
      },
      reset() {
        clear();
        radios.forEach((radio) => { radio.checked = false; });
        radios[0].focus();
      },
      summary(value, measure) {
        clear();
        if (!options[measure]) return [];
        mark(measure, "✓ mesuré");
        if (value === null) {
          return [tools.paragraph("La mesure désigne ", quote(measure), ".")];
        }
        if (value === measure) {
          return [tools.paragraph("Vous aviez choisi ", quote(value),
            " ; la mesure vous donne raison.")];
        }
        mark(value, "votre choix");
        return [tools.paragraph("Vous aviez choisi ", quote(value),
          " ; la mesure désigne ", quote(measure), ". La suite dit pourquoi.")];
      },
    };
  };
})();
