// What every unit of one network does: distributions by layer, the slope of each unit, and what a number format keeps.
const maps = (() => {
  const { make, by_layer, label_layers, LEFT, RIGHT, TOP, BOTTOM } = chart;

  // A canvas over the layers, sharp on every screen. paint(context, ink, {wide, high, …}) draws it; ink(name) is a color.
  function canvas(name) {
    const element = make("canvas", { role: "img", "aria-label": name }), context = element.getContext("2d");
    let place = null;
    function frame(width, height, depth, paint) {
      const ratio = window.devicePixelRatio || 1, style = getComputedStyle(element);
      const ink = (name) => style.getPropertyValue(name).trim() || name;
      element.width = Math.round(width * ratio);
      element.height = Math.round(height * ratio);
      element.style.width = `${width}px`;
      element.style.height = `${height}px`;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.font = `12px ${style.fontFamily}`;
      place = { wide: width - LEFT - RIGHT, depth };
      paint(context, ink, { wide: place.wide, high: height - TOP - BOTTOM, width, height });
    }
    const layer_at = (clientX) => {
      const left = element.getBoundingClientRect().left;
      return place && Math.min(Math.max(Math.ceil((clientX - left - LEFT) / place.wide * place.depth), 1), place.depth);
    };
    return { element, frame, layer_at };
  }

  const rounded = (value) => Number(value.toPrecision(6));
  const captioned = (element, words) => make("div", { class: "view" }, element, make("div", { class: "chips" }, make("span", { class: "legend" }, words)));

  // Layers below, centered in their cells, and the layer under the crosshair.
  function below(context, ink, { wide, high, height }, depth, layer) {
    context.fillStyle = ink("--md-default-fg-color");
    context.textAlign = "center";
    for (const one of label_layers(depth).filter((one) => one > 0)) context.fillText(one, LEFT + wide * (one - 0.5) / depth, height - BOTTOM + 17);
    context.fillText("layer", LEFT + wide / 2, height - 5);
    if (!layer) return;
    context.strokeStyle = ink("--md-accent-fg-color");
    context.lineWidth = 2;
    context.strokeRect(LEFT + wide * (layer - 1) / depth, TOP, Math.max(2, wide / depth), high);
  }

  // Shares of the units of a layer by the slope of the activation there.
  function shares(state, { z }) {
    const { slope } = law.of(state), most = Math.max(1, slope(0)), counts = [0, 0, 0];
    for (const value of z) { const s = Math.abs(slope(value)); counts[s === 0 ? 0 : s < most / 20 ? 1 : 2]++; }
    return counts.map((count) => count / z.length);
  }

  // Units by layer, colored by the slope.
  function units() {
    const { element, frame, layer_at } = canvas("Slope of the activation, unit by unit");
    const view = captioned(element, "A cell is a unit of one network, blue where the activation passes changes on, blank where its slope is zero. Above, the shares by layer: gray no slope, orange less than a twentieth, blue the rest.");
    function show({ state, drawn, layer, width, height }) {
      const layers = drawn[0]?.units;
      frame(width, height - chart.foot(view), state.depth, (context, ink, sizes) => {
        const { wide, high } = sizes, { slope } = law.of(state), bar = 46, rows = high - bar - 10;
        if (!layers || layers.length !== state.depth) return;
        const colors = [ink("--md-default-fg-color--light"), ink("--uv-backward"), ink("--uv-forward")];
        layers.forEach((one, i) => {
          const left = LEFT + wide * i / state.depth, cell = wide / state.depth + 0.5, count = Math.min(one.z.length, Math.floor(rows));
          for (let k = 0; k < count; k++) {
            const s = slope(one.z[Math.floor(k * one.z.length / count)]);
            context.globalAlpha = Math.min(1, Math.abs(s));
            context.fillStyle = colors[s < 0 ? 1 : 2];
            context.fillRect(left, TOP + bar + 10 + rows * k / count, cell, rows / count + 0.5);
          }
          let top = TOP + bar;
          shares(state, one).forEach((share, kind) => {
            context.globalAlpha = kind === 2 ? 0.45 : 0.85;
            context.fillStyle = colors[kind];
            context.fillRect(left, top - bar * share, cell, bar * share);
            top -= bar * share;
          });
        });
        context.globalAlpha = 1;
        below(context, ink, sizes, state.depth, layer);
      });
    }
    const numbers = ({ state, drawn }) => {
      const layers = drawn[0]?.units ?? [], { slope } = law.of(state), parts = layers.map((one) => shares(state, one));
      const most = Math.max(0, ...layers.map(({ z }) => z.length));
      const of = (k) => layers.map(({ z }) => (k < z.length ? rounded(slope(z[k])) : ""));
      return by_layer(chart.layers(1, layers.length), [
        ...["no slope", "flat", "the rest"].map((name, kind) => [name, 1, parts.map((part) => part[kind])]),
        ...Array.from({ length: most }, (_, k) => [`slope of unit ${k + 1}`, 1, of(k)]),
      ]);
    };
    return { element: view, show, numbers, layer_at, picture: element };
  }

  // Distributions layer by layer, as ridges from the top: of h or z in units of its rms, or of its size on a log axis.
  const WHAT = { z: "pre-activations z", h: "activations h", delta: "gradient of z" }, RIDGES = 32, BINS = 56;
  function ridges(again) {
    const { element, frame } = canvas("Distributions by layer"), select = make("select", { "aria-label": "of what" }, ...Object.entries(WHAT).map(([value, words]) => make("option", { value }, words)));
    const log = make("input", { type: "checkbox" });
    const view = make("div", { class: "view" }, element, make("div", { class: "chips" }, select, make("label", {}, log, " logarithm of the size")));
    for (const input of [select, log]) input.addEventListener("change", again);
    // The histograms that are shown, from the first layer on, and the ends of their axis.
    function histograms({ state, drawn }) {
      const layers = drawn[0]?.units, step = Math.ceil(state.depth / RIDGES), what = select.value;
      if (!layers || layers.length !== state.depth) return { ridges: [] };
      const shown = layers.map((one, i) => ({ values: one[what], layer: i + 1, by: what === "delta" ? one.log : 0 }))
        .filter((_, i) => (i + 1) % step === 0 || i === 0);
      const sizes = shown.flatMap(({ values, by }) => Array.from(values, (value) => Math.log10(Math.abs(value)) + by))
        .filter(Number.isFinite).sort((a, b) => a - b);
      const [from, to] = log.checked ? [sizes[Math.floor(sizes.length / 100)] - 1 || -2, sizes.at(-1) + 0.5 || 2] : [-4, 4];
      const ridges = shown.map(({ values, by, layer }) => {
        const unit = matrices.length(Float64Array.from(values)) / Math.sqrt(values.length) || 1, bins = new Float64Array(BINS);
        for (const value of values) {
          const at = log.checked ? Math.log10(Math.abs(value)) + by : value / unit, bin = Math.floor((at - from) / (to - from) * BINS);
          if (bin >= 0 && bin < BINS && (what !== "h" || log.checked || value !== 0)) bins[bin] += 1;
        }
        return { layer, bins };
      });
      return { what, from, to, ridges };
    }
    function numbers(shown) {
      const { what, from, to, ridges } = histograms(shown), end = (bin) => rounded(from + (to - from) * bin / BINS);
      const of = `${what} ${log.checked ? "log10 size" : "in rms of the layer"}`, head = ["layer", `${of} from`, `${of} to`, "units"];
      return [head, ...ridges.flatMap(({ layer, bins }) => Array.from(bins, (count, bin) => [layer, end(bin), end(bin + 1), count]))];
    }
    let rows = [];
    function show({ state, drawn, layer, width, height }) {
      frame(width, height - chart.foot(view), state.depth, (context, ink, { wide, high, height }) => {
        const { what, from, to, ridges } = histograms({ state, drawn });
        if (!ridges.length) return;
        const gap = high / (ridges.length + 2), x = (bin) => LEFT + wide * bin / BINS;
        rows = ridges.map(({ layer }, i) => [layer, TOP + gap * (i + 2)]);
        ridges.forEach(({ layer: one, bins }, i) => {
          const base = TOP + gap * (i + 2), most = Math.max(...bins, 1), y = (count) => base - count / most * gap * 2.2;
          context.beginPath();
          context.moveTo(x(0), base);
          bins.forEach((count, bin) => context.lineTo(x(bin + 0.5), y((bins[bin - 1] ?? 0) / 4 + count / 2 + (bins[bin + 1] ?? 0) / 4)));
          context.lineTo(x(BINS), base);
          context.fillStyle = ink("--md-default-bg-color");
          context.globalAlpha = 0.85;
          context.fill();
          context.globalAlpha = 1;
          context.strokeStyle = ink(one === layer ? "--md-accent-fg-color" : what === "delta" ? "--uv-backward" : "--uv-forward");
          context.lineWidth = one === layer ? 2.5 : 1.2;
          context.stroke();
        });
        context.fillStyle = ink("--md-default-fg-color");
        context.textAlign = "right";
        const every = Math.ceil(14 / gap), last = rows.length - 1;
        rows.filter((_, i) => (i % every === 0 && last - i >= every) || i === last).forEach(([one, base]) => context.fillText(one, LEFT - 8, base + 4));
        context.textAlign = "center";
        for (let i = 0; i <= 4; i++) {
          const value = from + (to - from) * i / 4;
          context.fillText(log.checked ? `10^${value.toFixed(1)}` : value, LEFT + wide * i / 4, height - BOTTOM + 17);
        }
        context.fillText(log.checked ? "size" : "in units of the layer's root mean square", LEFT + wide / 2, height - 5);
        context.textAlign = "left";
        context.fillText("layer, the first on top", 0, 12);
      });
    }
    const layer_at = (_, clientY) => {   // the ridge nearest to the pointer
      const top = element.getBoundingClientRect().top;
      return rows.length ? rows.reduce((best, row) => (Math.abs(row[1] - (clientY - top)) < Math.abs(best[1] - (clientY - top)) ? row : best))[0] : null;
    };
    return { element: view, show, numbers, layer_at, picture: element };
  }

  // What becomes of a layer's numbers in a format: [overflows, has all digits, has fewer, is zero], as shares.
  function kept(format, values, log = 0) {
    const [most, normal, least] = address.FORMATS[format], counts = [0, 0, 0, 0];
    for (const value of values) {
      const size = Math.log10(Math.abs(value)) + log;
      counts[size > most ? 0 : size >= normal ? 1 : value !== 0 && size > least - Math.log10(2) ? 2 : value === 0 ? 1 : 3]++;
    }
    return counts.map((count) => count / values.length);
  }

  function bits() {
    const { element, frame, layer_at } = canvas("What the number format keeps, by layer");
    const view = captioned(element, "Of the numbers of one network: orange overflows, blue is kept with all its digits, green keeps fewer, black becomes zero.");
    // The two halves of the picture: what is kept of the numbers of a layer.
    const halves = (state, { h, delta, log }) => [kept(state.format, h), kept(state.format, delta, log + state.loss * Math.log10(2))];
    function numbers({ state, drawn }) {
      const layers = drawn[0]?.units ?? [], found = layers.map((one) => halves(state, one));
      const whats = ["overflows", "all digits", "fewer digits", "becomes zero"], column = (half, kind) => found.map((parts) => parts[half][kind]);
      return by_layer(chart.layers(1, layers.length), ["signal", "gradient"].flatMap((name, half) => (
        whats.map((what, kind) => [`${name} ${what}`, 1, column(half, kind)])
      )));
    }
    function show({ state, drawn, layer, width, height }) {
      const layers = drawn[0]?.units, name = address.CHOICES.format[state.format];
      frame(width, height - chart.foot(view), state.depth, (context, ink, sizes) => {
        const { wide, high } = sizes, bar = high / 2 - 20;
        if (!layers || layers.length !== state.depth) return;
        const colors = ["--uv-backward", "--uv-forward", "--uv-answer", "--md-default-fg-color"].map(ink), alphas = [0.9, 0.35, 0.6, 0.85];
        layers.forEach((one, i) => {
          halves(state, one).forEach((parts, half) => {
            let top = TOP + bar + half * (bar + 40);
            parts.forEach((share, kind) => {
              context.globalAlpha = alphas[kind];
              context.fillStyle = colors[kind];
              context.fillRect(LEFT + wide * i / state.depth, top - bar * share, wide / state.depth + 0.5, bar * share);
              top -= bar * share;
            });
          });
        });
        context.globalAlpha = 1;
        context.fillStyle = ink("--md-default-fg-color");
        context.textAlign = "left";
        context.fillText(`Signal in ${name}`, 0, 12);
        context.fillText(`Gradient${state.loss ? ` × 2${chart.raised(state.loss)}` : ""} in ${name}`, 0, TOP + bar + 30);
        context.textAlign = "right";
        for (const top of [TOP, TOP + bar + 40]) ["100 %", "0 %"].forEach((words, i) => context.fillText(words, LEFT - 6, top + bar * i + (i ? 0 : 9)));
        below(context, ink, sizes, state.depth, layer);
      });
    }
    return { element: view, show, numbers, layer_at, picture: element };
  }

  return { canvas, units, ridges, bits, shares, kept };
})();
