// What a layer of a wide network at initialization does to a mean square, on the way forward and on the way back.
//
// z_1 = W_1 x + b_1, and then z_l = [z_{l-1} +] c (W_l h_{l-1} + b_l) with h_l = phi(N(z_l)), N a normalization or nothing.
// The entries of W_l have variance w²/fan, those of b_l have b². In a wide layer z_l is Gaussian with second moment q_l.
// The files of this folder are plain scripts, one name each, because a page on a disk may not load modules.
const law = (() => {
  const ALPHA = 1.6732632423543772, LAMBDA = 1.0507009873554805;   // SELU's
  const TINY = 1e-290;   // below, nothing is left of a second moment

  // The normal distribution function, to 1.2e-7 (Numerical Recipes, erfcc).
  const TERMS = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];
  function below(x) {
    const y = Math.abs(x) * Math.SQRT1_2, t = 1 / (1 + y / 2);
    const tail = t / 2 * Math.exp(TERMS.reduceRight((sum, term) => sum * t + term) - y * y);
    return x > 0 ? 1 - tail : tail;
  }
  const density = (x) => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  const sigmoid = (x) => 1 / (1 + Math.exp(-x));
  const leaky = (leak) => ({ name: "leaky ReLU", phi: (x) => (x > 0 ? x : leak * x), slope: (x) => (x > 0 ? 1 : leak) });

  // Of hard tanh, whose corners the nodes below do not meet, in closed form: the share of |z| < 1, its part of the mean
  // square, and the share beyond.
  function inside(q) {
    const a = 1 / Math.sqrt(q);
    if (a < 0.1) {   // a series, because the closed form cancels
      const first = 2 * a * density(0), square = a * a;
      const share = first * (1 - square / 6);
      return { share, part: q * first * square * (1 / 3 - square / 10), beyond: 1 - share };
    }
    const beyond = 2 * below(-a), share = 1 - beyond;
    return { share, part: q * (share - 2 * a * density(a)), beyond };
  }

  const activations = {
    linear: { name: "no activation", phi: (x) => x, slope: () => 1 },
    relu: { name: "ReLU", phi: (x) => (x > 0 ? x : 0), slope: (x) => (x > 0 ? 1 : 0) },
    leaky: leaky(0.01),
    elu: { name: "ELU", phi: (x) => (x > 0 ? x : Math.expm1(x)), slope: (x) => (x > 0 ? 1 : Math.exp(x)) },
    selu: {
      name: "SELU",
      phi: (x) => LAMBDA * (x > 0 ? x : ALPHA * Math.expm1(x)),
      slope: (x) => LAMBDA * (x > 0 ? 1 : ALPHA * Math.exp(x)),
    },
    tanh: { name: "tanh", phi: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2 },
    sigmoid: { name: "sigmoid", phi: sigmoid, slope: (x) => sigmoid(x) * sigmoid(-x) },
    gelu: { name: "GELU", phi: (x) => x * below(x), slope: (x) => below(x) + x * density(x) },
    silu: { name: "SiLU", phi: (x) => x * sigmoid(x), slope: (x) => sigmoid(x) * (1 + x * sigmoid(-x)) },
    hardtanh: {
      name: "hard tanh", phi: (x) => Math.max(-1, Math.min(1, x)), slope: (x) => (Math.abs(x) < 1 ? 1 : 0),
      kept: (q) => inside(q).part + inside(q).beyond, passed: (q) => inside(q).share,
    },
  };
  const leaks = { 0.01: activations.leaky };

  // The activation of a state, with its leak. One object for each, so that what was computed for it can be kept.
  const of = ({ activation, leak = 0.01 }) => (activation === "leaky" ? (leaks[leak] ??= leaky(leak)) : activations[activation]);

  // Nodes and weights for z > 0 of a standard normal, by the trapezoid rule in t where z = exp(t - exp(-t)). They lie
  // dense near zero, so a kink there and a steep sigmoid far out are integrated alike.
  const STEP = 1 / 16;
  const nodes = Array.from({ length: 85 }, (_, i) => {
    const t = -3 + i * STEP, z = Math.exp(t - Math.exp(-t));
    return [z, STEP * z * (1 + Math.exp(-t)) * density(z)];
  });

  // E[f(sqrt(q) Z)] of a standard normal Z.
  function mean(f, q) {
    const scale = Math.sqrt(Math.max(q, TINY));   // a slope at exactly zero counts for neither side
    let sum = 0;
    for (const [z, weight] of nodes) sum += weight * (f(scale * z) + f(-scale * z));
    return sum;
  }
  const kept = (one, q) => (one.kept ? one.kept(q) : mean((z) => one.phi(z) ** 2, q));                // the mean square of phi(z)
  const chi = (one, q, w) => w * w * (one.passed ? one.passed(q) : mean((z) => one.slope(z) ** 2, q));   // on the mean squared gradient
  const center = (one, q) => mean(one.phi, q);                                                        // the mean of phi(z)

  // The widths of all layers, the input's first: constant, falling to a quarter, or that and back.
  const NARROW = 4;
  function widths({ depth, width, profile = "constant" }) {
    const narrow = { constant: () => 0, funnel: (part) => part, hourglass: (part) => 1 - Math.abs(2 * part - 1) }[profile];
    return Array.from({ length: depth + 1 }, (_, layer) => Math.max(2, Math.round(width / NARROW ** narrow(layer / depth))));
  }

  // The fan by which the variance of a layer's weights is divided. An orthogonal matrix is cut from a square one.
  function fan({ mode = "in", weights = "normal" }, into, out) {
    if (weights === "orthogonal") return Math.max(into, out);
    return { in: into, out, avg: (into + out) / 2 }[mode];
  }

  // The factor of each residual branch, and whether there is a shortcut beside it.
  const branch = ({ residual = "none", depth }) => (residual === "depth" ? 1 / Math.sqrt(depth) : 1);
  const shortcut = ({ residual = "none" }) => residual !== "none";

  const half = (square) => (square > TINY ? Math.log10(square) / 2 : -Infinity);

  // Without biases and normalization a small signal may shrink further than a square can say. There the activations are
  // homogeneous, so all squares may be raised. Sigmoid never is that small.
  const SMALL = 1e-200, RAISE = 1e100;
  const raised = ({ b, norm = "none" }, size) => (!b && norm === "none" && size > 0 && size < SMALL ? RAISE : 1);

  // By layer, as decimal logarithms, because they leave the range of a float: the rms of the activations from the input
  // on, of the pre-activations, of the gradient with respect to them, to the last layer's one, and of the gradient of the
  // weights. Null where no theory says it: of equal weights nothing, of a batch no gradient of the weights.
  function theory(state) {
    if (state.weights === "constant") return null;
    const { depth, w, b, norm = "none", scale = 1, shift = 0 } = state, one = of(state), n = widths(state), c = branch(state), plus = shortcut(state);
    const input = scale * scale + shift * shift, forward = [half(input)], stream = [], back = [], sizes = [input];
    let q = 0, spread = 0;   // the second moment of z, and what is left of it in a batch without the mean of each unit
    let raise = 0;   // by how much the squares are too large, as the logarithm of a root
    for (let layer = 1; layer <= depth; layer++) {
      const size = sizes[layer - 1], first = layer === 1;
      const forth = w * w * n[layer - 1] / fan(state, n[layer - 1], n[layer]), share = first ? 1 : c * c;
      const lost = norm !== "batch" ? 0 : first ? shift * shift : center(one, 1) ** 2;
      spread = (plus && !first ? spread : 0) + share * forth * (size - lost);
      q = (plus && !first ? q : 0) + share * (forth * size + b * b);
      const inner = norm === "none" ? q : 1, divided = norm === "none" ? 1 : norm === "batch" ? spread : q;
      sizes.push(kept(one, inner));
      forward.push(half(sizes[layer]) - raise);
      stream.push(half(q) - raise);
      const more = raised(state, sizes[layer]);
      sizes[layer] *= more;
      q *= more;
      raise += half(more);
      if (layer < depth) back.push(c * c * n[layer + 1] / fan(state, n[layer], n[layer + 1]) * chi(one, inner, w) / Math.max(divided, TINY) + plus);
    }
    const backward = Array(depth).fill(0);
    for (let layer = depth - 2; layer >= 0; layer--) backward[layer] = backward[layer + 1] + half(back[layer]);
    const weights = norm === "batch" ? null : backward.map((log, i) => log + forward[i] + (i ? Math.log10(c) : 0));
    return { forward, stream, backward, weights };
  }

  return { activations, of, mean, kept, chi, center, widths, fan, branch, shortcut, raised, theory, below, density };
})();
