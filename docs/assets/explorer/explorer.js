// The explorer: one state, which the controls, the address and the pictures share; theory at once, networks as they come.
(() => {
  const { make, indexed } = chart, WORKER = new URL("worker.js", document.currentScript.src);
  const VIEWS = { size: size.mount, ridges: maps.ridges, units: maps.units, pair: inputs.pair, singular: inputs.jacobians, bits: maps.bits };
  const place = document.querySelector("[data-explorer=signal]"), program = place.querySelector("a");
  const state = { ...(address.read(location.hash) ?? address.START) };
  const shown = { state, theory: null, pair: null, drawn: [], fresh: 0, layer: null, pinned: null, extra: {} };
  const here = () => address.write(state, shown.pinned?.state);

  // Whoever shows the state is told when it changes, and once more when it rests: then Back leads to the state before.
  let soon, written = null, asking = null;   // whose networks come with those of the state
  function change(changes, quiet = false) {
    Object.assign(state, address.sound({ ...state, ...changes }));
    show();
    rest(changes && !quiet);
  }
  function rest(noted) {
    clearTimeout(soon);
    soon = setTimeout(() => {
      docked.rest();
      const now = here();
      if (noted && now !== written) history.pushState(null, "", now);   // and not at every step of a slider
      written = now;
    }, 400);
  }

  // Networks come from a worker, and from the page itself where a page is a file, which may start none.
  const ask = (() => {
    let stop = () => {}, job = 0;
    if (location.protocol === "file:") return (pinned, asks) => { stop(); stop = work.start({ ...state }, pinned, asks, take); };
    const worker = new Worker(WORKER);
    worker.addEventListener("message", ({ data }) => { if (data.job === job) take(data); });
    return (pinned, asks) => worker.postMessage({ job: ++job, state: { ...state }, pinned, asks });
  })();
  function take({ k, drawn, held, asked, found }) {
    if (asked) shown.extra[asked] = found;
    else if (held) asking.drawn[k] = held;
    else {
      shown.drawn[k] = drawn;
      shown.fresh = k + 1;
    }
    redraw();
    if (shown.fresh === state.networks || shown.fresh === draws.SHOWN) settle();   // and once more when all are there
  }

  const views = Object.fromEntries(Object.entries(VIEWS).map(([name, mount]) => [name, mount(() => redraw())]));
  const view = () => views[state.view], rail = controls.mount(change, () => state), docked = plane.mount(change), readout = tell.readout();
  const status = make("p", { role: "status", class: "said" }), table = make("table", { class: "numbers" }), stage = make("div", { class: "stage-picture" });
  const tabs = Object.entries(address.CHOICES.view).map(([name, words]) => {
    const tab = make("button", { type: "button", role: "tab", id: `view-${name}`, "aria-controls": "stage" }, words);
    tab.addEventListener("click", () => change({ view: name }));
    return tab;
  });
  const bar = make("div", { class: "tabs", role: "tablist", "aria-label": "views" }, ...tabs);
  bar.addEventListener("keydown", (event) => {
    const names = Object.keys(VIEWS), way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    const next = (names.indexOf(state.view) + way + names.length) % names.length;
    change({ view: names[next] });
    tabs[next].focus();
  });
  Object.assign(stage, { id: "stage", tabIndex: 0 });
  stage.setAttribute("role", "tabpanel");

  // One crosshair for all views: by the pointer, or by the arrow keys where the picture has the focus.
  const point = (layer) => { shown.layer = layer; redraw(); };
  stage.addEventListener("pointermove", (event) => { if (!event.target.closest(".chips")) point(view().layer_at(event.clientX, event.clientY)); });
  stage.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse" && document.activeElement !== stage) point(null); });
  stage.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way || event.target !== stage) return;
    event.preventDefault();
    point(Math.min(Math.max((shown.layer ?? 0) + way, 0), state.depth));
  });

  // A | B: the pinned state stays in the picture.
  const pin = make("button", { type: "button", "aria-pressed": false }, "pin as A"), differs = make("p", { class: "differs", role: "note" });
  pin.addEventListener("click", () => {
    shown.pinned = shown.pinned ? null : { state: { ...state }, theory: shown.theory, drawn: current().drawn };
    redraw();
    rest(true);
  });
  function hold(state) {   // as an address says; without a theory it needs networks, which come with the others
    if (state && shown.pinned && address.write(state) === address.write(shown.pinned.state)) return;
    shown.pinned = state && { state, theory: law.theory(state), drawn: [] };
  }
  const told = stories.mount(change, shown);
  const actions = make("div", { class: "actions" }, pin, ...share.buttons(() => current(), here, view));

  place.replaceChildren(
    rail.element, make("div", { class: "stage" }, bar, stage, told.asked),
    make("div", { class: "side" }, readout.element, docked.element), told.strip, actions, differs, status,
    make("details", { class: "more" }, make("summary", {}, "The numbers"), make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "The numbers" }, table)),
    make("p", { class: "note" }, "Theory is exact as layers grow wide, for the mean square over networks. ", ...(program ? [program] : [])),
  );
  place.classList.add("ready");
  document.documentElement.classList.toggle("embedded", new URLSearchParams(location.search).has("embed"));

  const current = () => ({ ...shown, drawn: shown.drawn.slice(0, shown.fresh) });   // without networks of the setting before
  // How large the picture may be. If each frame asked for it, the page would be laid out once more in each.
  let frame = false, room = { width: 0, height: 0 };
  const measure = ({ width, height }) => { room = { width: Math.floor(width), height: Math.floor(height) }; };
  function redraw() {
    if (frame) return;
    frame = true;
    requestAnimationFrame(paint);
  }
  function paint() {
    frame = false;
    if (!room.width) measure(stage.getBoundingClientRect());
    if (!room.width) return;
    if (shown.layer !== null && shown.layer > state.depth) shown.layer = state.depth;
    view().show({ ...shown, ...room });
    readout.show(current());
    docked.show(state, shown.pinned?.state ?? null);
    pin.setAttribute("aria-pressed", Boolean(shown.pinned));
    pin.textContent = shown.pinned ? "unpin A" : "pin as A";
    differs.replaceChildren(...(shown.pinned ? indexed(tell.difference(shown.pinned, current())) : []));
  }
  new ResizeObserver(([{ contentRect }]) => { measure(contentRect); redraw(); }).observe(stage);
  new MutationObserver(redraw).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });   // a canvas has its own colors

  let telling;
  function settle() {
    clearTimeout(telling);
    telling = setTimeout(() => {
      const now = current(), covered = told.asked.classList.contains("patient");
      const sentence = covered ? tell.sentence(now).replace(/^.*?: /, "A network whose controls are covered: ").replace(" for equal weights", "") : tell.sentence(now);
      status.replaceChildren(...indexed(sentence));
      view().picture.setAttribute("aria-label", `${address.CHOICES.view[state.view]}. ${sentence}`);
      tell.fill(table, now);
    }, 300);
  }

  function show() {
    rail.show(state);
    for (const [i, name] of Object.keys(VIEWS).entries()) {
      tabs[i].setAttribute("aria-selected", name === state.view);
      tabs[i].tabIndex = name === state.view ? 0 : -1;
    }
    stage.setAttribute("aria-labelledby", `view-${state.view}`);
    if (view().element.parentNode !== stage) {
      stage.replaceChildren(view().element);
      const here = tabs[Object.keys(VIEWS).indexOf(state.view)];   // on a phone the tabs scroll
      bar.scrollLeft = here.offsetLeft - bar.offsetLeft - (bar.clientWidth - here.offsetWidth) / 2;
    }
    shown.theory = law.theory(state);
    shown.pair = state.view === "pair" ? limits.pair(state) : null;
    shown.fresh = 0;
    shown.drawn.splice(state.networks);   // none is left of a setting with more
    clearTimeout(telling);
    redraw();
    asking = shown.pinned;
    ask(asking && !asking.theory && asking.drawn.length < asking.state.networks ? asking.state : null, view().asks);
  }

  hold(address.pinned(location.hash));
  change(null, true);
  const arrive = () => {
    const asked = address.read(location.hash);
    if (!asked) return;
    hold(address.pinned(location.hash));
    change(asked, true);
    written = here();
    place.scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", arrive);
  addEventListener("popstate", () => { if (!location.hash) { hold(null); change(address.START, true); } });
  if (address.read(location.hash)) addEventListener("load", arrive);
})();
