/* Des lignes à ordonner : à la souris, au doigt ou aux boutons. */
(function () {
  "use strict";
  const tools = window.coursPedagogie;
  if (!tools) return;
  const TRIES_BEFORE_SOLUTION = 2;

  const codeOf = (line) => line.querySelector(".ligne-code").textContent;
  const textOf = (line) => codeOf(line).trim();

  function makeButton(classes, label, symbol, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = classes;
    button.setAttribute("aria-label", label);
    button.textContent = symbol;
    button.addEventListener("click", act);
    return button;
  }

  /** Premier message qui s'applique au programme du lecteur, ou `null`. */
  function diagnose(root, lines) {
    const texts = lines.map(textOf);
    const rules = Array.from(root.querySelectorAll(".messages > li"));
    return rules.find(({ dataset }) => dataset.genre === "intrus" &&
        texts.includes(dataset.a.trim())) ||
      rules.find(({ dataset }) => {
        const first = texts.indexOf(dataset.a);
        const second = texts.lastIndexOf(dataset.b);
        return dataset.genre === "avant" && first >= 0 && second >= 0 && first < second;
      }) || null;
  }

  /** Ce que l'on peut dire sans message prévu : combien de lignes sont placées. */
  function progress(ranks, target) {
    if (ranks.includes("intrus")) return "Une ligne n'a pas sa place dans ce programme.";
    if (ranks.length < target.length) {
      return "Il manque une ligne : reprenez-en une parmi celles mises de côté.";
    }
    let placed = 0;
    while (ranks[placed] === target[placed]) placed += 1;
    if (placed === 0) return "La première ligne n'est pas encore la bonne.";
    return placed === 1
      ? "La première ligne est bien placée ; c'est ensuite que l'ordre se perd."
      : `Les ${placed} premières lignes sont bien placées ; ` +
        "c'est ensuite que l'ordre se perd.";
  }

  function setUp(root) {
    const program = root.querySelector(".programme");
    const reserve = root.querySelector(".reserve");
    const region = root.querySelector(".retour");
    const reveal = root.querySelector(".voir-solution");
    const target = root.dataset.solution.split(" ");
    const initial = Array.from(program.children);
    let tries = 0;

    const announcer = document.createElement("p");
    announcer.className = "pour-lecteur";
    announcer.setAttribute("role", "status");
    root.append(announcer);

    function refresh() {
      [program, reserve].forEach((zone) => {
        if (!zone) return;
        Array.from(zone.children).forEach((line, index, all) => {
          const aside = zone === reserve;
          const [up, down, move] = line.querySelectorAll("button");
          up.hidden = aside;
          down.hidden = aside;
          up.setAttribute("aria-disabled", String(index === 0));
          down.setAttribute("aria-disabled", String(index === all.length - 1));
          if (!move) return;
          move.textContent = aside ? "Remettre" : "Retirer";
          move.setAttribute("aria-label", `${move.textContent} la ligne : ${textOf(line)}`);
        });
      });
    }

    function settle(line, button) {
      refresh();
      tools.say(region, "");
      if (button) button.focus();
      const position = Array.from(program.children).indexOf(line) + 1;
      announcer.textContent = position
        ? `Ligne placée en position ${position} sur ${program.children.length}.`
        : "Ligne mise de côté.";
    }

    function step(line, direction, event) {
      const other = direction < 0
        ? line.previousElementSibling : line.nextElementSibling;
      if (!other) return;
      program.insertBefore(line, direction < 0 ? other : other.nextSibling);
      settle(line, event.currentTarget);
    }

    function toggle(line, event) {
      (line.parentNode === program ? reserve : program).append(line);
      settle(line, event.currentTarget);
    }

    /* On déplace les voisines, jamais la ligne tenue : elle garderait mal le doigt. */
    function drag(line, event) {
      if (event.button > 0 || line.parentNode !== program) return;
      event.preventDefault();
      line.classList.add("tenue");
      const move = ({ clientY }) => {
        const before = line.previousElementSibling;
        const after = line.nextElementSibling;
        if (before && clientY < middle(before)) {
          program.insertBefore(before, line.nextSibling);
        } else if (after && clientY > middle(after)) {
          program.insertBefore(after, line);
        }
      };
      const stop = ({ clientX, clientY, type }) => {
        ["pointermove", "pointerup", "pointercancel"].forEach((name) =>
          document.removeEventListener(name, name === "pointermove" ? move : stop));
        line.classList.remove("tenue");
        const below = document.elementFromPoint(clientX, clientY);
        if (type === "pointerup" && reserve && below && reserve.contains(below)) {
          reserve.append(line);
        }
        settle(line, null);
      };
      document.addEventListener("pointermove", move);
      document.addEventListener("pointerup", stop);
      document.addEventListener("pointercancel", stop);
    }

    function middle(line) {
      const box = line.getBoundingClientRect();
      return box.top + box.height / 2;
    }

    function equip(line) {
      const grip = document.createElement("span");
      grip.className = "poignee";
      grip.setAttribute("aria-hidden", "true");
      grip.textContent = "⠿";
      grip.addEventListener("pointerdown", (event) => drag(line, event));
      const buttons = document.createElement("span");
      buttons.className = "ligne-boutons";
      const name = textOf(line);
      buttons.append(
        makeButton("monter", `Monter la ligne : ${name}`, "↑", (e) => step(line, -1, e)),
        makeButton("descendre", `Descendre la ligne : ${name}`, "↓",
          (e) => step(line, 1, e)));
      if (reserve) buttons.append(makeButton("retirer", "", "", (e) => toggle(line, e)));
      line.prepend(grip);
      line.append(buttons);
    }

    function check() {
      const lines = Array.from(program.children);
      const ranks = lines.map((line) => line.dataset.rang);
      if (ranks.join(" ") === target.join(" ")) {
        const why = root.querySelector('.messages > li[data-genre="juste"]');
        tools.say(region, "juste", tools.paragraph("Oui, le programme est dans l'ordre."),
          ...(why ? [tools.copyOf(why)] : []));
        return;
      }
      tries += 1;
      const rule = diagnose(root, lines);
      tools.say(region, "faux", tools.paragraph("Pas encore."),
        rule ? tools.copyOf(rule) : tools.paragraph(progress(ranks, target)));
      if (reveal && tries >= TRIES_BEFORE_SOLUTION) reveal.hidden = false;
    }

    function solve() {
      const stock = initial.slice();
      const ordered = target.map((rank) => stock.splice(
        stock.findIndex((line) => line.dataset.rang === rank), 1)[0]);
      program.replaceChildren(...ordered);
      if (reserve) reserve.replaceChildren(...stock);
      refresh();
      const why = root.querySelector('.messages > li[data-genre="juste"]');
      tools.say(region, "info", tools.paragraph("Voici le programme dans l'ordre."),
        ...(why ? [tools.copyOf(why)] : []));
    }

    initial.forEach(equip);
    refresh();
    root.querySelector(".verifier").addEventListener("click", check);
    root.querySelector(".recommencer").addEventListener("click", () => {
      program.replaceChildren(...initial);
      if (reserve) reserve.replaceChildren();
      refresh();
      tools.say(region, "");
      announcer.textContent = "Les lignes sont revenues à leur ordre de départ.";
    });
    if (reveal) reveal.addEventListener("click", solve);
  }

  tools.each(".ordonner", setUp);
})();
