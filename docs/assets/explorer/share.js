// What a reader takes along: a link, the picture, the numbers, a program.
const share = (() => {
  const { make } = chart;

  function save(name, content, type) {
    const link = make("a", { download: name, href: URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type })) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // A picture as a file of its own: of an SVG with the colors that it has here, of a canvas as it is.
  function picture(element) {
    const ground = getComputedStyle(document.body).getPropertyValue("--md-default-bg-color");
    if (element.tagName.toLowerCase() === "canvas") {   // on a ground of its own, on which its words can be read
      const copy = Object.assign(document.createElement("canvas"), { width: element.width, height: element.height }), context = copy.getContext("2d");
      context.fillStyle = ground;
      context.fillRect(0, 0, copy.width, copy.height);
      context.drawImage(element, 0, 0);
      return copy.toBlob((blob) => save("explorer.png", blob));
    }
    const copy = element.cloneNode(true), from = [element, ...element.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
    from.forEach((each, i) => {
      const style = getComputedStyle(each);
      for (const name of ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "font-family", "font-size", "font-weight", "text-anchor", "paint-order"]) to[i].setAttribute(name, style.getPropertyValue(name));
    });
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", element.clientWidth);
    copy.style.background = ground;
    return save("explorer.svg", new XMLSerializer().serializeToString(copy), "image/svg+xml");
  }

  function buttons(shown, current) {
    const button = (words, act) => {
      const made = make("button", { type: "button" }, words);
      made.addEventListener("click", () => act(made));
      return made;
    };
    const told = (button, words) => {
      const before = button.textContent;
      button.textContent = words;
      setTimeout(() => { button.textContent = before; }, 2500);
    };
    const copy = async (button, text, otherwise) => told(button, await navigator.clipboard?.writeText(text).then(() => true, () => false) ? "copied" : otherwise);
    const choice = make("select", { "aria-label": "as a program for" }, make("option", { value: "" }, "as a program …"), ...Object.entries(programs.KINDS).map(([value, words]) => make("option", { value }, words)));
    const code = make("pre", { class: "program", hidden: "", tabindex: "0", role: "region", "aria-label": "program" }, make("code")), again = button("copy the program", (button) => copy(button, code.textContent, "select it below"));
    again.hidden = true;
    choice.addEventListener("change", () => {
      code.hidden = again.hidden = !choice.value;
      if (choice.value) code.firstChild.textContent = programs.written(shown.state, choice.value);
    });
    return [
      button("copy link to this state", (button) => {
        history.replaceState(null, "", address.write(shown.state));
        copy(button, location.href, "it stands in the address bar");
      }),
      button("copy frame", (button) => {   // for a page of a course
        const page = new URL(location.href);
        page.search = "?embed";
        page.hash = address.write(shown.state);
        copy(button, `<iframe src="${page.href.replaceAll("&", "&amp;")}" width="100%" height="760" title="Signal explorer"></iframe>`, "no clipboard here");
      }), button("picture", () => picture(current())), button("numbers as CSV", () => save("explorer.csv", tell.csv(shown), "text/csv")), choice, again, code,
    ];
  }

  return { buttons, picture };
})();
