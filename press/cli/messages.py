"""What the press says: MkDocs' log as problems with file and line, those of a build, how far its listings are."""
import contextlib
import logging
import os
import re
import sys
import threading

import yaml

from press.book.nav import CONFIG
from press.book.sources import DOCS, SNIPPETS, Problem, Unreadable, read
from press.cli.nav import no_yaml, place


class Refused(Exception):
    """What cannot be done, and what to do, in one sentence; it concerns no line of a file."""


def say(*lines, to=None):
    """Print lines, to standard output where nothing else is named. That nobody reads them any more is no error."""
    stream = to or sys.stdout
    try:
        print(*lines, sep="\n", file=stream, flush=True)
    except BrokenPipeError:   # and what is still in its buffer goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def report(problems, quoted):
    """Print every problem once, in the order of files and lines; on GitHub as annotations too.

    quoted: {listing: (environment, [(page, line)])}, to name the place of a listing's problem on its page.
    """
    for problem in sorted(set(problems), key=lambda problem: (problem.path, problem.line, problem.message)):
        first, *rest = problem.message.splitlines() or [""]
        _, places = quoted.get(problem.path.removeprefix(f"{SNIPPETS}/"), ("", []))
        shown = ", ".join(f"{page}:{line}" for page, line in places)
        first += f" (shown at {shown})" if shown else ""
        say(f"{problem.path}:{problem.line}: {first}", *rest, to=sys.stderr)
        if os.environ.get("GITHUB_ACTIONS"):
            text = "\n".join([first, *rest]).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
            say(f"::error file={problem.path},line={problem.line}::{text}", to=sys.stderr)


class Log(logging.Handler):
    """While it is entered, gathers the warnings of MkDocs and its plugins as `problems`, off the terminal."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.problems, self.logger = [], logging.getLogger("mkdocs")

    def __enter__(self):
        self.logger.setLevel(logging.WARNING)
        self.logger.propagate = False
        self.logger.addHandler(self)
        return self

    def __exit__(self, *error):
        self.logger.removeHandler(self)

    def emit(self, record):
        self.problems += problems_of(record.getMessage())


def problems_of(message):
    """The Problems that a message of MkDocs tells of. The line is the one that holds what the message quotes."""
    rows = message.splitlines()
    if omitted := [row.removeprefix("  - ") for row in rows if row.startswith("  - ")]:
        return [_omitted(page) for page in omitted]
    quoted = [word for pair in re.findall(r"'([^'\n]+)'|\"([^\"\n]+)\"", rows[0]) for word in pair if word]
    page = next((word for word in quoted if os.path.isfile(f"{DOCS}/{word}")), "")
    path = f"{DOCS}/{page}" if page else CONFIG
    text = " ".join([rows[0], *rows[-1:]] if rows[1:] else rows)   # what lies between is a traceback
    return [Problem(path, _line(path, [word for word in quoted if word != page]), text)]


def problems_of_error(error):
    """The Problems of an error at which MkDocs ended. Of mkdocs.yml and of templates, it knows the line."""
    if isinstance(error.__context__, yaml.YAMLError):
        return [no_yaml(error.__context__)]
    if getattr(error, "filename", None):
        return [Problem(os.path.relpath(error.filename), error.lineno, error.message)]
    return problems_of(str(error))


def _omitted(page):
    """A page that nav does not name, with the line to add."""
    try:
        line, rows = place(read(CONFIG), page)
    except Problem as problem:
        return problem
    added = "\n".join(rows)
    return Problem(CONFIG, line, f"nav does not name {DOCS}/{page}; add here:\n{added}")


def _line(path, words):
    """The line of a file that holds the first of these words; the name of a setting counts last."""
    try:
        rows = read(path).split("\n")
    except (OSError, Unreadable):
        return 1
    found = [
        (row.lstrip("- ").startswith(f"{word}:"), order, number)
        for order, word in enumerate(words) for number, row in enumerate(rows, 1)
        if re.search(rf"(?<![\w#-]){re.escape(word)}(?![\w-])", row)
    ]
    return min(found, default=(False, 0, 1))[2]


@contextlib.contextmanager
def progress(runs):
    """While the body runs, say on a terminal how far the listings are; at its end, which of them are slow."""
    done = threading.Event()

    def tell():
        while not done.wait(0.1):
            count, total, slow = runs.progress()
            names = "".join(f", {name} {seconds:.1f} s" for name, seconds in slow.items())
            sys.stderr.write(f"\r\033[K{count} of {total} listings{names}")
            sys.stderr.flush()
        sys.stderr.write("\r\033[K")

    teller = threading.Thread(target=tell)
    if sys.stderr.isatty():
        teller.start()
    try:
        yield
    finally:
        done.set()
        if teller.ident:
            teller.join()
        for name, seconds in sorted(runs.progress()[2].items()):
            say(f"{SNIPPETS}/{name}: slow, {seconds:.1f} s; a page should not wait for it", to=sys.stderr)
