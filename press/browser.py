"""Finds a Chromium or installs one, and serves it a folder: for the book as a PDF, and for the tests, of which none has to be skipped."""
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
    raise RuntimeError("there is no Chromium: install the package chromium of your system")


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
def started():
    """A Chromium at work."""
    from playwright.sync_api import sync_playwright

    path = executable()   # first: to look for it, playwright starts itself
    with sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


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
