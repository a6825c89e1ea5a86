/* Un GPT en JavaScript, sans bibliothèque : lire ses poids et un texte, calculer, tirer.

   Tout tient dans une fonction, car la page l'exécute à côté d'elle, dans un Worker fait
   de son texte : ouvert depuis un dossier, un fichier de Worker serait refusé. Les noms
   sont ceux du code Python, et un test compare les logits à ceux de PyTorch.
   Lettres : T tokens lus, H têtes, G têtes clé-valeur, D dimension d'une tête. */
function coursMoteur() {
  "use strict";

  /* ---- Les poids ------------------------------------------------------------- */
  function bytes(base64) {
    const text = atob(base64);
    return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
  }

  /* Une matrice a une échelle par ligne, c'est-à-dire par composante de sa sortie. */
  function dequantize(buffer, offset, rows, columns) {
    const scales = new Float32Array(buffer, offset, rows);
    const levels = new Int8Array(buffer, offset + 4 * rows, rows * columns);
    const matrix = new Float32Array(rows * columns);
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, at++) { matrix[at] = levels[at] * scales[i]; }
    }
    return matrix;
  }

  /* L'empreinte : celle de l'en-tête suivi des poids. Hors de https, de l'ordinateur
     lui-même et d'un dossier, le navigateur ne sait pas la calculer. */
  async function isIntact(record) {
    if (!globalThis.crypto || !crypto.subtle) { return true; }
    const header = new TextEncoder().encode(record.header);
    const weights = bytes(record.weights);
    const all = new Uint8Array(header.length + weights.length);
    all.set(header);
    all.set(weights, header.length);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", all));
    const hexadecimal = Array.from(digest, (x) => x.toString(16).padStart(2, "0")).join("");
    return hexadecimal === record.sha256;
  }

  function open(record) {
    const { config, pieces, tensors } = JSON.parse(record.header);
    const buffer = bytes(record.weights).buffer;
    const weights = {};
    tensors.forEach(({ name, shape: [rows, columns], offset }) => {
      weights[name] = columns === undefined ? new Float32Array(buffer, offset, rows)
        : dequantize(buffer, offset, rows, columns);
    });
    return { config, weights, pieces };
  }

  /* ---- Le texte -------------------------------------------------------------- */
  /* De gauche à droite, le plus long morceau qui s'y lit, comme PieceTokenizer. Rend les
     tokens et, s'il arrête la lecture, le premier caractère qu'aucun ne commence. */
  function encode(pieces, text) {
    const ranks = new Map(pieces.map((piece, rank) => [piece, rank]));
    const longest = pieces.reduce((most, piece) => Math.max(most, piece.length), 0);
    const tokens = [];
    for (let at = 0, length; at < text.length; at += length) {
      length = longest;
      while (length > 0 && !ranks.has(text.slice(at, at + length))) { length -= 1; }
      if (length === 0) { return { tokens, unknown: String.fromCodePoint(text.codePointAt(at)) }; }
      const piece = text.slice(at, at + length);
      length = piece.length; /* la fin du texte a pu le raccourcir */
      tokens.push(ranks.get(piece));
    }
    return { tokens, unknown: null };
  }

  /* Le début à lire, sans l'espace qui le finit : quand les morceaux portent celle qui les
     précède, elle appartient au mot suivant, et seule, elle n'annoncerait qu'un mot épelé. */
  function opening(pieces, text) {
    const carried = pieces.some((piece) => piece.length > 1 && piece.startsWith(" "));
    return carried ? text.trimEnd() || text : text;
  }

  /* ---- Le calcul ------------------------------------------------------------- */
  /* y = W x + b. Quatre sommes partielles : le processeur les mène de front. */
  function linear(weights, name, x, y) {
    const W = weights[name + ".weight"], b = weights[name + ".bias"], n = x.length;
    for (let i = 0, row = 0; i < y.length; i++, row += n) {
      let s0 = 0, s1 = 0, s2 = 0, s3 = 0, j = 0;
      for (; j + 3 < n; j += 4) {
        s0 += W[row + j] * x[j];
        s1 += W[row + j + 1] * x[j + 1];
        s2 += W[row + j + 2] * x[j + 2];
        s3 += W[row + j + 3] * x[j + 3];
      }
      for (; j < n; j++) { s0 += W[row + j] * x[j]; }
      y[i] = s0 + s1 + s2 + s3 + (b ? b[i] : 0);
    }
  }

  /* Les mêmes ε que ceux de layers/norm.py. */
  const EPS = { layer: 1e-5, rms: 1e-6 };

  function normalize(kind, weights, name, x, y) {
    if (kind === "none") { y.set(x); return; }
    const n = x.length, gain = weights[name + ".gain"], shift = weights[name + ".shift"];
    let mean = 0, square = 0;
    if (kind === "layer") { for (let i = 0; i < n; i++) { mean += x[i] / n; } }
    for (let i = 0; i < n; i++) { square += ((x[i] - mean) * (x[i] - mean)) / n; }
    const scale = 1 / Math.sqrt(square + EPS[kind]);
    for (let i = 0; i < n; i++) {
      y[i] = (x[i] - mean) * scale * gain[i] + (shift ? shift[i] : 0);
    }
  }

  /* erf, à 1,5·10⁻⁷ près : formule 7.1.26 d'Abramowitz et Stegun (1964). */
  function erf(x) {
    const t = 1 / (1 + 0.3275911 * Math.abs(x));
    const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741
      + t * (-1.453152027 + t * 1.061405429))));
    const positive = 1 - series * Math.exp(-x * x);
    return x < 0 ? -positive : positive;
  }

  const sigmoid = (x) => 1 / (1 + Math.exp(-x));
  const relu = (x) => Math.max(x, 0);
  const silu = (x) => x * sigmoid(x);
  const gelu = (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2));
  /* Avec une porte, φ ne passe que sur elle, et multiplie l'autre projection. */
  const ACTIVATIONS = { relu, gelu, silu, glu: sigmoid, geglu: gelu, swiglu: silu };

  /* RoPE : tourne chaque paire de dimensions voisines d'un angle p·ω. */
  function rotate(x, D, position) {
    for (let start = 0; start < x.length; start += D) {
      for (let i = 0; i < D; i += 2) {
        const angle = position * Math.pow(10000, -i / D);
        const cos = Math.cos(angle), sin = Math.sin(angle);
        const a = x[start + i], b = x[start + i + 1];
        x[start + i] = a * cos - b * sin;
        x[start + i + 1] = a * sin + b * cos;
      }
    }
  }

  /* Une lecture : un token à la fois, en gardant les clés et les valeurs du passé. */
  function reading(model) {
    const { config, weights } = model;
    const { context, position, block } = config;
    const d = block.d_model, H = block.n_heads, D = d / H;
    const G = block.n_kv_heads === null ? H : block.n_kv_heads, width = G * D;
    const inner = weights["blocks.0.feed_forward.sublayer.down_proj.weight"].length / d;
    const floats = (n) => new Float32Array(n);
    const layers = Array.from({ length: config.n_layers }, (_, l) => ({
      name: "blocks." + l, keys: floats(context * width), values: floats(context * width),
    }));
    const x = floats(d), normal = floats(d), branch = floats(d), heads = floats(d), q = floats(d);
    const k = floats(width), v = floats(width), up = floats(inner), gate = floats(inner);
    const activation = ACTIVATIONS[block.feed_forward];
    let length = 0;

    function add() { for (let i = 0; i < d; i++) { x[i] += block.residual_scale * branch[i]; } }

    /* Une tête : scores, softmax, moyenne des valeurs. Rend ses poids. */
    function head(h, { keys, values }, row) {
      const mine = h * D, theirs = Math.floor(h / (H / G)) * D;
      let top = -Infinity, total = 0;
      for (let s = 0; s < length; s++) {
        let score = 0;
        for (let i = 0; i < D; i++) { score += q[mine + i] * keys[s * width + theirs + i]; }
        row[s] = score / Math.sqrt(D);
        top = Math.max(top, row[s]);
      }
      for (let s = 0; s < length; s++) {
        row[s] = Math.exp(row[s] - top);
        total += row[s];
      }
      heads.fill(0, mine, mine + D);
      for (let s = 0; s < length; s++) {
        row[s] /= total;
        for (let i = 0; i < D; i++) { heads[mine + i] += row[s] * values[s * width + theirs + i]; }
      }
      return row;
    }

    function attend(layer, at) {
      const part = layer.name + ".attention", sublayer = part + ".sublayer.";
      normalize(block.norm, weights, part + ".norm", x, normal);
      linear(weights, sublayer + "q_proj", normal, q);
      linear(weights, sublayer + "k_proj", normal, k);
      linear(weights, sublayer + "v_proj", normal, v);
      if (position === "rope") {
        rotate(q, D, at);
        rotate(k, D, at);
      }
      layer.keys.set(k, at * width);
      layer.values.set(v, at * width);
      const rows = Array.from({ length: H }, (_, h) => head(h, layer, floats(length)));
      linear(weights, sublayer + "out_proj", heads, branch);
      add();
      return rows;
    }

    function transform(layer) {
      const part = layer.name + ".feed_forward", sublayer = part + ".sublayer.";
      normalize(block.norm, weights, part + ".norm", x, normal);
      linear(weights, sublayer + "up_proj", normal, up);
      if (weights[sublayer + "gate_proj.weight"]) {
        linear(weights, sublayer + "gate_proj", normal, gate);
        for (let i = 0; i < inner; i++) { up[i] *= activation(gate[i]); }
      } else {
        for (let i = 0; i < inner; i++) { up[i] = activation(up[i]); }
      }
      linear(weights, sublayer + "down_proj", up, branch);
      add();
    }

    return {
      length: () => length,
      forget() { length = 0; },
      /* Lit un token : les logits du suivant, et les poids, par couche puis par tête. */
      read(token) {
        const at = length;
        if (at === context) { throw new RangeError("le contexte de " + context + " tokens est plein"); }
        length = at + 1;
        const table = weights["position.table"];
        for (let i = 0; i < d; i++) {
          x[i] = weights["embedding.weight"][token * d + i] + (table ? table[at * d + i] : 0);
        }
        const attention = layers.map((layer) => {
          const rows = attend(layer, at);
          transform(layer);
          return rows;
        });
        normalize(block.norm, weights, "final_norm", x, normal);
        const logits = floats(config.vocabulary_size);
        linear(weights, config.tied ? "embedding" : "head", normal, logits);
        return { logits, attention };
      },
    };
  }

  /* ---- Le tirage ------------------------------------------------------------- */
  function softmax(logits, temperature) {
    const top = Math.max(...logits);
    const raised = Array.from(logits, (z) => Math.exp((z - top) / temperature));
    const total = raised.reduce((a, b) => a + b, 0);
    return raised.map((e) => e / total);
  }

  /* Les n tokens de plus grand score, dans l'ordre ; à égalité, le premier du vocabulaire.
     Trier les mille morceaux à chaque token prendrait plus de temps que de le calculer. */
  function largest(scores, n) {
    const kept = [];
    for (let i = 0; i < scores.length; i++) {
      let at = kept.length;
      while (at > 0 && scores[i] > scores[kept[at - 1]]) { at -= 1; }
      if (at < n) {
        kept.splice(at, 0, i);
        kept.length = Math.min(kept.length, n);
      }
    }
    return kept;
  }

  /* Les plus probables, jusqu'à la part topP de leur total, token du seuil compris. Seuls
     se trient ceux d'au moins (1 − topP) fois la moyenne : les autres, tous ensemble,
     n'atteignent pas 1 − topP, et le seuil est donc franchi avant eux. */
  function nucleus(kept, p, logits, topP) {
    const total = kept.reduce((sum, token) => sum + p[token], 0);
    const least = (1 - topP) * total / kept.length;
    const order = kept.filter((token) => p[token] >= least)
      .sort((a, b) => logits[b] - logits[a] || a - b);
    let before = 0;
    return order.filter((token, rank) => {
      const needed = rank === 0 || before < topP * total;
      before += p[token];
      return needed;
    });
  }

  /* La distribution d'où l'on tire. Dans l'ordre : la température, puis top-k, top-p,
     min-p ; ce qui reste se partage tout. min-p garde les tokens d'au moins cette part du
     plus probable ; top-k nul garde tout. */
  function distribution(logits, { temperature, topK = 0, topP = 1, minP = 0 }) {
    const shares = new Array(logits.length).fill(0), [first] = largest(logits, 1);
    if (temperature === 0) {
      shares[first] = 1;
      return shares;
    }
    const p = softmax(logits, temperature);
    let kept = topK > 0 ? largest(logits, topK) : p.map((_, token) => token);
    if (topP < 1) { kept = nucleus(kept, p, logits, topP); }
    kept = kept.filter((token) => p[token] >= minP * p[first]);
    const total = kept.reduce((sum, token) => sum + p[token], 0);
    kept.forEach((token) => { shares[token] = p[token] / total; });
    return shares;
  }

  /* Le token dont la part contient u, nombre de [0, 1[ ; jamais un token de part nulle. */
  function draw(shares, u) {
    let last = 0, before = 0;
    for (let token = 0; token < shares.length; token++) {
      if (shares[token] === 0) { continue; }
      before += shares[token];
      last = token;
      if (u < before) { break; }
    }
    return last;
  }

  /* mulberry32 : la même graine donne la même suite, dans tous les navigateurs. */
  function random(seed) {
    let state = seed >>> 0;
    return function () {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  /* ---- Un texte qui s'écrit -------------------------------------------------- */
  const SHOWN = 10; /* candidats gardés pour chaque token */

  function writer(model, seed) {
    const past = reading(model), next = random(seed), tokens = [];
    const half = Math.floor(model.config.context / 2);
    let last = null; /* ce que le dernier token lu a donné */

    /* Contexte plein : on oublie tout, et l'on relit la dernière moitié. Décaler les
       clés gardées serait faux : elles portent leur position. */
    function read(token) {
      if (past.length() === model.config.context) {
        past.forget();
        tokens.slice(tokens.length - half).forEach((old) => past.read(old));
      }
      tokens.push(token);
      last = past.read(token);
    }

    /* Ce que le modèle disait du token avant de le voir. */
    function entry(token, shares) {
      if (last === null) { return { token }; }
      const { logits, attention } = last, p = softmax(logits, 1);
      const ahead = logits.filter((z, i) => z > logits[token] || (z === logits[token] && i < token));
      const described = (i) => ({ token: i, p: p[i], share: shares ? shares[i] : null });
      return {
        token, drawn: shares !== null, chosen: described(token), rank: ahead.length + 1,
        candidates: largest(logits, SHOWN).map(described), attention, first: tokens.length - past.length(),
      };
    }

    return {
      /* Lit un texte donné ; rend une entrée par token. */
      given: (list) => list.map((token) => {
        const made = entry(token, null);
        read(token);
        return made;
      }),
      /* Tire et lit un token ; rend son entrée. */
      write(settings) {
        const shares = distribution(last.logits, settings);
        const token = draw(shares, next());
        const made = entry(token, shares);
        read(token);
        return made;
      },
    };
  }

  /* ---- Le Worker ------------------------------------------------------------- */
  /* À chaque demande numérotée, une réponse de même numéro. */
  function serve(scope) {
    let model = null, text = null;
    const answers = {
      async load({ record }) {
        if (!await isIntact(record)) { throw new Error("le fichier du modèle est abîmé"); }
        model = open(record);
        return { config: model.config, pieces: model.pieces };
      },
      start({ tokens, seed }) {
        text = writer(model, seed);
        return { entries: text.given(tokens) };
      },
      write({ count, settings }) {
        return { entries: Array.from({ length: count }, () => text.write(settings)) };
      },
    };
    scope.onmessage = async ({ data }) => {
      try {
        scope.postMessage({ id: data.id, ...await answers[data.ask](data) });
      } catch (error) {
        scope.postMessage({ id: data.id, error: error.message });
      }
    };
  }

  return { open, isIntact, encode, opening, reading, softmax, largest, distribution, draw, random, writer, serve };
}
