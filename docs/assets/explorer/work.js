// What is computed beside the page, or in it where a page is a file: networks, one after the other, and what a view asks for.
const work = (() => {
  // Begin with what a view asks for ("circle" or "jacobian"), after the first network. report({k, drawn} or {asked, found}).
  // Returns what stops it.
  function start(state, asks, report) {
    let k = 0, soon = setTimeout(function next() {
      report({ k, drawn: draws.draw(state, k, k === 0) });
      if (k === 0 && asks) report({ asked: asks, found: probes[asks](state) });
      if (++k < state.networks) soon = setTimeout(next);
    });
    return () => clearTimeout(soon);
  }
  return { start };
})();
