/* Les têtes d'un modèle, dessinées par BertViz. La cellule fournit son balisage, son code
   et les poids ; ici, on charge d3 et jQuery, on lui prête la place, et on lui ajoute ce
   qu'il n'a pas : le clavier, des noms, des phrases. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, svg, fr, percent } = tools;
  const HERE = document.currentScript.src;
  const NAME = "bertviz";
  const GUESTS = ["d3", "jQuery", "$", "define", "module", "exports"];
  const NBSP = "\u00a0";
  let count = 0;

  /* ---- Chargement ------------------------------------------------------------ */
  const arrive = (element) => new Promise((done, failed) => {
    element.onload = done;
    element.onerror = () => failed(new Error("introuvable : " + (element.src || element.href)));
    document.head.append(element);
  });
  const script = (path) => arrive(html("script", { src: new URL("../../vendor/" + path, HERE).href }));

  /* Les deux bibliothèques ne laissent rien dans la page : ce qu'elles y posent est repris,
     et un `define` déjà là, qui les détournerait, est écarté le temps du chargement. */
  async function libraries() {
    const before = GUESTS.map((name) => [Object.hasOwn(window, name), window[name]]);
    GUESTS.forEach((name) => { window[name] = undefined; });
    try {
      await Promise.all([script("d3/d3.min.js"), script("jquery/jquery.slim.min.js")]);
      return { d3: window.d3, jQuery: window.jQuery };
    } finally {
      GUESTS.forEach((name, k) => {
        if (before[k][0]) { window[name] = before[k][1]; } else { delete window[name]; }
      });
    }
  }

  /* ---- Une vue ------------------------------------------------------------------ */
  /* Les poids voyagent en millièmes, sans les zéros de fin de ligne. */
  const expand = ({ weights, keys }) => weights.map((layer) => layer.map((head) =>
    head.map((row) => keys.map((key, s) => (row[s] || 0) / 1000))));

  /* Fait tourner le code de BertViz dans un cadre neuf ; rend ce cadre. */
  function draw(place, data, attention, chosen, { d3, jQuery }) {
    place.innerHTML = data.markup;
    const root = place.firstElementChild;
    root.id = "tetes-" + (++count);
    const params = Object.assign({}, data.params, chosen, {
      root_div_id: root.id,
      attention: [{ name: null, attn: attention, left_text: data.queries, right_text: data.keys }],
    });
    new Function("requirejs", "params", data.code)((names, run) => run(jQuery, d3), params);
    return root;
  }

  const fire = (element, kind) => element.dispatchEvent(
    new MouseEvent(kind, { bubbles: kind !== "mouseleave", cancelable: true }));

  const quoted = (word) => "«" + NBSP + word.trim() + NBSP + "»";

  /* Un curseur et ce qu'il désigne. */
  function chooser(label, last, onMove) {
    const { element, input, say } = tools.slider(label, { min: 0, max: last, value: last }, onMove);
    return {
      element,
      show(value, text) {
        input.value = value;
        say(text);
      },
    };
  }

  /* ---- head_view : une couche, un mot, des têtes allumées ------------------------- */
  function headView(data, attention, colors, say) {
    const last = data.queries.length;
    const lit = attention[0].map((head, h) => !data.params.heads || data.params.heads.includes(h));
    let layer = data.params.layer || 0;
    let word = last; // last : tous les mots
    let root = null;

    function sentence() {
      const heads = lit.flatMap((on, h) => (on ? [h] : []));
      const names = (heads.length > 1 ? "des têtes " : "de la tête ") + heads.map((h) => h + 1).join(", ");
      if (word === last) {
        return "Couche " + (layer + 1) + ", traits " + names + ", pour tous les mots.";
      }
      const mean = data.keys.map((key, s) =>
        heads.reduce((sum, h) => sum + attention[layer][h][word][s], 0) / heads.length);
      const best = mean.indexOf(Math.max(...mean));
      return "Couche " + (layer + 1) + ", moyenne " + names + NBSP + ": "
        + quoted(data.queries[word]) + " lit surtout " + quoted(data.keys[best])
        + " (" + fr(mean[best], 2) + ").";
    }

    /* Le curseur refait ce que fait la souris : survoler un mot, ou le quitter. */
    function point() {
      fire(root.querySelector(".left"), "mouseleave");
      if (word < last) { fire(root.querySelectorAll(".left .mots > g > g")[word], "mouseover"); }
    }
    function tell() {
      slider.show(word, word === last ? "tous les mots" : data.queries[word].trim());
      say(sentence());
    }
    const slider = chooser("Mot qui lit", last, (value) => { word = value; point(); tell(); });

    /* BertViz éclaircit le carré d'une tête éteinte : c'est là qu'on lit ce qu'il a fait. */
    function readHeads(squares) {
      squares.forEach((square, h) => {
        lit[h] = square.getAttribute("fill") === colors[h];
        square.setAttribute("aria-checked", lit[h]);
      });
    }

    function dress() {
      const drawing = root.querySelector("svg");
      drawing.setAttribute("role", "group");
      drawing.setAttribute("aria-label", "Mots et têtes");
      const holder = drawing.lastElementChild;
      const squares = Array.from(holder.querySelectorAll("rect"));
      squares.forEach((square, h) => {
        const half = Number(square.getAttribute("width")) / 2;
        Object.entries({ role: "checkbox", tabindex: 0, "aria-label": "Tête " + (h + 1) })
          .forEach(([key, value]) => square.setAttribute(key, value));
        const number = svg("text", { class: "tetes-numero", x: Number(square.getAttribute("x")) + half,
          y: half, "text-anchor": "middle", "dominant-baseline": "central", "aria-hidden": "true" });
        number.textContent = h + 1;
        holder.append(number);
        square.addEventListener("keydown", (event) => {
          if (event.key !== " " && event.key !== "Enter") { return; }
          event.preventDefault();
          fire(square, event.key === " " ? "click" : "dblclick");
        });
        ["click", "dblclick"].forEach((kind) =>
          square.addEventListener(kind, () => { readHeads(squares); point(); tell(); }));
      });
      root.querySelectorAll(".left, .right").forEach((side) =>
        side.addEventListener("mouseleave", (event) => { if (event.isTrusted) { point(); } }));
      readHeads(squares);
      point();
    }

    return {
      element: slider.element,
      note: "À gauche, le mot qui lit (requête)\u202f; à droite, les mots lus (clés). Plus un trait est opaque, plus le poids est grand. Survolez ou touchez un mot pour ne voir que ses traits. Un carré allume ou éteint sa tête\u202f; deux clics, ou la touche Entrée, la gardent seule.",
      chosen: () => ({ layer, heads: lit.flatMap((on, h) => (on ? [h] : [])) }),
      dress(drawn) {
        root = drawn;
        root.querySelector(".layer").addEventListener("change", (event) => {
          layer = Number(event.target.value);
          dress();
          tell();
        });
        dress();
        tell();
      },
      state: () => ({ view: "head_view", layer, word: word === last ? null : word, heads: lit.slice() }),
    };
  }

  /* ---- model_view : toutes les têtes, une agrandie ---------------------------------- */
  function modelView(data, attention, colors, say) {
    const H = attention[0].length;
    const last = attention.length * H;
    let shown = last; // last : aucune
    let root = null;
    const cell = (k) => Math.floor(k / H) + "-" + (k % H);
    const title = (k) => "Couche " + (Math.floor(k / H) + 1) + ", tête " + ((k % H) + 1);

    function sentence() {
      if (shown === last) { return "Choisissez une tête pour l’agrandir."; }
      /* Dès le troisième mot, lui-même, le précédent et le premier sont trois mots. */
      const rows = attention[Math.floor(shown / H)][shown % H].slice(2);
      if (!rows.length || String(data.queries) !== String(data.keys)) { return title(shown) + "."; }
      const mean = (key) => percent(rows.reduce((sum, row, t) => sum + row[key(t + 2)], 0) / rows.length);
      return title(shown) + NBSP + ": à partir du troisième mot, en moyenne, "
        + mean((t) => t) + " du poids sur le mot lui-même, "
        + mean((t) => t - 1) + " sur le précédent, " + mean(() => 0) + " sur le premier.";
    }
    function tell() {
      slider.show(shown, shown === last ? "aucune" : title(shown));
      say(sentence());
    }
    /* Dans une vue qui défile, le détail peut s'ouvrir hors de l'écran. */
    function reveal() {
      const frame = root.querySelector("rect.detail");
      if (!frame) { return; }
      const [inside, outside] = [frame.getBoundingClientRect(), root.getBoundingClientRect()];
      if (inside.right > outside.right) { root.scrollLeft += inside.right - outside.right; }
      if (inside.left < outside.left) { root.scrollLeft += inside.left - outside.left; }
    }
    const region = (k) => root.querySelector('[data-tete="' + cell(k) + '"]').parentNode.lastElementChild;
    /* Un clic sur la tête agrandie la referme. */
    function go(wanted) {
      const target = wanted === last ? shown : wanted;
      if (wanted !== shown && target !== last) { fire(region(target), "click"); }
    }
    const slider = chooser("Tête agrandie", last, go);

    return {
      element: slider.element,
      note: "Une ligne par couche, une colonne par tête. Dans chaque vignette, les mots qui lisent sont à gauche, les mots lus à droite, de haut en bas. Cliquez sur une vignette pour l’agrandir, puis survolez un mot pour ne voir que ses traits.",
      chosen: () => ({}),
      dress(drawn) {
        root = drawn;
        const drawing = root.querySelector("svg");
        drawing.setAttribute("role", "img");
        drawing.setAttribute("aria-label", "Une vignette par tête");
        const wanted = shown;
        shown = last;
        drawing.addEventListener("click", (event) => {
          const back = event.target.parentNode.querySelector("[data-tete]");
          if (!back) { return; }
          const [l, h] = back.dataset.tete.split("-").map(Number);
          shown = Number(back.getAttribute("stroke-opacity")) > 0 ? l * H + h : last;
          reveal();
          tell();
        });
        go(wanted);
        tell();
      },
      state: () => ({ view: "model_view", head: shown === last ? null : shown }),
    };
  }

  /* ---- Mise en place -------------------------------------------------------------------- */
  function create(root, { scene, announce }, guests) {
    const data = tools.data(root);
    const attention = expand(data);
    const scale = guests.d3.scaleOrdinal(guests.d3.schemeCategory10);
    const colors = attention[0].map((head, h) => scale(h));
    let quiet = true;
    const said = html("p", { class: "tetes-phrase" });
    const view = (data.view === "head_view" ? headView : modelView)(data, attention, colors, (text) => {
      said.textContent = text;
      if (!quiet) { announce(text); }
    });
    const place = html("div", { class: "tetes-cadre" });
    if (data.caption) { scene.append(html("p", {}, data.caption)); }
    scene.append(html("div", { class: "reglages" }, view.element), said, place,
      html("p", { class: "interaction-note" }, view.note));

    let width = 0;
    function redraw() {
      width = place.clientWidth;
      quiet = true;
      const drawn = draw(place, data, attention, view.chosen(), guests);
      view.dress(drawn);
      quiet = false;
      /* Une vue plus large que sa place défile, au clavier aussi. */
      if (drawn.scrollWidth > drawn.clientWidth + 1) {
        Object.entries({ tabindex: 0, role: "region", "aria-label": "Têtes, à faire défiler" })
          .forEach(([key, value]) => drawn.setAttribute(key, value));
      }
    }
    redraw();
    /* Une page qui tourne, un volet qui s'ouvre : la vue reprend la bonne largeur. */
    let timer = 0;
    new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(() => { if (place.clientWidth && place.clientWidth !== width) { redraw(); } }, 150);
    }).observe(place);
    return { state: view.state };
  }

  const style = html("link", { rel: "stylesheet", href: new URL("bertviz.css", HERE).href });
  Promise.all([libraries(), arrive(style)])
    .then(([guests]) => tools.register(NAME, (root, options) => create(root, options, guests)))
    .catch((error) => {
      document.querySelectorAll('[data-interaction="' + NAME + '"]').forEach((root) => {
        root.dataset.etat = "erreur";
      });
      console.error("BertViz :", error);
    });
})();
