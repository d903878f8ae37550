// Networks drawn at random, exactly as if their matrices were drawn, in n steps a layer instead of n².
//
// Given h, the entries of W h are independent and N(0, w² |h|²/n). And given u = W h, all that is known of W is what it does
// to h, so Wᵀ delta is a fresh Gaussian vector whose part along h is replaced: by that which u and delta leave it.
const draws = (() => {
  const COUNT = 12;

  // Small Fast Counter, 32 bits, by Chris Doty-Humphrey, and normal numbers from it by the polar method.
  function normals(seed, stream) {
    let a = seed | 0, b = stream | 0, c = 0x9e3779b9 | 0, counter = 1, spare = null;
    const uniform = () => {
      const sum = (a + b + counter++) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + sum) | 0;
      return ((sum >>> 0) + 0.5) / 2 ** 32;
    };
    for (let i = 0; i < 15; i++) uniform();
    return () => {
      if (spare !== null) return [spare, spare = null][0];
      let x, y, r;
      do { x = 2 * uniform() - 1; y = 2 * uniform() - 1; r = x * x + y * y; } while (r >= 1);
      const scale = Math.sqrt(-2 * Math.log(r) / r);
      spare = y * scale;
      return x * scale;
    };
  }

  const dot = (x, y) => { let sum = 0; for (let i = 0; i < x.length; i++) sum += x[i] * y[i]; return sum; };

  // One network: what law.theory predicts of it, in the same form. The k-th draw of a seed uses the same random numbers at
  // every setting, so that a line follows a slider and does not jump.
  function draw({ activation, depth, width, w, b, seed }, k) {
    const { phi, slope } = law.activations[activation], size = w / Math.sqrt(width);
    const layers = [], forward = [0], fill = (f) => Float64Array.from({ length: width }, f);
    let normal = normals(seed, 2 * k), norm = width;   // |h|², of an input with mean square one
    for (let layer = 1; layer <= depth; layer++) {
      const scale = size * Math.sqrt(norm), u = fill(() => scale * normal()), z = u.map((value) => value + b * normal());
      const h = z.map(phi);
      norm = dot(h, h);
      layers.push({ u, z, h, norm });
      forward.push(Math.log10(norm / width) / 2);
    }

    normal = normals(seed, 2 * k + 1);
    let delta = fill(normal), rms = Math.sqrt(dot(delta, delta) / width), log = 0;   // the last layer's gradient counts as one
    const backward = [0];
    for (let layer = depth - 1; layer > 0; layer--) {
      const { u } = layers[layer], { z, h, norm } = layers[layer - 1];
      delta = delta.map((value) => value / (rms || 1));   // only its direction is kept, its size goes into the logarithm
      const fresh = fill(() => w * normal()), along = norm && (dot(delta, u) - dot(fresh, h)) / norm;
      delta = fresh.map((value, i) => slope(z[i]) * (value + along * h[i]));
      rms = Math.sqrt(dot(delta, delta) / width);
      backward.unshift(log += Math.log10(rms));
    }
    return { forward, backward };
  }

  // Several draws, one after the other, so that whoever waits can do something in between. Returns what stops it.
  function stream(settings, report) {
    let k = 0, soon = setTimeout(function next() {
      report(k, draw(settings, k));
      if (++k < COUNT) soon = setTimeout(next);
    });
    return () => clearTimeout(soon);
  }

  return { COUNT, normals, draw, stream };
})();
