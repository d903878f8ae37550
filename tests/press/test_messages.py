"""What the press says: problems in order, on GitHub as annotations too, in any locale."""
import os

import pytest

from press.book.sources import Problem
from press.cli import messages


def test_problems_are_told_once_in_order_with_the_page_of_a_listing(capsys, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    twice = [Problem("snippets/a/b/c.py", 12, "x"), Problem("docs/a.md", 3, "50 % of\nit")] * 2
    messages.report([*twice, Problem("snippets/a/b/c.py", 2, "y")], {"a/b/c.py": ("", [("docs/a/b.md", 7)])})
    shown = "(shown at docs/a/b.md:7)"
    assert capsys.readouterr().err.splitlines() == [
        "docs/a.md:3: 50 % of", "it", "::error file=docs/a.md,line=3::50 %25 of%0Ait",
        f"snippets/a/b/c.py:2: y {shown}", f"::error file=snippets/a/b/c.py,line=2::y {shown}",
        f"snippets/a/b/c.py:12: x {shown}", f"::error file=snippets/a/b/c.py,line=12::x {shown}",
    ]


@pytest.mark.nightly
def test_what_is_said_is_utf_8_in_every_locale(project):
    project.write("sigma.py", "print('σ²')\n")
    with project.start("run", "sigma.py", env=os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0"}) as done:
        assert done.communicate()[0].startswith("σ²\n[")
