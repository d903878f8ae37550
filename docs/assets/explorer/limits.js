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

  const first = ({ w, b, scale = 1, shift = 0 }) => w * w * (scale * scale + shift * shift) + b * b;   // the first layer's q

  // Where q and chi of deep plain layers end, from the first layer's q. The map from layer to layer grows with q, so they end
  // at the first fixed point on their way; `q` is 0 or Infinity where there is none on the grid.
  function limit(state) {
    const { w, b } = state, rows = table(law.of(state)), rise = (q, share) => w * w * share * q + b * b - q;
    const from = Math.min(Math.max((Math.log(first(state)) - START) / FINE, 0), STEPS);
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

  // How large the gradient of the first of these layers is, to that of the last, as a decimal logarithm. What law.theory sums
  // up layer by layer, from the tables: the plane asks for it at two thousand points.
  function gradient(state) {
    const { w, b, depth } = state, rows = table(law.of(state));
    let q = first(state), sum = 0;
    for (let layer = 1; layer < depth; layer++) {
      const place = Math.min(Math.max((Math.log(q) - START) / FINE, 0), STEPS - 1e-9), i = Math.floor(place);
      const low = rows[i], high = rows[i + 1];
      const between = (name) => low[name] + (place - i) * (high[name] - low[name]);
      const next = w * w * between("share") * q + b * b, step = Math.log10(w * w * between("chi"));
      if (Math.abs(next - q) < 1e-9 * q) return (sum + (depth - layer) * step) / 2;   // at rest: all layers above do the same
      [q, sum] = [next, sum + step];
    }
    return sum / 2;
  }

  // E[phi(u) phi(v)] of two standard normals with correlation c, times sqrt(q).
  const CELLS = 52, WIDE = 5.1;
  const cells = Array.from({ length: CELLS }, (_, i) => WIDE * (2 * (i + 0.5) / CELLS - 1));
  const weight = cells.map((z) => law.density(z) * 2 * WIDE / CELLS);
  // Gauss and Legendre's nodes between 0 and 1 of a rule of twelve, and nodes for a radius of the plane.
  const GAUSS = [
    [0.1252334085114689, 0.2491470458134028], [0.3678314989981802, 0.2334925365383548], [0.5873179542866175, 0.2031674267230659],
    [0.7699026741943047, 0.1600783285433462], [0.9041172563704749, 0.1069393259953184], [0.9815606342467193, 0.0471753363865118],
  ];
  const radii = Array.from({ length: 32 }, (_, i) => {
    const t = -1.75 + i / 8, r = Math.exp(t - Math.exp(-t));
    return [r, r * r * (1 + Math.exp(-t)) * Math.exp(-r * r / 2) / 8];
  });

  // Sector by sector of the plane of u and v, between the lines on which one of them changes its sign: there a kink may lie.
  function sectors({ phi }, scale, c) {
    const angle = Math.acos(Math.max(-1, Math.min(1, c)));
    let sum = 0;
    for (const [middle, half] of [[angle / 2, (Math.PI - angle) / 2], [(angle + Math.PI) / 2, angle / 2]]) {
      for (const [node, weight] of GAUSS) {   // the other half of a sector is its mirror image, with u and v exchanged
        const x = scale * Math.cos(middle + half * node), y = scale * Math.cos(middle + half * node - angle);
        let inner = 0;
        for (const [r, mass] of radii) inner += mass * (phi(r * x) * phi(r * y) + phi(-r * x) * phi(-r * y));
        sum += half * weight * inner;
      }
    }
    return sum / Math.PI;
  }

  // Of hard tanh, by its second derivative with respect to c, the normal density at four corners (Price and Plackett).
  function corners(one, q, c) {
    const end = Math.asin(Math.max(-1, Math.min(1, c)));
    let sum = 0;
    for (const [node, weight] of GAUSS) {
      for (const side of [1 - node, 1 + node]) {
        const s = Math.sin(end / 2 * side);
        sum += weight * (c - s) * (Math.exp(-1 / q / (1 + s)) - Math.exp(-1 / q / (1 - s)));
      }
    }
    return q * (c * one.passed(q) ** 2 + end / 2 * sum / Math.PI);
  }

  function together(state, q, c) {
    const one = law.of(state), scale = Math.sqrt(q), s = Math.sqrt(Math.max(0, 1 - c * c));
    const leak = { linear: 1, relu: 0, leaky: state.leak ?? 0.01 }[state.activation];
    if (leak !== undefined) {   // x = (1 + a)/2 x + (1 - a)/2 |x|, and E|u||v| is known (Cho and Saul 2009)
      const absolute = 2 / Math.PI * (s + c * Math.asin(Math.max(-1, Math.min(1, c))));
      return q * (((1 + leak) / 2) ** 2 * c + ((1 - leak) / 2) ** 2 * absolute);
    }
    if (one.passed) return corners(one, q, c);
    if (!["tanh", "sigmoid"].includes(state.activation)) return sectors(one, scale, c);
    const phi = cells.map((z) => one.phi(scale * z));   // smooth, and flat far out: a grid
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
      const more = law.raised(state, size);
      [size, common, q, both] = [size * more, common * more, q * more, both * more];
    }
    return found;
  }

  return { first, limit, gradient, together, pair };
})();
