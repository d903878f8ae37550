// What the theme leaves open for keyboards and screen readers. The site reads and works without it.
(() => {
  const mend = () => {
    document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
    // One navigation landmark for each block of code: they must not share a name.
    document.querySelectorAll("nav.md-code__nav").forEach((nav, i) => nav.setAttribute("aria-label", `Code ${i + 1}`));
    // What scrolls sideways must be reachable with the keyboard.
    document.querySelectorAll("div.arithmatex, .katex-display, dd, .output pre, .highlight pre code, .md-typeset__scrollwrap, .jp-OutputArea-output pre").forEach((box) => {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else if (box.tabIndex === 0) box.removeAttribute("tabindex");
    });
  };
  const start = () => {
    mend();
    // The theme adds its copy buttons late.
    new MutationObserver(() => { clearTimeout(start.soon); start.soon = setTimeout(mend, 50); })
      .observe(document.querySelector("article") ?? document.body, { childList: true, subtree: true });
    addEventListener("resize", () => { clearTimeout(start.soon); start.soon = setTimeout(mend, 200); });
  };
  // Paper is white, whatever a page is read on.
  let scheme;
  addEventListener("beforeprint", () => { scheme = document.body.dataset.mdColorScheme; document.body.dataset.mdColorScheme = "default"; });
  addEventListener("afterprint", () => { document.body.dataset.mdColorScheme = scheme; });
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start); else start();
})();
