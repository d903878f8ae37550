"""Installs a Chromium where there is none, so that no test of a page is skipped."""
import os
import shutil
import subprocess

from press.book.sources import Refused
from press.release.browser import executable


def install():
    """The path of a Chromium: one that is there, or else of the system's package, or else Playwright's.

    Raises Refused where none of them can be had.
    """
    for attempt in (_from_the_system, _from_playwright):
        try:
            return executable()
        except Refused:
            attempt()
    return executable()


def _from_the_system():
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        subprocess.run(command, env=quiet, check=False)


def _from_playwright():
    subprocess.run(["playwright", "install", "chromium"], check=False)
