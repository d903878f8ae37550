"""sybil collects every python fence at its line, runs it afresh, and refuses every other spelling."""
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from press import proof, session

ROOT = Path(__file__).parents[2]
CONFTEST = (ROOT / "docs" / "conftest.py").read_text()


def prove(project, *options):
    project.write("docs/conftest.py", CONFTEST)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=.", "docs", *options]
    return subprocess.run(command, cwd=project.folder, text=True, capture_output=True, check=False)


def test_each_fence_is_an_item_at_its_line(project):
    done = prove(project, "--collect-only")
    assert "docs/part/growth.md::line:16,column:1" in done.stdout
    assert "docs/part/growth.md::line:24,column:1" in done.stdout


def test_a_listing_that_holds_passes_and_one_that_does_not_is_named(project):
    assert "2 passed" in prove(project).stdout
    project.replace("snippets/part/growth/sum.py", "2 + 2", "2 + 3")
    done = prove(project)
    assert "1 failed, 1 passed" in done.stdout
    assert "snippets/part/growth/sum.py:3: AssertionError" in done.stdout


def test_nothing_comes_from_the_cache(project):
    cache = project.folder / ".press" / "cache.sqlite"
    cache.write_bytes(b"nothing that could be read")
    assert "2 passed" in prove(project).stdout
    assert cache.read_bytes() == b"nothing that could be read"


CHANCE = {
    "a clock": ("import time\n\ntotal = 4\nprint(time.monotonic_ns())\n", "output"),
    "a clock in a value": ("import time\n\ntotal = time.monotonic_ns()\n", "values"),
    "a clock in a figure": (
        "import time\nimport matplotlib.pyplot as plt\n\nfig, ax = plt.subplots()\nax.plot([0, time.monotonic_ns() % 10**6])\n", "figures",
    ),
    "the order of a set": ("print({'a', 'b', 'c', 'd', 'e'})\n", "output"),
    "a hash": ("import numpy as np\n\nrng = np.random.default_rng(hash('seed') % 9973)\nx = rng.normal()\n", "values"),
    "the noise of the system": ("with open('/dev/urandom', 'rb') as noise:\n    print(noise.read(4).hex())\n", "output"),
    "the number of the process": ("import os\n\nprint(os.getpid())\n", "output"),
    "the name of the folder": ("import os\n\nprint(os.getcwd())\n", "output"),
    "where on Earth it runs": ("import time\n\nprint(time.localtime(0).tm_hour)\n", "output"),
}


@pytest.mark.parametrize(("text", "what"), CHANCE.values(), ids=CHANCE)
def test_a_program_that_is_not_the_same_twice_fails(project, text, what):
    project.write("snippets/part/growth/sum.py", text)
    with pytest.raises(proof.Disproved, match=f"snippets/part/growth/sum.py:1: two runs differ in their {what}"):
        proof.prove(SimpleNamespace(parsed=(project.folder, "part/growth/sum.py")))


def test_another_spelling_is_an_error_and_not_a_skip(project):
    project.replace("docs/part/growth.md", "```python\n", "```py\n")
    done = prove(project)
    assert done.returncode != 0
    assert "docs/part/growth.md:16:" in done.stdout


def test_sybil_collects_every_fence_of_the_book():
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", "docs"]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    items = re.findall(r"^(docs/.*)::line:(\d+),", done.stdout, re.MULTILINE)
    places, _ = session.shown(ROOT)
    assert sorted((page, int(line)) for page, line in items) == sorted(place for shown in places.values() for place in shown)
    assert len(items) == len(list((ROOT / "snippets").rglob("*.py")))
