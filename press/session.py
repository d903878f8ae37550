"""All runs of one build: they start at once, on every core, while the pages are being set."""
import contextlib
import logging
import os
import re
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version
from pathlib import Path

from press import fences, numerals, program, store
from press.program import Failure

SNIPPETS = "snippets"
DOCS = "docs"
CACHE = ".press/cache.sqlite"
SLOW = 2.0   # seconds; a listing that takes longer is named

_LISTING = re.compile(r"(?:[a-z_]+/){2}[a-z_]+\.py")

log = logging.getLogger("mkdocs.press")


@cache
def versions():
    """What a run depends on besides the program's text."""
    here = Path(__file__).parent
    parts = {"python": sys.version} | {name: version(name) for name in ("numpy", "matplotlib", "contourpy", "kiwisolver")}
    for module in ("fences", "worker", "program", "figures"):
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
        """The program of a listing. Raises FileNotFoundError, and Failure where it cannot be read."""
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
            text = fences.text(f"{DOCS}/{page}", root)
        except fences.Unreadable as problem:
            problems.append(problem)
            continue
        found, wrong = fences.read(text, f"{DOCS}/{page}")
        problems += [*fences.front(text, f"{DOCS}/{page}"), *wrong, *fences.markup(text, f"{DOCS}/{page}")]
        if not wrong:
            problems += numerals.problems(text, f"{DOCS}/{page}")
        for fence in found:
            if fence.quotation:
                places.setdefault(fence.quotation, []).append((f"{DOCS}/{page}", fence.line))
    return places, problems


def check(root="."):
    """The problems of the sources: what cannot be read, fences, typed numbers, listings not shown once on the page of their path."""
    places, problems = shown(root)
    problems += _files(Path(root))
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
    known = not any(isinstance(problem, fences.Unreadable) for problem in problems)
    for listing in sorted(written - set(places)) if known else []:
        home = f"{DOCS}/{os.path.dirname(listing)}.md"
        problems.append(fences.Problem(f"{SNIPPETS}/{listing}", 1, f"no page shows it; {home} should"))
    for listing in sorted(written):
        if wrong := _wrong(listing, root):
            problems.append(fences.Problem(f"{SNIPPETS}/{listing}", *wrong))
    return problems


def _files(root):
    """The problems of files as such: their names, and those that cannot be read, at which MkDocs would end or wait."""
    for path in _below(root / SNIPPETS):
        if path.lower().endswith(".py") and not _LISTING.fullmatch(path):
            yield fences.Problem(f"{SNIPPETS}/{path}", 1, f"a listing is {SNIPPETS}/part/chapter/name.py, of a to z and _")
    met = {}   # names without capitals
    for path in _below(root / DOCS):
        file, name = root / DOCS / path, f"{DOCS}/{path}"
        if not re.fullmatch(r"[\w./-]+", path, re.ASCII):
            yield fences.Unreadable(name, 1, "a file is named with letters from a to z, digits, dots, - and _")
        elif other := met.get(path.lower()):
            yield fences.Problem(name, 1, f"{other} has the same name but for capitals: many disks can hold only one of them")
        elif re.search(r"\.(md|markdown|mdown|mkdn|mkd)$", path.lower()) and not path.endswith(".md"):
            yield fences.Problem(name, 1, "the name of a page ends in .md")
        elif not path.endswith(".md") and not (file.is_file() and os.access(file, os.R_OK)):
            yield fences.Unreadable(name, 1, "this is no file, or none that can be read")
        elif re.search(r"\.(x?html?|svg|png|jpe?g|gif|webp|avif|pdf)$", path.lower()):
            yield fences.Problem(name, 1, "a page is written in Markdown and a picture is drawn by a listing: nobody would check this one")
        elif not re.fullmatch(r".*\.md|assets/.*|labs/[^/]*|conftest\.py", path):
            yield fences.Problem(name, 1, "docs/ holds pages, assets/ and labs/ with their data: a reader would get this unchecked")
        met[path.lower()] = name
    for folder in (root / DOCS).rglob("*"):
        if folder.is_symlink() and folder.is_dir() and folder.name != "assets":
            yield fences.Problem(folder.relative_to(root).as_posix(), 1, "a folder is no link: nobody would check its pages")
    with contextlib.suppress(FileNotFoundError):
        try:
            fences.text("mkdocs.yml", root)
        except fences.Unreadable as problem:
            yield problem


def _below(folder):
    """Whatever is no folder below a folder, as paths from there."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def _wrong(listing, root):
    """(line, message) of what is wrong with a listing as it stands, or None."""
    try:
        text = read(listing, root)
    except Failure as failure:
        return failure.line, failure.message
    if not text.strip():
        return 1, "it is empty"
    if foreign := re.search(fences.FOREIGN, text):
        return text.count("\n", 0, foreign.start()) + 1, f"it holds {foreign[0]}, which looks like another letter, or changes the one before it"
    if "\t" in text:
        return text[:text.index("\t")].count("\n") + 1, "it holds a tab, which a page shows otherwise: four spaces"
    if declared := re.match(r"(?:.*\n)?[ \t]*#.*?coding[:=][ \t]*(?!utf-8\b)[-\w.]+", text):
        return declared[0].count("\n") + 1, "it declares an encoding; it is UTF-8"
    part, chapter, name = listing.removesuffix(".py").split("/")
    test, call = f"tests/{part}/test_{chapter}.py", f'run("{part}/{chapter}/{name}")'
    try:
        tests = fences.text(test, root)
    except FileNotFoundError:
        tests = ""
    except fences.Unreadable as problem:
        return 1, f"its test cannot be read: {problem}"
    if not re.search(rf"^[^#\n]*\b{re.escape(call)}", tests, re.MULTILINE):
        return 1, f"nothing checks it by another road: {test} does not {call}"
    return None


def read(listing, root="."):
    """The program of a listing. Raises FileNotFoundError, and Failure where it cannot be read."""
    try:
        return fences.text(f"{SNIPPETS}/{listing}", root)
    except fences.Unreadable as problem:
        raise Failure(problem.path, problem.line, problem.message) from None


def listings(root="."):
    """Every listing as its path below the snippets' folder. What else is there is a problem, see `check`."""
    return [path for path in _below(Path(root) / SNIPPETS) if _LISTING.fullmatch(path)]


_current = None


def current():
    """The session of this process. The Markdown extension is made anew for every page; the runs are not."""
    global _current
    if _current is None:
        _current = Session()
        _current.start()
    return _current
