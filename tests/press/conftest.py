"""A small project on which the press is tried, broken in every test in another way."""
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import quick

ROOT = Path(__file__).parents[2]

PAGE = """---
title: Growth
description: A page for the tests of the press.
---
# Growth

!!! abstract "The claim"
    Two and two are `{sum.total}`, and

    $$
    a^2 = b
    $$ {#eq-growth-square}

The [square](#eq-growth-square) and the [listing](#listing-sum).

```python
--8<-- "part/growth/sum.py"
```

Inside a list:

- first

    ```python alt="A line that rises from zero to one" caption="It rises."
    --8<-- "part/growth/picture.py"
    ```

```text
shown, not run
```
"""

SUM = "total = 2 + 2\nprint(total)\nassert total == 4\nendless = float('inf')\nsaid, third = '5', 1 / 3\n"
PICTURE = "import matplotlib.pyplot as plt\n\nfig, ax = plt.subplots()\nax.plot([0, 1])\nplt.show()\n"
CLAIMS = """sum:
  claim: Two and two are {total}.
  check: exact

picture:
  claim: The line rises.
  check: exact

eq-growth-square:
  claim: The square.
  check: symbolic
  test: test_square
"""
TEST = """def test_square():
    assert 2**2 == 4


def test_growth(run):
    assert run("part/growth/sum").total == 4
    assert run("part/growth/picture").ax
"""


# Rights do not bind root, unless it gives up the two capabilities that lift them.
BOUND = "import ctypes; [ctypes.CDLL(None).prctl(24, lifted, 0, 0, 0) for lifted in (1, 2)]"


class Project:
    """A folder with a site of three pages."""

    def __init__(self, folder, cache=None):
        self.folder = folder
        self.before = ""   # Python that runs in the process that becomes the press
        self.launch = []   # a command that starts that process
        if cache:
            (folder / ".press").mkdir()
            shutil.copy(cache, folder / ".press")
        self.write("docs/index.md", "---\ndescription: Where one begins.\n---\n# Home\n\nTo [growth](part/growth.md#eq-growth-square).\n")
        self.write("docs/part/growth.md", PAGE)
        self.write("snippets/part/growth/sum.py", SUM)
        self.write("snippets/part/growth/picture.py", PICTURE)
        self.write("snippets/part/growth/claims.yml", CLAIMS)
        self.write("docs/verification.md", "---\ndescription: All claims.\n---\n# How do we know?\n\n<!-- claims -->\n\n<!-- inputs -->\n")
        self.write("tests/part/test_growth.py", TEST)
        (folder / "docs/assets").symlink_to(ROOT / "docs/assets")
        config = (ROOT / "mkdocs.yml").read_text()
        config = _cut(config, "nav:\n", "theme:\n", "nav:\n  - index.md\n  - part/growth.md\n  - verification.md\n")
        config = _cut(config, "  - mkdocs-jupyter", "  - press  ", "")
        config = _cut(config, "extra_css:", "markdown_extensions:", "")
        config = config.replace("custom_dir: theme", f"custom_dir: {ROOT / 'theme'}").split("watch:")[0] + "watch: [snippets]\n"
        self.write("mkdocs.yml", config)

    def write(self, path, text):
        """Write a file of the project, making its folder."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def replace(self, path, old, new):
        """Change a text in a file; it must be there."""
        text = (self.folder / path).read_text()
        assert old in text
        self.write(path, text.replace(old, new))

    def forbid(self, path, mode=0):
        """Take the rights to a file or folder away, from root as well."""
        (self.folder / path).chmod(mode)
        self.before = BOUND

    def start(self, *command, module="press.command", **options):
        """Start the press here. Its modules are not looked for in this folder, as those of the command `press` are not."""
        launch = [*self.launch, sys.executable]
        if self.before:
            launch += ["-c", f"import os, sys\n{self.before}\nos.execv(sys.executable, [sys.executable, *sys.argv[1:]])"]
        return subprocess.Popen(
            [*launch, "-P", "-m", module, *(command or ["build"])], cwd=self.folder, text=True,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options,
        )

    def build(self, *command, module="press.command", **variables):
        """Run the press here. Returns the finished process, with its output as text."""
        if not (command or variables or self.before or self.launch) and module == "press.command":
            return quick.build(self.folder)
        process = self.start(*command, module=module, env=os.environ | variables)
        try:
            output, errors = process.communicate(timeout=300)
        finally:
            process.kill()   # which did not end in time
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def refused(self, done, *messages):
        """Assert that a build said these, told no story of its own, and left the last good site as it was."""
        assert done.returncode == 1, done.stdout + done.stderr
        for message in messages:
            assert re.sub(r"(?<=mkdocs.yml:)\{(.*?)\}", self._line, message) in done.stderr, done.stderr
        assert "Traceback" not in done.stderr
        assert self.site() == {"index.html": b"the last good site"}

    def _line(self, match):
        """The line of mkdocs.yml that holds what stands in braces: its lines move with the book's settings."""
        rows = (self.folder / "mkdocs.yml").read_text().split("\n")
        return str(next(number for number, row in enumerate(rows, 1) if match[1] in row))

    def site(self):
        """Every file of the site with its content."""
        folder = self.folder / "site"
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _cut(text, start, end, new):
    at = text.index(start)
    return text[:at] + new + text[text.index(end, at):]


@pytest.fixture(scope="session")
def good(tmp_path_factory):
    """The small project, built."""
    made = Project(tmp_path_factory.mktemp("project"))
    done = made.build()
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="session")
def cache(good):
    """What a build of the small project keeps: the tests that break a page need not run its listings again."""
    return good.folder / ".press" / "cache.sqlite"


@pytest.fixture(scope="module")
def built(request, cache, tmp_path_factory):
    """For each way to damage a project that a file of tests tries, the project and its build: begun at once, on every core."""
    def build(project, damage):
        project.write("site/index.html", "the last good site")
        project.replace(*damage) if isinstance(damage, tuple) else damage(project)
        return project, project.build()

    items = [item for item in request.session.items if "built" in getattr(item, "fixturenames", ()) and item.module is request.module]
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        yield {
            item.callspec.params["damage"]: pool.submit(
                build, Project(tmp_path_factory.mktemp("damaged"), cache), item.callspec.params["damage"]
            ) for item in items
        }
    finally:
        pool.shutdown(cancel_futures=True)


@pytest.fixture
def project(tmp_path, cache):
    """A fresh small project whose runs are kept."""
    return Project(tmp_path, cache)


@pytest.fixture
def cold(tmp_path):
    """A fresh small project of which nothing has run."""
    return Project(tmp_path)
