"""A listing: one program of snippets/, in two cells. The first is the experiment, which a page shows; the second its check.

    \"\"\"The claim, in one sentence.\"\"\"
    ...
    # %% check
    assert ...
"""
import ast
import functools
import re
from dataclasses import dataclass
from pathlib import Path

from press.book.sources import DOCS, SNIPPETS, Problem, Unreadable, below, line_of, pages, read, test_file

MARKER = "# %% check"

_PATH = re.compile(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*/[a-z][a-z0-9_]*\.py")
_MARKER = re.compile(r"^# ?%% ?check[ \t]*$", re.MULTILINE)
_SEED = re.compile(r"(?<=default_rng\()\d+(?=\))")


@dataclass(frozen=True)
class Listing:
    """A program: its path below snippets/ ("part/chapter/name.py"), its text, and what the two cells hold."""

    path: str
    text: str
    claim: str        # the first paragraph of the docstring, in one line; "" where there is none
    experiment: str   # the first cell, without white space at its ends
    check: str        # the second cell without its marker, likewise; "" where there is none
    check_line: int   # the line of the marker; 0 where there is none

    @property
    def file(self):
        """Its file, as messages name it."""
        return f"{SNIPPETS}/{self.path}"

    @property
    def chapter(self):
        """The chapter it belongs to, "part/chapter"."""
        return self.path.rpartition("/")[0]

    @property
    def name(self):
        """Its own name, without its chapter and its ending."""
        return self.path.rpartition("/")[2].removesuffix(".py")

    @property
    def seeded(self):
        """Whether it draws random numbers, from a generator with a seed."""
        return bool(_SEED.search(self.text))

    def with_seed(self, seed):
        """Its text with another seed."""
        return _SEED.sub(str(seed), self.text)


def listing(path, root="."):
    """The Listing at a path below snippets/. Raises FileNotFoundError and Unreadable."""
    return parsed(path, read(f"{SNIPPETS}/{path}", root))


@functools.lru_cache(maxsize=1024)
def parsed(path, text):
    """The Listing that a text is."""
    experiment, _, check = text, "", ""
    marker = _MARKER.search(text)
    if marker:
        experiment, check = text[:marker.start()], text[marker.end():]
    try:
        claim = ast.get_docstring(ast.parse(text)) or ""
    except (SyntaxError, ValueError):   # running it says so, with the line
        claim = ""
    claim = " ".join(claim.partition("\n\n")[0].split())
    return Listing(path, text, claim, experiment.strip(), check.strip(), line_of(text, marker.start()) if marker else 0)


def listings(root="."):
    """Every listing, as sorted paths below snippets/."""
    return [path for path in below(Path(root, SNIPPETS)) if _PATH.fullmatch(path)]


def chapters(root="."):
    """The chapters that have listings, as "part/chapter"."""
    return sorted({path.rpartition("/")[0] for path in listings(root)})


def problems(root="."):
    """What is wrong with the listings as files: their names, and what a listing must have. Running them is not done here."""
    for path in below(Path(root, SNIPPETS)):
        if path.endswith(".py") and not _PATH.fullmatch(path):
            yield Problem(f"{SNIPPETS}/{path}", 1, f"a listing is {SNIPPETS}/part/chapter/name.py, named with a to z, 0 to 9 and _")
    known = set(pages(root))
    for path in listings(root):
        try:
            found = listing(path, root)
        except Unreadable as problem:
            yield problem
            continue
        if f"{found.chapter}.md" not in known:
            yield Problem(found.file, 1, f"there is no {DOCS}/{found.chapter}.md to show it")
        yield from _missing(found)


def _missing(found):
    """What a listing must have, and has not."""
    if not found.text.strip():
        yield Problem(found.file, 1, "it is empty")
        return
    if not found.claim:
        yield Problem(found.file, 1, 'it begins with what it claims, a docstring of one sentence: """A ReLU keeps half of the mean square."""')
    if not re.search(r"^\s*(?:assert\b|\w+(?:\.\w+)*\.assert_)", found.check, re.MULTILINE):
        what = "asserts nothing" if found.check_line else "has no check"
        line = found.check_line or found.text.count("\n") + 1
        yield Problem(found.file, line, f"it {what}: below a line `{MARKER}` it asserts its claim, which {test_file(found.chapter)} then checks independently")
