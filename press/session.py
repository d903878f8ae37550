"""All runs of one build: they start at once, on every core, while the pages are being set."""
import contextlib
import logging
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version
from pathlib import Path

from press import fences, program, store
from press.program import Failure

SNIPPETS = "snippets"
DOCS = "docs"
CACHE = ".press/cache.sqlite"
SLOW = 2.0   # seconds; a listing that takes longer is named

log = logging.getLogger("mkdocs.press")


@cache
def versions():
    """What a run depends on besides the program's text."""
    here = Path(__file__).parent
    parts = {"python": sys.version, "numpy": version("numpy"), "matplotlib": version("matplotlib")}
    for module in ("worker", "program", "figures"):
        parts[module] = (here / f"{module}.py").read_text()
    return parts


class Session:
    """Runs of listings, each made once and kept. Failures and the problems of pages are gathered, not raised."""

    def __init__(self, root="."):
        self.root = Path(root)
        self.store = store.Store(self.root / CACHE)
        self.problems = []        # of pages, in the order in which they are met
        self.ran = {}             # listing → seconds, for those that ran in this session
        self.kept = set()         # listings whose run was in the store
        self._runs = {}
        self._lock = threading.Lock()
        self._workers = threading.local()
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        self._pool = ThreadPoolExecutor(max_workers=cores, thread_name_prefix="press")

    def listings(self):
        """Every listing as its path below the snippets' folder."""
        return listings(self.root)

    def start(self):
        """Begin all runs that are not kept."""
        for listing in self.listings():
            with contextlib.suppress(Failure):   # one that cannot be read is told by `check`
                self._future(listing)

    def close(self):
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def text(self, listing):
        """The program of a listing. Raises FileNotFoundError, and Failure where it is not UTF-8."""
        return read(listing, self.root)

    def run(self, listing):
        """The Run of a listing, waiting for it where it is not done. Raises Failure."""
        return self._future(listing).result()

    def failures(self):
        """Every Failure of this session. Waits for all runs."""
        found = [future.exception() for future in list(self._runs.values())]
        return sorted({error for error in found if error}, key=lambda error: (error.name, error.line))

    def progress(self):
        """(listings that are done, listings in all, the slow ones with their seconds)."""
        runs = list(self._runs.values())
        slow = {name: seconds for name, seconds in self.ran.items() if seconds > SLOW}
        return sum(future.done() for future in runs), len(runs), slow

    def _future(self, listing):
        text = self.text(listing)
        with self._lock:
            if (listing, text) not in self._runs:
                self._runs[listing, text] = self._pool.submit(self._make, listing, text)
            return self._runs[listing, text]

    def _make(self, listing, text):
        name = f"{SNIPPETS}/{listing}"
        key = store.key("run", name, text, *versions().values())
        if kept := self.store.get(key):
            self.kept.add(listing)
            return program.Run(**kept)
        if not hasattr(self._workers, "mine"):
            self._workers.mine = program.Worker()
        try:
            run = self._workers.mine.run(name, text)
        except Failure:
            self.ran[listing] = 0.0
            raise
        self.ran[listing] = run.seconds
        self.store.put(key, vars(run))
        return run


def shown(root="."):
    """Which page shows which listing, and the problems of the sources as they stand.

    Returns ({listing: [(page, line)]}, [Problem]).
    """
    places, problems = {}, []
    docs = Path(root) / DOCS
    for page in fences.pages(docs):
        try:
            text = (docs / page).read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            line = (docs / page).read_bytes()[:error.start].count(b"\n") + 1
            problems.append(fences.Problem(f"{DOCS}/{page}", line, f"not UTF-8: {error.reason}"))
            continue
        found, wrong = fences.read(text, f"{DOCS}/{page}")
        problems += wrong
        for fence in found:
            if fence.quotation:
                places.setdefault(fence.quotation, []).append((f"{DOCS}/{page}", fence.line))
    return places, problems


def check(root="."):
    """The problems of the sources: fences, and listings that are not shown once on the page of their path."""
    places, problems = shown(root)
    written = set(listings(root))
    for listing, where in sorted(places.items()):
        for page, line in where:
            if listing not in written:
                problems.append(fences.Problem(page, line, f"there is no {SNIPPETS}/{listing} to quote"))
            elif page != f"{DOCS}/{os.path.dirname(listing)}.md":
                home = f"{DOCS}/{os.path.dirname(listing)}.md"
                problems.append(fences.Problem(page, line, f"{listing} belongs on {home}; link to it from here"))
        for page, line in where[1:]:
            problems.append(fences.Problem(page, line, f"{listing} is shown twice; the first is at line {where[0][1]}"))
    for listing in sorted(written - set(places)):
        home = f"{DOCS}/{os.path.dirname(listing)}.md"
        problems.append(fences.Problem(f"{SNIPPETS}/{listing}", 1, f"no page shows it; {home} should"))
    for listing in sorted(written):
        try:
            read(listing, root)
        except Failure as failure:
            problems.append(fences.Problem(failure.name, failure.line, failure.message))
    return problems


def read(listing, root="."):
    """The program of a listing. Raises FileNotFoundError, and Failure where it is not UTF-8."""
    data = (Path(root) / SNIPPETS / listing).read_bytes()
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Failure(f"{SNIPPETS}/{listing}", line, f"not UTF-8: {error.reason}") from None


def listings(root="."):
    """Every listing as its path below the snippets' folder."""
    folder = Path(root) / SNIPPETS
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))


_current = None


def current():
    """The session of this process. The Markdown extension is made anew for every page; the runs are not."""
    global _current
    if _current is None:
        _current = Session()
        _current.start()
    return _current
