// What a reader sets: the activation, the weights, the network, its input and its numbers.
const controls = (() => {
  const { make, indexed } = chart, { RANGES, CHOICES } = address;
  const LOGARITHMIC = ["w", "width", "depth", "scale"], DIGITS = { w: 2, b: 2, leak: 2, scale: 2, shift: 2 };
  const exact = (value) => Number(value.toFixed(5));   // what an address can hold

  // Rules by name: what they set. A rule that there is not for a setting gives NaN.
  const gain = (state) => 1 / Math.sqrt(law.kept(law.of(state), 1));
  const RULES = {
    "LeCun: 1/fan_in": () => ({ w: 1, b: 0, mode: "in" }),
    "Xavier: 2/(fan_in + fan_out)": () => ({ w: 1, b: 0, mode: "avg" }),
    "He: 2/fan_in": () => ({ w: Math.SQRT2, b: 0, mode: "in" }),
    "He: 2/fan_out": () => ({ w: Math.SQRT2, b: 0, mode: "out" }),
    "gain of the activation": (state) => ({ w: gain(state), b: 0, mode: "in" }),
    "edge of chaos": (state) => ({ w: plane.critical(state) ?? NaN, b: state.b, mode: "in" }),   // for the σ_b that is set
    "PyTorch, nn.Linear": ({ width }) => ({ w: 1 / Math.sqrt(3), b: 1 / Math.sqrt(3 * width), mode: "in", weights: "uniform" }),   // both up to 1/√n
    "Keras, Dense": () => ({ w: 1, b: 0, mode: "avg", weights: "uniform" }),
    "half of He": () => ({ w: 1, b: 0, mode: "in" }),
    "twice He": () => ({ w: 2, b: 0, mode: "in" }),
  };
  function ruled(name, state) {
    const set = RULES[name](state);
    return { ...set, w: exact(set.w), b: exact(set.b) };
  }

  // A slider with its name, a field for the number, and marks that can be pressed.
  function slider(name, words, change, marks = () => []) {
    const [min, max, step] = RANGES[name], log = LOGARITHMIC.includes(name);
    const to = (value) => (log ? Math.log(value / min) / Math.log(max / min) * 1000 : value), from = (place) => (log ? min * (max / min) ** (place / 1000) : place);
    const input = make("input", { type: "range", name, ...(log ? { min: 0, max: 1000, step: 1 } : { min, max, step }) });
    const field = make("input", { type: "number", min, max, step: address.whole(name) ? 1 : "any", "aria-label": `${words.replace("_", " ")}, number` }), ticks = make("span", { class: "marks" });
    const rounded = (value) => address.clamp(name, address.whole(name) ? Math.round(value) : Number(value.toFixed(2)));
    input.addEventListener("input", () => change({ [name]: rounded(from(Number(input.value))) }));
    if (log) {   // a step of the keyboard is one of what is shown
      input.addEventListener("keydown", (event) => {
        const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
        if (!way) return;
        event.preventDefault();
        change({ [name]: rounded(shown + way * step) });
      });
    }
    field.addEventListener("change", () => {
      const value = Number(field.value);
      if (field.value !== "" && Number.isFinite(value)) change({ [name]: address.clamp(name, address.whole(name) ? Math.round(value) : exact(value)) });
      else field.value = exact(shown);
    });
    let shown;
    const show = (state) => {
      shown = state[name];
      input.value = to(shown);
      input.setAttribute("aria-valuetext", String(exact(shown)));
      if (document.activeElement !== field) field.value = DIGITS[name] ? exact(shown) : shown;
      const wanted = marks(state).filter(([, value]) => value >= min && value <= max), key = JSON.stringify(wanted);
      if (ticks.dataset.key === key) return;
      ticks.dataset.key = key;
      ticks.replaceChildren(...wanted.map(([label, value, names]) => {
        const tick = make("button", { type: "button", title: `${exact(value)}: ${names}` }, label);
        tick.style.left = `${(to(value) - to(min)) / (to(max) - to(min)) * 100}%`;
        tick.addEventListener("click", () => change({ [name]: exact(value) }));
        return tick;
      }));
    };
    const id = `explorer-${name}`;
    input.id = id;
    return { element: make("div", { class: `slider ${name}` }, make("label", { for: id }, ...indexed(words)), field, input, ticks), show };
  }

  function choice(name, words, change) {
    const select = make("select", { name }, ...Object.entries(CHOICES[name]).map(([value, label]) => make("option", { value }, label)));
    select.addEventListener("change", () => change({ [name]: select.value }));
    return { element: make("label", { class: `choice ${name}` }, make("span", {}, words), select), show: (state) => { select.value = state[name]; }, select };
  }

  // The activations as tiles, each with its curve and, thinner, its slope.
  function tiles(change) {
    const group = make("div", { class: "acts", role: "radiogroup", "aria-label": "activation" }), inputs = [];
    const curve = (f) => "M" + Array.from({ length: 61 }, (_, i) => -3 + i / 10).map((z) => `${(20 + 6 * z).toFixed(1)} ${(15 - 6 * Math.max(-1.9, Math.min(2.2, f(z)))).toFixed(1)}`).join("L");
    for (const [name, one] of Object.entries(law.activations)) {
      const input = make("input", { type: "radio", name: "activation", value: name });
      input.addEventListener("change", () => change({ activation: name }));
      inputs.push(input);
      const picture = make("svg", { viewBox: "0 0 40 30", "aria-hidden": "true" }, make("path", { d: "M2 15H38M20 2V28", class: "grid" }), make("path", { d: curve(one.slope), class: "slope" }), make("path", { d: curve(one.phi), class: "curve" }));
      group.append(make("label", {}, input, picture, make("span", {}, name === "linear" ? "none" : one.name)));
    }
    return { element: group, show: (state) => { for (const input of inputs) input.checked = input.value === state.activation; } };
  }

  function rules(change, current) {
    const OWN = "set by hand", select = make("select", { name: "rule" }, ...[OWN, ...Object.keys(RULES)].map((name) => make("option", {}, name)));
    select.addEventListener("change", () => { if (select.value !== OWN) change(ruled(select.value, current())); });
    const holds = (name, state) => Object.entries(ruled(name, state)).every(([key, value]) => state[key] === value || (key === "mode" && state.profile === "constant"));
    let chosen = null;   // several rules may be one: then the name that was chosen stays
    select.addEventListener("change", () => { chosen = select.value; });
    return {
      element: make("label", { class: "choice rule" }, make("span", {}, "rule"), select),
      show(state) {
        const fit = Object.keys(RULES).filter((name) => holds(name, state));
        select.value = fit.includes(chosen) ? chosen : fit[0] ?? OWN;
        for (const option of select.options) option.disabled = option.value !== OWN && Number.isNaN(ruled(option.value, state).w);
      },
    };
  }

  // All of them, in groups that are tabs on a phone. change(changes); current(): the state.
  function mount(change, current) {
    const again = make("button", { type: "button" }, "new draw");
    again.addEventListener("click", () => change({ seed: current().seed % RANGES.seed[1] + 1 }));
    const NEAR = 0.34;   // of logarithms: closer, two marks would overlap
    const marks = (state) => {
      const found = [];
      for (const [label, value] of [["gain", gain(state)], ["edge", plane.critical(state)], ["1", 1], ["√2", Math.SQRT2]]) {
        if (!value) continue;
        const near = found.find(([, other]) => Math.abs(Math.log(value / other)) < NEAR);
        if (!near) found.push([label, value, label]);
        else if (Math.abs(Math.log(value / near[1])) < 0.002) near[2] += `, ${label}`;
      }
      return found.sort(([, a], [, b]) => a - b);
    };
    const parts = {
      Weights: [
        tiles(change), slider("leak", "slope below zero", change), rules(change, current), choice("weights", "distribution", change), choice("mode", "fan", change),
        slider("w", "weights σ_w", change, marks), slider("b", "biases σ_b", change),
      ],
      Network: [
        slider("depth", "depth L", change), slider("width", "width n", change), choice("profile", "widths", change), choice("residual", "shortcuts", change), choice("norm", "normalization", change),
      ],
      Numbers: [
        slider("scale", "input scale", change), slider("shift", "input mean", change), choice("format", "number format", change),
        slider("loss", "loss scale 2ᵏ", change), slider("networks", "networks", change), slider("seed", "seed", change), { element: again, show: () => {} },
      ],
    };
    const groups = Object.entries(parts).map(([name, list]) => make("fieldset", { class: `group ${name.toLowerCase()}` }, make("legend", {}, name), ...list.map(({ element }) => element)));
    const tabs = make("div", { class: "group-tabs", role: "group", "aria-label": "controls" });
    const pick = (i) => {
      groups.forEach((group, j) => group.classList.toggle("picked", i === j));
      [...tabs.children].forEach((tab, j) => tab.setAttribute("aria-pressed", i === j));
    };
    Object.keys(parts).forEach((name, i) => {
      const tab = make("button", { type: "button" }, name);
      tab.addEventListener("click", () => pick(i));
      tabs.append(tab);
    });
    pick(0);
    return {
      element: make("div", { class: "rail" }, tabs, ...groups),
      show(state) {
        for (const { show } of Object.values(parts).flat()) show(state);
        groups[0].querySelector(".leak").hidden = state.activation !== "leaky";
        const profile = groups[1].querySelector("select[name=profile]");
        profile.disabled = state.residual !== "none";
      },
    };
  }

  return { RULES, ruled, mount };
})();
