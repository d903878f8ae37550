"""What readers meet on a page: its weight, what keeps some of them out, its way by keyboard, motion, a narrow window."""
import axe

SEEN_AS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 390)]

# The things that Tab must reach, in their order; each is given its number. Of radio buttons, the group's choice alone.
_REACHABLE = """() => {
    const all = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]");
    const reachable = [...all].filter((element) => element.tabIndex >= 0 && !element.disabled
        && !(element.type === "radio" && !element.checked) && element.getClientRects().length
        && element.checkVisibility({visibilityProperty: true}) && !element.closest("[hidden], details:not([open]) > :not(summary)"));
    window.looks = (element) => [element, element.labels?.[0] ?? element.closest("form, li") ?? element].map((part) => {
        const style = getComputedStyle(part);
        return ["outline", "boxShadow", "color", "backgroundColor", "borderColor", "textDecoration", "opacity"].map((name) => style[name]).join();
    }).join();
    reachable.forEach((element, number) => { element.reached = number; element.unfocused = looks(element); });
    return reachable.map((element) => element.outerHTML.slice(0, 80));
}"""

# Where the keyboard is: the number, and whether a reader can see that it is there. A box that scrolls by itself has none.
_FOCUS = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const box = element.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return [element.reached ?? -1, inside && (!element.unfocused || looks(element) !== element.unfocused), element.outerHTML.slice(0, 80)];
}"""

_MOVING = """() => [...document.querySelectorAll("*")].flatMap((element) => ["", "::before", "::after"].flatMap((place) => {
    const style = getComputedStyle(element, place);
    const still = style.animationName === "none" && /^0s(, 0s)*$/.test(style.transitionDuration) && style.scrollBehavior !== "smooth";
    return still ? [] : [element.outerHTML.slice(0, 80) + place];
}))"""

# The pictures below the fold, loaded as if a reader had come to them.
_LOAD_LATE = """() => Promise.all([...document.images].filter((image) => image.loading === "lazy" && !image.naturalWidth).map((image) =>
    new Promise((done) => { image.onload = image.onerror = done; setTimeout(done, 9000); image.loading = "eager"; })))"""


def watched(context, loaded):
    """A tab that notes in `loaded`, a list, what comes over the network: (address, bytes)."""
    tab = context.new_page()
    network, addresses = context.new_cdp_session(tab), {}
    network.on("Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]}))
    network.on("Network.loadingFinished", lambda event: loaded.append((addresses.get(event["requestId"], ""), event["encodedDataLength"])))
    network.send("Network.enable")
    return tab


def weigh(tab, loaded, address):
    """The bytes that a page costs, with its pictures below the fold."""
    del loaded[:]
    tab.goto(address, wait_until="networkidle")
    tab.evaluate(_LOAD_LATE)
    tab.wait_for_timeout(200)   # the last of it is told
    return sum(size for _, size in loaded)


def first_visit(browser, host, page):
    """(bytes, what is wrong) of a reader's first page."""
    loaded, context = [], browser.new_context(viewport={"width": 1280, "height": 900})
    size = weigh(watched(context, loaded), loaded, host + page)
    context.close()
    wrong = [f"it asks {address}" for address, _ in loaded if not address.startswith((host, "data:"))]
    return size, wrong + ["the index of the search comes unasked" for address, _ in loaded if "search_index" in address]


def further_visit(browser, host, page, before):
    """The bytes of a page for a reader who has read these others, `before`."""
    loaded, context = [], browser.new_context(viewport={"width": 1280, "height": 900})
    tab = watched(context, loaded)
    size = [weigh(tab, loaded, host + visited) for visited in (*before, page)][-1]
    context.close()
    return size


def kept_out(browser, address, ways=SEEN_AS):
    """What axe has against a page, seen in these ways."""
    found = []
    for scheme, width in ways:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        tab = context.new_page()
        tab.goto(address)
        found += [f"{scheme}, {width} px: {wrong}" for wrong in axe.violations(tab)]
        context.close()
    return found


def opened(browser, address):
    """A tab that shows a page to a reader who asked for no motion. Its context is the caller's to close."""
    tab = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
    tab.goto(address, wait_until="networkidle")
    return tab


def by_keyboard(tab):
    """(how many things of the page in a tab Tab reaches, what is wrong with its way)."""
    wanted, way, wrong = tab.evaluate(_REACHABLE), [], []
    for _ in range(2 * len(wanted) + 20):
        tab.keyboard.press("Tab")
        at = tab.evaluate(_FOCUS)
        if at is None or way and at[0] == way[0] != -1:
            break
        way.append(at[0])
        if not at[1]:
            wrong.append(f"the focus is not seen at {at[2]}")
    else:
        wrong.append("the keyboard finds no end")
    numbered = [number for number in way if number != -1]
    wrong += [f"Tab does not reach {wanted[number]}" for number in sorted(set(range(len(wanted))) - set(numbered))]
    if numbered != sorted(numbered):
        wrong.append("Tab goes another way than the page is read")
    return len(numbered), wrong


def motion(tab):
    """What moves on the page in a tab."""
    return [f"it moves: {element}" for element in tab.evaluate(_MOVING)]


def narrow(tab):
    """What is wrong with the page in a tab of 320 px, which is also a desk's at four times the size. The tab stays as narrow."""
    tab.set_viewport_size({"width": 320, "height": 640})
    width = tab.evaluate("document.documentElement.scrollWidth")
    return [f"it is {width} px wide in a window of 320 px"] if width > 320 else []
