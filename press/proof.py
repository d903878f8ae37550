"""Every python fence of docs/ as a pytest item: its program is run afresh, by the code of the build.

`regions` is a sybil parser; docs/conftest.py hands it to sybil, which collects below the file that makes it.
"""
import atexit
from functools import cache
from pathlib import Path

from sybil import Region

from press import fences, session
from press.program import Failure, Worker


class Disproved(AssertionError):
    """A listing that does not hold."""


@cache
def _workers():
    """Two that share nothing, not even the order of sets or the hour."""
    workers = Worker(), Worker(PYTHONHASHSEED="1", TZ="Asia/Tokyo")
    for worker in workers:
        atexit.register(worker.close)
    return workers


def regions(document):
    """One region for each python fence of a page. A page with any other spelling cannot be collected."""
    path = Path(document.path)
    root = next(folder for folder in path.parents if (folder / session.SNIPPETS).is_dir())
    found, problems = fences.read(document.text, path.relative_to(root).as_posix())
    if problems:
        raise Disproved("\n".join(map(str, problems)))
    for fence in found:
        if fence.quotation:
            yield Region(fence.start, fence.end, (root, fence.quotation), prove)


def prove(example):
    """Run the program of a fence twice, never from the cache, and compare."""
    root, listing = example.parsed
    name = f"{session.SNIPPETS}/{listing}"
    try:
        text = session.read(listing, root)
        first, second = (worker.run(name, text) for worker in _workers())
    except FileNotFoundError:
        raise Disproved(f"there is no {name} to quote") from None
    except Failure as failure:
        raise Disproved(str(failure)) from None
    for what in ("output", "values", "figures"):
        if getattr(first, what) != getattr(second, what):
            raise Disproved(f"{name}:1: two runs differ in their {what}: something in it is left to chance")
