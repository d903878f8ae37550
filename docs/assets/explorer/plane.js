// The phase plane: where deep plain layers end, for each scale of weights and biases.
const plane = (() => {
  const { make, indexed, text, written, power } = chart;
  const LEVELS = [1, 0.1, 0.25, 0.5, 0.75, 1.5, 2, 3, 4], ROWS = 24, WIDEST = address.RANGES.w[1], HIGHEST = address.RANGES.b[1];

  const UNIT = { scale: 1, shift: 0 };   // the plane is that of an input of mean square one
  // The smallest σ_w for which deep layers are as `test` wants them, or null: they get there and stay as σ_w grows.
  // halvings: of its whole range, until it is found.
  function edge(state, b, test, halvings) {
    const holds = (w) => test(limits.limit({ ...state, ...UNIT, w, b }));
    if (!holds(WIDEST)) return null;
    let low = 0, high = WIDEST;
    for (let step = 0; step < halvings; step++) {
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
      const w = edge(state, b, ({ chi }) => chi > 1 - 1e-8, 26);
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
  const MOST = 6, CELLS = [64, 32], SLICE = 2;   // decades of the deepest shade; its cells; milliseconds that it takes at a time

  // How deep the shade of a gradient is, between -1 where it vanished and 1 where it exploded.
  const shade = (log) => Math.max(-1, Math.min(1, log / MOST));

  // The ground of the plane: the gradient of plain layers over the depth that is set, cell by cell. It comes in slices, row
  // by row and round again while the setting changes, so that no step of a slider waits for it.
  function shaded() {
    const [columns, rows] = CELLS, canvas = make("canvas", { width: columns, height: rows, "aria-hidden": "true" });
    const context = canvas.getContext("2d");
    let state, scheme, colors, row = 0, left = 0, soon;
    function slice() {
      const end = performance.now() + SLICE;
      for (; left > 0 && performance.now() < end; left--, row = (row + 1) % rows) {
        context.clearRect(0, row, columns, 1);
        for (let column = 0; column < columns; column++) {
          const w = WIDEST * (column + 0.5) / columns, b = HIGHEST * (1 - (row + 0.5) / rows);
          const depth = shade(limits.gradient({ ...state, w, b }));
          context.globalAlpha = Math.abs(depth);
          context.fillStyle = colors[depth < 0 ? 0 : 1];
          context.fillRect(column, row, 1, 1);
        }
      }
      soon = left > 0 ? setTimeout(slice) : null;
    }
    return {
      canvas,
      show(now, theme) {
        if (scheme !== theme) {
          const style = getComputedStyle(canvas);
          colors = ["--uv-forward", "--uv-backward"].map((name) => style.getPropertyValue(name));
        }
        [state, scheme, left] = [{ ...now }, theme, rows];
        soon ??= setTimeout(slice);
      },
    };
  }

  // What the shade means: a scale for the eye, and the same in words.
  function scale() {
    const words = make("span"), [low, high] = [-MOST, MOST].map((log) => `× ${power(log)}`), bar = (side) => make("i", { class: side });
    const element = make("div", { class: "shades", role: "img" }, words, low, bar("vanishing"), "1", bar("exploding"), high);
    let before;
    return {
      element,
      show({ depth }) {
        if (depth === before) return;
        before = depth;
        const layers = depth === 1 ? "one layer" : `${depth} layers`;
        words.textContent = `gradient over ${layers}:`;
        const ends = [`the deepest blue where it is ${low} or less`, "blank where it keeps its size", `the deepest orange where it is ${high} or more`];
        element.setAttribute("aria-label", `Shade of the plane, the gradient over ${layers}: ${ends.join(", ")}.`);
      },
    };
  }

  const WAYS = { ArrowRight: ["w", 1], ArrowLeft: ["w", -1], ArrowUp: ["b", 1], ArrowDown: ["b", -1] };
  function mount(change) {
    const ground = make("g", { role: "img" }), trail = make("path", { class: "trail" }), stops = make("path", { class: "trail stops" });
    const pin = make("circle", { r: 5, class: "pin" }), marker = make("circle", {
      r: 6, class: "marker", tabindex: 0, role: "slider", "aria-label": "weights σ w and biases σ b, by the arrow keys",
      "aria-valuemin": address.RANGES.w[0], "aria-valuemax": WIDEST,
    });
    const [A, B] = ["A", "B"].map((name) => text(0, 0, name, { class: "title halo" })), parts = [ground, trail, stops, pin, marker, A, B];
    const svg = make("svg", { role: "group", class: "picture plane", "aria-label": "phase plane" }, ...parts);
    const words = make("p", { class: "said" }), call = make("p", { class: "call" });
    const under = shaded(), means = scale(), frame = make("div", { class: "frame" }, under.canvas, svg);
    let lines_of, shade_of, later, state, held, been = [], width = 0, height = 260;
    const wide = () => width - LEFT - RIGHT, high = () => height - TOP - BOTTOM;
    const x = (w) => LEFT + wide() * w / WIDEST, y = (b) => TOP + high() * (1 - b / HIGHEST);
    const within = (name, value) => Number(address.clamp(name, value).toFixed(2));

    function pick({ clientX, clientY }) {
      const box = svg.getBoundingClientRect();
      change({ w: within("w", (clientX - box.left - LEFT) / wide() * WIDEST), b: within("b", (1 - (clientY - box.top - TOP) / high()) * HIGHEST) });
    }
    svg.addEventListener("pointerdown", (event) => {
      svg.setPointerCapture(event.pointerId);
      marker.focus({ preventScroll: true });   // whoever pointed may go on with the keys
      pick(event);
    });
    svg.addEventListener("pointermove", (event) => { if (svg.hasPointerCapture(event.pointerId)) pick(event); });
    marker.addEventListener("keydown", (event) => {
      const [name, way] = WAYS[event.key] ?? [];
      if (!name) return;
      event.preventDefault();
      change({ [name]: within(name, state[name] + way * address.RANGES[name][2] * (event.shiftKey ? 10 : 1)) });
    });

    function draw_ground() {
      const middle = (x, y, words, attributes = {}) => text(x, y, words, { "text-anchor": "middle", ...attributes });
      const rows = Array.from({ length: ROWS + 1 }, (_, i) => HIGHEST * (i / ROWS) ** 2);   // dense where the lines turn
      const lines = (test) => rows.map((b) => [edge(state, b, test, 12) ?? WIDEST, b]);   // to a tenth of a pixel
      const path = (points) => "M" + points.map(([w, b]) => `${x(w).toFixed(1)} ${y(b).toFixed(1)}`).join("L");
      const chaos = lines(({ chi, q }) => chi >= 1 || q === Infinity), growth = lines(({ q }) => q === Infinity);
      const at = (w) => rows.map((b) => [w, b]), regions = [
        [at(0), chaos, "ordered", "vanishing"], [chaos, growth, "chaotic", "exploding"], [growth, at(WIDEST), "no q*", "growing"],
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
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.setAttribute("height", height);
      const place = { left: LEFT, top: TOP, width: wide(), height: high() };
      for (const [name, value] of Object.entries(place)) under.canvas.style[name] = `${value}px`;
      const rest = growth.filter(([w]) => w < WIDEST);
      ground.replaceChildren(
        ...(rest.length > 1 ? [make("path", { class: "bound", d: path(rest) })] : []), ...contours,
        ...regions.flatMap(([left, right, name, effect]) => {
          const [from, to] = [left, right].map((points) => x(points[ROWS / 2][0]));
          const center = (from + to) / 2, top = y(HIGHEST / 4);
          if (to - from < 58) return [];
          return [middle(center, top, name, { class: "title halo" }), middle(center, top + 16, effect, { class: "halo" })];
        }),
        make("path", { class: "one", d: `M${LEFT} ${TOP}V${TOP + high()}H${LEFT + wide()}` }),
        ...[0, 1, 2, 3, 4].map((w) => middle(x(w), height - BOTTOM + 16, w)), ...[0, 1, 2].map((b) => text(LEFT - 6, y(b) + 4, b, { "text-anchor": "end" })),
        middle(LEFT + wide() / 2, height - 4, "σ_w"), text(LEFT - 24, TOP + high() / 2, "σ_b", { "text-anchor": "middle" }),
      );
    }

    // A mark at a state, and its name beside it where there are two, on the side where there is room.
    const set = (element, attributes) => { for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value); };
    function put(mark, name, { w, b }, named) {
      const side = w > 0.9 * WIDEST ? -1 : 1;
      set(mark, { cx: x(w), cy: y(b) });
      name.setAttribute("visibility", named ? "visible" : "hidden");
      if (named) set(name, { x: x(w) + 9 * side, y: y(b) - 7, "text-anchor": side > 0 ? "start" : "end" });
    }

    function show(now, pinned = held) {
      [state, held] = [now, pinned];
      width ||= frame.clientWidth;
      if (!width) return;
      const { activation, leak, depth, w, b } = state, size = limits.first({ ...state, w: 1, b: 0 });
      const theme = document.body.dataset.mdColorScheme, one = `${activation} ${leak}`;
      const lines = `${one} ${width}`, shades = `${one} ${depth} ${size} ${theme}`;
      if (lines_of === undefined) draw_ground();
      else if (lines_of !== lines) later ??= setTimeout(() => { later = null; draw_ground(); }, 50);   // for some steps of a slider at once
      lines_of = lines;
      if (shade_of !== shades) { shade_of = shades; under.show(state, theme); }
      means.show(state);
      const points = [...been.filter((one) => one.activation === activation), { w, b }].map((one) => `${x(one.w).toFixed(1)} ${y(one.b).toFixed(1)}`);
      trail.setAttribute("d", `M${points.join("L")}`);
      stops.setAttribute("d", points.map((point) => `M${point}h0.01`).join(""));
      put(marker, B, state, pinned);
      put(pin, A, pinned ?? state, pinned);
      pin.setAttribute("visibility", pinned ? "visible" : "hidden");
      const kept = plain(state) ? `, gradient × ${written(limits.gradient(state))} over ${depth} layers` : "";
      marker.setAttribute("aria-valuenow", w);
      marker.setAttribute("aria-valuetext", `weights ${w}, biases ${b}${kept}`);
      frame.classList.toggle("off", !plain(state));
    }
    // Whatever is read from the page costs a layout of it, so a step of a slider reads nothing.
    new ResizeObserver(([{ contentRect }]) => { width = Math.round(contentRect.width); if (state) show(state); }).observe(frame);
    return {
      element: make("div", { class: "docked" }, frame, means.element, words, call), show,
      rest() {   // and it is one of the states of the trail
        const { activation, w, b } = state, last = been.at(-1);
        if (last?.activation !== activation || last.w !== w || last.b !== b) been = [...been, { activation, w, b }].slice(-TRAIL);
        words.replaceChildren(...indexed(said(state)));
        call.replaceChildren("PyTorch: ", make("code", {}, programs.call(state)));
        ground.setAttribute("aria-label", `Phase plane of ${law.of(state).name}. ${said(state)}`);
      },
    };
  }

  return { mount, critical, plain, said, shade };
})();
