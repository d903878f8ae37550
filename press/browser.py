"""Finds a Chromium or installs one, and serves it a folder: for the book as a PDF, and for the tests, of which none has to be skipped."""
import contextlib
import functools
import gzip
import http.server
import io
import mimetypes
import os
import shutil
import subprocess
import threading
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
TEXTS = ("text/", "application/json", "application/javascript", "application/xml", "image/svg+xml")   # which a host compresses


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


class _Host(http.server.SimpleHTTPRequestHandler):
    """A static host: it compresses texts, lets a browser keep what it sent, and has a page for what is not there."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args, lost, **kwargs):
        self.lost = lost
        super().__init__(*args, **kwargs)

    def send_head(self):
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            if not self.path.partition("?")[0].endswith("/"):
                return super().send_head()   # to the address with a slash, from which links lead on
            path /= "index.html"
        found = path.is_file()
        path = path if found else Path(self.directory, self.lost)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        body = path.read_bytes() if path.is_file() else b""
        self.send_response(200 if found else 404)
        if kind.startswith(TEXTS):
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        return io.BytesIO(body)

    def copyfile(self, *args):
        with contextlib.suppress(ConnectionError):   # a tab that was closed
            super().copyfile(*args)

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def serve(folder, lost="404.html"):
    """A folder, hosted: yields its address. lost: the page for what is not there."""
    host = functools.partial(_Host, directory=folder, lost=lost)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), host) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
