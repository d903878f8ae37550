// Random matrices that are known only by what they were asked, and random numbers to make them of.
const matrices = (() => {
  // Small Fast Counter, 32 bits, by Chris Doty-Humphrey: numbers between 0 and 1, of one seed and one stream.
  function uniforms(seed, stream) {
    let a = seed | 0, b = stream | 0, c = 0x9e3779b9 | 0, counter = 1;
    const uniform = () => {
      const sum = (a + b + counter++) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + sum) | 0;
      return ((sum >>> 0) + 0.5) / 2 ** 32;
    };
    for (let i = 0; i < 15; i++) uniform();
    return uniform;
  }

  // Normal numbers, by the polar method.
  function normals(seed, stream) {
    const uniform = uniforms(seed, stream);
    let spare = null;
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
  const add = (x, factor, y) => { for (let i = 0; i < x.length; i++) x[i] += factor * y[i]; };   // x += factor y

  // The length of a vector whose squares may leave the range of a float.
  function length(x) {
    let most = 0;
    for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i]));
    if (most === 0 || most === Infinity) return most;
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += (x[i] / most) ** 2;
    return most * Math.sqrt(sum);
  }

  // A matrix W of `rows` by `columns`: forth(vectors) gives each W x, back(vectors) each Wᵀ y.
  //
  // It is drawn as far as it is asked, exactly as if all of it had been drawn before. Let e be a new direction, orthogonal to
  // those asked before. Then W e is fresh: independent normal numbers, or in an orthogonal matrix a uniform direction. Only
  // its parts along what the other side was asked are known, because (W e)·f = e·(Wᵀ f).
  function asked(rows, columns, deviation, normal, orthogonal) {
    const size = Math.max(rows, columns), long = orthogonal ? [size, size] : [rows, columns];   // cut from a square one
    const scale = orthogonal ? deviation * Math.sqrt(size) : deviation;
    const sides = [{ of: [], is: [] }, { of: [], is: [] }];   // directions e with W e, and f with Wᵀ f

    function fresh(e, mine, other, out) {
      const known = other.of.map((f, i) => [f, dot(e, other.is[i])]), image = Float64Array.from({ length: out }, () => scale * normal());
      if (!orthogonal) {
        for (const [f, part] of known) add(image, part - dot(image, f), f);
        return image;
      }
      const basis = [];   // of all directions in which the image is known, with its part along each
      for (const [vector, part] of [...known, ...mine.is.map((u) => [u, 0])]) {
        const rest = Float64Array.from(vector), whole = length(rest);
        let left = part;
        for (const [q, along] of basis) { const share = dot(rest, q); add(rest, -share, q); left -= share * along; }
        const over = length(rest);
        if (over > 1e-9 * whole) basis.push([rest.map((value) => value / over), left / over]);
      }
      for (const [q] of basis) add(image, -dot(image, q), q);
      const stays = Math.sqrt(Math.max(0, scale * scale - basis.reduce((sum, [, along]) => sum + along * along, 0)));
      const was = length(image);
      const made = image.map((value) => (was > 0 ? value * stays / was : 0));
      for (const [q, along] of basis) add(made, along, q);
      return made;
    }

    function one(side, vector) {
      const [mine, other] = [sides[side], sides[1 - side]], rest = new Float64Array(long[1 - side]), answer = new Float64Array(long[side]);
      rest.set(vector);
      const whole = length(rest);
      if (whole === 0) return answer;
      for (let i = 0; i < rest.length; i++) rest[i] /= whole;
      mine.of.forEach((e, i) => { const part = dot(rest, e); add(rest, -part, e); add(answer, part, mine.is[i]); });
      let left = length(rest);
      if (left > 1e-8) {
        mine.of.forEach((e) => add(rest, -dot(rest, e), e));   // again, for the digits that were lost
        left = length(rest);
        const e = rest.map((value) => value / left);
        mine.is.push(fresh(e, mine, other, long[side]));
        mine.of.push(e);
        add(answer, left, mine.is.at(-1));
      }
      return answer.map((value) => value * whole);
    }
    const ask = (side, vectors) => vectors.map((vector) => one(side, vector).subarray(0, side ? columns : rows));
    return { forth: (vectors) => ask(0, vectors), back: (vectors) => ask(1, vectors) };
  }

  // A matrix whose entries are drawn one by one, anew for each question. entries() gives a function that draws the next one.
  function entered(rows, columns, entries) {
    function ask(vectors, back) {
      const entry = entries(), answers = vectors.map(() => new Float64Array(back ? columns : rows));
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const value = entry(), [to, from] = back ? [j, i] : [i, j];
          for (let k = 0; k < vectors.length; k++) answers[k][to] += value * vectors[k][from];
        }
      }
      return answers;
    }
    return { forth: (vectors) => ask(vectors, false), back: (vectors) => ask(vectors, true) };
  }

  const CUT = 2, LEFT = 0.8796256610342398;   // deviations at which a truncated normal is cut, and what deviation it has then

  // The weights of a layer, of a seed and a stream. deviation: of an entry. Of "constant" all entries are the deviation.
  function layer(weights, rows, columns, deviation, seed, stream) {
    if (weights === "normal" || weights === "orthogonal") return asked(rows, columns, deviation, normals(seed, stream), weights === "orthogonal");
    return entered(rows, columns, () => {
      if (weights === "constant") return () => deviation;
      if (weights === "uniform") {
        const uniform = uniforms(seed, stream), limit = deviation * Math.sqrt(3);
        return () => limit * (2 * uniform() - 1);
      }
      const normal = normals(seed, stream);
      return () => {
        let value;
        do { value = normal(); } while (Math.abs(value) > CUT);
        return deviation / LEFT * value;
      };
    });
  }

  return { uniforms, normals, layer, dot, add, length };
})();
