/* Le prix d'un modèle : les formules de training/costs.py (block_cost, attention_cost), en
   entiers exacts. Bloc « pre-norm », LayerNorm, sans biais ni dropout, clés non partagées.
   Lettres : T positions, d largeur, H têtes, e octets par nombre. */
"use strict";

(function () {
  if (window.coursBudget) { return; }
  const STATE = 16n; /* octets par paramètre : poids, gradient, copie, deux moments d'Adam */

  /* ``kept`` : vecteurs de largeur d_ff gardés ; ``inner`` : d_ff. */
  const FEED_FORWARD = {
    gelu: { matrices: 2n, kept: 2n, inner: (d) => 4n * d },
    swiglu: { matrices: 3n, kept: 4n, inner: (d) => (8n * d + 1n) / 3n }, /* arrondi au plus proche */
  };

  /* FLOPs et octets de ``layers`` blocs, pour ``batch`` phrases ; ``flash`` : scores refaits. */
  function cost(s) {
    const [T, d, H, B, L, e] = [s.T, s.d, s.heads, s.batch, s.layers, s.e || 2].map(BigInt);
    const ff = FEED_FORWARD[s.feedForward], inner = ff.inner(d), flash = s.engine === "flash";
    const matrices = 4n * d * d + ff.matrices * d * inner;
    const token = L * 2n * B * T * matrices, pair = L * 4n * B * T * T * d;
    /* Deux normes et leurs sorties, q, k, v et la sortie, le flux, l'intérieur du feed-forward. */
    const vectors = 4n + 2n * d + 4n * d + d + ff.kept * inner;
    const tokenKept = L * e * B * T * vectors;
    /* Flash : un logsumexp par requête. Sinon : scores, poids, poids après dropout, et un masque. */
    const pairKept = L * B * H * T * (flash ? e : e * (3n * T + 1n) + 1n);
    const trainToken = 3n * token, trainPair = flash ? (7n * pair) / 2n : 3n * pair;
    const parameters = L * (matrices + 4n * d); /* et les deux vecteurs de chaque LayerNorm */
    const kept = tokenKept + pairKept;
    return {
      token, pair, forward: token + pair, trainToken, trainPair, training: trainToken + trainPair,
      tokenKept, pairKept, kept, parameters, state: STATE * parameters, memory: STATE * parameters + kept,
    };
  }

  /* La longueur où, à l'aller, les paires coûtent autant que les tokens. */
  function crossover(s) {
    const one = cost({ ...s, T: 1 });
    return Number(one.token) / Number(one.pair);
  }

  /* Le moins de temps possible : tout calculer à ce rendement ; ou déplacer chaque octet
     deux fois (écrit puis relu), au plein débit de la mémoire. */
  function floor(prices, gpu, efficiency) {
    const compute = Number(prices.training) / (gpu.flops * efficiency);
    const traffic = (2 * Number(prices.memory)) / gpu.bandwidth;
    return { compute, traffic, seconds: Math.max(compute, traffic), bound: compute >= traffic ? "calcul" : "mémoire" };
  }

  window.coursBudget = { cost, crossover, floor };
})();
