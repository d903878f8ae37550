"""For the browser tests: watches pages, and compares what they show with what their files say."""


def watch(tab, address):
    """What goes wrong on the pages that a tab will show: errors, answers missing, other hosts, breaches of the policy."""
    wrong = []
    tab.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.effectiveDirective} ${e.blockedURI}`))"
    )
    tab.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("request", lambda request: request.url.startswith((address, "data:")) or wrong.append(request.url))
    tab.on("response", lambda response: response.status < 400 or wrong.append(f"{response.status} {response.url}"))
    return wrong


def feel(tab):
    """Have the pages that a tab will show count in `moved` how far their layout shifts."""
    tab.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => window.moved += entry.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )


def unlike(tab):
    """What a page shows other than its file says: texts that a script changed, or that a style hides, moves or adds to."""
    return tab.evaluate(r"""async () => {
        const kinds = "h1, h2, h3, p, li, td, th, dt, dd, .value, .katex, pre code, .output, figure img";
        const live = ".explorer, .explorer *, [data-figure] *";   // what a script draws under the reader's hand
        const all = (page) => [...page.querySelectorAll("article :is(" + kinds + ")")].filter((element) => !element.matches(live));
        const said = (element) => (element.textContent + (element.getAttribute("src") ?? "") + (element.alt ?? "")).replace(/\s+/g, " ");
        const file = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
        const written = all(file).map(said), shown = all(document);
        const wrong = written.filter((text, i) => !shown[i] || said(shown[i]) !== text).map((text) => "changed: " + text);
        const straight = {transform: "none", rotate: "none", scale: "none", translate: "none", clipPath: "none", filter: "none", opacity: "1",
            direction: "ltr", unicodeBidi: /normal|isolate/, order: "0", float: "none", visibility: "visible", position: /static|relative/};
        const folded = (element) => element.closest("details:not([open]), .tabbed-block");
        const around = new Set();
        for (const element of shown.filter((element) => !folded(element))) {
            const { width, height } = element.getBoundingClientRect(), style = getComputedStyle(element);
            if (!element.checkVisibility() || width < 1 || height < 1 || parseFloat(style.fontSize) < 7 || /, 0\)$/.test(style.color))
                wrong.push("hidden: " + said(element));
            for (let part = element; part.tagName !== "ARTICLE"; part = part.parentElement) around.add(part);
        }
        for (const element of around) {
            const style = getComputedStyle(element);
            for (const [name, value] of Object.entries(straight))
                if (!style[name].match(value)) wrong.push(`${name} ${style[name]}: ${said(element)}`);
        }
        for (const element of document.querySelectorAll(`article, article :not(${live})`)) {
            for (const place of ["::before", "::after"])
                if (/[\p{L}\p{N}]/u.test(getComputedStyle(element, place).content.replace(/^(none|normal|url.*|"Output")$/, "")))
                    wrong.push(`${place} ${getComputedStyle(element, place).content} of <${element.tagName.toLowerCase()} class="${element.className}">`);
        }
        return [...new Set(wrong)];
    }""")
