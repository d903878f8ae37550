// Where deep layers end: the second moment at which they rest, the factor on the gradient there, the angle of two inputs.
const limits = (() => {
  // law.kept(q)/q and law.chi(q)/w² on a fine grid of log q, once for each activation: pictures ask for them thousands of times.
  const START = Math.log(1e-8), STEPS = 800, FINE = -2 * START / STEPS, tables = new Map();
  function table(one) {
    if (!tables.has(one)) {
      tables.set(one, Array.from({ length: STEPS + 1 }, (_, i) => {
        const q = Math.exp(START + i * FINE);
        return { q, share: law.kept(one, q) / q, chi: law.chi(one, q, 1) };
      }));
    }
    return tables.get(one);
  }

  // Where q and chi of deep plain layers end, from the first layer's q. The map from layer to layer grows with q, so they end
  // at the first fixed point on their way; `q` is 0 or Infinity where there is none on the grid.
  function limit(state) {
    const { w, b } = state, rows = table(law.of(state)), rise = (q, share) => w * w * share * q + b * b - q;
    const from = Math.min(Math.max((Math.log(w * w + b * b) - START) / FINE, 0), STEPS);
    const up = rise(rows[Math.round(from)].q, rows[Math.round(from)].share) > 0;
    let i = up ? Math.ceil(from) : Math.floor(from);
    while (rows[i] && rise(rows[i].q, rows[i].share) > 0 === up) i += up ? 1 : -1;
    if (!rows[i]) return { q: up ? Infinity : 0, chi: w * w * rows[up ? STEPS : 0].chi };
    const [low, high] = up ? [rows[i - 1] ?? rows[i], rows[i]] : [rows[i], rows[i + 1] ?? rows[i]];
    let [left, right] = [0, 1];   // within the two rows, between which a share is nearly a line in log q
    const between = (name, part) => low[name] + part * (high[name] - low[name]);
    for (let step = 0; step < 30; step++) {
      const part = (left + right) / 2;
      if (rise(low.q * Math.exp(part * FINE), between("share", part)) > 0) left = part; else right = part;
    }
    return { q: low.q * Math.exp(left * FINE), chi: w * w * between("chi", left) };
  }

  // E[phi(u) phi(v)] of two standard normals with correlation c, times sqrt(q): on a grid, in closed form where phi has a kink at 0.
  const CELLS = 48, WIDE = 5.5;
  const cells = Array.from({ length: CELLS }, (_, i) => WIDE * (2 * (i + 0.5) / CELLS - 1));
  const weight = cells.map((z) => law.density(z) * 2 * WIDE / CELLS);
  function together(state, q, c) {
    const one = law.of(state), scale = Math.sqrt(q), s = Math.sqrt(Math.max(0, 1 - c * c));
    const leak = { linear: 1, relu: 0, leaky: state.leak ?? 0.01 }[state.activation];
    if (leak !== undefined) {   // x = (1 + a)/2 x + (1 - a)/2 |x|, and E|u||v| is known (Cho and Saul 2009)
      const absolute = 2 / Math.PI * (s + c * Math.asin(Math.max(-1, Math.min(1, c))));
      return q * (((1 + leak) / 2) ** 2 * c + ((1 - leak) / 2) ** 2 * absolute);
    }
    const phi = cells.map((z) => one.phi(scale * z));
    let sum = 0;
    for (let i = 0; i < CELLS; i++) {
      let inner = 0;
      for (let j = 0; j < CELLS; j++) inner += weight[j] * one.phi(scale * (c * cells[i] + s * cells[j]));
      sum += weight[i] * phi[i] * inner;
    }
    return sum;
  }

  // The correlation of the pre-activations of two inputs, by layer from the first one on: their centered parts are orthogonal.
  // Null behind batch normalization, and for equal weights.
  function pair(state) {
    const { depth, w, b, norm = "none", scale = 1, shift = 0, weights } = state;
    if (norm === "batch" || weights === "constant") return null;
    const one = law.of(state), n = law.widths(state), c = law.branch(state), plus = law.shortcut(state), found = [];
    let q = 0, both = 0, size = scale * scale + shift * shift, common = shift * shift, known = [];
    for (let layer = 1; layer <= depth; layer++) {
      const forth = w * w * n[layer - 1] / law.fan(state, n[layer - 1], n[layer]), share = layer > 1 ? c * c : 1, stays = plus && layer > 1;
      q = (stays ? q : 0) + share * (forth * size + b * b);
      both = (stays ? both : 0) + share * (forth * common + b * b);
      const cosine = q > 0 ? Math.min(1, both / q) : 1, inner = norm === "none" ? q : 1;
      found.push(cosine);
      if (Math.abs(inner - known[0]) < 1e-9 * inner && Math.abs(cosine - known[1]) < 1e-9) {   // at rest: what was found holds
        [size, common] = known.slice(2);
      } else {
        size = law.kept(one, inner);
        common = cosine > 1 - 1e-9 ? size : together(state, inner, cosine);
      }
      known = [inner, cosine, size, common];
    }
    return found;
  }

  return { limit, together, pair };
})();
