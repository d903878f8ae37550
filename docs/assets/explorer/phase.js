// The phase diagram: where deep layers end, for each scale of weights and biases.
const phase = (() => {
  const { make, indexed, slider } = chart;
  const LEVELS = [1, 0.1, 0.25, 0.5, 0.75, 1.5, 2, 3, 4], ROWS = 24, WIDEST = address.RANGES.w[1], HIGHEST = address.RANGES.b[1];

  // The smallest σ_w for which deep layers are as `test` wants them, or null: they get there and stay as σ_w grows.
  function edge(activation, b, test) {
    const holds = (w) => test(law.limit({ activation, w, b }));
    if (!holds(WIDEST)) return null;
    let low = 0, high = WIDEST;
    for (let step = 0; step < 26; step++) {
      const middle = (low + high) / 2;
      if (holds(middle)) high = middle; else low = middle;
    }
    return high;
  }

  // Where chi passes one, or null: GELU's jumps over it where biases are small.
  function critical(activation, b) {
    const w = edge(activation, b, ({ chi }) => chi > 1 - 1e-8);
    return w !== null && law.limit({ activation, w, b }).chi < 1.005 ? w : null;
  }

  // What deep layers do, in words.
  function said({ activation, w, b }) {
    const { q, chi } = law.limit({ activation, w, b }), size = (value) => String(Number(value.toPrecision(3)));
    const rests = (q) => Math.abs(w * w * law.kept(activation, q) / q - 1) < 2e-5;   // up to what an address rounds
    const end = [1, 4].every(rests) ? (b ? "each layer adds σ_b² to the second moment" : `every second moment is kept, here q* = ${size(w * w)}`)
      : q === Infinity ? "the signal grows without bound" : q < 1e-6 ? "the signal dies out, q* = 0" : `the pre-activations settle at q* = ${size(q)}`;
    const kind = Math.abs(chi - 1) < 0.005 ? "critical" : chi < 1 ? "ordered" : q === Infinity ? "growing" : "chaotic";
    return `At σ_w = ${w} and σ_b = ${b}, ${end}, and deep layers multiply the mean squared gradient by χ = ${size(chi)} each: ${kind}.`;
  }

  function mount(place, change) {
    const LEFT = 46, RIGHT = 12, TOP = 42, BOTTOM = 40, height = 350;
    const svg = make("svg", { role: "img", class: "picture", "aria-label": "Phase diagram", height }), ground = make("g"), marker = make("circle", { r: 6, class: "marker" });
    const sliders = [slider("w", "weights σ_w", change, 2), slider("b", "biases σ_b", change, 2)], words = make("p", { class: "said" }), program = place.querySelector("a"), frame = make("div", {}, svg);
    svg.append(ground, marker);
    place.replaceChildren(frame, make("div", { class: "controls" }, ...sliders.map(({ label }) => label)), words, ...(program ? [make("p", { class: "note" }, program)] : []));
    let before, state;
    const wide = () => frame.clientWidth - LEFT - RIGHT, high = height - TOP - BOTTOM;
    const x = (w) => LEFT + wide() * w / WIDEST, y = (b) => TOP + high * (1 - b / HIGHEST);

    function pick({ clientX, clientY }) {
      const box = svg.getBoundingClientRect(), within = (value, [from, to]) => Number(Math.min(Math.max(value, from), to).toFixed(2));
      change({
        w: within((clientX - box.left - LEFT) / wide() * WIDEST, address.RANGES.w),
        b: within((1 - (clientY - box.top - TOP) / high) * HIGHEST, address.RANGES.b),
      });
    }
    svg.addEventListener("click", pick);
    svg.addEventListener("pointermove", (event) => { if (event.buttons === 1 && event.pointerType === "mouse") pick(event); });

    function draw_ground(activation) {
      const text = (x, y, words, attributes = {}) => make("text", { x, y, "text-anchor": "middle", ...attributes }, ...indexed(String(words), true));
      const rows = Array.from({ length: ROWS + 1 }, (_, i) => HIGHEST * (i / ROWS) ** 2);   // dense where the lines turn
      const lines = (test) => rows.map((b) => [edge(activation, b, test) ?? WIDEST, b]);
      const path = (points) => "M" + points.map(([w, b]) => `${x(w).toFixed(1)} ${y(b).toFixed(1)}`).join("L");
      const chaos = lines(({ chi, q }) => chi >= 1 || q === Infinity), growth = lines(({ q }) => q === Infinity);
      const corners = (w) => [[w, HIGHEST], [w, 0]], area = (left, right, kind) => make("path", { class: kind, d: path([...left, ...right.toReversed()]) });
      const regions = [
        [corners(0).toReversed(), chaos, "ordered", ["ordered, χ < 1", "gradients vanish"]],
        [chaos, growth, "chaotic", ["chaotic, χ > 1", "gradients explode"]],
        [growth, corners(WIDEST).toReversed(), "growing", ["no finite q*", "the signal grows"]],
      ];
      const inside = (points) => points.filter(([w]) => w < WIDEST);
      const taken = [];   // by a label
      const contours = LEVELS.flatMap((level) => {
        const points = inside(lines(({ chi }) => chi >= level));
        if (points.length < 2) return [];
        const line = make("path", { class: level === 1 ? "critical" : "contour", d: path(points) }), at = x(points.at(-1)[0]);
        if (taken.some((other) => Math.abs(at - other) < 34)) return [line];
        taken.push(at);
        return [line, text(at, y(points.at(-1)[1]) - 6, level === 1 ? "χ = 1" : level, { class: level === 1 ? "title" : "small" })];
      });
      svg.setAttribute("viewBox", `0 0 ${frame.clientWidth} ${height}`);
      ground.replaceChildren(
        ...regions.map(([left, right, kind]) => area(left, right, kind)), ...contours,
        ...regions.flatMap(([left, right, , [name, effect]]) => {
          const at = (points) => x((points[ROWS / 2] ?? points[0])[0]), from = at(left), to = at(right);
          return to - from < 100 ? [] : [text((from + to) / 2, y(HIGHEST / 4), name, { class: "title halo" }), text((from + to) / 2, y(HIGHEST / 4) + 17, effect, { class: "halo" })];
        }),
        make("path", { class: "one", d: `M${LEFT} ${TOP}V${TOP + high}H${LEFT + wide()}` }),
        ...[0, 1, 2, 3, 4].map((w) => text(x(w), height - BOTTOM + 17, w)),
        ...[0, 0.5, 1, 1.5, 2].map((b) => text(LEFT - 6, y(b) + 4, b, { "text-anchor": "end" })),
        text(LEFT + wide() / 2, height - 5, "σ_w, scale of the weights"),
        text(0, 12, "σ_b, scale of the biases", { "text-anchor": "start" }),
        text(LEFT + wide(), 12, "dotted: equal χ", { "text-anchor": "end" }),
      );
    }

    function show(now) {
      state = now;
      for (const { show } of sliders) show(state);
      if (before !== (before = `${state.activation} ${frame.clientWidth}`)) draw_ground(state.activation);
      marker.setAttribute("cx", x(state.w));
      marker.setAttribute("cy", y(state.b));
    }
    new ResizeObserver(() => state && show(state)).observe(frame);
    return {
      show,
      rest() {
        words.replaceChildren(...indexed(said(state)));
        svg.setAttribute("aria-label", `Phase diagram of ${law.activations[state.activation].name}. ${said(state)}`);
      },
    };
  }

  return { mount, critical };
})();
