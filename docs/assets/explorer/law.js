// What a layer of a wide network at initialization does to a mean square, on the way forward and on the way back.
//
// Layers are square: z = W h + b and h = phi(z), with W ~ N(0, w²/n) and b ~ N(0, b²). In a wide layer z is Gaussian with
// second moment q. The files of this folder are plain scripts, one name each, because a page on a disk may not load modules.
const law = (() => {
  const LEAK = 0.01, ALPHA = 1.6732632423543772, LAMBDA = 1.0507009873554805;   // the last two are SELU's

  // The normal distribution function, to 1.2e-7 (Numerical Recipes, erfcc).
  const TERMS = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];
  function below(x) {
    const y = Math.abs(x) * Math.SQRT1_2, t = 1 / (1 + y / 2);
    const tail = t / 2 * Math.exp(TERMS.reduceRight((sum, term) => sum * t + term) - y * y);
    return x > 0 ? 1 - tail : tail;
  }
  const density = (x) => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  const sigmoid = (x) => 1 / (1 + Math.exp(-x));

  const activations = {
    linear: { name: "no activation", phi: (x) => x, slope: () => 1 },
    relu: { name: "ReLU", phi: (x) => (x > 0 ? x : 0), slope: (x) => (x > 0 ? 1 : 0) },
    leaky: { name: "leaky ReLU", phi: (x) => (x > 0 ? x : LEAK * x), slope: (x) => (x > 0 ? 1 : LEAK) },
    tanh: { name: "tanh", phi: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2 },
    sigmoid: { name: "sigmoid", phi: sigmoid, slope: (x) => sigmoid(x) * sigmoid(-x) },
    gelu: { name: "GELU", phi: (x) => x * below(x), slope: (x) => below(x) + x * density(x) },
    selu: {
      name: "SELU",
      phi: (x) => LAMBDA * (x > 0 ? x : ALPHA * Math.expm1(x)),
      slope: (x) => LAMBDA * (x > 0 ? 1 : ALPHA * Math.exp(x)),
    },
  };

  // Nodes and weights for z > 0 of a standard normal, by the trapezoid rule in t where z = exp(t - exp(-t)). They lie
  // dense near zero, so a kink there and a steep sigmoid far out are integrated alike.
  const STEP = 1 / 16;
  const nodes = Array.from({ length: 85 }, (_, i) => {
    const t = -3 + i * STEP, z = Math.exp(t - Math.exp(-t));
    return [z, STEP * z * (1 + Math.exp(-t)) * density(z)];
  });

  // E[f(sqrt(q) Z)²] of a standard normal Z.
  function square(f, q) {
    const scale = Math.sqrt(q);
    return nodes.reduce((sum, [z, weight]) => sum + weight * (f(scale * z) ** 2 + f(-scale * z) ** 2), 0);
  }
  const kept = (activation, q) => square(activations[activation].phi, q);            // the mean square of phi(z)
  const chi = (activation, q, w) => w * w * square(activations[activation].slope, q);   // on the mean squared gradient

  // The rms of the activations by layer, from the input's one, and of the gradients with respect to z, to the last
  // layer's one; as decimal logarithms, because they leave the range of a float.
  function theory({ activation, depth, w, b }) {
    const forward = [0], back = [];
    for (let layer = 1, q = w * w + b * b; layer <= depth; layer++) {
      const mean = kept(activation, q);
      forward.push(Math.log10(mean) / 2);
      back.push(Math.log10(chi(activation, q, w)) / 2);
      q = w * w * mean + b * b;
    }
    const backward = Array(depth + 1).fill(0);
    for (let layer = depth - 1; layer > 0; layer--) backward[layer] = backward[layer + 1] + back[layer - 1];
    return { forward, backward: backward.slice(1) };
  }

  // kept(q)/q and chi(q)/w² on a fine grid of log q, once for each activation: pictures ask for them thousands of times.
  const START = Math.log(1e-8), STEPS = 800, FINE = -2 * START / STEPS, tables = {};
  function table(activation) {
    return (tables[activation] ??= Array.from({ length: STEPS + 1 }, (_, i) => {
      const q = Math.exp(START + i * FINE);
      return { q, share: kept(activation, q) / q, chi: chi(activation, q, 1) };
    }));
  }

  // Where q and chi of deep layers end, from the first layer's q. The map from layer to layer grows with q, so they end at
  // the first fixed point on their way; `q` is 0 or Infinity where there is none on the grid.
  function limit({ activation, w, b }) {
    const rows = table(activation), rise = (q, share) => w * w * share * q + b * b - q;
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

  return { activations, kept, chi, theory, limit };
})();
