// The waterfall: thirty ReLU layers, whose foot can be dragged. Without biases a ReLU network is homogeneous: with f times
// He's variance every activation of layer l is f^(l/2) times as large, so one network is drawn, and its ridges only move.
(() => {
  const EXPLORER = new URL("../../practice/explorer/index.html", document.currentScript.src);
  const SVG = "http://www.w3.org/2000/svg", DEPTH = 30, UNITS = 4000, FROM = -9, TO = 6.5, BINS = 62, LEAST = 0.5, MOST = 5.5;   // σ² fan_in
  const STOPS = { "half of He": 1, He: 2, "twice He": 4 }, FLOAT16 = [-24 * Math.log10(2), Math.log10(65504)];
  const WIDE = 560, HIGH = 390, TOP = 34, BOTTOM = 46, LEFT = 62, RIGHT = 10;
  const make = (tag, attributes = {}, ...children) => {
    const made = ["svg", "g", "path", "text", "rect", "circle"].includes(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const x = (log) => LEFT + (WIDE - LEFT - RIGHT) * (log - FROM) / (TO - FROM), far = (logs) => x(logs) - x(0), y = (layer) => TOP + (HIGH - TOP - BOTTOM) * (layer + 3) / (DEPTH + 3);
  const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  function written(factor) {
    if (factor >= 0.01 && factor < 1000) return String(Number(factor.toPrecision(2)));
    const [mantissa, exponent] = factor.toExponential(1).split("e");
    return `${mantissa} × 10${[...String(Number(exponent))].map((sign) => RAISED[sign]).join("")}`;
  }

  // Normal numbers by Box and Muller, from a small generator (mulberry32): a seed gives the same network again.
  function normals(seed) {
    let state = seed * 7919;
    const uniform = () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
    };
    return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  }

  // The sizes of the active units by layer, under He, as logarithms: given |h|, the entries of W h are independent and normal.
  function network(seed) {
    const normal = normals(seed), layers = [];
    let h = Float64Array.from({ length: UNITS }, () => Math.abs(normal()));
    for (let layer = 0; layer <= DEPTH; layer++) {
      layers.push(Array.from(h.filter((value) => value > 0), Math.log10));
      const rms = Math.sqrt(h.reduce((sum, value) => sum + value * value, 0) / UNITS);
      h = Float64Array.from({ length: UNITS }, () => Math.max(0, Math.SQRT2 * rms * normal()));
    }
    return layers;
  }

  function ridge(logs, high) {
    const step = (TO - FROM) / BINS, bins = new Map(), at = (bin) => x(bin * step);
    for (const log of logs) bins.set(Math.round(log / step), (bins.get(Math.round(log / step)) ?? 0) + 1);
    const most = Math.max(...bins.values()), keys = [...bins].filter(([, count]) => count > most / 80).map(([bin]) => bin), [first, last] = [Math.min(...keys), Math.max(...keys)];
    const points = Array.from({ length: last - first + 1 }, (_, i) => [at(first + i), -high * (bins.get(first + i) ?? 0) / most]);
    return `M${at(first - 1).toFixed(1)} 0L${points.map(([a, b]) => `${a.toFixed(1)} ${b.toFixed(1)}`).join("L")}L${at(last + 1).toFixed(1)} 0Z`;
  }

  document.querySelectorAll("[data-explorer=glance]").forEach((place) => {
    const program = place.querySelector("a"), state = { f: 1, seed: 1 };
    const svg = make("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", class: "waterfall" }), ridges = make("g"), foot = make("circle", { r: 9, class: "foot" });
    const text = (at, down, words, kind = {}) => make("text", { x: at, y: down, ...kind }, words);
    svg.append(
      ...[[FROM, FLOAT16[0]], [FLOAT16[1], TO]].map(([from, to]) => make("rect", { x: x(from), y: TOP, width: x(to) - x(from), height: HIGH - TOP - BOTTOM, class: "outside" })),
      ridges, foot,
      ...[0, 10, 20, 30].map((layer) => text(LEFT - 8, y(layer) + 4, layer ? `layer ${layer}` : "input", { "text-anchor": "end" })),
      ...[[-8, "10⁻⁸"], [-4, "10⁻⁴"], [0, "1"], [4, "10⁴"]].map(([log, words]) => text(x(log), HIGH - BOTTOM + 18, words, { "text-anchor": "middle" })),
      text(LEFT + (WIDE - LEFT - RIGHT) / 2, HIGH - 8, "size of an activation; gray: float16 has no such numbers", { "text-anchor": "middle", class: "small" }),
    );
    const number = make("b", { class: "left" }), status = make("p", { role: "status" });
    const slider = make("input", { type: "range", min: 0, max: 1000, step: 5, "aria-label": "variance of the weights, times fan_in" });
    const to = (f) => 1000 * Math.log(f / LEAST) / Math.log(MOST / LEAST), from = (place) => LEAST * (MOST / LEAST) ** (place / 1000);
    const stops = Object.entries(STOPS).map(([words, f]) => {
      const button = make("button", { type: "button" }, words);
      button.addEventListener("click", () => set({ f }));
      return [f, button];
    });
    const again = make("button", { type: "button" }, "new draw"), link = make("a", {}, "Open in the explorer");
    again.addEventListener("click", () => set({ seed: state.seed + 1 }));
    slider.addEventListener("input", () => {
      const f = from(Number(slider.value));
      set({ f: Object.values(STOPS).find((stop) => Math.abs(Math.log(f / stop)) < 0.02) ?? f });
    });
    link.href = EXPLORER;
    place.replaceChildren(
      svg, make("div", { class: "under" }, number, make("div", { class: "stops", role: "group", "aria-label": "variance of the weights" }, ...stops.map(([, button]) => button), again)),
      slider, status, make("p", { class: "note" }, link, ...(program ? [" · ", program] : [])),
    );

    let drawn = 0, soon;
    function set(changes) {
      Object.assign(state, changes);
      if (drawn !== state.seed) {
        ridges.replaceChildren(...network(state.seed).map((logs, layer) => make("path", { d: ridge(logs, 40), "fill-opacity": 0.25 + 0.55 * layer / DEPTH })));
        if (!drawn) [...ridges.children].forEach((path, layer) => { path.style.animationDelay = `${layer * 30}ms`; });
        ridges.setAttribute("class", drawn ? "" : "falling");
        drawn = state.seed;
      }
      const shift = Math.log10(state.f / 2) / 2;
      [...ridges.children].forEach((path, layer) => path.setAttribute("transform", `translate(${far(layer * shift)} ${y(layer)})`));
      foot.setAttribute("cx", x(DEPTH * shift));
      foot.setAttribute("cy", y(DEPTH));
      slider.value = to(state.f);
      const left = 10 ** (DEPTH * shift);
      number.textContent = `× ${written(left)} after thirty layers`;
      for (const [f, button] of stops) button.setAttribute("aria-pressed", f === state.f);
      slider.setAttribute("aria-valuetext", `${state.f.toFixed(2)}: times ${written(left)} after thirty layers`);
      link.hash = `#explorer?activation=relu&depth=30&width=256&w=${Number(Math.sqrt(state.f).toFixed(5))}&b=0&seed=${Math.min(state.seed, 9999)}`;
      clearTimeout(soon);
      soon = setTimeout(() => {
        const fate = left < 1e-3 ? "vanishes" : left < 0.5 ? "shrinks" : left <= 2 ? "stays" : left < 1e3 ? "grows" : "explodes";
        status.textContent = `With σ² = ${Number(state.f.toFixed(2))}/fan_in each layer multiplies the mean square by ${written(state.f / 2)} on average, so thirty layers the size by ${written(left)}: the signal ${fate}.`;
        svg.setAttribute("aria-label", `Waterfall of thirty ReLU layers. ${status.textContent}`);
      }, 300);
    }

    // The foot is drawn along by mouse or finger; the slider is for keys.
    const pull = ({ clientX }) => {
      const box = svg.getBoundingClientRect(), log = FROM + ((clientX - box.left) * WIDE / box.width - LEFT) / (WIDE - LEFT - RIGHT) * (TO - FROM);
      const f = Math.min(MOST, Math.max(LEAST, 2 * 10 ** (2 * log / DEPTH)));
      set({ f: Object.values(STOPS).find((stop) => Math.abs(Math.log(f / stop)) < 0.02) ?? f });
    };
    foot.addEventListener("pointerdown", (event) => { foot.setPointerCapture(event.pointerId); event.preventDefault(); });
    foot.addEventListener("pointermove", (event) => { if (foot.hasPointerCapture(event.pointerId)) pull(event); });
    set({});
  });
})();
