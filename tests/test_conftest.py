"""A run of tests is green only where every test showed something."""
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = {
    "that all come to their assertions": ("for number in (1, 2):\n        assert number", ""),
    "of which one loops over nothing": ("for number in ():\n        assert number", "test_a.py:5: the test passes by this assertion"),
    "of which one asks nothing if it need not": ("if not 1:\n        assert 1", "test_a.py:5: the test passes by this assertion"),
    "of which one is skipped": ("pytest.skip('later')", "neither skip a test nor expect it to fail"),
    "of which one is expected to fail": ("pytest.xfail('later')", "neither skip a test nor expect it to fail"),
}


@pytest.mark.parametrize("processes", [[], ["--numprocesses", "2", "--dist", "loadfile"]], ids=["one process", "two processes"])
@pytest.mark.parametrize(("body", "told"), TESTS.values(), ids=TESTS)
def test_a_run_is_green_where_every_test_shows_something(body, told, processes, tmp_path):
    for folder in ("snippets/part", "tests/part"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path / "tests")
    (tmp_path / "tests/part/test_a.py").write_text(f"import pytest\n\ndef test_a():\n    {body}\n")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run([*command, *processes], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode == 0) == (not told) and told in done.stdout, done.stdout
    if not processes:   # and where nothing runs
        assert subprocess.run([*command, "--collect-only"], cwd=tmp_path, capture_output=True).returncode == 0
