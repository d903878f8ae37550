"""A listing: one program of snippets/, in two cells: the experiment, which a page shows, and its check.

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

_PATH = re.compile(r"(?:[a-z][a-z0-9_]*/){2}[a-z][a-z0-9_]*\.py")
_MARKER = re.compile(r"^# ?%% ?check[ \t]*$", re.MULTILINE)
_ASSERTION = re.compile(r"^\s*(?:assert\b|\w+(?:\.\w+)*\.assert_)", re.MULTILINE)
_ASIDE = re.compile(r"[ \t]*# no mutate\b.*")   # to who tries mutants; no reader needs it
_SEED = re.compile(r"(?<=default_rng\()\d+(?=\))")


@dataclass(frozen=True)
class Listing:
    """A program: its path below snippets/ ("part/chapter/name.py"), its text, and what the two cells hold."""

    path: str
    chapter: str      # "part/chapter"
    name: str         # its own, without its ending
    text: str
    claim: str        # the first paragraph of the docstring, in one line; "" where there is none
    experiment: str   # the first cell, without what is said of mutants and white space at its ends
    check: str        # the second cell without its marker, likewise; "" where there is none
    check_line: int   # the line of the marker; 0 where there is none

    @property
    def file(self):
        """Its file, as messages name it."""
        return f"{SNIPPETS}/{self.path}"

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
    try:
        claim = ast.get_docstring(ast.parse(text)) or ""
    except (SyntaxError, ValueError):   # running it says so, with the line
        claim = ""
    claim = " ".join(claim.partition("\n\n")[0].split())
    chapter, _, name = path.removesuffix(".py").rpartition("/")
    cells, marker = _MARKER.split(text, maxsplit=1), _MARKER.search(text)
    experiment, check = (cell.strip() for cell in (_ASIDE.sub("", cells[0]), *cells[1:], "")[:2])
    return Listing(path, chapter, name, text, claim, experiment, check, line_of(text, marker.start()) if marker else 0)


def listings(root="."):
    """Every listing, as sorted paths below snippets/."""
    return [path for path in below(Path(root, SNIPPETS)) if _PATH.fullmatch(path)]


def problems(root="."):
    """What is wrong with the listings as files, which are not run here: their names, and what a listing must have."""
    known = set(pages(root))
    for path in below(Path(root, SNIPPETS)):
        if _PATH.fullmatch(path):
            try:
                found = listing(path, root)
                yield from (Problem(found.file, line, message) for line, message in _missing(found, known))
            except Unreadable as problem:
                yield problem
        elif path.endswith(".py"):
            how = f"a listing is {SNIPPETS}/part/chapter/name.py, named with a to z, 0 to 9 and _"
            yield Problem(f"{SNIPPETS}/{path}", 1, how)


def _missing(found, known):
    """What a listing must have, and has not: (line, message). known: the pages."""
    if f"{found.chapter}.md" not in known:
        yield 1, f"there is no {DOCS}/{found.chapter}.md to show it"
    if not found.claim:
        yield 1, 'it begins with what it claims, a docstring of one sentence: """A ReLU halves the mean square."""'
    if not _ASSERTION.search(found.check):
        what = "asserts nothing" if found.check_line else "has no check"
        how = f"below a line `{MARKER}` it asserts its claim, which {test_file(found.chapter)} checks independently"
        yield found.check_line or found.text.count("\n") + 1, f"it {what}: {how}"
