"""What the press says: MkDocs' log as problems with file and line, those of a build, how far its listings are."""
import contextlib
import logging
import os
import re
import sys
import threading

import yaml

from press.book.nav import CONFIG, place
from press.book.sources import DOCS, SNIPPETS, Problem, line_of, read, text_of


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
        if places:
            first += f" (shown at {', '.join(f'{page}:{line}' for page, line in places)})"
        say(f"{problem.path}:{problem.line}: {first}", *rest, to=sys.stderr)
        if os.environ.get("GITHUB_ACTIONS"):
            text = "\n".join([first, *rest]).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
            say(f"::error file={problem.path},line={problem.line}::{text}", to=sys.stderr)


@contextlib.contextmanager
def gathered():
    """While the body runs, what MkDocs and its plugins warn of is put into this list, as Problems, and not printed."""
    found, logger, handler = [], logging.getLogger("mkdocs"), logging.Handler(logging.WARNING)
    handler.emit = lambda record: found.extend(problems_of(record.getMessage()))
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield found
    finally:
        logger.removeHandler(handler)


def problems_of(message):
    """The Problems that a message of MkDocs tells of: at what it quotes, in the page that it names or in mkdocs.yml."""
    rows = message.splitlines()
    if omitted := [row.removeprefix("  - ") for row in rows if row.startswith("  - ")]:
        return [_omitted(page) for page in omitted]
    quoted = [one or other for one, other in re.findall(r"'([^'\n]+)'|\"([^\"\n]+)\"", rows[0])]
    page = next((word for word in quoted if os.path.isfile(f"{DOCS}/{word}")), None)
    path = f"{DOCS}/{page}" if page else CONFIG
    text = " ".join([rows[0], *rows[1:][-1:]])   # what lies between is a traceback
    return [Problem(path, _line(path, [word for word in quoted if word != page]), text)]


def problems_of_error(error):
    """The Problems of an error at which MkDocs ended. Of mkdocs.yml and of templates, it knows the line."""
    if isinstance(error.__context__, yaml.YAMLError):
        return [no_yaml(error.__context__)]
    if getattr(error, "filename", None):
        return [Problem(os.path.relpath(error.filename), error.lineno, error.message)]
    return problems_of(str(error))


def no_yaml(error):
    """The Problem of a yaml.YAMLError in mkdocs.yml."""
    mark = getattr(error, "problem_mark", None)   # of a character that no YAML may hold, there is none
    what = error.problem if mark else str(error).splitlines()[0]
    return Problem(CONFIG, mark.line + 1 if mark else 1, f"it is no YAML: {what}")


def _omitted(page):
    """The Problem of a page that nav does not name, with the line to add."""
    try:
        line, rows = place(read(CONFIG), page)
    except Problem as problem:
        return problem
    return Problem(CONFIG, line, "\n".join([f"nav does not name {DOCS}/{page}; add here:", *rows]))


def _line(path, words):
    """The line of a file that holds the first of these words; the name of a setting counts last."""
    text = text_of(path)
    for word in sorted(words, key=lambda word: bool(re.search(rf"^[- ]*{re.escape(word)}:", text, re.MULTILINE))):
        if found := re.search(rf"(?<![\w#-]){re.escape(word)}(?![\w-])", text):
            return line_of(text, found.start())
    return 1


@contextlib.contextmanager
def progress(runs):
    """While the body runs, say on a terminal how far the listings are; at its end, which of them are slow."""
    done = threading.Event()

    def tell():
        while not done.wait(0.1):
            count, total, slow = runs.progress()
            names = "".join(f", {name} {seconds:.1f} s" for name, seconds in slow.items())
            print(f"\r\033[K{count} of {total} listings{names}", end="", file=sys.stderr, flush=True)
        print("\r\033[K", end="", file=sys.stderr, flush=True)

    teller = threading.Thread(target=tell if sys.stderr.isatty() else done.wait)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()
        for name, seconds in sorted(runs.progress()[2].items()):
            say(f"{SNIPPETS}/{name}: slow, {seconds:.1f} s; a page should not wait for it", to=sys.stderr)
