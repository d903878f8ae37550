// What a reader takes along: a link, the picture, the numbers, a program.
const share = (() => {
  const { make } = chart;

  function save(name, content, type) {
    const link = make("a", { download: name, href: URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type })) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // The words below a picture, set in lines: [x, y, words, color]. A curve that is shown is named in its color.
  const SIZE = 12, LINE = 16;
  function captions(view, width) {
    const context = document.createElement("canvas").getContext("2d"), font = getComputedStyle(view).fontFamily, set = [];
    context.font = `${SIZE}px ${font}`;
    let [x, y] = [0, LINE];
    for (const one of view.querySelectorAll(".chip[aria-pressed=true], .chips select, .legend")) {
      const chip = one.matches(".chip"), style = getComputedStyle(one), words = one.selectedOptions?.[0].text ?? one.textContent;
      for (const word of `${chip ? "▬ " : ""}${words}`.split(" ")) {
        const wide = context.measureText(`${word} `).width;
        if (x > 0 && x + wide > width) [x, y] = [0, y + LINE];
        set.push([x, y, word, chip ? style.getPropertyValue("--chip") : style.color]);
        x += wide;
      }
      x += LINE;
    }
    return { set, font, high: set.length ? y + 6 : 0 };
  }

  const COPIED = [
    "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "paint-order",
    "font-family", "font-size", "font-weight", "text-anchor",
  ];
  function colored(part) {   // a copy that has the looks of a part of the page by itself
    const copy = part.cloneNode(true), from = [part, ...part.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
    from.forEach((each, i) => {
      const style = getComputedStyle(each);
      for (const name of COPIED) to[i].setAttribute(name, style.getPropertyValue(name));
    });
    return copy;
  }

  // What a view shows, with its words, as a file of its own: an SVG with the colors that it has here; a PNG where all is a canvas.
  function picture(view) {
    const ground = getComputedStyle(document.body).getPropertyValue("--md-default-bg-color");
    const parts = [...view.children].filter((part) => part.matches("svg, canvas"));
    const boxes = parts.map((part) => part.getBoundingClientRect());
    const wide = boxes[0].width, tops = boxes.map(({ top }) => top - boxes[0].top), below = boxes.at(-1).bottom - boxes[0].top;
    const { set, font, high } = captions(view, wide);
    if (parts.every((part) => part.matches("canvas"))) {
      const ratio = parts[0].width / wide, height = Math.round((below + high) * ratio);
      const copy = make("canvas", { width: parts[0].width, height }), context = copy.getContext("2d");
      context.fillStyle = ground;   // on which its words can be read
      context.fillRect(0, 0, copy.width, copy.height);
      parts.forEach((part, i) => context.drawImage(part, 0, tops[i] * ratio));
      context.scale(ratio, ratio);
      context.font = `${SIZE}px ${font}`;
      for (const [x, y, word, color] of set) { context.fillStyle = color; context.fillText(word, x, below + y); }
      return copy.toBlob((blob) => save("explorer.png", blob));
    }
    const file = make("svg", {
      xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${wide} ${below + high}`, width: wide, height: below + high,
      style: `background: ${ground}`,
    });
    parts.forEach((part, i) => {
      const made = part.matches("canvas") ? make("image", { href: part.toDataURL() }) : colored(part);
      for (const [name, value] of Object.entries({ y: tops[i], width: wide, height: boxes[i].height })) made.setAttribute(name, value);
      file.append(made);
    });
    file.append(...set.map(([x, y, word, fill]) => make("text", { x, y: below + y, fill, "font-family": font, "font-size": SIZE }, word)));
    return save("explorer.svg", new XMLSerializer().serializeToString(file), "image/svg+xml");
  }

  const csv = (rows) => rows.map((row) => row.join(",")).join("\n") + "\n";

  // current(): what is shown; here(): its address; view(): how it is shown.
  function buttons(current, here, view) {
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
      if (choice.value) code.firstChild.textContent = programs.written(current().state, choice.value);
    });
    return [
      button("copy link to this state", (button) => {
        history.replaceState(null, "", here());
        copy(button, location.href, "it stands in the address bar");
      }),
      button("copy frame", (button) => {   // for a page of a course
        const page = new URL(location.href);
        page.search = "?embed";
        page.hash = here();
        copy(button, `<iframe src="${page.href.replaceAll("&", "&amp;")}" width="100%" height="760" title="Signal explorer"></iframe>`, "no clipboard here");
      }),
      button("picture", () => picture(view().element)),
      button("numbers as CSV", () => save("explorer.csv", csv(view().numbers(current())), "text/csv")), choice, again, code,
    ];
  }

  return { buttons, picture };
})();
