// The phase plane: where deep plain layers end, for each scale of weights and biases.
const plane = (() => {
  const { make, indexed, text } = chart;
  const LEVELS = [1, 0.1, 0.25, 0.5, 0.75, 1.5, 2, 3, 4], ROWS = 24, WIDEST = address.RANGES.w[1], HIGHEST = address.RANGES.b[1];

  const UNIT = { scale: 1, shift: 0 };   // the plane is that of an input of mean square one
  // The smallest σ_w for which deep layers are as `test` wants them, or null: they get there and stay as σ_w grows.
  function edge(state, b, test) {
    const holds = (w) => test(limits.limit({ ...state, ...UNIT, w, b }));
    if (!holds(WIDEST)) return null;
    let low = 0, high = WIDEST;
    for (let step = 0; step < 26; step++) {
      const middle = (low + high) / 2;
      if (holds(middle)) high = middle; else low = middle;
    }
    return high;
  }

  // Where chi passes one, or null: GELU's jumps over it where biases are small. Kept, as every picture of it asks.
  const kept = new Map();
  function critical(state) {
    const { activation, leak, b } = state, name = `${activation} ${activation === "leaky" ? leak : ""} ${b}`;
    if (!kept.has(name)) {
      const w = edge(state, b, ({ chi }) => chi > 1 - 1e-8);
      kept.set(name, w !== null && limits.limit({ ...state, ...UNIT, w }).chi < 1.005 ? w : null);
    }
    return kept.get(name);
  }

  const plain = ({ norm, residual, profile, weights }) => norm === "none" && residual === "none" && profile === "constant" && weights !== "constant";

  // What deep layers do, in words.
  function said(state) {
    const { w, b } = state;
    if (!plain(state)) {
      const batch = state.norm === "batch" ? ` BatchNorm sees ${draws.BATCH} examples in the networks drawn, and a large batch in theory.` : "";
      return `The plane is that of plain layers of one width, without normalization or shortcuts.${batch}`;
    }
    const one = law.of(state), first = limits.first(state), size = (value) => String(Number(value.toPrecision(3)));
    const grows = (q) => (w * w * law.kept(one, q) + b * b) / q - 1, rests = (q) => Math.abs(w * w * law.kept(one, q) / q - 1) < 2e-5;   // up to what an address rounds
    if (first > 0 && Math.abs(grows(first)) < 1e-4 && grows(1.1 * first) > 0.001 && grows(first / 1.1) < -0.001) {   // GELU's
      return `At σ_w = ${w} and σ_b = ${b}, this input rests at q* = ${size(first)}, where χ = ${size(law.chi(one, first, w))}, but it is unstable: a little more grows, a little less shrinks.`;
    }
    const { q, chi } = limits.limit(state);
    const end = [1, 4].every(rests) ? (b ? "each layer adds σ_b² to the second moment" : `every second moment is kept, here q* = ${size(w * w)}`)
      : q === Infinity ? "the signal grows without bound" : q < 1e-6 ? "the signal dies out, q* = 0" : `the pre-activations settle at q* = ${size(q)}`;
    const kind = Math.abs(chi - 1) < 0.005 ? "critical" : chi < 1 ? "ordered" : q === Infinity ? "growing" : "chaotic";
    const far = Math.abs(Math.log(chi)) > 1e-3 ? `, a factor of e in ξ = ${size(1 / Math.abs(Math.log(chi)))} layers` : "";
    return `At σ_w = ${w} and σ_b = ${b}, ${end}, and deep layers multiply the mean squared gradient by χ = ${size(chi)} each${far}: ${kind}.`;
  }

  const LEFT = 40, RIGHT = 10, TOP = 24, BOTTOM = 36, TRAIL = 20;
  function mount(change) {
    const svg = make("svg", { role: "img", class: "picture plane", "aria-label": "Phase plane" }), ground = make("g"), trail = make("path", { class: "trail" }), pin = make("circle", { r: 5, class: "pin" }), marker = make("circle", { r: 6, class: "marker" });
    const words = make("p", { class: "said" }), frame = make("div", { class: "frame" }, svg), call = make("p", { class: "call" });
    svg.append(ground, trail, pin, marker);
    let before, state, held, been = [], height = 260;
    const wide = () => frame.clientWidth - LEFT - RIGHT, high = () => height - TOP - BOTTOM;
    const x = (w) => LEFT + wide() * w / WIDEST, y = (b) => TOP + high() * (1 - b / HIGHEST);

    function pick({ clientX, clientY }) {
      const box = svg.getBoundingClientRect(), within = (name, value) => Number(address.clamp(name, value).toFixed(2));
      change({ w: within("w", (clientX - box.left - LEFT) / wide() * WIDEST), b: within("b", (1 - (clientY - box.top - TOP) / high()) * HIGHEST) });
    }
    svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); pick(event); });
    svg.addEventListener("pointermove", (event) => { if (svg.hasPointerCapture(event.pointerId)) pick(event); });

    function draw_ground() {
      const middle = (x, y, words, attributes = {}) => text(x, y, words, { "text-anchor": "middle", ...attributes });
      const rows = Array.from({ length: ROWS + 1 }, (_, i) => HIGHEST * (i / ROWS) ** 2);   // dense where the lines turn
      const lines = (test) => rows.map((b) => [edge(state, b, test) ?? WIDEST, b]);
      const path = (points) => "M" + points.map(([w, b]) => `${x(w).toFixed(1)} ${y(b).toFixed(1)}`).join("L");
      const chaos = lines(({ chi, q }) => chi >= 1 || q === Infinity), growth = lines(({ q }) => q === Infinity);
      const corners = (w) => [[w, HIGHEST], [w, 0]], area = (left, right, kind) => make("path", { class: kind, d: path([...left, ...right.toReversed()]) });
      const regions = [
        [corners(0).toReversed(), chaos, "ordered", "ordered", "vanishing"], [chaos, growth, "chaotic", "chaotic", "exploding"], [growth, corners(WIDEST).toReversed(), "growing", "no q*", "growing"],
      ];
      const taken = [];   // by a label
      const contours = LEVELS.flatMap((level) => {
        const points = lines(({ chi }) => chi >= level).filter(([w]) => w < WIDEST);
        if (points.length < 2) return [];
        const line = make("path", { class: level === 1 ? "critical" : "contour", d: path(points) }), at = x(points.at(-1)[0]);
        if (taken.some((other) => Math.abs(at - other) < 34)) return [line];
        taken.push(at);
        return [line, middle(at, y(points.at(-1)[1]) - 6, level === 1 ? "χ = 1" : level, { class: level === 1 ? "title" : "small" })];
      });
      svg.setAttribute("viewBox", `0 0 ${frame.clientWidth} ${height}`);
      svg.setAttribute("height", height);
      ground.replaceChildren(
        ...regions.map(([left, right, kind]) => area(left, right, kind)), ...contours,
        ...regions.flatMap(([left, right, , name, effect]) => {
          const at = (points) => x((points[ROWS / 2] ?? points[0])[0]), from = at(left), to = at(right);
          return to - from < 58 ? [] : [middle((from + to) / 2, y(HIGHEST / 4), name, { class: "title halo" }), middle((from + to) / 2, y(HIGHEST / 4) + 16, effect, { class: "halo" })];
        }),
        make("path", { class: "one", d: `M${LEFT} ${TOP}V${TOP + high()}H${LEFT + wide()}` }),
        ...[0, 1, 2, 3, 4].map((w) => middle(x(w), height - BOTTOM + 16, w)), ...[0, 1, 2].map((b) => text(LEFT - 6, y(b) + 4, b, { "text-anchor": "end" })),
        middle(LEFT + wide() / 2, height - 4, "σ_w"), text(LEFT - 24, TOP + high() / 2, "σ_b", { "text-anchor": "middle" }),
      );
    }

    function show(now, pinned = held) {
      [state, held] = [now, pinned];
      const name = `${state.activation} ${state.leak} ${frame.clientWidth}`;
      if (frame.clientWidth && before !== name) { before = name; been = []; draw_ground(); }
      const place = [x(state.w), y(state.b)];
      if (been.length === 0 || been.at(-1).join() !== place.join()) been = [...been, place].slice(-TRAIL);
      trail.setAttribute("d", been.length > 1 ? "M" + been.map((point) => point.join(" ")).join("L") : "");
      marker.setAttribute("cx", place[0]);
      marker.setAttribute("cy", place[1]);
      pin.setAttribute("visibility", pinned ? "visible" : "hidden");
      if (pinned) { pin.setAttribute("cx", x(pinned.w)); pin.setAttribute("cy", y(pinned.b)); }
      svg.classList.toggle("off", !plain(state));
    }
    new ResizeObserver(() => state && show(state)).observe(frame);
    return {
      element: make("div", { class: "docked" }, frame, words, call), show,
      rest() {
        words.replaceChildren(...indexed(said(state)));
        call.replaceChildren("PyTorch: ", make("code", {}, programs.call(state)));
        svg.setAttribute("aria-label", `Phase plane of ${law.of(state).name}. ${said(state)}`);
      },
    };
  }

  return { mount, critical, plain, said };
})();
