// What is computed beside the page, or in it where a page is a file: networks, one after the other, and what a view asks for.
const work = (() => {
  // Begin with what a view asks for ("circle" or "jacobian"), after the first network. pinned: a state whose networks are
  // wanted too, or null. report({k, drawn}, {k, held} or {asked, found}). Returns what stops it.
  function start(state, pinned, asks, report) {
    let k = 0, soon = setTimeout(function next() {
      if (k < state.networks) report({ k, drawn: draws.draw(state, k, k === 0) });
      if (k < pinned?.networks) report({ k, held: draws.draw(pinned, k) });
      if (k === 0 && asks) report({ asked: asks, found: probes[asks](state) });
      if (++k < Math.max(state.networks, pinned?.networks ?? 0)) soon = setTimeout(next);
    });
    return () => clearTimeout(soon);
  }
  return { start };
})();
