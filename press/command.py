"""press build, press run, press serve, press pdf, press seeds, press mutants."""
import argparse
import contextlib
import fcntl
import importlib
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import types
from pathlib import Path

from press import claims, fences, glossary, program, reading, session

SITE = Path("site")
PDF = Path("build/unit-variance.pdf")
BEFORE = Path(".press/site-before")   # the last good site, for the moment of a swap
WARNED = dict.fromkeys(("omitted_files", "not_found", "anchors", "absolute_links", "unrecognized_links"), "warn")


def main(arguments=None):
    """The command line. Returns the exit status: 0, or 1 where something must be mended."""
    parser = argparse.ArgumentParser(prog="press", description="Runs the listings of the book and builds its site.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="run what has no run, build, check, and put the result in place of site/")
    serve = commands.add_parser("serve", help="show the site while you write; what you save is run and shown")
    serve.add_argument("--address", default="127.0.0.1:8000")
    commands.add_parser("pdf", help="build, and print the site as one book into build/")
    run = commands.add_parser("run", help="run one listing, as the build does")
    run.add_argument("file", type=Path)
    for name, what in (("seeds", "run listings under other seeds"), ("mutants", "run changed listings; a test must see each")):
        trial = commands.add_parser(name, help=what)
        trial.add_argument("listing", nargs="*", help="part/chapter/name.py; all of them without it")
        trial.add_argument("--sample", type=int, default=0, help="so many, afresh, and nothing is written down")
    options = parser.parse_args(arguments)
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))   # so that nothing is left behind
    if options.command == "run":
        return run_one(options.file)
    if not Path("mkdocs.yml").is_file():
        print("press: there is no mkdocs.yml here; run it at the top of the project", file=sys.stderr)
        return _refuse()
    try:
        if options.command in ("seeds", "mutants"):
            from press import trials

            return trials.attempt(options.command, ".", options.listing, options.sample)
        if options.command == "pdf":
            return build() or print_book()
        return serve_site(options.address) if options.command == "serve" else build()
    except KeyboardInterrupt:
        return 130
    except OSError as error:   # a full disk, a folder that may not be written
        print(f"press: {error.filename or 'writing'}: {error.strerror or error}", file=sys.stderr)
        return _refuse()


def run_one(file):
    """Run one listing and print what it printed, where its figures are, and its values."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        print(f"{file}:1: {error}", file=sys.stderr)
        return 1
    worker = program.Worker()
    try:
        run = worker.run(str(file), text)
    except program.Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    finally:
        worker.close()
    print(run.output, end="")
    for number, picture in enumerate(run.figures):
        target = Path(tempfile.gettempdir()) / f"{file.parent.name}-{file.stem}-{number}.svg"
        target.write_text(picture, encoding="utf-8")
        print(f"[figure: {target}]")
    print(f"[{run.seconds:.2f} s; values: {', '.join(run.values)}]")
    return 0


def serve_site(address):
    """Serve the site and build it anew at every save. Problems are shown, and do not end the server."""
    from mkdocs.commands.serve import serve

    _dates()
    serve("mkdocs.yml", dev_addr=address, strict=False)
    return 0


def print_book():
    """Print the site into a PDF."""
    from mkdocs.config import load_config

    from press import browser, citation, pdf

    started = time.monotonic()
    _dates()
    book = citation.read()
    if not book:
        print(f"{citation.FILE}:1: what it says stands on the first page of the book, and there is no such file", file=sys.stderr)
        return 1
    try:
        with browser.started() as chromium:
            pages = pdf.write(SITE, load_config("mkdocs.yml"), book, PDF, chromium)
    except RuntimeError as error:   # no Chromium
        print(f"press: {error}", file=sys.stderr)
        return 1
    print(f"press: {PDF}, {pages} pages in {time.monotonic() - started:.1f} s")
    return 0


def build():
    """Build the site beside site/, check it, and swap the two if nothing is wrong."""
    started = time.monotonic()
    Path(".press").mkdir(exist_ok=True)
    with open(".press/lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:   # the site of the last one to begin is what stays
            print("press: another build is at work here; this one waits for its end", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        return _build(started)


def _build(started):
    """The build, alone in its folder."""
    _recover()
    _dates()
    if SITE.is_symlink() or SITE.exists() and not SITE.is_dir():
        print(f"press: {SITE} is no folder, so no site can take its place; move it away", file=sys.stderr)
        return _refuse()
    runs = session.current()
    problems = session.check() + claims.check() + reading.check() + glossary.check()
    new = Path(tempfile.mkdtemp(prefix="site-", dir=".press"))
    new.chmod(0o755)
    try:
        readable = not any(isinstance(problem, fences.Unreadable) for problem in problems)
        with _progress(runs):
            told = _mkdocs(new, runs) if readable else []
            failures = runs.failures()
        told += runs.problems
        if readable and not told and not failures:   # there is a site
            from press import site

            told = site.check(new, runs, labs=_labs())
        problems += told
        _report(problems, failures)
        if problems or failures:
            return _refuse()
        _swap(new)
        runs.store.forget()
    finally:
        runs.close()
        shutil.rmtree(new, ignore_errors=True)
    pages = len(list(SITE.rglob("*.html")))
    print(
        f"press: {len(runs.listings())} listings, {len(runs.ran)} ran, {len(runs.kept)} from the cache; "
        f"{pages} pages in {time.monotonic() - started:.1f} s"
    )
    return 0


def _refuse():
    """The last line of a build that publishes nothing, and its exit status."""
    print(f"press: nothing was published; {SITE}/ is as it was", file=sys.stderr)
    return 1


def _labs():
    """The sources of the notebook pages, below docs/."""
    docs = Path(session.DOCS)
    return sorted(path.relative_to(docs).as_posix() for path in docs.glob("labs/*.py"))


def _dates():
    """Dates in the site come from the last commit, so that two builds of one commit are the same."""
    if "SOURCE_DATE_EPOCH" not in os.environ:
        command = ["git", "log", "-1", "--format=%ct"]
        with contextlib.suppress(FileNotFoundError):   # no git here
            asked = subprocess.run(command, capture_output=True, text=True, check=False)
            os.environ["SOURCE_DATE_EPOCH"] = asked.stdout.strip()
        os.environ["SOURCE_DATE_EPOCH"] = os.environ.get("SOURCE_DATE_EPOCH") or "0"


class _Messages(logging.Handler):
    """Gathers what MkDocs complains of, with the line where it can be found."""

    _link = re.compile(r"Doc file '(?P<page>[^']+)' contains (?:a|an)\b[^']*'(?P<link>[^']+)'")
    _page = re.compile(r"Error (?:reading|building) page '(?P<page>[^']+)'")

    def __init__(self):
        super().__init__(logging.WARNING)
        self.problems = []
        self.page = None   # the page at which MkDocs ended; the error itself follows

    def emit(self, record):
        if record.name == session.log.name:
            return   # the session has it
        message = record.getMessage()
        if found := self._link.search(message):
            path = f"{session.DOCS}/{found['page']}"
            self.problems.append(fences.Problem(path, _line_of_link(path, found["link"]), message))
        elif found := self._page.search(message):
            self.page = fences.Problem(f"{session.DOCS}/{found['page']}", 1, message)
        else:
            self.problems.append(_configuration(message))


def _configuration(message):
    """A Problem of mkdocs.yml, at the line that the message tells, or that holds what the message quotes."""
    if at := re.search(r"mkdocs\.yml\", line (\d+)", message):
        return fences.Problem("mkdocs.yml", int(at[1]), message)
    rows = list(enumerate(Path("mkdocs.yml").read_text(encoding="utf-8").splitlines(), 1))
    places = []
    for word in re.findall(r"['\"]([^'\"]+)['\"]", message):
        settings = [number for number, row in rows if row.startswith(f"{word}:")]   # of less help than any other word
        places += [(bool(settings), number) for number in settings or [number for number, row in rows if word in row]]
    return fences.Problem("mkdocs.yml", min(places, default=(False, 1))[1], message)


def _line_of_link(path, link):
    """The line of a page that holds a link with this target."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError:
        return 1
    for form in (f"]({link}", f"<{link}", f": {link}", link):
        if form in text:
            return text[:text.index(form)].count("\n") + 1
    return 1


class _Late(types.ModuleType):
    """Stands for a module until it is used: those that make new labs take a second, and most builds have no new lab."""

    _one = threading.RLock()   # two threads that import what imports each other can wait for each other

    def __getattr__(self, attribute):
        with self._one:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
            return getattr(importlib.import_module(self.__name__), attribute)


def _mkdocs(folder, runs):
    """Have MkDocs build into a folder. Returns the problems that it named."""
    for name in ("jupytext", "mkdocs_jupyter.convert"):
        sys.modules.setdefault(name, _Late(name))
    from mkdocs.commands.build import build as make
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, BuildError, ConfigurationError

    messages = _Messages()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(messages)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    config = None
    try:
        config = load_config("mkdocs.yml", site_dir=str(folder), validation=WARNED)
        messages.problems += _missing(config)
        if not messages.problems:
            config.plugins.on_startup(command="build", dirty=False)
            make(config)
    except (Abort, BuildError, ConfigurationError) as error:
        if not messages.problems and not runs.problems:
            messages.problems.append(_configuration(str(error)))
    except fences.Problem as problem:
        messages.problems.append(problem)
    except OSError as error:
        if error.filename or not messages.page:
            path = os.path.relpath(error.filename or "mkdocs.yml")
            messages.page = fences.Problem(path, 1, error.strerror or str(error))
        messages.problems.append(messages.page)
    except Exception as error:
        if type(error).__module__.split(".")[0] not in ("nbclient", "nbconvert", "jupyter_client"):
            raise
        from press import labs

        messages.problems.append(labs.explain(error))
    finally:
        if config:
            config.plugins.on_shutdown()
        logger.removeHandler(messages)
    return messages.problems


def _missing(config):
    """Without these in mkdocs.yml there are pages all the same, but not those that the press answers for."""
    if Path(config.docs_dir) != Path(session.DOCS).resolve():
        yield _configuration(f"the 'docs_dir' of this book is {session.DOCS}/, where its pages are checked")
    for place in ("markdown_extensions", "plugins"):
        if "press" not in config[place]:
            yield _configuration(f"'{place}' does not name press")


@contextlib.contextmanager
def _progress(runs):
    """Say how far the listings are: on one line of a terminal, in plain lines elsewhere."""
    terminal = sys.stderr.isatty()
    done = threading.Event()
    told = set()

    def tell():
        while not done.wait(0.1 if terminal else 0.5):
            count, total, slow = runs.progress()
            if terminal:
                names = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in slow.items())
                sys.stderr.write(f"\r\033[K{count} of {total} listings{'; slow: ' if names else ''}{names}")
                sys.stderr.flush()
            plain()

    def plain():
        for name, seconds in list(runs.ran.items()):
            if name not in told and not terminal:
                print(f"ran {session.SNIPPETS}/{name} in {seconds:.2f} s", file=sys.stderr)
            told.add(name)

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()
        plain()
        if terminal:
            sys.stderr.write("\r\033[K")
        for name, seconds in sorted(runs.progress()[2].items()):
            print(f"{session.SNIPPETS}/{name}: slow, {seconds:.1f} s; a page should not wait for it", file=sys.stderr)


def _report(problems, failures):
    """Print every problem once, in the order of files and lines, with the page that shows a failed listing."""
    places, _ = session.shown()
    lines = {}
    for failure in failures:
        listing = failure.name.removeprefix(f"{session.SNIPPETS}/")
        shown = ", ".join(f"{page}:{line}" for page, line in places.get(listing, []))
        lines[failure.name, failure.line, failure.message] = f" (shown at {shown})" if shown else ""
    told = {str(failure) for failure in failures}
    for problem in problems:
        if problem.message in told:
            continue   # the page that shows a failed listing; it is named beside it
        lines[problem.path, problem.line, problem.message] = ""
    for (path, line, message), where in sorted(lines.items()):
        first, *rest = message.splitlines() or [""]
        print(f"{path}:{line}: {first}{where}", *rest, sep="\n", file=sys.stderr)
        if os.environ.get("GITHUB_ACTIONS"):
            text = f"{message}{where}".replace("%", "%25").replace("\n", "%0A")
            print(f"::error file={path},line={line}::{text}", file=sys.stderr)


def _swap(new):
    """Put a finished site in the place of the old one. A kill in between is mended by `_recover`."""
    if SITE.exists():
        SITE.rename(BEFORE)
    try:
        new.rename(SITE)
    except OSError:
        BEFORE.rename(SITE)
        raise
    shutil.rmtree(BEFORE, ignore_errors=True)


def _recover():
    """If a build was cut short, put the last good site back, and remove what it left."""
    if BEFORE.exists() and not SITE.exists():
        BEFORE.rename(SITE)
    for left in Path(".press").glob("site-*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()


if __name__ == "__main__":
    sys.exit(main())
