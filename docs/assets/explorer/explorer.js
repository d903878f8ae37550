// The explorer: one state, which the controls, the address and the phase diagram share; theory at once, draws as they come.
(() => {
  const { make, indexed, slider, written, verdict } = chart, places = { signal, phase: phase.mount };
  const WORKER = new URL("worker.js", document.currentScript.src);
  const state = { ...(address.read(location.hash) ?? address.START) }, shown = [];

  // Whoever shows the state is told when it changes, and once more when it rests.
  let soon;
  function change(changes) {
    Object.assign(state, changes);
    for (const { show } of shown) show(state);
    clearTimeout(soon);
    soon = setTimeout(() => {
      for (const { rest } of shown) rest?.(state);
      if (changes) history.replaceState(null, "", address.write(state));   // and not at every step of a slider, which browsers limit
    }, 400);
  }

  const exact = (value) => Number(value.toFixed(5));   // what an address can hold
  const PRESETS = {
    "LeCun, Xavier": () => ({ w: 1, b: 0 }),   // 1/n, and 2/(n + n)
    "He": () => ({ w: Math.SQRT2, b: 0 }),
    "gain of the activation": ({ activation }) => ({ w: 1 / Math.sqrt(law.kept(activation, 1)), b: 0 }),
    "PyTorch default": ({ width }) => ({ w: 1 / Math.sqrt(3), b: 1 / Math.sqrt(3 * width) }),   // both uniform up to 1/sqrt(n)
    "too small": () => ({ w: 0.5, b: 0 }),
    "too large": () => ({ w: 3, b: 0 }),
    "edge of chaos": ({ activation, b }) => ({ w: phase.critical(activation, b) ?? NaN, b }),   // for the σ_b that is set
  };

  function controls() {
    const choice = make("select", { name: "activation" });
    for (const [name, { name: words }] of Object.entries(law.activations)) choice.append(make("option", { value: name }, words));
    choice.addEventListener("change", () => change({ activation: choice.value }));
    const sliders = [
      slider("w", "weights σ_w", change, 2), slider("b", "biases σ_b", change, 2), slider("depth", "depth", change), slider("width", "width", change),
    ];
    const presets = Object.entries(PRESETS).map(([name, preset]) => {
      const button = make("button", { type: "button" }, name), set = () => {
        const { w, b } = preset(state);
        return { w: exact(w), b: exact(b) };
      };
      button.addEventListener("click", () => change(set()));
      return { button, set };
    });
    const again = make("button", { type: "button" }, "new draw"), seed = make("span", { class: "seed" });
    again.addEventListener("click", () => change({ seed: state.seed % address.RANGES.seed[1] + 1 }));
    const copy = make("button", { type: "button" }, "copy link to this state");
    copy.addEventListener("click", async () => {
      history.replaceState(null, "", address.write(state));
      const done = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
      copy.textContent = done ? "copied" : "it stands in the address bar";
      setTimeout(() => { copy.textContent = "copy link to this state"; }, 2500);
    });
    return {
      parts: [
        make("div", { class: "controls" }, make("label", {}, make("span", {}, "activation"), choice), ...sliders.map(({ label }) => label)),
        make("div", { class: "presets", role: "group", "aria-label": "presets" }, ...presets.map(({ button }) => button)),
      ],
      below: make("div", { class: "presets" }, again, seed, copy),
      show() {
        choice.value = state.activation;
        seed.textContent = `seed ${state.seed}`;
        for (const { show } of sliders) show(state);
        for (const { button, set } of presets) {
          const { w, b } = set();
          button.disabled = Number.isNaN(w);
          button.setAttribute("aria-pressed", w === state.w && b === state.b);
        }
      },
    };
  }

  // Draws come from a worker, and from the page itself where a page is a file, which may start none.
  function drawer(report) {
    let stop = () => {}, job = 0;
    if (location.protocol === "file:") return (settings) => { stop(); stop = draws.stream(settings, report); };
    const worker = new Worker(WORKER);
    worker.addEventListener("message", ({ data }) => { if (data.job === job) report(data.k, data.drawn); });
    return (settings) => worker.postMessage({ job: ++job, settings });
  }

  // Signal and gradient by layer.
  function signal(place) {
    const { parts, below, show: show_controls } = controls(), program = place.querySelector("a");
    const forward = chart.profile("Signal: rms, the input is 1", "layer, forward →"), backward = chart.profile("Gradient: rms, the last layer is 1", "← backward, layer", { start: 1 });
    const status = make("p", { role: "status", class: "said" }), table = make("table", { class: "numbers" });
    place.replaceChildren(
      ...parts, make("div", { class: "panels" }, make("div", {}, forward.svg), make("div", {}, backward.svg)), below, status,
      make("p", { class: "note" }, `The dashed line is theory: exact as layers grow wide, for the mean square over networks. Thin lines are ${draws.COUNT} networks drawn at random. `, ...(program ? [program] : [])),
      make("details", {}, make("summary", {}, "The numbers"), table),
    );
    let theory, drawn = [], fresh = 0, asked = false, soon;
    const ask = drawer((k, one) => {
      drawn[k] = one;
      fresh = k + 1;
      redraw();
      if (fresh === draws.COUNT) soon = setTimeout(tell, 400);
    });

    function redraw() {
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => {
        asked = false;
        const fit = drawn.filter(({ forward }) => forward.length === theory.forward.length);   // those of another depth do not
        forward.show(theory.forward, fit.map((one) => one.forward), state.depth, 0, fresh);
        backward.show(theory.backward, fit.map((one) => one.backward), state.depth, 1, fresh);
      });
    }
    new ResizeObserver(redraw).observe(place);

    function tell() {
      const sentence = said(state, theory, drawn);
      status.replaceChildren(...indexed(sentence));
      forward.svg.setAttribute("aria-label", `Signal by layer. ${sentence}`);
      backward.svg.setAttribute("aria-label", `Gradient by layer. ${sentence}`);
      fill(table, state, theory, drawn);
    }

    function show() {
      show_controls();
      theory = law.theory(state);
      fresh = 0;
      clearTimeout(soon);
      redraw();
      ask({ ...state });
    }
    return { show };
  }

  const middle = (logs) => logs.toSorted((a, b) => a - b)[Math.floor(logs.length / 2)];
  const spread = (logs) => [...new Set([Math.min(...logs), Math.max(...logs)].map(written))].join(" to ");

  function said({ activation, depth, width, w, b }, { forward, backward }, drawn) {
    const change = (log, drawn) => `changes by a factor of ${written(log)} in theory and of ${spread(drawn)} in the networks drawn, whose median, ${written(middle(drawn))}, ${verdict(middle(drawn))}`;
    return `With ${law.activations[activation].name}, depth ${depth}, width ${width}, σ_w = ${w} and σ_b = ${b}: `
      + `the signal ${change(forward.at(-1), drawn.map((one) => one.forward.at(-1)))}; `
      + `the gradient ${change(backward[0], drawn.map((one) => one.backward[0]))}.`;
  }

  // The pictures as a table, at no more than eleven layers.
  function fill(table, { depth }, theory, drawn) {
    const row = (scope, cells) => make("tr", {}, ...cells.map((text, i) => (scope === "col" || i === 0 ? make("th", { scope }, text) : make("td", {}, text))));
    const layers = [...new Set(Array.from({ length: 11 }, (_, i) => Math.round(i * depth / 10)))];
    table.replaceChildren(
      make("caption", {}, `Sizes by layer: theory, and the smallest and largest of ${drawn.length} draws`),
      make("thead", {}, row("col", ["layer", "signal, theory", "signal, draws", "gradient, theory", "gradient, draws"])),
      make("tbody", {}, ...layers.map((layer) => row("row", [
        layer, written(theory.forward[layer]), spread(drawn.map((one) => one.forward[layer])),
        ...(layer ? [written(theory.backward[layer - 1]), spread(drawn.map((one) => one.backward[layer - 1]))] : ["", ""]),
      ]))),
    );
  }

  const all = document.querySelectorAll("[data-explorer=signal], [data-explorer=phase]");
  for (const place of all) shown.push(places[place.dataset.explorer](place, change));
  change();
  const arrive = () => {
    const asked = address.read(location.hash);
    if (!asked) return;
    change(asked);
    all[0].scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", arrive);
  if (address.read(location.hash)) addEventListener("load", arrive);
})();
