/* Les réglages du tirage d'un token : les mêmes curseurs pour la loi que l'on regarde
   (tirage.js) et pour le modèle qui écrit (ecrire.js).
   Reçoit les outils communs des figures de la page. */
function coursReglages(tools) {
  "use strict";
  const { fr, percent, slider } = tools;

  /* Ce qui laisse la loi telle quelle. */
  const NEUTRAL = { temperature: 1, topK: 0, topP: 1, minP: 0 };

  /* ``share`` : le pas des deux réglages qui sont des parts. */
  const described = (share) => [
    { key: "temperature", label: "Température", min: 0, max: 2, step: 0.05,
      text: (x) => (x === 0 ? "0, le plus probable" : fr(x, 2)) },
    { key: "topK", label: "Top-k", min: 0, max: 40, step: 1,
      text: (x) => (x === 0 ? "tous" : x === 1 ? "le premier" : "les " + x + " premiers") },
    { key: "topP", label: "Top-p", min: 0.05, max: 1, step: share,
      text: (x) => (x === 1 ? "tous" : "jusqu’à " + percent(x)) },
    { key: "minP", label: "Min-p", min: 0, max: 0.5, step: share,
      text: (x) => (x === 0 ? "tous" : "au moins " + percent(x) + " du premier") },
  ];

  /* Les quatre curseurs, à partir de ``start`` ; ``onChange`` suit chaque geste. */
  function knobs(start, share, onChange) {
    const list = described(share), values = { ...start };
    const made = list.map(({ key, label, text, min, max, step }) => {
      const one = slider(label, { min, max, step, value: start[key] }, (x) => {
        values[key] = x;
        one.say(text(x));
        onChange();
      });
      const show = () => {
        one.input.value = values[key];
        one.say(text(values[key]));
      };
      show();
      return { show, label: one.element };
    });
    return {
      values,
      labels: made.map((one) => one.label),
      reset() {
        Object.assign(values, start);
        made.forEach((one) => one.show());
      },
      /* Les valeurs que peut prendre un curseur. */
      grid(key) {
        const { min, max, step } = list.find((knob) => knob.key === key);
        return Array.from({ length: Math.round((max - min) / step) + 1 }, (_, i) =>
          Number((min + i * step).toFixed(2)));
      },
      /* Vrai si ces valeurs ne s'écartent du départ que par celle-ci. */
      only: (given, key) => list.every((knob) => knob.key === key || given[knob.key] === start[knob.key]),
    };
  }

  return { NEUTRAL, knobs };
}
