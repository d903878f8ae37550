// The theme asks for the search index on every page. Here the request waits until somebody uses the search.
(() => {
  const { open, send } = XMLHttpRequest.prototype;
  const used = new Promise((resolve) => {
    if (new URLSearchParams(location.search).has("q")) resolve();
    const touched = (event) => event.target.closest?.(".md-search, [for=__search]") && resolve();
    for (const kind of ["focusin", "pointerdown"]) addEventListener(kind, touched);
  });
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.waits = String(url).endsWith("search/search_index.json");
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (...body) {
    if (this.waits) used.then(() => send.apply(this, body));
    else send.apply(this, body);
  };
})();
