/* Saturation du softmax : 64 tirages d'une requête et de 8 clés gaussiennes, de
   dimension d_k ; les poids avec et sans la division par √d_k. Tout est reproductible. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, svg, fr, percent } = tools;
  const { softmax, entropyBits, random, gaussian } = tools.math;

  const SEED = 4, DRAWS = 64, KEYS = 8, MAX = 512;
  const TOP = Math.log2(KEYS);
  const SQRT = "√<i>d</i><sub>k</sub>";

  /* products[t][d][j] : produit scalaire des d premières composantes, au tirage t. */
  function draw() {
    const next = random(SEED);
    const products = [];
    for (let t = 0; t < DRAWS; t += 1) {
      const rows = [new Float64Array(KEYS)];
      for (let d = 1; d <= MAX; d += 1) {
        const q = gaussian(next);
        rows.push(rows[d - 1].map((sum) => sum + q * gaussian(next)));
      }
      products.push(rows);
    }
    return products;
  }

  /* Moyennes sur les tirages : poids triés, entropie, et plus grand terme, en valeur
     absolue, de la jacobienne diag(p) − ppᵀ, qui est toujours un p(1 − p). */
  function measure(products, d, divide) {
    const total = { weights: new Array(KEYS).fill(0), entropy: 0, slope: 0 };
    products.forEach((rows) => {
      const scale = divide ? Math.sqrt(d) : 1;
      const p = softmax(Array.from(rows[d], (s) => s / scale)).sort((a, b) => b - a);
      p.forEach((w, j) => { total.weights[j] += w / DRAWS; });
      total.entropy += entropyBits(p) / DRAWS;
      total.slope += Math.max(...p.map((w) => w * (1 - w))) / DRAWS;
    });
    return total;
  }

  const label = (x, y, text, cls, anchor) => {
    const element = svg("text", { x, y, class: cls || null });
    element.style.textAnchor = anchor || "middle";
    element.textContent = text;
    return element;
  };
  const BOX = { left: 48, right: 326, top: 22, bottom: 190 };
  const height = (share) => BOX.bottom - (BOX.bottom - BOX.top) * share;

  function chart(name, ticks) {
    const drawing = svg("svg", { viewBox: "0 0 340 226", role: "img", "aria-label": name, focusable: "false" });
    ticks.forEach(([share, text]) => drawing.append(
      svg("path", { class: "filet", d: "M" + BOX.left + " " + height(share) + "H" + BOX.right }),
      label(BOX.left - 5, height(share) + 4, text, "gradue", "end")));
    const layer = svg("g", {});
    drawing.append(layer);
    return { layer, drawing };
  }

  const figure = (title, drawing) =>
    html("div", { class: "plan-cadre" }, html("p", { class: "plan-titre" }, title), drawing);

  function bars() {
    const { layer, drawing } = chart("Poids des huit clés, du plus grand au plus petit",
      [[0, "0"], [0.5, "50\u00a0%"], [1, "100\u00a0%"]]);
    const slot = (BOX.right - BOX.left) / KEYS;
    drawing.append(label((BOX.left + BOX.right) / 2, 216, "clés, de la plus lourde à la plus légère", "gradue"));
    const uniform = height(1 / KEYS);
    return {
      frame: figure("Poids après softmax", drawing),
      show(p, ghost) {
        layer.replaceChildren();
        p.forEach((w, j) => layer.append(
          svg("rect", { class: "barre", x: BOX.left + j * slot + 3, width: slot - 6, y: height(w), height: BOX.bottom - height(w) }),
          svg("path", { class: "fantome", d: "M" + (BOX.left + j * slot + 1) + " " + height(ghost[j]) + "h" + (slot - 2) })));
        layer.append(
          svg("path", { class: "uniforme", d: "M" + BOX.left + " " + uniform + "H" + BOX.right }),
          label(BOX.right, uniform - 5, "poids égaux\u00a0: 12,5\u00a0%", "gradue", "end"),
          label(BOX.left + slot / 2, Math.max(height(p[0]) - 6, 14), percent(p[0]), "fort", "start"));
      },
    };
  }

  const across = (d) => BOX.left + ((BOX.right - BOX.left) * Math.log2(d)) / 9;

  function curves(products) {
    const { layer, drawing } = chart("Entropie des poids selon la dimension, avec et sans division",
      [0, 1, 2, 3].map((bits) => [bits / TOP, String(bits)]));
    [1, 8, 64, 512].forEach((d) => drawing.append(label(across(d), 206, String(d), "gradue")));
    const axis = label((BOX.left + BOX.right) / 2, 221, "dimension ", "gradue");
    const index = svg("tspan", { dy: 3, "font-size": 9 });
    index.textContent = "k";
    const letter = svg("tspan", { "font-style": "italic" });
    letter.textContent = "d";
    axis.append(letter, index);
    drawing.append(axis);
    [true, false].forEach((divide) => {
      const points = [];
      for (let e = 0; e <= 9; e += 0.25) {
        const d = Math.round(Math.pow(2, e));
        points.push(across(d).toFixed(1) + " " + height(measure(products, d, divide).entropy / TOP).toFixed(1));
      }
      drawing.insertBefore(svg("path", { class: divide ? "avec" : "sans", d: "M" + points.join("L") }), layer);
    });
    drawing.append(
      label(BOX.right - 4, height(measure(products, MAX, true).entropy / TOP) - 9, "avec la division", "avec-texte", "end"),
      label(BOX.right - 4, height(measure(products, 256, false).entropy / TOP) - 12, "sans", "sans-texte", "end"));
    return {
      frame: figure("Entropie des poids, en bits", drawing),
      show(d, now) {
        const y = height(now.entropy / TOP);
        layer.replaceChildren(
          svg("path", { class: "uniforme", d: "M" + across(d) + " " + BOX.top + "V" + BOX.bottom }),
          svg("circle", { class: "curseur", cx: across(d), cy: y, r: 6 }));
      },
    };
  }

  function table() {
    const element = html("table", { class: "sat-table" });
    element.innerHTML = "<caption>Moyennes de 64 tirages, 8 clés</caption><thead><tr>"
      + '<th scope="col">softmax de</th><th scope="col">plus grand poids</th>'
      + '<th scope="col">entropie (au plus 3&nbsp;bits)</th>'
      + '<th scope="col">plus grande dérivée (au plus 0,25)</th></tr></thead>';
    const rows = ["q·k", "q·k / " + SQRT].map((name) => {
      const head = html("th", { scope: "row" });
      head.innerHTML = '<span class="choisi" aria-hidden="true">▶</span> ' + name;
      return html("tr", {}, head, html("td"), html("td"), html("td"));
    });
    element.append(html("tbody", {}, ...rows));
    return { element, rows };
  }

  /* Une dérivée qui s'éteint s'écrit avec ses zéros : 0,25 ; 0,041 ; 0,0007. */
  const slopeText = (x) => fr(x, x >= 0.1 ? 2 : x >= 0.01 ? 3 : 4);

  function create(root, { scene, announce }) {
    const products = draw();
    const span = root.querySelector('.nombre-mobile[data-name="d_k"]');
    let d = span ? Number(span.dataset.value) : 64;
    let divide = true;
    let state = null;
    const box = html("input", { type: "checkbox", role: "switch" });
    box.checked = true;
    const label = html("label", { class: "bascule" });
    label.innerHTML = "<span>Diviser par " + SQRT + " <output></output></span>";
    label.prepend(box);
    const root_ = label.querySelector("output");
    const left = bars(), right = curves(products), numbers = table();

    function update(byReader) {
      const both = [false, true].map((yes) => measure(products, d, yes));
      const now = both[divide ? 1 : 0];
      state = { d, divide, without: both[0], with: both[1] };
      left.show(now.weights, both[divide ? 0 : 1].weights);
      right.show(d, now);
      root_.textContent = "= " + fr(Math.sqrt(d), 2);
      numbers.rows.forEach((row, i) => {
        const cells = row.querySelectorAll("td");
        row.classList.toggle("actif", (i === 1) === divide);
        cells[0].textContent = percent(both[i].weights[0], 1);
        cells[1].textContent = fr(both[i].entropy, 2) + "\u00a0bit" + (both[i].entropy >= 2 ? "s" : "");
        cells[2].textContent = slopeText(both[i].slope);
      });
      if (byReader) {
        announce("Dimension " + d + ", " + (divide ? "avec" : "sans") + " division\u00a0: plus grand poids "
          + percent(now.weights[0]) + ", entropie " + fr(now.entropy, 2)
          + "\u00a0bits, plus grande dérivée " + slopeText(now.slope) + ".");
      }
    }

    root.addEventListener("nombre", (event) => {
      if (event.detail.name === "d_k") {
        d = tools.clamp(Math.round(event.detail.value), 1, MAX);
        update(true);
      }
    });
    box.addEventListener("change", () => { divide = box.checked; update(true); });
    const legend = html("p", { class: "interaction-note" },
      "Barres et point\u00a0: le réglage choisi. Petits traits au-dessus ou dans les barres\u00a0: l’autre réglage.");
    scene.append(html("div", { class: "reglages" }, label),
      html("div", { class: "a2d-plans" }, left.frame, right.frame), legend, numbers.element);
    update(false);
    return { state: () => state, measure: (n, yes) => measure(products, n, yes) };
  }

  tools.register("saturation", create);
})();
