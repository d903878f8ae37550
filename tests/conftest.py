"""What the tests share."""
import ast
import json
import os
import re
import runpy
import shutil
import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

SNIPPETS = Path(__file__).parent.parent / "snippets"


@cache
def _run(listing):
    import matplotlib
    matplotlib.use("agg")
    instead = json.loads(os.environ.get("INSTEAD", "{}"))   # a changed listing, from `make mutants`
    return SimpleNamespace(**runpy.run_path(instead.get(listing, str(SNIPPETS / f"{listing}.py"))))


@pytest.fixture
def run():
    """`run("gradients/exploding/growth").rate`: the value that a listing left under a name."""
    return _run


@pytest.fixture(scope="session")
def browser():
    """Chromium."""
    from press.browser import started

    with started() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The built site, cold."""
    import book

    folder = tmp_path_factory.mktemp("book")
    assert re.search(r"[1-9]\d* ran, 0 from the cache", book.build(folder))
    return folder / "site"


@pytest.fixture(scope="session")
def published(site, tmp_path_factory):
    """The site as it is built where its address and that of its repository are known."""
    import book

    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(site.parent / ".press", folder / ".press")
    book.build(folder, SITE_URL="https://example.org/book/", REPO_URL="https://github.com/a/b", EDIT_URI="edit/main/docs/")
    return folder / "site"


@pytest.fixture(scope="session")
def address(site):
    """The site, served."""
    import chromium

    with chromium.serve(site) as served:
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


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    """A test that was skipped, or expected to fail, shows nothing, and neither does an assertion that it passed by: not green."""
    told = session.config.pluginmanager.get_plugin("terminalreporter")
    for report in [report for outcome in ("skipped", "xfailed", "xpassed") for report in told.stats.get(outcome, [])]:
        told.write_line(f"\n{report.nodeid}: neither skip a test nor expect it to fail", red=True)
        session.exitstatus = session.exitstatus or 1
    for path, line in unreached(_ran) if exitstatus == 0 else ():
        told.write_line(f"\n{path}:{line}: the test passes by this assertion, so it shows nothing", red=True)
        session.exitstatus = 1
