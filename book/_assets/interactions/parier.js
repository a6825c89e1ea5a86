/* Parier sur la lettre suivante : le lecteur contre un modèle, en bits par lettre.
   Les textes et ce que le modèle prédisait viennent de la cellule du chapitre. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, fr, percent } = tools;
  const NAMES = { " ": "espace", "\n": "retour à la ligne" };
  const SIGNS = { " ": "␣", "\n": "↵" };
  const N_BUTTONS = 14;
  const APOSTROPHES = { "'": "’", "’": "'", "\u00a0": " ", "\u202f": " " };

  const named = (letter) => "«\u00a0" + (NAMES[letter] || letter) + "\u00a0»";
  const bits = (p) => fr(-Math.log2(p), 2) + "\u00a0bit" + (-Math.log2(p) >= 2 ? "s" : "");
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  /* Ce que la mise donne à la vraie lettre : m·[devinée] + (1 − m)·fréquence. */
  const readerProbability = (guess, letter, stake, frequency) =>
    (guess === letter ? stake : 0) + (1 - stake) * frequency;

  /* La lettre de l'alphabet que le lecteur voulait taper ; null s'il n'y en a pas. */
  function understood(typed, alphabet) {
    const tries = [typed, APOSTROPHES[typed], typed.toLowerCase()];
    return tries.find((letter) => letter && alphabet.includes(letter)) || null;
  }

  function newScore() {
    return { count: 0, readerHits: 0, modelHits: 0, readerBits: 0, modelBits: 0 };
  }

  function play(data, round, position, guess, stake, score) {
    const letter = Array.from(round.text)[round.start + position];
    const frequency = data.frequencies[Array.from(data.alphabet).indexOf(letter)];
    const given = round.probabilities[position];
    const mine = readerProbability(guess, letter, stake, frequency);
    score.count += 1;
    score.readerHits += guess === letter ? 1 : 0;
    score.modelHits += Array.from(round.favorites[position])[0] === letter ? 1 : 0;
    score.readerBits -= Math.log2(mine);
    score.modelBits -= Math.log2(given);
    return { letter, guess, given, mine };
  }

  function scoreTable(model) {
    const cells = {};
    const cell = (key) => { cells[key] = html("td", {}, "–"); return cells[key]; };
    const head = (text, scope) => html("th", { scope }, text);
    const table = html("table", { class: "pari-table" },
      html("caption", {}, "Le compte"),
      html("thead", {}, html("tr", {}, html("td", {}), head("vous", "col"), head(model, "col"))),
      html("tbody", {},
        html("tr", {}, head("lettres devinées", "row"), cell("readerHits"), cell("modelHits")),
        html("tr", {}, head("bits par lettre", "row"), cell("readerBits"), cell("modelBits"))));
    return {
      table,
      show(score) {
        const share = (hits) => score.count
          ? hits + " sur " + score.count + " (" + percent(hits / score.count) + ")" : "–";
        const mean = (sum) => (score.count ? fr(sum / score.count, 2) : "–");
        cells.readerHits.textContent = share(score.readerHits);
        cells.modelHits.textContent = share(score.modelHits);
        cells.readerBits.textContent = mean(score.readerBits);
        cells.modelBits.textContent = mean(score.modelBits);
      },
    };
  }

  /* Le réglage de la mise : trois crans, du hasard à la certitude. */
  function stakeSetting(stakes) {
    const middle = Math.floor(stakes.length / 2);
    const { element, input, say } = tools.slider("Votre mise", { min: 0, max: stakes.length - 1, value: middle },
      (index) => setting.set(index));
    const setting = { label: element, value: 0, index: 0 };
    setting.set = (index) => {
      setting.index = tools.clamp(index, 0, stakes.length - 1);
      setting.value = stakes[setting.index][1];
      input.value = setting.index;
      say(stakes[setting.index][0] + " (" + percent(setting.value) + ")");
    };
    setting.start = () => setting.set(middle);
    return setting;
  }

  /* Le champ où l'on tape ; une touche morte attend sa lettre. */
  function letterField(alphabet, guess, refuse, shift) {
    const field = html("input", {
      type: "text", class: "pari-champ", autocomplete: "off", autocapitalize: "none",
      autocorrect: "off", spellcheck: "false", "aria-label": "La lettre suivante",
    });
    function take(waits) {
      const typed = Array.from(field.value).pop();
      if (!typed) { return; }
      const letter = understood(typed, alphabet);
      if (!letter && waits) { return; }
      field.value = "";
      if (letter) { guess(letter); } else { refuse(typed); }
    }
    field.addEventListener("input", (event) => take(event.isComposing));
    field.addEventListener("compositionend", () => take(false));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && alphabet.includes("\n")) {
        event.preventDefault();
        guess("\n");
      }
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (step) { event.preventDefault(); shift(step); }
    });
    return field;
  }

  function create(root, { scene, announce }) {
    const data = tools.data(root);
    const alphabet = Array.from(data.alphabet);
    let rank = 0, position = 0, marks = [], last = null;
    let score = newScore();

    const text = html("p", { class: "pari-texte" });
    const result = html("p", { class: "pari-resultat" });
    const table = scoreTable(data.model);
    const stake = stakeSetting(data.stakes);
    const field = letterField(alphabet, guess,
      (typed) => say("«\u00a0" + typed + "\u00a0» n’est pas dans l’alphabet de ce texte."),
      (step) => stake.set(stake.index + step));
    const keys = html("div", { class: "pari-touches", role: "group", "aria-label": "Lettres fréquentes" },
      ...alphabet.map((letter, i) => [letter, data.frequencies[i]])
        .sort((a, b) => b[1] - a[1]).slice(0, N_BUTTONS)
        .map(([letter]) => {
          const key = html("button", { type: "button", class: "interaction-bouton", "aria-label": NAMES[letter] || letter },
            SIGNS[letter] || letter);
          key.addEventListener("click", () => guess(letter));
          return key;
        }));
    const entry = html("div", { class: "pari-saisie" },
      html("label", {}, html("span", {}, "La lettre suivante"), field), keys);
    const again = button("Recommencer", () => begin(rank));
    const other = data.rounds.length > 1
      ? button("Un autre texte", () => begin((rank + 1) % data.rounds.length)) : null;

    function button(label, act) {
      const element = html("button", { type: "button", class: "interaction-bouton" }, label);
      element.addEventListener("click", act);
      return element;
    }

    function say(sentence) {
      result.textContent = sentence;
      announce(sentence);
    }

    /* Les lettres données, puis les lettres jouées : un trait plein ou pointillé. */
    function showText() {
      const round = data.rounds[rank];
      const letters = Array.from(round.text);
      text.replaceChildren(letters.slice(0, round.start).join(""));
      marks.forEach((right, i) => text.append(html("span",
        { class: right ? "pari-juste" : "pari-faux" }, letters[round.start + i])));
      if (!finished()) { text.append(html("span", { class: "pari-cache" }, "?")); }
      entry.hidden = finished();
      stake.label.hidden = finished();
      table.show(score);
    }

    const finished = () => position === data.rounds[rank].probabilities.length;

    function favorites(at) {
      const round = data.rounds[rank];
      return Array.from(round.favorites[at]).map((letter, i) =>
        (SIGNS[letter] || letter) + "\u00a0" + percent(round.favorite_probabilities[at][i])).join(", ");
    }

    function guess(letter) {
      if (finished()) { return; }
      last = play(data, data.rounds[rank], position, letter, stake.value, score);
      const right = last.guess === last.letter;
      marks.push(right);
      position += 1;
      showText();
      let sentence = (right ? "✓ Juste\u00a0: " : "✗ Vous aviez dit " + named(letter) + ", c’était ")
        + named(last.letter) + ". " + capital(data.model) + " lui donnait " + percent(last.given, 1)
        + "\u00a0: surprise −log₂\u00a0p\u00a0= " + bits(last.given) + " (ses préférées\u00a0: "
        + favorites(position - 1) + "). Votre mise lui donnait "
        + percent(last.mine, 1) + "\u00a0: " + bits(last.mine) + ".";
      if (finished()) {
        sentence += " Texte fini\u00a0: vous payez " + fr(score.readerBits / score.count, 2)
          + "\u00a0bits par lettre, " + data.model + " " + fr(score.modelBits / score.count, 2) + ".";
        again.focus();
      }
      say(sentence);
    }

    function begin(next) {
      rank = next;
      position = 0;
      marks = [];
      last = null;
      score = newScore();
      showText();
      result.textContent = "Tapez la lettre qui vient, ou touchez-la. Les flèches haut et bas du champ règlent la mise.";
    }

    const shares = data.stakes.map(([name, value]) => percent(value) + " (" + name + ")").join(", ");
    if (data.caption) { scene.append(html("p", {}, data.caption)); }
    scene.append(text,
      html("div", { class: "reglages" }, stake.label), entry, result, table.table,
      html("p", { class: "interaction-note" }, "La règle\u00a0: votre mise réserve à votre lettre "
        + shares + "\u00a0; le reste va à toutes les lettres selon leur fréquence. Chacun paie −log₂ de la probabilité donnée à la vraie lettre. Trait plein\u00a0: lettre devinée\u00a0; pointillé\u00a0: manquée."),
      html("div", { class: "reglages" }, again, other));
    stake.start();
    begin(0);
    return { state: () => ({ rank, position, stake: stake.value, last, ...score }) };
  }

  tools.register("parier", create);
})();
