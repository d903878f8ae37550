"""What the tests share."""
import json
import os
import re
import runpy
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
    import chromium
    from playwright.sync_api import sync_playwright

    path = chromium.executable()   # first: to look for it, playwright starts itself
    with sync_playwright() as player:
        made = player.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The built site, cold."""
    import book

    folder = tmp_path_factory.mktemp("book")
    assert re.search(r"[1-9]\d* ran, 0 from the cache", book.build(folder))
    return folder / "site"


@pytest.fixture(scope="session")
def address(site):
    """The site, served."""
    import chromium

    with chromium.serve(site) as served:
        yield served


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    """A test that was skipped, or that was expected to fail, shows nothing: a run with one is not green."""
    told = session.config.pluginmanager.get_plugin("terminalreporter")
    for report in [report for outcome in ("skipped", "xfailed", "xpassed") for report in told.stats.get(outcome, [])]:
        told.write_line(f"\n{report.nodeid}: neither skip a test nor expect it to fail", red=True)
        session.exitstatus = session.exitstatus or 1
