/* La phrase du livre : on touche un mot, on voit où va son attention.
   Requêtes et clés de dimension 4, choisies à la main ; poids = softmax(q·k / √4).
   Composantes : la souris, les chats, l'étudiante, ce qui ne va plus. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, svg, fr, percent } = tools;
  const { dot, softmax } = tools.math;

  const AXES = ["la souris", "les chats", "l’étudiante", "la panne"];
  /* mot, requête (ce qu'il cherche), clé (ce qu'il offre), collé au mot suivant ? */
  const TOKENS = [
    ["La", [3.2, 0, 0, 0], [0.6, 0, 0, 0]],
    ["souris", [0.6, 2.6, 0, 0], [3, 0, 0, 0]],
    ["que", [2.4, 1.2, 0, 0], [0.8, 0.6, 0, 0]],
    ["les", [0, 2.8, 0, 0], [0, 0.6, 0, 0]],
    ["chats", [0, 2, 2, 0], [0, 3, 0, 0]],
    ["de", [0, 1.6, 2.4, 0], [0, 0.4, 0.8, 0]],
    ["l’", [0, 0, 3, 0], [0, 0, 0.8, 0], true],
    ["étudiante", [0, 2, 1.4, 0], [0, 0, 3, 0]],
    ["regardent", [1.7, 2.6, 0, 0], [0, 2, 0, 0.4]],
    ["ne", [0, 0, 0, 3], [0, 0, 0, 1.4]],
    ["marche", [2.9, 0, 0, 1.6], [0.3, 0, 0, 2.4]],
    ["plus", [0, 0, 0, 3], [0, 0, 0, 2.2], true],
    [".", [0, 0, 0, 0], [0, 0, 0, 0]],
  ];
  const SENSES = {
    animal: { name: "l’animal", query: [0.6, 2.6, 0, 0], why: "elle cherche qui la guette" },
    boitier: { name: "celle de l’ordinateur", query: [0.6, 0, 0, 2.8], why: "elle cherche la panne" },
  };
  const MOUSE = 1;
  const WORDS = TOKENS.map((t) => t[0]);
  const KEYS = TOKENS.map((t) => t[2]);
  const queryOf = (i, sense) => (i === MOUSE ? SENSES[sense].query : TOKENS[i][1]);

  function attend(i, sense) {
    const q = queryOf(i, sense);
    const scores = KEYS.map((k) => dot(q, k) / Math.sqrt(q.length));
    return { q, scores, weights: softmax(scores) };
  }

  /* Le point ne cherche rien : sa requête est nulle, ses poids sont égaux. */
  function comment(i, sense, s) {
    const quoted = (j) => "«\u00a0" + WORDS[j] + "\u00a0»";
    if (Math.max(...s.weights) - Math.min(...s.weights) < 1e-6) {
      return quoted(i) + " a une requête nulle\u00a0: il regarde tout le monde également.";
    }
    const order = s.weights.map((w, j) => j).sort((a, b) => s.weights[b] - s.weights[a]);
    const best = order.slice(0, 3).filter((j) => s.weights[j] >= 0.05);
    const tail = i === MOUSE ? " Dans ce sens-là, " + SENSES[sense].why + "." : "";
    return quoted(i) + " regarde surtout "
      + best.map((j) => quoted(j) + " (" + percent(s.weights[j]) + ")").join(", puis ") + "." + tail;
  }

  const short = (x) => fr(x, x === 0 ? 0 : 1);

  function vectorTable() {
    const element = html("table", { class: "phrase-table" });
    const heads = AXES.map((a) => '<th scope="col">' + a + "</th>").join("");
    element.innerHTML = '<caption>Ce que chaque mot <span class="i-q">cherche</span> et <span class="i-k">offre</span></caption>'
      + '<thead><tr><th scope="col">mot</th>' + heads + "</tr></thead>";
    const body = html("tbody");
    element.append(body);
    return {
      element,
      show(sense) {
        body.replaceChildren(...WORDS.map((word, i) => {
          const q = queryOf(i, sense);
          return html("tr", {}, html("th", { scope: "row" }, word), ...AXES.map((_, c) =>
            html("td", {}, html("span", { class: "i-q" }, short(q[c])), " ",
              html("span", { class: "i-k" }, short(KEYS[i][c])))));
        }));
      },
    };
  }

  /* Un arc du mot qui regarde à chaque mot regardé, aussi épais que le poids. Sur une
     même ligne il passe au-dessus ; d'une ligne à l'autre, entre les deux lignes. */
  function drawArcs(layer, line, buttons, from, weights) {
    const frame = line.getBoundingClientRect();
    const place = (b) => {
      const box = b.getBoundingClientRect();
      return { x: box.left + box.width / 2 - frame.left, top: box.top - frame.top, bottom: box.bottom - frame.top };
    };
    const path = (...numbers) => {
      const [x0, y0, ...rest] = numbers.map(Math.round);
      return "M" + x0 + " " + y0 + "C" + rest.join(" ");
    };
    layer.setAttribute("viewBox", "0 0 " + Math.max(1, frame.width) + " " + Math.max(1, frame.height));
    const a = place(buttons[from]);
    layer.replaceChildren(...weights.map((w, j) => {
      if (j === from || w < 0.01) { return null; }
      const b = place(buttons[j]);
      let d;
      if (Math.abs(a.top - b.top) < 8) {
        const rise = a.top - Math.min(44, 14 + Math.abs(b.x - a.x) / 6);
        d = path(a.x, a.top, a.x, rise, b.x, rise, b.x, b.top);
      } else {
        const down = b.top > a.top;
        const [y0, y1] = down ? [a.bottom, b.top] : [a.top, b.bottom];
        const bend = down ? 30 : -30;
        d = path(a.x, y0, a.x, y0 + bend, b.x, y1 - bend, b.x, y1);
      }
      return svg("path", {
        class: "arc", d, "stroke-width": (1 + 9 * w).toFixed(2), "stroke-opacity": (0.4 + 0.6 * w).toFixed(2),
      });
    }).filter((arc) => arc !== null));
  }

  function create(root, { scene, announce }) {
    let chosen = 10;
    let sense = "animal";
    let state = null;
    const layer = svg("svg", { class: "phrase-arcs", "aria-hidden": "true", focusable: "false" });
    const line = html("div", { class: "phrase-ligne", role: "radiogroup", "aria-label": "Mot qui regarde les autres" });
    const result = html("p", { class: "phrase-resultat" });
    const vectors = vectorTable();
    const buttons = WORDS.map((word, i) => {
      const share = html("span", { class: "phrase-poids" });
      const button = html("button", {
        type: "button", role: "radio", class: "phrase-mot" + (TOKENS[i][3] ? " colle" : ""),
      }, html("span", { class: "phrase-texte" }, word), share);
      button.addEventListener("click", () => choose(i));
      return button;
    });

    function choose(i) {
      chosen = i;
      update();
      announce(result.textContent);
    }

    function update() {
      state = Object.assign({ chosen, sense, words: WORDS, keys: KEYS }, attend(chosen, sense));
      buttons.forEach((button, i) => {
        const weight = state.weights[i];
        button.setAttribute("aria-checked", String(i === chosen));
        button.setAttribute("tabindex", i === chosen ? "0" : "-1");
        button.setAttribute("aria-label", WORDS[i] + ", poids " + percent(weight));
        button.style.setProperty("--poids", weight.toFixed(4));
        button.lastChild.textContent = weight >= 0.01 ? percent(weight) : "·";
      });
      result.textContent = comment(chosen, sense, state);
      vectors.show(sense);
      drawArcs(layer, line, buttons, chosen, state.weights);
    }

    line.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step || event.ctrlKey || event.altKey || event.metaKey) { return; }
      event.preventDefault();
      choose((chosen + step + WORDS.length) % WORDS.length);
      buttons[chosen].focus();
    });
    line.append(layer);
    /* Un mot et ce qui s'y colle forment un groupe : l'étudiante, plus. */
    for (let i = 0; i < buttons.length; i += 1) {
      if (TOKENS[i][3]) {
        line.append(html("span", { class: "phrase-groupe", role: "none" }, buttons[i], buttons[i + 1]));
        i += 1;
      } else {
        line.append(buttons[i]);
      }
    }
    const details = html("details", { class: "phrase-vecteurs" },
      html("summary", {}, "Voir les vecteurs"),
      html("p", {}, "Poids du mot j pour le mot i\u00a0: softmax de q", html("sub", {}, "i"), "·k",
        html("sub", {}, "j"), "\u00a0/\u00a0√4. Quatre nombres par vecteur, aucun apprentissage."),
      html("div", { class: "defile", tabindex: "0", role: "region", "aria-label": "Tableau des vecteurs" }, vectors.element));
    const names = Object.fromEntries(Object.entries(SENSES).map(([key, { name }]) => [key, name]));
    const senses = tools.choice("Ici, la souris est…", names, (key) => { sense = key; choose(MOUSE); });
    senses.show(sense);
    scene.append(line, result, senses.element,
      html("p", { class: "interaction-note" },
        "Vecteurs choisis à la main\u202f; au chapitre\u00a004, vous les apprendrez."), details);
    update();
    if ("ResizeObserver" in window) {
      new ResizeObserver(() => drawArcs(layer, line, buttons, chosen, state.weights)).observe(line);
    }
    return { state: () => state, attend };
  }

  tools.register("phrase", create);
})();
