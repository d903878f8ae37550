// Networks drawn at random: what law.theory predicts of them, in the same form, and their units layer by layer.
const draws = (() => {
  const { dot, add, length, normals } = matrices;
  const BATCH = 32, SHOWN = 12;   // examples that batch normalization sees; networks whose lines are drawn

  const rms = (x) => length(x) / Math.sqrt(x.length);
  const mean = (x) => x.reduce((sum, value) => sum + value, 0) / x.length;
  const times = (x, factor) => x.map((value) => value * factor);

  // Inputs of equal size: a mean, and parts about it of deviation one, those of the first two orthogonal. Equal weights see
  // nothing of an input but its mean: there each part keeps its own.
  function inputs({ scale = 1, shift = 0, weights }, count, size, normal) {
    const parts = [];
    for (let k = 0; k < count; k++) {
      const part = Float64Array.from({ length: size }, normal);
      if (weights !== "constant") add(part, -1, new Float64Array(size).fill(mean(part)));
      if (k === 1 && size > 2) add(part, -dot(part, parts[0]) / dot(parts[0], parts[0]), parts[0]);
      parts.push(times(part, 1 / rms(part)));
    }
    return parts.map((part) => part.map((value) => shift + scale * value));
  }

  // A normalization of some vectors: what it makes of them, and what it makes of gradients that arrive at that.
  function normalized(norm, zs) {
    if (norm === "none") return { u: zs, back: (gs) => gs };
    const turned = (vectors) => Array.from(vectors[0], (_, i) => Float64Array.from(vectors, (vector) => vector[i]));
    const batch = norm === "batch", groups = batch ? turned(zs) : zs;   // what is normalized together
    const center = (group) => (norm === "rms" ? group : group.map(((m) => (value) => value - m)(mean(group))));
    const centered = groups.map(center), sizes = centered.map((group) => rms(group) || 1), u = centered.map((group, k) => times(group, 1 / sizes[k]));
    const back = (gs) => {
      const passed = (batch ? turned(gs) : gs).map((g, k) => {
        const rest = Float64Array.from(center(g));
        add(rest, -dot(rest, u[k]) / rest.length, u[k]);
        return times(rest, 1 / sizes[k]);
      });
      return batch ? turned(passed) : passed;
    };
    return { u: batch ? turned(u) : u, back };
  }

  // The layers of a network, with some inputs sent through it. The k-th draw of a seed uses the same random numbers at
  // every setting, so that a line follows a slider and does not jump.
  function forward(state, k, inside) {
    const { depth, w, b, seed, norm = "none", weights = "normal" } = state, { phi } = law.of(state);
    const n = law.widths(state), c = law.branch(state), plus = law.shortcut(state), layers = [];
    let h = inside ?? inputs(state, norm === "batch" ? BATCH : 2, n[0], normals(seed, 4 * k)), z = null;
    const sent = h;
    for (let layer = 1; layer <= depth; layer++) {
      const [into, out] = [n[layer - 1], n[layer]], share = layer > 1 ? c : 1, first = z;
      const W = matrices.layer(weights, out, into, w / Math.sqrt(law.fan(state, into, out)), seed + 9973 * layer, 4 * k + 1);
      const normal = normals(seed + 9973 * layer, 4 * k + 2), bias = Float64Array.from({ length: out }, () => b * normal());
      z = W.forth(h).map((u, i) => u.map((value, j) => share * (value + bias[j]) + (plus && first ? first[i][j] : 0)));
      const { u, back } = normalized(norm, z), below = h;
      h = u.map((one) => one.map(phi));
      layers.push({ W, z, u, h, below, share, back });
    }
    return { sent, layers };
  }

  // The gradient with respect to z of each layer, the last one's of size one, each as vectors and the logarithm of a factor.
  function backward(state, k, { layers }) {
    const { depth, seed, norm = "none" } = state, { slope } = law.of(state), plus = law.shortcut(state), normal = normals(seed, 4 * k + 3);
    const count = norm === "batch" ? BATCH : 1, found = [];
    let delta = Array.from({ length: count }, () => Float64Array.from(layers.at(-1).z[0], normal)), log = 0;
    delta = delta.map((one) => times(one, 1 / rms(one)));
    found.unshift({ delta, log });
    for (let layer = depth - 1; layer > 0; layer--) {
      const { W, share } = layers[layer], { u, back } = layers[layer - 1];
      const arrived = W.back(delta).map((one, i) => one.map((value, j) => share * value * slope(u[i][j])));
      const passed = count > 1 ? back(arrived) : state.norm && norm !== "none" ? single(layers[layer - 1], norm, arrived[0]) : arrived;
      if (plus) passed.forEach((one, i) => add(one, 1, delta[i]));
      const size = together(passed);
      delta = passed.map((one) => times(one, 1 / (size || 1)));   // its size goes into the logarithm
      log += size > 0 ? Math.log10(size) : -Infinity;
      found.unshift({ delta, log });
    }
    return found;
  }
  const single = ({ z }, norm, g) => normalized(norm, z.slice(0, 1)).back([g]);
  const together = (vectors) => rms(Float64Array.from(vectors, rms));
  const log10 = (value) => (value > 0 ? Math.log10(value) : -Infinity);

  // The size of the gradient of a layer's weights, the mean over the examples of δ hᵀ.
  function weighed({ below, share }, { delta, log }) {
    const sizes = below.map(rms), largest = Math.max(...sizes) || 1, scaled = below.slice(0, delta.length).map((h) => times(h, 1 / largest));
    let sum = 0;   // of all pairs of examples, (δ·δ')(h·h')
    for (let i = 0; i < delta.length; i++) {
      for (let j = 0; j <= i; j++) sum += (i === j ? 1 : 2) * dot(delta[i], delta[j]) * dot(scaled[i], scaled[j]);
    }
    return log10(Math.abs(share) * Math.sqrt(Math.max(0, sum) / scaled[0].length / delta[0].length) / delta.length) + Math.log10(largest) + log;
  }

  // The cosine between two vectors.
  const cosine = (x, y) => { const sizes = [length(x), length(y)]; return sizes[0] && sizes[1] ? dot(times(x, 1 / sizes[0]), times(y, 1 / sizes[1])) : 1; };

  // One network, as law.theory and limits.pair predict it. units: its single units too, of the first input.
  function draw(state, k, units = false) {
    const network = forward(state, k), { sent, layers } = network, back = backward(state, k, network);
    const sizes = (vectors) => log10(together(vectors));
    const made = {
      forward: [sizes(sent.slice(0, 1)), ...layers.map(({ h }) => sizes(state.norm === "batch" ? h : h.slice(0, 1)))],
      stream: layers.map(({ z }) => sizes(state.norm === "batch" ? z : z.slice(0, 1))),
      backward: back.map(({ log }) => log),
      weights: layers.map((layer, i) => weighed(layer, back[i])),
      pair: layers.map(({ z }) => cosine(z[0], z[1])),
    };
    if (units) made.units = layers.map(({ u, h }, i) => ({ z: Float64Array.from(u[0]), h: Float64Array.from(h[0]), delta: Float32Array.from(back[i].delta[0]), log: back[i].log }));   // z may be smaller than 32 bits can say
    return made;
  }

  // Several networks, one after the other, so that whoever waits can do something in between. Returns what stops it.
  function stream(state, report) {
    let k = 0, soon = setTimeout(function next() {
      report(k, draw(state, k, k === 0));
      if (++k < state.networks) soon = setTimeout(next);
    });
    return () => clearTimeout(soon);
  }

  return { BATCH, SHOWN, inputs, normalized, forward, backward, draw, stream };
})();
