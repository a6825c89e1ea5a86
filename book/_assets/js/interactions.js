/* Figures calculées dans la page : le chargeur, et les outils qu'elles partagent.
   Un script par figure, demandé quand le lecteur approche ; il s'annonce par
   coursInteractions.register(nom, (root, options) => état). */
"use strict";

(function () {
  if (window.coursInteractions) {
    window.coursInteractions.scan();
    return;
  }
  const SVG = "http://www.w3.org/2000/svg";
  const factories = {};
  const HERE = document.currentScript && document.currentScript.src;

  /* ---- Calcul ------------------------------------------------------------- */
  const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);

  /* On retire le maximum : les poids n'en changent pas, et rien ne déborde. */
  function softmax(scores) {
    const top = Math.max(...scores);
    const raised = scores.map((s) => Math.exp(s - top));
    const total = raised.reduce((a, b) => a + b, 0);
    return raised.map((e) => e / total);
  }

  const entropyBits = (p) =>
    p.reduce((sum, x) => (x > 0 ? sum - x * Math.log2(x) : sum), 0);

  /* mulberry32 : petit, reproductible partout, bien assez aléatoire ici. */
  function random(seed) {
    let state = seed >>> 0;
    return function () {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  /* Box–Muller ; 1 − u évite log(0). */
  const gaussian = (next) => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    return radius * Math.cos(2 * Math.PI * next());
  };

  /* Enveloppe convexe (chaîne monotone d'Andrew), dans l'ordre du tour. */
  function hull(points) {
    const sorted = points.slice().sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const turn = (o, a, b) =>
      (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
    const half = (list) => {
      const chain = [];
      list.forEach((p) => {
        while (chain.length > 1 && turn(chain[chain.length - 2], chain[chain.length - 1], p) <= 0) {
          chain.pop();
        }
        chain.push(p);
      });
      return chain.slice(0, -1);
    };
    return half(sorted).concat(half(sorted.slice().reverse()));
  }

  /* ---- Écriture française des nombres --------------------------------------- */
  function fr(x, digits) {
    if (!Number.isFinite(x)) { return "?"; }
    const text = Math.abs(x).toFixed(digits).replace(".", ",");
    return x < 0 && /[1-9]/.test(text) ? "\u2212" + text : text;
  }
  const percent = (w, digits) => fr(100 * w, digits || 0) + "\u00a0%";

  /* ---- Construction ----------------------------------------------------------- */
  function build(element, attributes, children) {
    Object.keys(attributes || {}).forEach((key) => {
      if (attributes[key] !== null) { element.setAttribute(key, attributes[key]); }
    });
    children.forEach((child) => child !== null && element.append(child));
    return element;
  }
  const html = (tag, attributes, ...children) =>
    build(document.createElement(tag), attributes, children);
  const svg = (tag, attributes, ...children) =>
    build(document.createElementNS(SVG, tag), attributes, children);

  const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

  /* Suit un pointeur (souris, doigt, stylet) de l'appui au relâchement. */
  function follow(element, start, move) {
    let anchor = null;
    element.addEventListener("pointerdown", (event) => {
      if (event.button > 0) { return; }
      anchor = start(event);
      try { element.setPointerCapture(event.pointerId); } catch (ignored) { /* relâché */ }
      element.classList.add("en-main");
    });
    element.addEventListener("pointermove", (event) => {
      if (anchor !== null) { move(event, anchor); }
    });
    ["pointerup", "pointercancel", "lostpointercapture"].forEach((kind) =>
      element.addEventListener(kind, () => {
        anchor = null;
        element.classList.remove("en-main");
      }));
  }

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

  /* Point mobile d'un plan : {label, x, y, xmax, ymax, step, onMove(x, y)}. */
  function point(plane, options) {
    const { xmax, ymax, step } = options;
    const element = html("div", {
      class: "poignee", role: "slider", tabindex: "0", "aria-label": options.label,
      "aria-roledescription": "point mobile", "aria-valuemin": -xmax, "aria-valuemax": xmax,
    });
    const at = { x: options.x, y: options.y };
    const round = (v, max) => clamp(Math.round(v / step) * step, -max, max);
    function place(x, y) {
      at.x = Number(round(x, xmax).toFixed(4));
      at.y = Number(round(y, ymax).toFixed(4));
      element.style.left = (50 + (50 * at.x) / options.width) + "%";
      element.style.top = (50 - (50 * at.y) / options.height) + "%";
      element.setAttribute("aria-valuenow", at.x);
      element.setAttribute("aria-valuetext",
        "x\u00a0=\u00a0" + fr(at.x, 2) + "\u202f; y\u00a0=\u00a0" + fr(at.y, 2));
    }
    const go = (x, y) => { place(x, y); options.onMove(at.x, at.y); };
    follow(element,
      (event) => ({ dx: event.clientX, dy: event.clientY, x: at.x, y: at.y }),
      (event, from) => {
        const box = plane.getBoundingClientRect();
        go(from.x + ((event.clientX - from.dx) / box.width) * 2 * options.width,
          from.y - ((event.clientY - from.dy) / box.height) * 2 * options.height);
      });
    element.addEventListener("keydown", (event) => {
      const arrow = ARROWS[event.key];
      if (!arrow || event.ctrlKey || event.altKey || event.metaKey) { return; }
      event.preventDefault();
      const length = event.shiftKey ? 10 * step : 2 * step;
      go(at.x + arrow[0] * length, at.y + arrow[1] * length);
    });
    place(at.x, at.y);
    plane.append(element);
    return { element, place };
  }

  /* ---- Nombres que l'on fait glisser dans la phrase ------------------------------ */
  function movableNumber(span, root) {
    if (span.dataset.pret) { return; }
    span.dataset.pret = "oui";
    const [low, high] = [Number(span.dataset.min), Number(span.dataset.max)];
    const whole = [low, high, Number(span.dataset.value)].every(Number.isInteger);
    /* Une plage de plus d'un facteur 50 se parcourt en proportions. */
    const scaled = low > 0 && high / low > 50;
    const toUnit = (v) => scaled ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low);
    const fromUnit = (t) => scaled ? low * Math.pow(high / low, t) : low + t * (high - low);
    let value = Number(span.dataset.value);
    function show() {
      span.textContent = fr(value, whole ? 0 : 2);
      span.setAttribute("aria-valuenow", value);
      span.setAttribute("aria-valuetext", span.textContent);
    }
    function set(wanted) {
      const next = clamp(whole ? Math.round(wanted) : wanted, low, high);
      if (next === value) { return; }
      value = next;
      show();
      root.dispatchEvent(new CustomEvent("nombre", { detail: { name: span.dataset.name, value } }));
    }
    build(span, {
      role: "slider", tabindex: "0", "aria-label": span.dataset.label,
      "aria-valuemin": low, "aria-valuemax": high,
      title: "Faites glisser ce nombre, ou servez-vous des flèches du clavier",
    }, []);
    follow(span,
      (event) => ({ x: event.clientX, t: toUnit(value) }),
      (event, from) => set(fromUnit(clamp(from.t + (event.clientX - from.x) / 260, 0, 1))));
    const small = () => Math.max(whole ? 1 : 0, scaled ? 0.05 * value : (high - low) / 100);
    const moves = {
      ArrowRight: () => value + small(), ArrowUp: () => value + small(),
      ArrowLeft: () => value - small(), ArrowDown: () => value - small(),
      PageUp: () => scaled ? value * 2 : value + (high - low) / 10,
      PageDown: () => scaled ? value / 2 : value - (high - low) / 10,
      Home: () => low, End: () => high,
    };
    span.addEventListener("keydown", (event) => {
      if (!moves[event.key] || event.ctrlKey || event.altKey || event.metaKey) { return; }
      event.preventDefault();
      set(moves[event.key]());
    });
    show();
  }

  /* ---- Curseurs et choix ------------------------------------------------------------- */
  /* Un curseur, son nom et ce qu'il vaut ; ``say`` l'écrit, et le dit à la voix. */
  function slider(label, attributes, onInput) {
    const title = html("span", {}, label), output = html("output", {});
    const input = html("input", {
      type: "range", role: "slider", class: "glissiere", step: 1, "aria-label": label, autocomplete: "off",
      ...attributes,
    });
    input.addEventListener("input", () => onInput(Number(input.value)));
    return {
      element: html("label", {}, title, input, output), input, title,
      say(text) {
        output.textContent = text;
        input.setAttribute("aria-valuetext", text);
      },
    };
  }

  let groups = 0; /* deux figures sur une page : leurs boutons ne se mêlent pas */

  /* Un choix parmi ``labels`` (valeur → texte, ou une liste) ; ``onPick`` reçoit la valeur. */
  function choice(legend, labels, onPick) {
    groups += 1;
    const inputs = Object.keys(labels).map((value) => {
      const input = html("input", { type: "radio", name: "choix-" + groups, value, autocomplete: "off" });
      input.addEventListener("change", () => onPick(value));
      return input;
    });
    return {
      element: html("fieldset", { class: "choix" }, html("legend", {}, legend),
        ...inputs.map((input) => html("label", {}, input, html("span", {}, labels[input.value])))),
      show(chosen) { inputs.forEach((input) => { input.checked = input.value === String(chosen); }); },
    };
  }

  /* ---- Défis ---------------------------------------------------------------------- */
  /* ``list`` : {text, met(...état)}. Un défi relevé le reste, pour qu'on passe au suivant ;
     ``check(...état)`` rend la phrase du dernier gagné, ou "". */
  function challenges(title, list) {
    const items = list.map((c) => {
      const status = html("strong", { class: "defi-etat" }, "○ À relever.");
      return { met: c.met, status, item: html("li", {}, status, " ", c.text), done: false };
    });
    function check(...state) {
      let won = "";
      items.forEach((i, n) => {
        if (i.done || !i.met(...state)) { return; }
        i.done = true;
        i.item.classList.add("reussi");
        i.status.textContent = "✓ Réussi\u202f!";
        won = "Défi " + (n + 1) + " réussi\u202f! ";
      });
      return won;
    }
    return {
      elements: [html("p", { class: "defis-titre" }, title),
        html("ol", { class: "defis" }, ...items.map((i) => i.item))],
      check,
      done: () => items.map((i) => i.done),
    };
  }

  /* ---- Démarrage ----------------------------------------------------------------- */
  /* Zone lue par les lecteurs d'écran : une phrase, quand le geste s'arrête. */
  function announcer(root) {
    const zone = html("div", { class: "interaction-annonce", role: "status", "aria-live": "polite" });
    root.append(zone);
    let timer = 0;
    let news = "";
    /* ``event`` (un défi réussi) attend son tour même si le geste continue. */
    return (text, event) => {
      news += event || "";
      clearTimeout(timer);
      timer = setTimeout(() => { zone.textContent = news + text; news = ""; }, 500);
    };
  }

  function start(root) {
    const factory = factories[root.dataset.interaction];
    if (!factory || root.dataset.etat === "prete") { return; }
    const scene = html("div", { class: "interaction-scene" });
    root.append(scene);
    try {
      root.querySelectorAll(".nombre-mobile").forEach((span) => movableNumber(span, root));
      root.interaction = factory(root, { scene, announce: announcer(root) });
      root.dataset.etat = "prete";
    } catch (error) {
      scene.remove();
      root.dataset.etat = "erreur";
      console.error("Interaction « " + root.dataset.interaction + " » :", error);
    }
  }

  /* Le cadre émis par une cellule ignore où est sa page : son script se trouve d'ici. */
  const source = (root) => root.dataset.src || new URL("../interactions/"
    + root.dataset.interaction.replaceAll("-", "_") + ".js", HERE).href;

  /* Données qu'une cellule a calculées et rangées dans le cadre. */
  const data = (root) =>
    JSON.parse(root.querySelector(".interaction-donnees").textContent);

  const all = () => Array.from(document.querySelectorAll(".interaction[data-interaction]"));
  const named = (name) => all().filter((root) => root.dataset.interaction === name);

  function load(root) {
    if (factories[root.dataset.interaction]) { start(root); return; }
    if (root.dataset.etat) { return; }
    named(root.dataset.interaction).forEach((same) => { same.dataset.etat = "demandee"; });
    const script = html("script", { src: source(root) });
    script.onerror = () => { root.dataset.etat = "erreur"; };
    document.head.append(script);
  }

  function scan() {
    if (!("IntersectionObserver" in window)) { all().forEach(load); return; }
    const watcher = new IntersectionObserver((entries) => entries.forEach((entry) => {
      if (entry.isIntersecting) {
        watcher.unobserve(entry.target);
        load(entry.target);
      }
    }), { rootMargin: "400px" });
    all().filter((root) => !root.dataset.etat).forEach((root) => watcher.observe(root));
  }

  function register(name, factory) {
    factories[name] = factory;
    named(name).forEach(start);
  }

  /* Les fichiers d'une figure, chacun demandé une seule fois par page. */
  const asked = new Map();
  function needs(href) {
    if (!asked.has(href)) {
      asked.set(href, new Promise((resolve, reject) => {
        const element = href.endsWith(".css") ? html("link", { rel: "stylesheet", href }) : html("script", { src: href });
        element.onload = resolve;
        element.onerror = () => reject(new Error("fichier introuvable\u00a0: " + href));
        document.head.append(element);
      }));
    }
    return asked.get(href);
  }

  /* Annonce une figure quand ses fichiers, nommés d'après ``base``, sont là : un style qui
     manque la laisse lisible, un script qui manque laisse le repli à l'écran. */
  function registerAfter(name, base, files, factory) {
    Promise.all(files.map((file) => {
      const arrived = needs(new URL(file, base).href);
      return file.endsWith(".css") ? arrived.catch(() => null) : arrived;
    })).then(() => register(name, factory), () => {});
  }

  window.coursInteractions = {
    register, registerAfter, scan, data, html, svg, point, slider, choice, challenges, fr, percent, clamp,
    math: { dot, softmax, entropyBits, random, gaussian, hull },
  };
  window.addEventListener("beforeprint", () => all().forEach(load));
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", scan);
  } else {
    scan();
  }
})();
