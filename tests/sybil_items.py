"""The listings of docs/ as pytest items: each prints in plain Python, as a reader runs it, what its page shows.

docs/conftest.py hands `regions` to sybil, which collects below the file that makes it.
"""
import atexit
from functools import cache
from pathlib import Path

import ran
from sybil import Region

from press.book import listings
from press.book.sources import SNIPPETS, Problem
from press.pages import fences
from press.run import environments
from press.run.runs import Runs


class Disproved(AssertionError):
    """A listing that does not hold, or a fence that nobody may write."""


@cache
def _build(root):
    """The Runs of the build, kept or made."""
    runs = Runs(root)
    atexit.register(runs.close)
    return runs


def regions(document):
    """One region for each listing that a page quotes. A page with a fence that nobody may write cannot be collected."""
    path = Path(document.path)
    root = next(folder for folder in path.parents if (folder / SNIPPETS).is_dir())
    found, problems = fences.read(document.text, path.relative_to(root).as_posix())
    if problems:
        raise Disproved("\n".join(map(str, problems)))
    for fence in found:
        if fence.listing:
            yield Region(fence.start, fence.end, (root, fence.listing, fence.options.get("env", "")), prove)


def prove(example):
    """Run the program of a fence and compare what it prints; of another environment, see that its record is fresh."""
    root, path, environment = example.parsed
    try:
        listing = listings.listing(path, root)
        if environment:
            environments.recorded(listing, environment, root)
            return
        shown = _build(root).run(path).output
    except (FileNotFoundError, Problem) as error:
        raise Disproved(str(error)) from None
    if (printed := ran.printed(root / listing.file)[1]) != shown:
        how = "its page does not show what plain Python prints, if nothing is left to chance"
        raise Disproved(f"{listing.file}:1: {how}:\n{printed}")
