"""For the browser tests: finds a Chromium or installs one, so that no test has to be skipped; serves and watches pages."""
import contextlib
import functools
import http.server
import os
import shutil
import subprocess
import threading
from functools import cache

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
def serve(folder):
    """A folder, served: yields its address."""
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

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
