// What the pictures show, in words and numbers.
const tell = (() => {
  const { make, written, verdict, indexed } = chart;
  const middle = (logs) => logs.toSorted((a, b) => a - b)[Math.floor(logs.length / 2)];
  const spread = (logs) => [...new Set([Math.min(...logs), Math.max(...logs)].map(written))].join(" to ");

  // How far signal and gradient have come, by theory or, where there is none, by the median of the networks.
  function ends({ state, theory, drawn }) {
    const of = (kind, i) => theory?.[kind]?.at(i) ?? (drawn.length ? middle(size.fitting(drawn, kind, state.depth).map((one) => one.at(i))) : NaN);
    return { signal: of("forward", -1) - of("forward", 0), gradient: of("backward", 0) };
  }

  // The layers at which a typical entry leaves the format, as it goes: of the signal on its way up, of the gradient, with its
  // loss scale, on its way down. Null where it stays.
  function leaves({ state, theory, drawn }) {
    const [most, , least] = address.FORMATS[state.format], outside = (log) => log > most || (log < least - Math.log10(2) && log > -Infinity);   // every format has zero
    const values = (kind) => theory?.[kind] ?? size.fitting(drawn, kind, state.depth)[0] ?? [];
    const up = values("forward").findIndex(outside), down = values("backward").findLastIndex((log) => outside(log + state.loss * Math.log10(2)));
    return { signal: up < 0 ? null : up, gradient: down < 0 ? null : down + 1 };
  }
  function left({ signal, gradient }) {
    if (signal === null && gradient === null) return ["fits", "all layers"];
    return [`layer ${signal ?? gradient}`, signal === null ? "gradient out" : gradient === null ? "signal out" : `gradient: ${gradient}`];
  }

  function sentence(shown) {
    const { state, theory, drawn } = shown, { activation, depth, width, w, b } = state;
    const change = (log, drawn) => `changes by a factor of ${written(log)} in theory and of ${spread(drawn)} in the networks drawn, whose median, ${written(middle(drawn))}, ${verdict(middle(drawn))}`;
    const start = `With ${law.of(state).name}, depth ${depth}, width ${width}, σ_w = ${w} and σ_b = ${b}: `;
    const forward = size.fitting(drawn, "forward", depth).map((one) => one.at(-1) - one[0]), backward = size.fitting(drawn, "backward", depth).map((one) => one[0]);
    if (!forward.length) return start;
    if (!theory) return `${start}no theory of wide layers holds for ${activation ? "equal weights" : ""}; the signal of the networks drawn changes by ${spread(forward)}, the gradient by ${spread(backward)}.`;
    return `${start}the signal ${change(theory.forward.at(-1) - theory.forward[0], forward)}; the gradient ${change(theory.backward[0], backward)}.`;
  }

  // Which settings differ between two states, and what that does.
  const NAMES = { w: "σ_w", b: "σ_b", activation: "activation", depth: "depth", width: "width", weights: "distribution", mode: "fan", residual: "shortcuts", norm: "normalization", profile: "widths", scale: "input", shift: "input's mean", leak: "slope", format: "format", loss: "loss scale", seed: "seed" };
  function difference(a, b) {
    const named = (state, key) => address.CHOICES[key]?.[state[key]] ?? (key === "activation" ? law.of(state).name : state[key]);
    const changed = Object.keys(NAMES).filter((key) => a.state[key] !== b.state[key]).map((key) => `${NAMES[key]} ${named(b.state, key)} for ${named(a.state, key)}`);
    if (!changed.length) return "B is still A: change something.";
    const [before, now] = [ends(a), ends(b)], [signal, gradient] = ["signal", "gradient"].map((kind) => now[kind] - before[kind]);
    const told = `B: ${changed.join(", ")}.`;
    if (Number.isNaN(signal + gradient)) return told;   // networks are still to come, or dead
    return `${told} What is left of the signal × ${written(signal)}, of the gradient × ${written(gradient)}.`;
  }

  const tight = (words) => words.replaceAll(" × ", "·");   // in a narrow column
  const fitting = (words) => (words.length > 11 ? tight(words) : words);

  // Three tiles, and the values of the layer under the crosshair.
  function readout() {
    const tiles = ["forward", "backward", "format"].map((kind) => make("div", { class: kind }, make("span"), make("b"), make("span")));
    const table = make("table", { class: "at" }, make("caption"), make("tbody")), [caption, body] = table.children;
    const element = make("div", { class: "readout" }, make("div", { class: "tiles3" }, ...tiles), table);
    const say = (cells, texts) => texts.forEach((text, i) => {   // what stays costs nothing
      if (cells[i].textContent !== text) cells[i].textContent = text;
    });
    function show(shown) {
      const { state, drawn } = shown, layer = shown.layer ?? state.depth, { signal, gradient } = ends(shown);
      const short = (log) => (Number.isNaN(log) ? "" : Math.abs(log) <= 1 ? "stays" : verdict(log));
      const factor = (log) => (Number.isNaN(log) ? "…" : `× ${fitting(written(log))}`);
      say(tiles[0].children, ["signal", factor(signal), short(signal)]);
      say(tiles[1].children, ["gradient", factor(gradient), short(gradient)]);
      say(tiles[2].children, [address.CHOICES.format[state.format], ...left(leaves(shown))]);
      const units = layer > 0 && drawn[0]?.units?.[layer - 1];
      const share = units && maps.shares(state, units).map((part) => `${Math.round(100 * part)} %`);
      const angle = (cosine) => `${inputs.degrees(cosine).toFixed(0)}°`;
      const pairs = layer > 0 ? drawn.map(({ pair }) => pair).filter((pair) => pair.length === state.depth).map((pair) => pair[layer - 1]).sort((a, b) => b - a) : [];
      const both = shown.pair ? angle(shown.pair[layer - 1]) : "";
      const rows = [
        ...size.at(shown, layer).map(([name, theory, range]) => [name, tight(theory), tight(range)]),
        ...(pairs.length ? [["two inputs", both, `${angle(pairs[0])} to ${angle(pairs.at(-1))}`]] : []),
        ...(share ? [["units of one", `${share[0]} slope 0, ${share[1]} flat`]] : []),
      ];
      say([caption], [`Layer ${layer}: theory, and the networks`]);
      if (rows.length !== body.children.length || rows.some((texts, i) => texts.length !== body.children[i].children.length)) {
        const cells = (count) => Array.from({ length: count }, () => make("td", { colspan: 3 - count }));
        body.replaceChildren(...rows.map((texts) => make("tr", {}, make("th", { scope: "row" }), ...cells(texts.length - 1))));
      }
      rows.forEach((texts, i) => say(body.children[i].children, texts));
    }
    return { element, show };
  }

  // The sizes as a table, at no more than eleven layers.
  const rows = ({ state, theory, drawn }) => Array.from({ length: state.depth + 1 }, (_, layer) => Object.keys(size.KINDS).map((kind) => {
    const i = layer - size.KINDS[kind][1], lines = size.fitting(drawn, kind, state.depth).map((one) => one[i]).filter((value) => value !== undefined);
    return [theory?.[kind]?.[i], lines.length ? Math.min(...lines) : undefined, lines.length ? Math.max(...lines) : undefined];
  }));
  function fill(table, shown) {
    const { depth } = shown.state, all = rows(shown), layers = [...new Set(Array.from({ length: 11 }, (_, i) => Math.round(i * depth / 10)))];
    const row = (scope, cells) => make("tr", {}, ...cells.map((text, i) => (scope === "col" || i === 0 ? make("th", { scope }, text) : make("td", {}, text))));
    const said = ([theory, low, high]) => [theory === undefined ? "" : written(theory), low === undefined ? "" : [...new Set([written(low), written(high)])].join(" to ")];
    table.replaceChildren(
      make("caption", {}, `Sizes by layer: theory, and the smallest and largest of ${shown.drawn.length} draws`),
      make("thead", {}, row("col", ["layer", "signal, theory", "signal, draws", "gradient, theory", "gradient, draws"])),
      make("tbody", {}, ...layers.map((layer) => row("row", [layer, ...said(all[layer][0]), ...said(all[layer][2])]))),
    );
  }

  return { ends, leaves, sentence, difference, readout, fill, indexed };
})();
