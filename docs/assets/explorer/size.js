// The size of what goes forward and of what comes back, layer by layer: theory, a band of networks, twelve of them, and the pinned state.
const size = (() => {
  const { make, written, decades, power, over_layers, paths } = chart;
  const KINDS = {   // which curve: its name, the first layer it has
    forward: ["signal h", 0], stream: ["pre-activations z", 1], backward: ["gradient of z", 1], weights: ["gradient of W", 1],
  };

  const SCALED = ["backward", "weights"];   // by the loss scale

  // The values of a network that have the depth of the theory, which those of another setting have not.
  const fitting = (drawn, kind, depth) => drawn.map((one) => one[kind]).filter((values) => values.length === depth + 1 - KINDS[kind][1]);

  // The smallest and largest of the middle nine tenths, layer by layer.
  function band(lines) {
    const at = (sorted, part) => sorted[Math.round(part * (sorted.length - 1))];
    const layers = lines[0].map((_, i) => lines.map((line) => line[i]).sort((a, b) => a - b));
    return [layers.map((sorted) => at(sorted, 0.05)), layers.map((sorted) => at(sorted, 0.95))];
  }

  // The ranges that a number format has not, for what is multiplied by the loss scale too.
  function zones({ format }) {
    if (format === "float64") return [];
    const [most, normal, least] = address.FORMATS[format], name = address.CHOICES.format[format];
    return [
      { from: most, to: 1000, kind: "zone", words: `${name} overflows` }, { from: least - Math.log10(2), to: normal, kind: "zone weak", words: `${name}: fewer digits` },
      { from: -1000, to: least - Math.log10(2), kind: "zone", words: `${name} is zero` },
    ];
  }

  // The curves of a kind as they are shown, gradients times the loss scale: theory, networks, and the pinned state.
  function curves({ state, theory, drawn, pinned }, kind) {
    const times = SCALED.includes(kind) ? state.loss * Math.log10(2) : 0;
    const moved = (values) => (times ? values.map((value) => value + times) : values);
    const [held] = pinned ? fitting([pinned.theory ?? pinned.drawn[0]].filter(Boolean), kind, pinned.state.depth) : [];
    return { kind, theory: theory?.[kind] && moved(theory[kind]), lines: fitting(drawn, kind, state.depth).map(moved), held };
  }

  // All that as numbers: of each kind theory, the pinned state, the ends of the band, and the networks that are drawn as lines.
  function numbers(shown) {
    const { depth, loss } = shown.state;
    return chart.by_layer(chart.layers(0, depth), Object.keys(KINDS).flatMap((kind) => {
      const { theory, lines, held } = curves(shown, kind), first = KINDS[kind][1];
      const name = loss && SCALED.includes(kind) ? `${kind}*2^${loss}` : kind;
      const [low, high] = lines.length ? band(lines) : [[], []], drawn = lines.slice(0, draws.SHOWN).map((line, i) => [i + 1, line]);
      const columns = [["theory", theory ?? []], ...(held ? [["A", held]] : []), ["5%", low], ["95%", high], ...drawn];
      return columns.map(([what, values]) => [`${name}_${what}`, first, values.map(chart.digits)]);
    }));
  }

  function mount(again) {
    const picture = over_layers("Size by layer"), groups = {}, chosen = { forward: true, stream: false, backward: true, weights: false };
    for (const kind of Object.keys(KINDS)) {
      const parts = { band: make("path", { class: `band ${kind}` }), lines: make("g"), held: make("g"), theory: make("path", { class: `theory ${kind}` }) };
      picture.plot.append(parts.band, parts.lines, parts.held, parts.theory);
      groups[kind] = parts;
    }
    const chips = Object.entries(KINDS).map(([kind, [words]]) => {
      const chip = make("button", { type: "button", class: `chip ${kind}`, "aria-pressed": chosen[kind] }, words);
      chip.addEventListener("click", () => {
        chosen[kind] = !chosen[kind];
        chip.setAttribute("aria-pressed", chosen[kind]);
        again();
      });
      return chip;
    });
    const LEGEND = "dashed: theory of wide layers · band: nine tenths of the networks · lines: twelve of them";
    const legend = make("span", { class: "legend" }, LEGEND);
    const element = make("div", { class: "view size" }, picture.svg, make("div", { class: "chips" }, ...chips, legend));

    function show(shown) {
      const { state, fresh, layer, height, width } = shown, { depth, loss } = state, words = `${LEGEND}${shown.pinned ? " · gray: A" : ""}`;
      if (legend.textContent !== words) legend.textContent = words;
      const found = Object.keys(KINDS).filter((kind) => chosen[kind]).map((kind) => curves(shown, kind));
      const all = found.flatMap(({ theory, lines, held }) => [theory ?? [], held ?? [], ...lines].flat()).filter(Number.isFinite);
      const ticks = decades(Math.min(-2, ...range(all)), Math.max(2, ...range(all))).map((log) => [log, power(log)]);
      const { x, y } = picture.frame({ width, height: height - chart.foot(element), depth, ticks, zones: zones(state), title: `root mean square${loss ? `, gradients × 2${chart.raised(loss)}` : ""}` });
      const path = (values, first) => "M" + values.map((value, i) => `${x(i + first).toFixed(1)} ${y(value).toFixed(1)}`).join("L");
      for (const kind of Object.keys(KINDS)) groups[kind].band.setAttribute("d", "");
      for (const [kind, { lines, theory, held }] of Object.entries(groups)) {
        const one = found.find((one) => one.kind === kind), first = KINDS[kind][1];
        theory.setAttribute("d", one?.theory ? dotted(path(one.theory, first), one.theory.length) : "");
        const drawn = (one?.lines ?? []).slice(0, draws.SHOWN).map((values) => dotted(path(values, first), values.length));
        paths(lines, drawn, (i) => `draw ${kind}${i >= fresh ? " stale" : ""}`);
        paths(held, one?.held ? [path(one.held.slice(0, depth + 1), first)] : [], "held");
        if (one && fresh > draws.SHOWN) {
          const [low, top] = band(one.lines.slice(0, fresh)), back = top.map((value, i) => `${x(i + first).toFixed(1)} ${y(value).toFixed(1)}`).reverse().join("L");
          groups[kind].band.setAttribute("d", `${path(low, first)}L${back}Z`);
        }
      }
      picture.mark(layer);
    }
    return { element, show, numbers, layer_at: picture.layer_at, picture: picture.svg };
  }
  const range = (values) => (values.length ? [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] : []);
  const dotted = (path, count) => (count === 1 ? `${path}h0.01` : path);   // one layer: a round end

  // What the values are at a layer, for the readout.
  function at({ theory, drawn, state }, layer) {
    return Object.entries(KINDS).flatMap(([kind, [words, first]]) => {
      const i = layer - first, lines = fitting(drawn, kind, state.depth);
      if (i < 0 || !lines.length) return [];
      const sorted = lines.map((line) => line[i]).sort((a, b) => a - b);
      return [[words, theory?.[kind] ? written(theory[kind][i]) : "no theory", `${written(sorted[0])} to ${written(sorted.at(-1))}`]];
    });
  }

  return { mount, at, fitting, KINDS };
})();
