// Pictures and words, made of what every browser has: SVG, canvas and native inputs.
const chart = (() => {
  const SVG = "http://www.w3.org/2000/svg", PICTURE = ["svg", "g", "path", "text", "tspan", "circle", "rect", "defs", "pattern", "image"];

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

  const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const raised = (exponent) => [...String(exponent)].map((sign) => RAISED[sign]).join("");
  const power = (exponent) => (exponent === 0 ? "1" : exponent === 1 ? "10" : `10${raised(exponent)}`);

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
    const step = [1, 2, 5, 10, 20, 50, 100, 200].find((step) => Math.ceil(high / step) - Math.floor(low / step) <= 6);
    const from = Math.floor(low / step), to = Math.ceil(high / step);
    return Array.from({ length: to - from + 1 }, (_, i) => (from + i) * step);
  }

  const text = (x, y, words, attributes = {}) => make("text", { x, y, ...attributes }, ...indexed(String(words), true));
  const stroke = (x, y, to, kind) => make("path", { d: `M${x} ${y}${to}`, class: kind });
  const label_layers = (depth) => {
    const step = [1, 2, 5, 10, 20, 50].find((step) => depth / step <= 8);
    return [...Array(depth + 1).keys()].filter((layer) => layer % step === 0);
  };

  // A picture over the layers, 0 to depth, with an axis of its own: the ground is drawn when it changes, the rest at will.
  const LEFT = 52, RIGHT = 14, TOP = 26, BOTTOM = 40;
  function over_layers(name) {
    const svg = make("svg", { role: "img", class: "picture", "aria-label": name }), ground = make("g"), plot = make("svg"), names = make("g"), cross = make("path", { class: "cross" });
    svg.append(ground, plot, names, cross);   // the inner svg cuts off what is outside
    let before = "", scale = null;

    // ticks: [value, label] from the lowest to the highest; title: of the axis. Returns how to place layers and values.
    function frame({ width, height, depth, ticks, title, zones = [] }) {
      const wide = width - LEFT - RIGHT, high = height - TOP - BOTTOM, [low, top] = [ticks[0][0], ticks.at(-1)[0]];
      const x = (layer) => wide * layer / depth, y = (value) => high * (top - Math.max(value, 2 * low - top)) / (top - low);
      scale = { wide, high, depth, x, y };
      const now = JSON.stringify([width, height, depth, ticks, title, zones]);
      if (now === before) return scale;
      before = now;
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.setAttribute("height", height);
      for (const [key, value] of Object.entries({ x: LEFT, y: TOP, width: wide, height: high })) plot.setAttribute(key, value);
      const inside = (value) => Math.min(Math.max(y(value), 0), high);
      ground.replaceChildren(
        make("defs", {}, make("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, make("path", { d: "M0 0V6", class: "hatch" }))),
        ...zones.filter(({ from, to }) => inside(from) - inside(to) > 1).map(({ from, to, kind }) => make("rect", { x: LEFT, y: TOP + inside(to), width: wide, height: inside(from) - inside(to), class: kind })),
        text(0, 12, title, { class: "small" }),
        ...ticks.flatMap(([value, words]) => [
          stroke(LEFT, TOP + y(value), `h${wide}`, value === 0 ? "one" : "grid"), text(LEFT - 6, TOP + y(value) + 4, words, { "text-anchor": "end" }),
        ]),
        ...label_layers(depth).map((layer) => text(LEFT + x(layer), height - BOTTOM + 17, layer, { "text-anchor": "middle" })),
        text(LEFT + wide / 2, height - 5, "layer", { "text-anchor": "middle" }),
      );
      names.replaceChildren(...zones.filter(({ from, to }) => inside(from) - inside(to) > 16).map(({ from, to, words }) => text(LEFT + wide / 2, TOP + (inside(from) + inside(to)) / 2 + 4, words, { class: "small halo", "text-anchor": "middle" })));
      return scale;
    }

    const mark = (layer) => cross.setAttribute("d", scale && layer !== null ? `M${LEFT + scale.x(layer)} ${TOP}v${scale.high}` : "");
    const layer_at = (clientX) => {
      const box = svg.getBoundingClientRect();
      return scale && Math.min(Math.max(Math.round((clientX - box.left - LEFT) / scale.wide * scale.depth), 0), scale.depth);
    };
    return { svg, plot, frame, mark, layer_at };
  }

  // As many paths of a class in a group as there are lines, each through its points.
  function paths(group, lines, kind) {
    while (group.childNodes.length < lines.length) group.append(make("path"));
    while (group.childNodes.length > lines.length) group.lastChild.remove();
    [...group.childNodes].forEach((path, i) => {
      path.setAttribute("d", lines[i]);
      const name = typeof kind === "function" ? kind(i) : kind;
      if (path.getAttribute("class") !== name) path.setAttribute("class", name);
    });
  }

  // What a view shows as rows of numbers, one for each layer, the names of the columns first. A column: [name, its first layer,
  // its values]; and a number given by its decimal logarithm, as a table has it.
  const by_layer = (layers, columns) => [
    ["layer", ...columns.map(([name]) => name)],
    ...layers.map((layer) => [layer, ...columns.map(([, first, values]) => values[layer - first] ?? "")]),
  ];
  function digits(log) {
    if (!Number.isFinite(log)) return log === -Infinity ? "0" : "";
    return `${(10 ** (log - Math.floor(log))).toFixed(6)}e${Math.floor(log)}`;
  }
  const layers = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

  const foot = (view) => (view.querySelector(".chips")?.offsetHeight ?? 0) + 6;   // what stands below a picture in its view

  return {
    by_layer, digits, layers, foot, make, indexed, written, verdict, decades, power, raised, text, stroke, label_layers, over_layers, paths,
    LEFT, RIGHT, TOP, BOTTOM,
  };
})();
