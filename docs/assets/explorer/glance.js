// The first page's picture: thirty ReLU layers under one slider. The link below it leads to the same network in the explorer.
(() => {
  const { make, slider, profile, written, verdict } = chart;
  for (const place of document.querySelectorAll("[data-explorer=glance]")) {
    const state = { ...address.START }, link = place.querySelector("a"), status = make("p", { role: "status", class: "said" });
    const picture = profile("Thirty ReLU layers: rms of the signal", "layer", { height: 190 }), weights = slider("w", "scale of the weights σ_w", change, 2);
    const frame = make("div", {}, picture.svg);
    place.replaceChildren(make("div", { class: "controls" }, weights.label), frame, status, ...(link ? [make("p", { class: "note" }, link)] : []));
    if (link) link.textContent = "This network in the explorer";
    let soon;

    function change(changes) {
      Object.assign(state, changes);
      weights.show(state);
      requestAnimationFrame(redraw);
      clearTimeout(soon);
      soon = setTimeout(settle, 400);
    }
    function redraw() {
      const drawn = Array.from({ length: 5 }, (_, k) => draws.draw({ ...state, width: 128 }, k).forward);
      picture.show(law.theory(state).forward, drawn, state.depth, 0, drawn.length);
    }
    function settle() {
      const log = law.theory(state).forward.at(-1);
      status.textContent = `Each layer multiplies the size by ${written(Math.log10(state.w * Math.SQRT1_2))}, thirty layers by ${written(log)}: the signal ${verdict(log)}.`;
      picture.svg.setAttribute("aria-label", status.textContent);
      if (link) link.hash = address.write(state);
    }
    new ResizeObserver(redraw).observe(frame);
    change();
  }
})();
