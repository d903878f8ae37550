// What is asked of a network besides its sizes: a circle of inputs, and the singular values of its Jacobian. In the worker, too.
const probes = (() => {
  const CIRCLE = 60, PICTURES = 5, COLUMNS = 10, LARGEST = 64;   // inputs on the circle; layers whose picture is shown; layers of the Jacobian; its width
  const apart = (depth, count) => [...new Set(Array.from({ length: count }, (_, i) => Math.max(1, Math.round((i + 1) * depth / count))))];

  // A circle of inputs through a network, in the plane of the two largest components at some layers: {layers, points, share}.
  function circle(state) {
    const n = law.widths(state)[0], { scale, shift, weights } = state, [one, other] = draws.inputs({ scale: 1, shift: 0, weights }, 2, n, matrices.normals(state.seed, 0));
    const around = Array.from({ length: CIRCLE }, (_, i) => {
      const [c, s] = [Math.cos(2 * Math.PI * i / CIRCLE), Math.sin(2 * Math.PI * i / CIRCLE)];
      return one.map((value, j) => shift + scale * (c * value + s * other[j]));
    });
    const { layers } = draws.forward(state, 0, around);
    return { layers: apart(state.depth, PICTURES), points: apart(state.depth, PICTURES).map((layer) => flat(layers[layer - 1].z)) };
  }

  // Vectors in the plane of their two largest principal components, the largest distance one; the share of the variance
  // there; and that distance in units of the vectors' own length.
  function flat(vectors) {
    const n = vectors[0].length, middle = new Float64Array(n);
    for (const vector of vectors) matrices.add(middle, 1 / vectors.length, vector);
    const rest = vectors.map((vector) => vector.map((value, i) => value - middle[i])), farthest = Math.max(...rest.map(matrices.length)), most = farthest || 1, long = matrices.length(Float64Array.from(vectors, matrices.length)) / Math.sqrt(vectors.length);
    const scaled = rest.map((vector) => vector.map((value) => value / most)), gram = scaled.map((x) => scaled.map((y) => matrices.dot(x, y)));
    const total = gram.reduce((sum, row, i) => sum + row[i], 0), found = [];
    for (let k = 0; k < 2; k++) {   // power iteration, the second one orthogonal to the first
      let v = Float64Array.from(gram, (_, i) => Math.cos((k + 1) * (2 * Math.PI * i / CIRCLE) + 0.3 * k + 0.1)), size = 0;
      for (let step = 0; step < 80; step++) {
        let next = Float64Array.from(gram, (row) => matrices.dot(Float64Array.from(row), v));
        for (const { v: first } of found) matrices.add(next, -matrices.dot(next, first), first);
        size = matrices.length(next);
        if (size === 0) break;
        v = next.map((value) => value / size);
      }
      found.push({ v, size });
    }
    return { points: scaled.map((_, i) => found.map(({ v, size }) => Math.sqrt(size) * v[i])), share: total > 0 ? (found[0].size + found[1].size) / total : 1, apart: long > 0 ? farthest / long : 0 };
  }

  // The singular values of a square matrix, the largest first: by rotations of its columns (Hestenes and Jacobi).
  function singular(columns) {
    const a = columns.map((column) => Float64Array.from(column)), n = a.length;
    for (let sweep = 0; sweep < 30; sweep++) {
      let moved = 0;
      for (let i = 0; i < n; i++) {
        for (let j = i + 1; j < n; j++) {
          const p = matrices.dot(a[i], a[i]), q = matrices.dot(a[j], a[j]), both = matrices.dot(a[i], a[j]);
          if (Math.abs(both) <= 1e-14 * Math.sqrt(p * q) || both === 0) continue;
          moved = 1;
          const zeta = (q - p) / (2 * both), t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta)), c = 1 / Math.hypot(1, t), s = c * t;
          for (let k = 0; k < n; k++) [a[i][k], a[j][k]] = [c * a[i][k] - s * a[j][k], s * a[i][k] + c * a[j][k]];
        }
      }
      if (!moved) break;
    }
    return a.map(matrices.length).sort((x, y) => y - x);
  }

  // The Jacobian of z of some layers with respect to z of the first one, of the network of this state, at most 64 wide:
  // {layers, values: the decimal logarithms of its singular values}. Null behind batch normalization, which mixes examples.
  function jacobian(state, network = null) {
    if (state.norm === "batch") return null;
    const small = { ...state, width: Math.min(state.width, LARGEST) }, { slope } = law.of(state), plus = law.shortcut(state);
    const { layers } = network ?? draws.forward(small, 0), wanted = apart(state.depth, COLUMNS), size = layers[0].z[0].length, made = [];
    let columns = Array.from({ length: size }, (_, i) => { const e = new Float64Array(size); e[i] = 1; return e; }), log = 0;
    layers.forEach(({ W, share }, i) => {
      if (i > 0) {
        const { z, u } = layers[i - 1], inner = draws.normalized(state.norm, z.slice(0, 1));
        const passed = columns.map((column) => (state.norm === "none" ? column : inner.back([column])[0]).map((value, j) => share * value * slope(u[0][j])));
        const next = W.forth(passed);   // N's derivative is symmetric, so what takes gradients back takes changes forth
        if (plus) next.forEach((column, k) => matrices.add(column, 1, columns[k]));
        columns = next;
        const most = Math.max(...columns.map(matrices.length));
        if (most > 0) { columns = columns.map((column) => column.map((value) => value / most)); log += Math.log10(most); }
      }
      if (wanted.includes(i + 1)) {
        const square = columns[0].length < columns.length ? Array.from(columns[0], (_, row) => columns.map((column) => column[row])) : columns;
        made.push(singular(pad(square)).slice(0, square.length).map((value) => (value > 1e-15 ? Math.log10(value) + log : -Infinity)));
      }
    });
    return { layers: wanted, values: made };
  }
  const pad = (columns) => (columns[0].length > columns.length ? [...columns, ...Array.from({ length: columns[0].length - columns.length }, () => new Float64Array(columns[0].length))] : columns);

  return { CIRCLE, LARGEST, circle, flat, singular, jacobian };
})();
