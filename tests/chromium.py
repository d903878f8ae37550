"""Finds a Chromium for the browser tests, or installs one, so that no test has to be skipped."""
import os
import shutil
import subprocess
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
