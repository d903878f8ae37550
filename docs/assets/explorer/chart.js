// Pictures and controls, made of what every browser has: SVG and native inputs.
const chart = (() => {
  const SVG = "http://www.w3.org/2000/svg", PICTURE = ["svg", "g", "path", "text", "tspan", "circle"];

  function make(tag, attributes = {}, ...children) {
    const made = PICTURE.includes(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  // Words in which σ_w and σ_b have an index, for HTML or for SVG.
  function indexed(words, drawn = false) {
    return words.split(/_([wb])\b/).flatMap((part, i) => {
      if (i % 2 === 0) return [part];
      return drawn ? [make("tspan", { dy: 3, class: "small" }, part), make("tspan", { dy: -3 }, "\u200b")] : [make("sub", {}, part)];
    });
  }

  // A slider with its name and its number. `change` gets what the reader chose; `show` sets what is shown.
  function slider(name, words, change, digits = 0) {
    const [min, max, step] = address.RANGES[name];
    const input = make("input", { type: "range", name, min, max, step }), number = make("span", { class: "number" });
    input.addEventListener("input", () => change({ [name]: Number(input.value) }));
    const show = (state) => { input.value = state[name]; number.textContent = state[name].toFixed(digits); };
    return { label: make("label", {}, make("span", {}, ...indexed(words)), number, input), show };
  }

  const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const power = (exponent) => (exponent === 0 ? "1" : exponent === 1 ? "10" : `10${[...String(exponent)].map((sign) => RAISED[sign]).join("")}`);

  // A number, given by its decimal logarithm, as a reader writes it.
  function written(log) {
    if (log === -Infinity) return "0";
    if (Math.abs(log) < 3) return String(Number((10 ** log).toPrecision(log > 2 ? 3 : 2)));
    const [mantissa, exponent] = (10 ** (log - Math.floor(log))).toExponential(1).split("e");
    return `${mantissa} × ${power(Math.floor(log) + Number(exponent))}`;
  }

  // What became of something that changed by this factor.
  function verdict(log) {
    if (Math.abs(log) <= 1) return "stays within a factor of ten";
    return log < -3 ? "vanishes" : log < 0 ? "shrinks" : log < 3 ? "grows" : "explodes";
  }

  // Where the ticks of a logarithmic axis stand, in decades: at most seven, and the first and last enclose all values.
  function decades(low, high) {
    const step = [1, 2, 5, 10, 20, 50, 100].find((step) => Math.ceil(high / step) - Math.floor(low / step) <= 6);
    const from = Math.floor(low / step), to = Math.ceil(high / step);
    return Array.from({ length: to - from + 1 }, (_, i) => (from + i) * step);
  }

  // Half precision ends here: its largest number, and its smallest that is not zero.
  const FLOAT16 = [[Math.log10(65504), 13, "float16 overflows above"], [-24 * Math.log10(2), -5, "float16 is zero below"]];
  const LEFT = 46, RIGHT = 12, TOP = 44, BOTTOM = 40;

  // A picture of sizes by layer on a logarithmic axis: theory as a line over those of the networks drawn. They come from
  // the end of the axis where `start` is, so what else is said stands at that side.
  function profile(title, axis, { height = 270, start = 0 } = {}) {
    const svg = make("svg", { role: "img", class: "picture", "aria-label": title }), back = make("g"), plot = make("svg");   // an inner svg cuts off what is outside
    const theory = make("path", { class: "theory" }), lines = make("g");
    plot.append(lines, theory);
    svg.append(back, plot);
    let before = "";

    // `first` is the layer of the values' first one; a draw may be missing, or stale.
    function show(values, drawn, depth, first, stale) {
      const width = svg.parentNode.clientWidth, wide = width - LEFT - RIGHT, high = height - TOP - BOTTOM;
      const all = [values, ...drawn].flat().filter(Number.isFinite);
      const ticks = decades(Math.min(-2, ...all), Math.max(2, ...all)), [low, top] = [ticks[0], ticks.at(-1)];
      const x = (layer) => wide * layer / depth, y = (log) => high * (top - Math.max(log, 2 * low - top)) / (top - low);
      const path = (logs) => "M" + logs.map((log, i) => `${x(i + first).toFixed(1)} ${y(log).toFixed(1)}`).join("L");
      const frame = [width, low, top, depth].join();
      if (frame !== before) draw_frame(width, wide, high, ticks, x, y, depth);
      before = frame;
      theory.setAttribute("d", path(values));
      svg.classList.toggle("backward", first > 0);   // the gradient has no value at the input
      while (lines.childNodes.length < drawn.length) lines.append(make("path", { class: "draw" }));
      [...lines.childNodes].forEach((line, i) => {
        line.setAttribute("d", drawn[i] ? path(drawn[i]) : "");
        line.classList.toggle("stale", i >= stale);
      });
    }

    function draw_frame(width, wide, high, ticks, x, y, depth) {
      const text = (x, y, words, attributes = {}) => make("text", { x, y, ...attributes }, words);
      const stroke = (x, y, to, kind) => make("path", { d: `M${x} ${y}${to}`, class: kind });
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.setAttribute("height", height);
      for (const [name, value] of Object.entries({ x: LEFT, y: TOP, width: wide, height: high })) plot.setAttribute(name, value);
      const step = [1, 2, 5, 10, 20].find((step) => depth / step <= 6), layers = [...Array(depth + 1).keys()].filter((layer) => layer % step === 0);
      const ends = FLOAT16.filter(([log]) => log > ticks[0] && log < ticks.at(-1));
      back.replaceChildren(
        text(0, 12, title, { class: "title" }),
        stroke(LEFT, 27, "h27", "theory"), text(LEFT + 32, 31, "theory"),
        stroke(LEFT + 84, 27, "h20", "draw"), text(LEFT + 109, 31, "networks drawn"),
        ...ticks.flatMap((log) => [
          stroke(LEFT, TOP + y(log), `h${wide}`, log === 0 ? "one" : "grid"),
          text(LEFT - 6, TOP + y(log) + 4, power(log), { "text-anchor": "end" }),
        ]),
        ...layers.map((layer) => text(LEFT + x(layer), height - BOTTOM + 17, layer, { "text-anchor": "middle" })),
        text(LEFT + wide / 2, height - 5, axis, { "text-anchor": "middle" }),
        ...ends.flatMap(([log, shift, words]) => [
          stroke(LEFT, TOP + y(log), `h${wide}`, "end"), text(LEFT + 4 + (wide - 8) * start, TOP + y(log) + shift, words, { class: "small halo", "text-anchor": start ? "end" : "start" }),
        ]),
      );
    }

    return { svg, show };
  }

  return { make, indexed, slider, written, verdict, profile };
})();
