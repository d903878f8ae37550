"""A run of tests is green only where every test showed something."""
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHOWING = "def test_a():\n    for number in (1, 2):\n        assert number\n"
IN_VAIN = """import pytest

def test_loops_over_nothing():
    for number in ():
        assert number

def test_asks_nothing_if_it_need_not():
    if not 1:
        assert 1

def test_is_skipped():
    pytest.skip("later")

def test_is_expected_to_fail():
    pytest.xfail("later")
"""


def run(folder, text, *options):
    """Run a chapter's tests with our conftest.py."""
    for part in ("snippets/part", "tests/part"):
        (folder / part).mkdir(parents=True)
    for file in "conftest.py", "ran.py":
        shutil.copy(Path(__file__).with_name(file), folder / "tests")
    (folder / "tests/part/test_a.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("options", [[], ["--collect-only"]], ids=["run", "only collected"])
def test_a_run_is_green_where_every_test_shows_something(options, tmp_path):
    done = run(tmp_path, SHOWING, *options)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("processes", [[], ["--numprocesses", "2"]], ids=["one process", "two processes"])
def test_a_run_is_red_and_names_every_test_that_shows_nothing(processes, tmp_path):
    done = run(tmp_path, IN_VAIN, *processes)
    assert done.returncode == 1
    for line in 5, 9:
        assert f"test_a.py:{line}: the test passes by this assertion" in done.stdout
    for name in "is_skipped", "is_expected_to_fail":
        assert f"test_{name}: neither skip a test nor expect it to fail" in done.stdout
