// Two inputs, a circle of inputs, and the Jacobian: what a network does to differences.
const inputs = (() => {
  const { make, over_layers, paths, decades, power } = chart;
  const { CIRCLE, LARGEST } = probes;
  const degrees = (cosine) => Math.acos(Math.max(-1, Math.min(1, cosine))) * 180 / Math.PI;

  function pair() {
    const picture = over_layers("Angle between two inputs, by layer"), band = make("path", { class: "band forward" }), lines = make("g"), theory = make("path", { class: "theory forward" });
    picture.plot.append(band, lines, theory);
    const { element: round, frame } = maps.canvas("A circle of inputs at five layers");
    const element = make("div", { class: "view" }, picture.svg, round);
    function show({ state, pair, drawn, fresh, layer, width, height, extra }) {
      const { depth } = state, tall = Math.round(height * 0.6), fit = drawn.map(({ pair }) => pair).filter((values) => values.length === depth);
      const { x, y } = picture.frame({ width, height: tall, depth, ticks: [0, 30, 60, 90, 120, 150, 180].map((angle) => [angle, `${angle}°`]), title: `angle between the pre-activations of two inputs${pair ? "" : "; here no theory says it"}` });
      const path = (cosines) => "M" + cosines.map((cosine, i) => `${x(i + 1).toFixed(1)} ${y(degrees(cosine)).toFixed(1)}`).join("L") + (depth === 1 ? "h0.01" : "");
      theory.setAttribute("d", pair ? path(pair) : "");
      paths(lines, fit.slice(0, draws.SHOWN).map(path), (i) => `draw forward${i >= fresh ? " stale" : ""}`);
      picture.mark(layer);
      frame(width, height - tall, 1, (context, ink) => {
        const found = extra.circle;
        context.fillStyle = ink("--md-default-fg-color");
        context.textAlign = "left";
        context.fillText("A circle of inputs, enlarged, with its relative radius:", 0, 12);
        if (!found) return;
        const cell = width / found.layers.length, radius = Math.min(cell, height - tall - 56) / 2 - 4;
        found.layers.forEach((one, k) => {
          const [cx, cy] = [cell * (k + 0.5), 24 + radius];
          found.points[k].points.forEach(([u, v], i) => {
            context.fillStyle = `hsl(${360 * i / CIRCLE} 65% 52%)`;
            context.beginPath();
            context.arc(cx + u * radius, cy - v * radius, 3, 0, 7);
            context.fill();
          });
          context.fillStyle = ink("--md-default-fg-color");
          context.textAlign = "center";
          context.fillText(`layer ${one}`, cx, height - tall - 18);
          const apart = found.points[k].apart, log = Math.log10(apart);   // each is enlarged until it fills its place
          context.fillText(apart > 0.001 ? String(Number(apart.toPrecision(1))) : apart > 1e-13 ? power(Math.round(log)) : "0", cx, height - tall - 4);
        });
      });
    }
    function numbers({ state, pair, drawn, extra }) {   // the angles of each layer, and the circle of those that have a picture
      const { depth } = state, lines = drawn.map(({ pair }) => pair).filter((values) => values.length === depth).slice(0, draws.SHOWN);
      const angles = (name, cosines) => [`angle_${name}`, 1, cosines.map((cosine) => degrees(cosine).toFixed(4))];
      const { layers: at, points: found } = extra.circle ?? { layers: [], points: [] };
      const circle = (name, value) => [`circle_${name}`, 1, Object.fromEntries(at.map((layer, k) => [layer - 1, value(found[k])]))];
      return chart.by_layer(chart.layers(1, depth), [
        angles("theory", pair ?? []), ...lines.map((cosines, i) => angles(i + 1, cosines)),
        circle("radius", ({ apart }) => apart.toPrecision(6)),
        ...Array.from({ length: CIRCLE }, (_, i) => i).flatMap((i) => [
          circle(`x_${i + 1}`, ({ points }) => points[i][0].toFixed(6)), circle(`y_${i + 1}`, ({ points }) => points[i][1].toFixed(6)),
        ]),
      ]);
    }
    return { element, show, numbers, layer_at: picture.layer_at, picture: picture.svg, asks: "circle" };
  }

  function jacobians() {
    const picture = over_layers("Singular values of the Jacobian, by layer"), dots = make("g");
    picture.plot.append(dots);
    const note = make("span", { class: "legend" });
    const element = make("div", { class: "view" }, picture.svg, make("div", { class: "chips" }, note));
    function show({ state, layer, width, height, extra }) {
      const found = extra.jacobian, all = found ? found.values.flat().filter(Number.isFinite) : [];
      const low = all.reduce((a, b) => Math.min(a, b), -1), high = all.reduce((a, b) => Math.max(a, b), 1);
      const scale = picture.frame({ width, height: height - chart.foot(element), depth: state.depth, ticks: decades(low, high).map((log) => [log, power(log)]), title: "singular values of the Jacobian" });
      const { x, y } = scale;
      paths(dots, (found?.layers ?? []).map((layer, i) => found.values[i].filter(Number.isFinite).map((log) => `M${Math.min(x(layer) - 9, scale.wide - 19).toFixed(1)} ${y(log).toFixed(1)}h18`).join("")), "dash");
      note.textContent = state.norm === "batch" ? "BatchNorm mixes the examples: one example has no Jacobian of its own." : `one dash a singular value${state.width > LARGEST ? `, of a network cut to width ${LARGEST}` : ""}; what is below 10⁻¹⁵ of the largest is rounding and left out`;
      picture.mark(layer);
    }
    function numbers({ extra }) {
      const { layers, values } = extra.jacobian ?? { layers: [], values: [[]] }, named = values[0].map((_, i) => `value_${i + 1}`);
      const written = (log) => (Number.isFinite(log) ? chart.digits(log) : "");   // of rounding there is no dash either
      return [["layer", ...named], ...layers.map((layer, i) => [layer, ...values[i].map(written)])];
    }
    return { element, show, numbers, layer_at: picture.layer_at, picture: picture.svg, asks: "jacobian" };
  }

  return { pair, jacobians, degrees };
})();
