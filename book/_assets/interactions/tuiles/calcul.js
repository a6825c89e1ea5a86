/* L'attention tuile par tuile : la boucle de kernels/tiled.py et les comptes de
   training/traffic_counts.py. T requêtes, T clés, une tête de dimension d ; pour chaque
   requête, m le plus grand score vu, l = ℓ = Σ exp(s − m), a = Σ exp(s − m) v. */
"use strict";

(function () {
  const Q = [[2, 1], [1, 1], [0, -1], [0, 1], [2, 0], [1, 2], [0, 2], [1, -1]];
  const K = [[-1, 1], [-1, 2], [1, 2], [1, 0], [1, -1], [-2, 1], [-2, 0], [2, -1]];
  const V = [[5, 5], [6, 1], [6, 4], [3, 0], [0, 3], [5, 3], [2, 5], [3, 6]];
  const T = Q.length, D = Q[0].length, SCALE = 1 / Math.sqrt(D);
  const EMPTY = { m: -Infinity, l: 0, a: Array(D).fill(0) };

  const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i);
  const starts = (size) => range(0, T / size).map((n) => n * size);

  /* −∞ là où le masque interdit : une clé après la requête. */
  const score = (i, j, causal) =>
    (causal && j > i ? -Infinity : SCALE * Q[i].reduce((sum, x, n) => sum + x * K[j][n], 0));

  /* Une ligne reçoit une tuile. La clé 0 est permise à toutes : dès la première tuile, m est
     fini, et α = exp(−∞) = 0 n'y corrige que des zéros. */
  function absorb(before, scores, values) {
    const m = Math.max(before.m, ...scores);
    const alpha = Math.exp(before.m - m), p = scores.map((s) => Math.exp(s - m));
    return {
      scores, p, alpha, m,
      l: p.reduce((sum, x) => sum + x, alpha * before.l),
      a: before.a.map((old, n) => p.reduce((sum, x, j) => sum + x * values[j][n], alpha * old)),
    };
  }

  /* Une tuile dont toutes les clés suivent toutes les requêtes ne sert à rien. */
  const useless = (row, col, { blockQ, causal }) => causal && col >= row + blockQ;

  /* Toutes les étapes, de la page vide à la dernière sortie écrite. ``read`` et ``written`` :
     ce que l'étape échange avec la mémoire globale, en nombres. */
  function plan(settings) {
    const { blockQ, blockK, causal } = settings;
    const steps = [{ kind: "start", rows: [], cols: [], lines: [], read: 0, written: 0 }];
    starts(blockQ).forEach((row) => {
      const rows = range(row, row + blockQ);
      let lines = rows.map(() => EMPTY);
      steps.push({ kind: "load", rows, cols: [], lines, read: blockQ * D, written: 0 });
      starts(blockK).filter((col) => !useless(row, col, settings)).forEach((col) => {
        const cols = range(col, col + blockK), values = cols.map((j) => V[j]), before = lines;
        lines = rows.map((i, n) => absorb(before[n], cols.map((j) => score(i, j, causal)), values));
        steps.push({ kind: "tile", rows, cols, before, lines, read: 2 * blockK * D, written: 0 });
      });
      const outputs = lines.map(({ a, l }) => a.map((x) => x / l));
      steps.push({ kind: "store", rows, cols: [], lines, outputs, read: 0, written: blockQ * D });
    });
    return steps;
  }

  /* L'état de chaque tuile à l'étape ``now`` : ``age`` compte les tuiles venues après elle. */
  function tiles(settings, steps, now) {
    const visited = steps.map((step, n) => ({ ...step, n })).filter((step) => step.kind === "tile");
    const seen = visited.filter((step) => step.n <= now).length;
    return starts(settings.blockQ).flatMap((row) => starts(settings.blockK).map((col) => {
      const rank = visited.findIndex((step) => step.rows[0] === row && step.cols[0] === col);
      const age = seen - 1 - rank;
      const state = rank < 0 ? "skipped" : age < 0 ? "waiting" : visited[rank].n === now ? "current" : "erased";
      return { row, col, state, age };
    }));
  }

  /* Ce que le tableau tient à la fois : Q et a, K et V, la tuile, puis m, ℓ et α. */
  const footprint = ({ blockQ, blockK }) => 2 * blockQ * D + 2 * blockK * D + blockQ * blockK + 3 * blockQ;

  /* L'attention en trois noyaux : Q, K, V et O une fois, et la matrice écrite deux fois
     (scores, poids), relue deux fois ; masquée ou non. */
  const standard = { vectors: 4 * T * D, matrices: 4 * T * T, total: 4 * T * D + 4 * T * T };

  /* La formule, d'un seul coup : ce à quoi les tuiles doivent arriver. */
  function explicit(causal) {
    return Q.map((_, i) => {
      const p = K.map((__, j) => Math.exp(score(i, j, causal))), sum = p.reduce((x, y) => x + y, 0);
      return V[0].map((__, n) => p.reduce((total, x, j) => total + x * V[j][n], 0) / sum);
    });
  }

  window.coursTuiles = { ...window.coursTuiles, Q, K, V, T, D, range, plan, tiles, footprint, standard, explicit };
})();
