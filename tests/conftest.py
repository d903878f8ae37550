"""What the tests share: listings as they run, the built site, a browser; and a run is green only where every test showed something."""
import ast
import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import ran

os.environ["OPENBLAS_NUM_THREADS"] = "1"   # before NumPy is loaded: the tests have a process for each core already

ROOT = Path(__file__).parent.parent
SNIPPETS = ROOT / "snippets"


def pytest_collection_modifyitems(items):
    """A page and the tests of its chapter go to one process, which runs the listings once. So does each other file."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(f"{item.path.parent.name}/{item.path.stem.removeprefix('test_')}"))


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


_ran, _reached = [], set()   # tests of chapters, and the lines to which they came, as (file, line)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Note the lines to which a chapter's test comes."""
    def within(frame, event, argument):
        _reached.add((file, frame.f_lineno))
        return within

    file = str(item.path)
    if of_a_chapter(item):
        _ran.append(item)
        sys.settrace(lambda frame, event, argument: within if frame.f_code.co_filename == file else None)
    try:
        return (yield)
    finally:
        sys.settrace(None)


def of_a_chapter(item):
    """Whether a test holds a chapter to its claims. One that judges a changed listing is not asked more than that."""
    return isinstance(item, pytest.Function) and (SNIPPETS / item.path.parent.name).is_dir() and "INSTEAD" not in os.environ


def unreached(items):
    """The assertions of these tests to which nothing came, as (file, line): one in a loop over nothing shows nothing."""
    for path in sorted({item.path for item in items}):
        names = {item.originalname for item in items if item.path == path}
        for test in ast.parse(path.read_text(encoding="utf-8")).body:
            if getattr(test, "name", None) in names:
                asserted = {node.lineno for node in ast.walk(test) if isinstance(node, ast.Assert)}
                yield from ((path, line) for line in sorted(asserted) if (str(path), line) not in _reached)


_passed_by = []   # the assertions to which no test came, as text


def pytest_testnodedown(node):
    """Take over what one of several processes knows. A file of tests runs whole in one of them."""
    _passed_by.extend(getattr(node, "workeroutput", {}).get("passed by", []))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    """A test that was skipped, or expected to fail, shows nothing, and neither does an assertion that it passed by: not green."""
    if exitstatus == 0:
        _passed_by.extend(f"{path}:{line}" for path, line in unreached(_ran))
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
