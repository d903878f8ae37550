// The state of the explorer, and the address that leads to it: explorer/#explorer?activation=tanh&depth=60&width=256&w=1&b=0&seed=1
// A state that is pinned as A follows in the same form, each name with "A." before it: …&A.activation=tanh&A.depth=30&…
const address = (() => {
  const START = {
    activation: "relu", depth: 30, width: 256, w: 1, b: 0, seed: 1,   // the first six are in every address, the others where they differ
    leak: 0.01, weights: "normal", mode: "in", profile: "constant", residual: "none", norm: "none",
    scale: 1, shift: 0, format: "float64", loss: 0, networks: 50, view: "size",
  };
  const RANGES = {   // from, to, step of what is shown
    depth: [1, 200, 1], width: [4, 512, 1], w: [0.1, 4, 0.01], b: [0, 2, 0.01], seed: [1, 9999, 1],
    leak: [0, 1, 0.01], scale: [0.01, 100, 0.01], shift: [0, 5, 0.01], loss: [0, 24, 1], networks: [1, 200, 1],
  };
  const CHOICES = {
    weights: { normal: "normal", uniform: "uniform", truncated: "truncated normal", orthogonal: "orthogonal", constant: "all equal" },
    mode: { in: "fan_in", out: "fan_out", avg: "their mean" },
    profile: { constant: "constant", funnel: "funnel", hourglass: "hourglass" },
    residual: { none: "none", one: "branch × 1", depth: "branch × 1/√L" },
    norm: { none: "none", batch: "BatchNorm", layer: "LayerNorm", rms: "RMSNorm" },
    format: { float64: "float64", float32: "float32", bfloat16: "bfloat16", float16: "float16", e4m3: "FP8 E4M3", e5m2: "FP8 E5M2" },
    view: { size: "Size by layer", ridges: "Distributions", units: "Units", pair: "Two inputs", singular: "Jacobian", bits: "Number format" },
  };
  // Largest number, smallest with all its digits, smallest that is not zero; as decimal logarithms.
  const FORMATS = {
    float64: [308.25, -307.65, -323.31], float32: [38.53, -37.93, -44.85], bfloat16: [38.53, -37.93, -40.04],
    float16: [Math.log10(65504), -14 * Math.log10(2), -24 * Math.log10(2)],
    e4m3: [Math.log10(448), -6 * Math.log10(2), -9 * Math.log10(2)], e5m2: [Math.log10(57344), -14 * Math.log10(2), -16 * Math.log10(2)],
  };
  const whole = (name) => RANGES[name][2] >= 1;
  const clamp = (name, value) => Math.min(Math.max(value, RANGES[name][0]), RANGES[name][1]);

  // A state without what contradicts itself: a shortcut needs layers of one width.
  const sound = (state) => (state.residual !== "none" && state.profile !== "constant" ? { ...state, profile: "constant" } : state);

  // What an address sets, of names that begin with `before`, as far as it makes sense; null where it leads to no explorer.
  function settings(hash, before = "") {
    const [anchor, query] = hash.split("?");
    if (anchor !== "#explorer" || query === undefined) return null;
    const parts = query.split("&").filter((part) => part.startsWith(before)), found = {};
    const said = Object.fromEntries(parts.map((part) => part.slice(before.length).split("=")));
    if (Object.hasOwn(law.activations, said.activation)) found.activation = said.activation;
    for (const [name, choices] of Object.entries(CHOICES)) if (Object.hasOwn(choices, said[name])) found[name] = said[name];
    for (const [name, [from, to]] of Object.entries(RANGES)) {
      const value = /^\d+(\.\d+)?$/.test(said[name]) ? Number(said[name]) : NaN;
      if (value >= from && value <= to && (!whole(name) || Number.isInteger(value))) found[name] = value;
    }
    return found;
  }

  // The state that an address names, or null if it names none. What it says wrongly, or not at all, is as at the start.
  const of = (found) => found && sound({ ...START, ...found });
  const read = (hash) => of(settings(hash));
  function pinned(hash) {   // the one that it names as A
    const found = settings(hash, "A.");
    return found && Object.keys(found).length ? of(found) : null;
  }

  const names = (state) => Object.keys(START).filter((name, i) => i < 6 || state[name] !== START[name]);
  const said = (state, before) => names(state).map((name) => `${before}${name}=${state[name]}`);
  function write(state, pinned = null) {   // in the view of the one, both are shown
    const held = pinned ? said({ ...pinned, view: START.view }, "A.") : [];
    return `#explorer?${[...said(state, ""), ...held].join("&")}`;
  }

  return { START, RANGES, CHOICES, FORMATS, whole, clamp, sound, read, pinned, write };
})();
