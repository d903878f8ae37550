"""Reads the built site, for its tests, and runs what readers take from it."""
import os
import subprocess
import sys
from functools import cache

from lxml import html


@cache
def pages(site):
    """Every page of a built site, parsed: {its address below the site's own: page}. "" is the first one."""
    found = {f"{path.parent.relative_to(site).as_posix()}/".removeprefix("./"): path for path in sorted(site.rglob("index.html"))}
    return {address: html.parse(path).getroot() for address, path in found.items()}


def chapters(site):
    """The addresses of the pages that show listings."""
    return [address for address, page in pages(site).items() if page.xpath("//article//*[@data-listing]")]


def run_alone(program, folder):
    """Run a program in a folder as somebody who has nothing but it. Returns its messages, "" where it ends well, and what it printed."""
    done = subprocess.run(
        [sys.executable, "-I", "-W", "ignore:FigureCanvasAgg", program], cwd=folder, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1", "HOME": str(folder)},
    )
    return done.stderr if done.returncode else "", done.stdout
