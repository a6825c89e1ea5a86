/* Un GPT qui écrit dans la page. Le bouton « Charger » va chercher le moteur, l'examen et
   les poids (../modele/), et confie le calcul à un Worker ; avant, rien que les curseurs.
   La cellule donne le nom du modèle, son poids en octets et un début. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, fr, clamp } = tools;
  const HERE = document.currentScript && document.currentScript.src;
  const near = (file) => new URL("../modele/" + file, HERE).href;

  const BURST = 300, MAX_TOKENS = 1500; /* tokens par « Écrire », et en tout */
  const GLANCE = 120; /* ms : pendant l'écriture, l'examen ne change pas plus vite */
  const TYPED = { "’": "'", "\u00a0": " ", "\u202f": " " };
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const frame = () => new Promise((then) => requestAnimationFrame(then));

  /* ---- Le modèle ------------------------------------------------------------- */
  /* Une balise script marche aussi depuis un dossier, où fetch est refusé. */
  const fetchScript = (href, result) => new Promise((resolve, reject) => {
    const script = html("script", { src: href });
    script.onload = () => resolve(result());
    script.onerror = () => reject(new Error("le fichier " + href.split("/").pop() + " est introuvable"));
    document.head.append(script);
  });

  /* Un Worker fait du texte du moteur ; rend de quoi lui parler. */
  function hire(engine) {
    const text = "(" + engine + ")().serve(self);";
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const worker = new Worker(address);
    const waiting = new Map();
    let last = 0;
    worker.onmessage = ({ data }) => {
      const { resolve, reject } = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.error) { reject(new Error(data.error)); } else { resolve(data); }
    };
    return (ask, details) => new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      worker.postMessage({ ask, id: last, ...details });
    });
  }

  async function openModel(name) {
    const engine = window.coursMoteur || await fetchScript(near("moteur.js"), () => window.coursMoteur);
    const look = window.coursExamen || await fetchScript(near("examen.js"), () => window.coursExamen);
    const record = await fetchScript(near(name + ".js"), () => window.coursModele);
    delete window.coursModele;
    const ask = hire(engine);
    const { pieces } = await ask("load", { record });
    return { ask, pieces, engine: engine(), look: look(tools) };
  }

  /* ---- L'interface ----------------------------------------------------------- */
  function create(root, { scene, announce }, { NEUTRAL, knobs }) {
    const data = tools.data(root);
    const key = "ecrire-" + Math.random().toString(36).slice(2);
    const view = { selected: -1, layer: 0, head: 0, seen: 0 };
    let model = null, look = null, entries = [], begun = null, turn = 0, running = false, lit = [];

    const message = html("p", { class: "ecrire-message" });
    const size = data.bytes ? " (" + fr(data.bytes / 1e6, 1) + "\u00a0Mo)" : "";
    const prompt = html("input", {
      type: "text", class: "ecrire-debut", value: data.prompt, maxlength: 200, autocomplete: "off",
      autocapitalize: "none", spellcheck: "false",
    });
    const seed = html("input", {
      type: "number", class: "ecrire-graine", value: 0, min: 0, max: 9999, step: 1, autocomplete: "off",
    });
    const settings = knobs({ ...NEUTRAL, temperature: 0.8 }, 0.05, () => {});
    const text = html("div", { class: "ecrire-texte", tabindex: "0", role: "region", "aria-label": "Le texte" });
    const examined = tools.slider("Token examiné", { min: 1, max: 1, value: 1 }, (x) => visit(x - 1));
    const sentence = html("p", { class: "ecrire-phrase" });
    const opinions = html("div", {});
    const layers = html("fieldset", { class: "ecrire-choix" });
    const heads = html("div", {});
    const button = (label, act) => {
      const made = html("button", { type: "button", class: "interaction-bouton" }, label);
      made.addEventListener("click", () => {
        if (made.getAttribute("aria-disabled") !== "true") { act().catch(failed); }
      });
      return made;
    };
    const load = button("Charger le modèle" + size, loaded);
    const go = button("Écrire", run);
    const stop = button("Pause", async () => { hold(); told(); });
    const one = button("Un pas", async () => { hold(); if (await ready()) { await write(1); told(); } });
    const again = button("Recommencer", async () => { if (await restart()) { told(); } });
    const panel = html("div", { hidden: "" },
      html("div", { class: "ecrire-saisie" }, html("label", {}, html("span", {}, "Début"), prompt),
        html("label", {}, html("span", {}, "Graine"), seed)),
      html("div", { class: "reglages" }, ...settings.labels),
      html("div", { class: "ecrire-boutons" }, go, stop, one, again), text,
      html("div", { class: "reglages" }, examined.element), sentence,
      html("div", { class: "ecrire-examen" }, opinions, html("div", {}, layers, heads)));

    function complain(why) {
      message.textContent = why;
      if (why) { announce(why); }
    }
    function failed(error) {
      running = false;
      enable();
      complain((model ? "Le modèle s’est arrêté" : "Le modèle n’a pas pu être chargé")
        + "\u00a0: " + error.message + ".");
    }
    function enable() {
      go.setAttribute("aria-disabled", running);
      stop.setAttribute("aria-disabled", !running);
      load.setAttribute("aria-disabled", "false");
    }

    async function loaded() {
      load.setAttribute("aria-disabled", "true");
      complain("Chargement du modèle…");
      model = await openModel(data.model);
      look = model.look;
      complain("");
      load.hidden = true;
      panel.hidden = false;
      enable();
      await restart();
      announce("Le modèle est prêt.");
      go.focus({ preventScroll: true });
    }

    /* Les tokens du début ; null, et une phrase, si le modèle ne peut pas le lire. */
    function parse() {
      const { pieces, engine } = model;
      const start = Array.from(prompt.value, (c) => (pieces.includes(c) ? c : TYPED[c] || c)).join("");
      const { tokens, unknown } = engine.encode(pieces, engine.opening(pieces, start));
      if (!start) {
        complain("Donnez au moins un caractère\u00a0: le modèle prolonge un début.");
      } else if (unknown !== null) {
        complain("Le modèle ne connaît pas " + look.named(unknown) + "\u00a0: il n’a jamais lu que "
          + look.alphabet(pieces) + ".");
      } else {
        complain("");
        return tokens;
      }
      return null;
    }

    async function restart() {
      hold();
      const tokens = parse();
      if (!tokens) { return false; }
      turn += 1;
      const mine = turn, start = prompt.value;
      const { entries: given } = await model.ask("start", { tokens, seed: Number(seed.value) });
      if (mine !== turn) { return false; } /* un second clic a déjà relancé */
      begun = start;
      entries = [];
      lit = [];
      text.replaceChildren();
      append(given, true);
      return true;
    }

    /* Un début modifié se relit avant d'être prolongé. */
    async function ready() {
      if (prompt.value !== begun && !await restart()) { return false; }
      if (entries.length >= MAX_TOKENS) {
        complain("Le texte a " + entries.length + " tokens, c’est le plus long que la page garde\u00a0: recommencez.");
        return false;
      }
      return true;
    }

    async function write(count, glance) {
      const mine = turn;
      const { entries: written } = await model.ask("write", { count, settings: settings.values });
      if (mine !== turn) { return false; }
      /* Arrêté entre-temps : on ne suit la fin du texte que si le lecteur y est resté. */
      const follows = running ? !calm.matches && performance.now() - view.seen > GLANCE
        : view.selected === entries.length - 1;
      append(written, !glance || follows);
      return true;
    }

    async function run() {
      if (running || !await ready()) { return; }
      running = true;
      enable();
      const chunk = calm.matches ? 40 : 1;
      const last = Math.min(entries.length + BURST, MAX_TOKENS);
      while (running && entries.length < last) {
        if (!await write(Math.min(chunk, last - entries.length), true)) { return; }
        await frame();
      }
      if (running) { told(); }
      hold();
    }

    function hold() {
      if (!running) { return; }
      running = false;
      enable();
      select(entries.length - 1);
    }

    const pieceAt = (t) => model.pieces[entries[t].token];
    const textFrom = (t) => entries.slice(t).map((e) => model.pieces[e.token]).join("");

    function append(list, shown) {
      list.forEach((entry) => {
        const piece = model.pieces[entry.token], bare = look.bare(piece);
        const span = html("span", { class: entry.drawn ? "tire" : null, "data-t": entries.length }, bare);
        text.append(piece.slice(0, piece.length - bare.length), span);
        entries.push(entry);
      });
      examined.input.max = entries.length;
      if (shown) { select(entries.length - 1); } else { reveal(text.lastElementChild); }
    }

    /* Un texte long défile dans son cadre : le token doit s'y voir. */
    function reveal(span) {
      const top = span.offsetTop, bottom = top + span.offsetHeight;
      if (top < text.scrollTop || bottom > text.scrollTop + text.clientHeight) {
        text.scrollTop = top - text.clientHeight / 2;
      }
    }

    function light(entry, t) {
      lit.forEach((span) => span.classList.remove("regarde", "choisi"));
      const spans = text.children;
      lit = [spans[t]];
      spans[t].classList.add("choisi");
      reveal(spans[t]);
      if (!entry.attention) { return; }
      entry.attention[view.layer][view.head].forEach((w, s) => {
        const span = spans[entry.first + s];
        span.style.setProperty("--poids", w.toFixed(3));
        span.classList.add("regarde");
        lit.push(span);
      });
    }

    function showHeads(entry) {
      const rows = entry.attention[view.layer];
      const labels = rows.map((_, h) => "tête " + (h + 1));
      const picks = look.radios(key + "-tete", labels, view.head, (h) => { view.head = h; light(entry, view.selected); told(); });
      layers.replaceChildren(html("legend", {}, "Couche"), ...look.radios(key + "-couche",
        entry.attention.map((_, l) => String(l + 1)), view.layer, (l) => {
          view.layer = l;
          select(view.selected);
          layers.querySelectorAll("input")[l].focus();
        }));
      heads.replaceChildren(look.headTable(rows, picks, (s) => pieceAt(entry.first + s)));
    }

    function select(t) {
      const entry = entries[t];
      view.selected = t;
      view.seen = performance.now();
      examined.input.value = t + 1;
      examined.say(look.named(pieceAt(t)) + ", " + (t + 1) + " sur " + entries.length);
      sentence.textContent = look.sentence(entry, pieceAt(t), t + 1);
      light(entry, t);
      [opinions, layers, heads].forEach((part) => { part.hidden = !entry.chosen; });
      if (entry.chosen) {
        opinions.replaceChildren(look.candidates(entry, model.pieces));
        showHeads(entry);
      }
    }

    /* Le lecteur choisit un token : l'écriture s'arrête, pour qu'il le regarde. */
    function visit(t) {
      hold();
      select(clamp(t, 0, entries.length - 1));
      told();
    }

    /* Dit où l'on en est : la fin du texte, et le token examiné. */
    function told() {
      const here = view.selected === entries.length - 1;
      announce((here ? "Le texte finit par\u00a0: " + textFrom(-15).trim() + ". " : "") + sentence.textContent);
    }

    text.addEventListener("click", (event) => {
      const span = event.target.closest("[data-t]");
      if (span) { visit(Number(span.dataset.t)); }
    });
    if (data.caption) { scene.append(html("p", {}, data.caption)); }
    scene.append(load, message, panel);
    return {
      state: () => ({
        loaded: model !== null, running, selected: view.selected, layer: view.layer, head: view.head,
        message: message.textContent, text: textFrom(0),
        tokens: entries.map((e) => e.token), entry: entries[view.selected] || null,
      }),
    };
  }

  /* Le style et les curseurs d'abord : la figure ne se montre pas à moitié vêtue. */
  const style = html("link", { rel: "stylesheet", href: near("ecrire.css") });
  const dressed = new Promise((then) => { style.onload = style.onerror = then; });
  document.head.append(style);
  const controls = window.coursReglages || fetchScript(near("reglages.js"), () => window.coursReglages);
  Promise.all([controls, dressed]).then(([make]) => {
    tools.register("ecrire", (root, options) => create(root, options, make(tools)));
  }, () => { /* sans curseurs, le repli reste à l'écran */ });
})();
