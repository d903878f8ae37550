"""For the browser tests: finds a Chromium or installs one, so that no test has to be skipped; serves and watches pages."""
import contextlib
import functools
import http.server
import os
import shutil
import subprocess
import threading
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@cache
def executable():
    """The path of a Chromium. Raises RuntimeError where there is none and none can be installed."""
    for attempt in (None, _from_the_system, _from_playwright):
        if attempt:
            attempt()
        if found := next(filter(None, map(shutil.which, NAMES)), None) or _playwrights():
            return found
    raise RuntimeError("the browser tests need Chromium: install the package chromium of your system")


def _from_the_system():
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], env=quiet, check=False)


def _from_playwright():
    subprocess.run(["playwright", "install", "chromium"], check=False)


def _playwrights():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        path = player.chromium.executable_path
    return path if os.path.exists(path) else None


@contextlib.contextmanager
def serve(folder, lost="404.html"):
    """A folder, served: yields its address. lost: the page that a host shows where there is none."""
    class Quiet(http.server.SimpleHTTPRequestHandler):
        error_content_type = "text/html; charset=utf-8"

        def log_message(self, *args):
            pass

        def send_error(self, code, *args):
            self.error_message_format = Path(folder, lost).read_text(encoding="utf-8").replace("%", "%%")
            super().send_error(code, *args)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


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
