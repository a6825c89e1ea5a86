/* Quelles paires (requête, clé) une méthode regarde, combien, et en combien de couches
   tout se relie. Ce sont les motifs de layers/efficient/{window,strided,longformer,bigbird}.py :
   mêmes matrices, mêmes formules. */
"use strict";

(function () {
  if (window.coursMotifs) { return; }
  const NONE = 0, NEAR = 1, FAR = 2, DRAWN = 3;

  /* ---- Les motifs : pourquoi la requête i regarde la clé j ----------------------- */
  const inWindow = (i, j, w, a) => Math.abs(i - j) < a * w && (i - j) % a === 0;
  const KINDS = {
    full: () => NEAR,
    window: (i, j, s) => (inWindow(i, j, s.width, 1) ? NEAR : NONE),
    dilated: (i, j, s) => (inWindow(i, j, s.width, s.dilation) ? NEAR : NONE),
    strided: (i, j, s) =>
      inWindow(i, j, s.stride, 1) ? NEAR : (i - j) % s.stride === 0 ? FAR : NONE,
    longformer(i, j, s) {
      if (s.globals.includes(i) || s.globals.includes(j)) { return FAR; }
      return inWindow(i, j, s.width, s.dilation) ? NEAR : NONE;
    },
    bigbird(i, j, s) {
      const m = Math.floor(i / s.block), n = Math.floor(j / s.block);
      if (m < s.globalBlocks || n < s.globalBlocks) { return FAR; }
      if (Math.abs(m - n) <= s.near) { return NEAR; }
      return s.draws[m].includes(n) ? DRAWN : NONE;
    },
  };

  /* Pour chaque bloc, les blocs au hasard : ni globaux, ni voisins, sans remise. */
  function draw(T, s, next) {
    return Array.from({ length: T / s.block }, (_, m) => {
      if (m < s.globalBlocks) { return []; }
      const others = Array.from({ length: T / s.block }, (__, n) => n)
        .filter((n) => n >= s.globalBlocks && Math.abs(m - n) > s.near);
      return Array.from({ length: Math.min(s.randomBlocks, others.length) }, () =>
        others.splice(Math.floor(next() * others.length), 1)[0]);
    });
  }

  const positions = (T) => Array.from({ length: T }, (_, i) => i);
  const matrix = (s) => positions(s.T).map((i) => positions(s.T).map((j) =>
    s.causal && j > i ? NONE : KINDS[s.method](i, j, s)));

  /* ---- Les formules, pour les longueurs dont on ne forme pas la matrice ---------- */
  const triangle = (n) => (n * (n + 1)) / 2;
  function countWindow(T, w, a, causal) {
    const last = Math.min(w - 1, Math.floor((T - 1) / a));
    const below = (last + 1) * T - a * triangle(last);
    return causal ? below : 2 * below - T;
  }
  const COUNTS = {
    full: (T, s) => (s.causal ? triangle(T) : T * T),
    window: (T, s) => countWindow(T, s.width, 1, s.causal),
    dilated: (T, s) => countWindow(T, s.width, s.dilation, s.causal),
    strided(T, s) {
      const last = Math.floor((T - 1) / s.stride);
      const far = last * T - s.stride * triangle(last);
      return countWindow(T, s.stride, 1, s.causal) + (s.causal ? far : 2 * far);
    },
    longformer(T, s) {
      const g = s.globals.length, local = countWindow(T, s.width, s.dilation, s.causal);
      const seen = (list) => s.globals.reduce((sum, p) =>
        sum + list.filter((j) => inWindow(p, j, s.width, s.dilation)).length, 0);
      const rows = seen(positions(T)), both = seen(s.globals);
      return s.causal
        ? local + g * (T + 1) - triangle(g) - (rows + g - (both + g) / 2)
        : local + 2 * g * T - g * g - (2 * rows - both);
    },
    bigbird(T, s) {
      const M = T / s.block, g = Math.min(s.globalBlocks, M);
      let blocks = g * M;
      for (let n = g; n < M; n += 1) {
        const seen = g + Math.min(n + s.near, M - 1) - Math.max(n - s.near, g) + 1;
        blocks += seen + Math.min(s.randomBlocks, M - seen);
      }
      return blocks * s.block * s.block;
    },
  };
  const count = (T, s) => COUNTS[s.method](T, s);

  /* ---- La portée : les puissances du motif, une ligne par entier de T bits ------- */
  const bit = (j) => 1n << BigInt(j);
  function reach(M, causal) {
    const one = M.map((row) => row.reduce((bits, kind, j) => (kind ? bits | bit(j) : bits), 0n));
    const goal = M.map((_, i) => bit(causal ? i + 1 : M.length) - 1n);
    const powers = [one];
    for (;;) {
      const now = powers[powers.length - 1];
      if (now.every((bits, i) => bits === goal[i])) { return { powers, layers: powers.length }; }
      const then = M.map((row, i) => row.reduce((bits, kind, j) => (kind ? bits | now[j] : bits), now[i]));
      if (then.every((bits, i) => bits === now[i])) { return { powers, layers: null }; }
      powers.push(then);
    }
  }
  const members = (bits, T) => positions(T).filter((j) => bits & bit(j));

  window.coursMotifs = { draw, matrix, count, reach, members };
})();
