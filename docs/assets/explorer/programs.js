// A state as a program of its own, for NumPy, PyTorch, JAX and Keras: it ends by comparing what it measures with the theory.
const programs = (() => {
  const KINDS = { numpy: "NumPy", torch: "PyTorch", jax: "JAX", keras: "Keras" };
  const PHI = {   // of z, in each library
    numpy: {
      linear: "z", relu: "np.maximum(z, 0)", leaky: "np.where(z > 0, z, LEAK * z)", elu: "np.where(z > 0, z, np.expm1(np.minimum(z, 0)))",
      selu: "1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(np.minimum(z, 0)))", tanh: "np.tanh(z)", sigmoid: "1 / (1 + np.exp(-z))",
      gelu: "z * (1 + np.vectorize(math.erf)(z / math.sqrt(2))) / 2", silu: "z / (1 + np.exp(-z))", hardtanh: "np.clip(z, -1, 1)",
    },
    torch: {
      linear: "z", relu: "F.relu(z)", leaky: "F.leaky_relu(z, LEAK)", elu: "F.elu(z)", selu: "F.selu(z)", tanh: "torch.tanh(z)", sigmoid: "torch.sigmoid(z)", gelu: "F.gelu(z)", silu: "F.silu(z)", hardtanh: "F.hardtanh(z)",
    },
    jax: {
      linear: "z", relu: "jax.nn.relu(z)", leaky: "jax.nn.leaky_relu(z, LEAK)", elu: "jax.nn.elu(z)", selu: "jax.nn.selu(z)", tanh: "jnp.tanh(z)", sigmoid: "jax.nn.sigmoid(z)", gelu: "jax.nn.gelu(z, approximate=False)", silu: "jax.nn.silu(z)", hardtanh: "jnp.clip(z, -1, 1)",
    },
    keras: {
      linear: "z", relu: "ops.relu(z)", leaky: "ops.leaky_relu(z, LEAK)", elu: "ops.elu(z)", selu: "ops.selu(z)", tanh: "ops.tanh(z)", sigmoid: "ops.sigmoid(z)", gelu: "ops.gelu(z, approximate=False)", silu: "ops.silu(z)", hardtanh: "ops.clip(z, -1, 1)",
    },
  };
  // Weights of shape (into, out) and deviation s. Orthogonal ones are cut from a square matrix, s √size times as long.
  const DRAW = {
    numpy: {
      normal: "s * rng.standard_normal((into, out))", uniform: "rng.uniform(-s * 3**0.5, s * 3**0.5, (into, out))",
      truncated: ["g = rng.standard_normal((into, out))", "while (far := abs(g) > 2).any():", "    g[far] = rng.standard_normal(far.sum())", "s / 0.8796 * g"],
      orthogonal: "s * size**0.5 * np.linalg.qr(rng.standard_normal((size, size)))[0][:into, :out]", constant: "np.full((into, out), s)",
    },
    torch: {
      normal: "s * torch.randn(into, out)", uniform: "torch.empty(into, out).uniform_(-s * 3**0.5, s * 3**0.5)",
      truncated: "nn.init.trunc_normal_(torch.empty(into, out), std=s / 0.8796, a=-2 * s / 0.8796, b=2 * s / 0.8796)",
      orthogonal: "s * size**0.5 * nn.init.orthogonal_(torch.empty(size, size))[:into, :out]", constant: "torch.full((into, out), s)",
    },
    jax: {
      normal: "s * jax.random.normal(of_weights, (into, out))", uniform: "jax.random.uniform(of_weights, (into, out), minval=-s * 3**0.5, maxval=s * 3**0.5)",
      truncated: "s / 0.8796 * jax.random.truncated_normal(of_weights, -2, 2, (into, out))",
      orthogonal: "s * size**0.5 * jax.random.orthogonal(of_weights, size)[:into, :out]", constant: "jnp.full((into, out), s)",
    },
    keras: {
      normal: "keras.random.normal((into, out), stddev=s, seed=seed)", uniform: "keras.random.uniform((into, out), -s * 3**0.5, s * 3**0.5, seed=seed)",
      truncated: "keras.random.truncated_normal((into, out), stddev=s / 0.8796, seed=seed)",
      orthogonal: "s * size**0.5 * keras.initializers.Orthogonal(seed=seed)((size, size))[:into, :out]",
      constant: "ops.full((into, out), s)",
    },
  };
  const WORDS = {   // Keras takes means and roots in single precision, so its are of sums and powers
    numpy: {
      imports: ["import numpy as np"], begin: (seed) => [`rng = np.random.default_rng(${seed})`],
      random: (shape) => `rng.standard_normal(${shape})`,
      mean: (x, axis) => `np.mean(${x}, axis=${axis}, keepdims=True)`, root: (x) => `np.sqrt(${x})`, next: [],
    },
    torch: {
      imports: ["import torch", "import torch.nn.functional as F", "from torch import nn"],
      begin: (seed) => ["torch.set_default_dtype(torch.float64)   # squares may be small", `torch.manual_seed(${seed})`],
      random: (shape) => `torch.randn(${shape})`,
      mean: (x, axis) => `torch.mean(${x}, dim=${axis}, keepdim=True)`, root: (x) => `torch.sqrt(${x})`, next: [],
    },
    jax: {
      imports: ["import jax", "import jax.numpy as jnp"],
      begin: (seed) => [
        'jax.config.update("jax_enable_x64", True)   # squares may be small', `key, of_inputs = jax.random.split(jax.random.key(${seed}))`,
      ],
      random: (shape) => `jax.random.normal(of_inputs, ${shape})`,
      mean: (x, axis) => `jnp.mean(${x}, axis=${axis}, keepdims=True)`, root: (x) => `jnp.sqrt(${x})`,
      next: ["key, of_weights, of_bias = jax.random.split(key, 3)"],
    },
    keras: {
      imports: [
        "import os", "", 'os.environ["JAX_ENABLE_X64"] = "1"   # if Keras runs on JAX', "", "import keras", "from keras import ops",
      ],
      begin: (seed) => ['keras.config.set_floatx("float64")   # squares may be small', `seed = keras.random.SeedGenerator(${seed})`],
      random: (shape) => `keras.random.normal(${shape}, seed=seed)`,
      mean: (x, axis) => `ops.sum(${x}, axis=${axis}, keepdims=True) / z.shape[${axis}]`, root: (x) => `(${x})**0.5`, next: [],
    },
  };

  // How far one network may be from the theory, in decades: four deviations of the logarithm of its mean square, of
  // variance 5 depth/width at most for the activations here, and the distance of the typical draw from the mean.
  function tolerance({ depth }, widths) {
    const variance = 5 * widths.slice(1).reduce((sum, n) => sum + 1 / n, 0);
    return Math.ceil(100 * ((4 * Math.sqrt(variance) + variance) / (2 * Math.LN10) + 0.05)) / 100;
  }

  // The weights of a state as a call, for a layer of a model.
  function call({ weights, mode, w, b }, kind = "torch") {
    const short = (value) => String(Number(value.toFixed(5))), he = Math.abs(w - Math.SQRT2) < 1e-5;
    if (kind !== "torch") {
      if (weights === "orthogonal") return kind === "jax" ? `jax.nn.initializers.orthogonal(${short(w)})` : `keras.initializers.Orthogonal(gain=${short(w)})`;
      if (weights === "constant") return null;
      const names = { normal: kind === "jax" ? "normal" : "untruncated_normal", uniform: "uniform", truncated: "truncated_normal" };
      return kind === "jax" ? `jax.nn.initializers.variance_scaling(${short(w * w)}, "fan_${mode}", "${names[weights]}")`
        : `keras.initializers.VarianceScaling(${short(w * w)}, "fan_${mode}", "${names[weights]}")`;
    }
    if (weights === "uniform" && mode === "in" && Math.abs(w - 1 / Math.sqrt(3)) < 1e-5 && b > 0) return "nn.Linear as it is";
    const root = { in: "layer.in_features**0.5", out: "layer.out_features**0.5", avg: "((layer.in_features + layer.out_features) / 2)**0.5" }[mode], s = `${short(w)} / ${root}`;
    const named = weights === "normal" || weights === "uniform" ? (kind) => `nn.init.${kind}_${weights}_(layer.weight` : null;
    const first = weights === "orthogonal" ? `nn.init.orthogonal_(layer.weight, gain=${short(w)})`
      : named && mode === "avg" ? `${named("xavier")}${w === 1 ? "" : `, gain=${short(w)}`})`
        : named && (he || w === 1) ? `${named("kaiming")}, ${mode === "out" ? 'mode="fan_out", ' : ""}nonlinearity="${he ? "relu" : "linear"}")`
          : { normal: `nn.init.normal_(layer.weight, std=${s})`, constant: `nn.init.constant_(layer.weight, ${s})`,
            uniform: `nn.init.uniform_(layer.weight, -${short(w * Math.sqrt(3))} / ${root}, ${short(w * Math.sqrt(3))} / ${root})`,
            truncated: `s = ${short(w / 0.8796)} / ${root}; nn.init.trunc_normal_(layer.weight, std=s, a=-2 * s, b=2 * s)` }[weights];
    return `${first}; ${b ? `nn.init.normal_(layer.bias, std=${short(b)})` : "nn.init.zeros_(layer.bias)"}`;
  }

  function written(state, kind) {
    const { activation, leak, w, b, depth, residual, norm, scale, shift, weights, mode, seed } = state, words = WORDS[kind], widths = law.widths(state), theory = law.theory(state);
    const fan = weights === "orthogonal" ? "max(into, out)" : { in: "into", out: "out", avg: "((into + out) / 2)" }[mode], flat = widths.every((n) => n === widths[0]);
    const batch = norm === "batch" ? 256 : 8;
    const rms = (x) => ({
      numpy: `np.sqrt(np.mean(${x}**2))`, torch: `${x}.square().mean().sqrt()`, jax: `jnp.sqrt(jnp.mean(${x}**2))`,
      keras: `(ops.sum(${x}**2) / ${batch} / widths[-1])**0.5`,
    })[kind];
    const draw = DRAW[kind][weights], c = residual === "depth" ? " * depth**-0.5" : "", imports = [...(kind === "numpy" && activation === "gelu" ? ["import math", ""] : []), ...words.imports];
    const told = kind === "numpy" ? null : call(state, kind);
    const lines = [...(told ? [`# for a model: ${told}`] : []), ...imports, "", ...words.begin(seed), `depth = ${depth}`, flat ? `widths = [${widths[0]}] * (depth + 1)` : `widths = [${widths.join(", ")}]`];
    if (activation === "leaky") lines.push(`LEAK = ${leak}`);
    const shape = kind === "torch" ? `${batch}, widths[0]` : `(${batch}, widths[0])`;
    lines.push(`h = ${scale === 1 ? "" : `${scale} * `}${words.random(shape)}${shift ? ` + ${shift}` : ""}   # ${batch} inputs`);
    if (residual !== "none") lines.push("stream = 0");
    lines.push("for layer in range(depth):", "    into, out = widths[layer], widths[layer + 1]");
    if (weights === "orthogonal") lines.push("    size = max(into, out)");
    lines.push(`    s = ${w} / ${fan} ** 0.5`, ...words.next.map((line) => `    ${line}`));
    const steps = [draw].flat();   // the last of them gives the matrix
    lines.push(...steps.slice(0, -1).map((line) => `    ${line}`), `    W = ${steps.at(-1)}`);
    const bias = { numpy: "rng.standard_normal(out)", torch: "torch.randn(out)", jax: "jax.random.normal(of_bias, (out,))", keras: "keras.random.normal((out,), seed=seed)" }[kind];
    lines.push(`    z = h @ W${b ? ` + ${b} * ${bias}` : ""}`);
    if (residual !== "none") lines.push(`    stream = stream + z${c ? ` * (1 if layer == 0 else depth**-0.5)` : ""}`, "    z = stream");
    if (norm === "batch" || norm === "layer") lines.push(`    z = z - ${words.mean("z", norm === "batch" ? 0 : 1)}`);
    if (norm !== "none") lines.push(`    z = z / ${words.root(words.mean("z**2", norm === "batch" ? 0 : 1))}`);
    lines.push(`    h = ${PHI[kind][activation]}`, "", `measured = float(${rms("h")})`);
    if (!theory) return [...lines, 'print(f"root mean square {measured:.3g}")   # of equal weights there is no theory', ""].join("\n");
    const log = theory.forward.at(-1), predicted = (10 ** log).toExponential(4), allowed = tolerance(state, widths);
    lines.push(
      `predicted = ${predicted}`, 'print(f"root mean square {measured:.3g} (predicted {predicted:.3g})")',
      `assert predicted * 10**-${allowed} < measured < predicted * 10**${allowed}   # as far as networks scatter`, "",
    );
    return lines.join("\n");
  }

  return { KINDS, written, call, tolerance };
})();
