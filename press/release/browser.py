"""Finds a Chromium, installs none, and serves it a folder as a host does: to print the book and to try its pages."""
import contextlib
import functools
import gzip
import http.server
import io
import mimetypes
import os
import shutil
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

from press.book.sources import Refused

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# What a host compresses.
TEXTS = ("text/", "application/json", "application/javascript", "application/xml", "image/svg+xml")


def executable():
    """The path of a Chromium of this system, or of Playwright. Raises Refused where there is none."""
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return found
    with sync_playwright() as player:
        if os.path.exists(player.chromium.executable_path):
            return player.chromium.executable_path
    raise Refused("there is no Chromium: install the package chromium, or run playwright install chromium")


@contextlib.contextmanager
def started():
    """A Chromium at work, as Playwright's Browser. Raises Refused where there is none."""
    path = executable()   # first: to look for it, Playwright starts itself
    with sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class _Host(http.server.SimpleHTTPRequestHandler):
    """A static host: it compresses texts, lets a browser keep what it sent, and has a page for what is not there."""

    protocol_version = "HTTP/1.1"

    def send_head(self):
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            if not self.path.partition("?")[0].endswith("/"):
                return super().send_head()   # to the address with a slash, from which links lead on
            path /= "index.html"
        found = path.is_file()
        path = path if found else Path(self.directory, "404.html")
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
def serve(folder):
    """A folder, hosted on this machine: yields its address. What is not there is answered by its 404.html."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Host, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
