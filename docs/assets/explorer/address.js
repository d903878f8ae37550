// The state of the explorer, and the address that leads to it: explorer/#explorer?activation=tanh&depth=60&width=256&w=1&b=0&seed=1
const address = (() => {
  const START = { activation: "relu", depth: 30, width: 256, w: 1, b: 0, seed: 1 };
  const RANGES = { depth: [1, 100, 1], width: [4, 512, 4], w: [0.1, 4, 0.01], b: [0, 2, 0.01], seed: [1, 9999, 1] };   // from, to, step
  const whole = (name) => RANGES[name][2] >= 1;

  // The state that an address names, or null if it names none. What it says wrongly, or not at all, is as at the start.
  function read(hash) {
    const [anchor, query] = hash.split("?");
    if (anchor !== "#explorer" || query === undefined) return null;
    const said = Object.fromEntries(query.split("&").map((part) => part.split("="))), state = { ...START };
    if (Object.hasOwn(law.activations, said.activation)) state.activation = said.activation;
    for (const [name, [from, to]] of Object.entries(RANGES)) {
      const value = /^\d+(\.\d+)?$/.test(said[name]) ? Number(said[name]) : NaN;
      if (value >= from && value <= to && (!whole(name) || Number.isInteger(value))) state[name] = value;
    }
    return state;
  }

  const write = (state) => "#explorer?" + Object.keys(START).map((name) => `${name}=${state[name]}`).join("&");

  return { START, RANGES, read, write };
})();
