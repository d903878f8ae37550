"""What the tests share: listings as they run, the built site, a browser; and a run is green only where every test showed something."""
import ast
import fcntl
import gc
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import ran

os.environ["OPENBLAS_NUM_THREADS"] = "1"   # before NumPy is loaded: the tests have a process for each core already
gc.set_threshold(50_000)   # listings leave much, and it is kept to the end: to look it through again and again takes a tenth of the time

ROOT = Path(__file__).parent.parent
SNIPPETS = ROOT / "snippets"


@pytest.hookimpl(optionalhook=True)   # of xdist
def pytest_xdist_make_scheduler(config, log):
    """A page and the tests of its chapter go to one process, which runs the listings once. So does each other file."""
    from xdist.scheduler import LoadScopeScheduling

    class ByChapter(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            path = Path(nodeid.partition("::")[0])
            return f"{path.parent.name}/{path.stem.removeprefix('test_')}"

    return ByChapter(config, log)


@pytest.fixture
def run():
    """`run("gradients/exploding/growth").rate`: the value that a listing left under a name."""
    return ran.run


@pytest.fixture(scope="session")
def once(request, tmp_path_factory):
    """`once(name, make)`: a folder that `make(folder)` fills once for all the processes in which the tests run."""
    base = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):   # one of several, each with a folder in the common one
        base = base.parent

    def folder(name, make):
        made, done = base / name, base / f"{name}-done"
        with open(base / f"{name}-lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                shutil.rmtree(made, ignore_errors=True)   # what a failure left
                made.mkdir()
                make(made)
                done.touch()
        return made

    return folder


def build(folder, **variables):
    """Build the book into folder/site, with the runs that are kept. Returns what the build said."""
    done = subprocess.run(
        [sys.executable, "-m", "press.cli.main", "build", "--into", str(folder / "site")], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"SOURCE_DATE_EPOCH": "1700000000", "SITE_URL": "", "REPO_URL": ""} | variables,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def site(once):
    """The built site."""
    return once("book", build) / "site"


@pytest.fixture(scope="session")
def published(once):
    """The site as it is built where its address and that of its repository are known."""
    def make(folder):
        build(folder, SITE_URL="https://example.org/book/", REPO_URL="https://github.com/a/b", EDIT_URI="edit/main/docs/")

    return once("published", make) / "site"


@pytest.fixture(scope="session")
def browser(once):
    """Chromium, found or installed: no test of a page is skipped."""
    from chromium_install import install
    from press.release.browser import started

    once("chromium", lambda folder: install())   # first: two processes must not install it at once
    with started() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def address(site):
    """The site, served."""
    from press.release.browser import serve

    with serve(site) as served:
        yield served


_missing = {}   # of each test of a chapter that ran, as (file, name): the lines of its assertions to which it did not come


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Note to which assertions a chapter's test comes. It is traced only until it came to all: that takes its time."""
    if not of_a_chapter(item):
        return (yield)
    test = _tests(item.path)[item.originalname]
    missing = _missing.setdefault((str(item.path), test.name), avoidable(test))
    begin = min(node.lineno for node in (test, *test.decorator_list))

    def within(frame, event, argument):
        missing.discard(frame.f_lineno)
        if not missing:
            sys.settrace(None)
        return within if missing else None

    def called(frame, event, argument):
        code = frame.f_code
        return within if code.co_filename == str(item.path) and begin <= code.co_firstlineno <= test.end_lineno else None

    sys.settrace(called if missing else None)
    try:
        return (yield)
    finally:
        sys.settrace(None)


def of_a_chapter(item):
    """Whether a test holds a chapter to its claims. One that judges a changed listing is not asked more than that."""
    return isinstance(item, pytest.Function) and (SNIPPETS / item.path.parent.name).is_dir() and "INSTEAD" not in os.environ


@cache
def _tests(path):
    """The functions of a file of tests, by name."""
    return {node.name: node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}


def avoidable(test):
    """The lines of the assertions that a test may pass and not come to: one in a loop over nothing shows nothing."""
    nodes = list(ast.walk(test))
    certain = [] if any(isinstance(node, ast.Return) for node in nodes) else test.body
    return {node.lineno for node in nodes if isinstance(node, ast.Assert) and node not in certain}


_passed_by = []   # the assertions to which no test came, as text


def pytest_testnodedown(node):
    """Take over what one of several processes knows. A file of tests runs whole in one of them."""
    _passed_by.extend(getattr(node, "workeroutput", {}).get("passed by", []))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    """A test that was skipped, or expected to fail, shows nothing, and neither does an assertion that it passed by: not green."""
    if exitstatus == 0:
        _passed_by.extend(sorted(f"{path}:{line}" for (path, _), lines in _missing.items() for line in lines))
    if hasattr(session.config, "workerinput"):
        session.config.workeroutput["passed by"] = _passed_by
        return
    told = session.config.pluginmanager.get_plugin("terminalreporter")
    for report in [report for outcome in ("skipped", "xfailed", "xpassed") for report in told.stats.get(outcome, [])]:
        told.write_line(f"\n{report.nodeid}: neither skip a test nor expect it to fail", red=True)
        session.exitstatus = session.exitstatus or 1
    for place in _passed_by:
        told.write_line(f"\n{place}: the test passes by this assertion, so it shows nothing", red=True)
        session.exitstatus = session.exitstatus or 1
