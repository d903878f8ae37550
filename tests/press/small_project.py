"""A small project on which the press is tried, broken in every test in another way."""
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
YML, PAGE, TEST = "mkdocs.yml", "docs/part/growth.md", "tests/part/test_growth.py"
SUM, PICTURE = "snippets/part/growth/sum.py", "snippets/part/growth/picture.py"

FILES = {
    YML: f"""INHERIT: {ROOT}/mkdocs.yml
nav:
  - index.md
  - Part:
      - part/growth.md
  - verification.md
theme:
  custom_dir: {ROOT}/theme
plugins:
  - search
  - press
watch: []
""",
    "docs/index.md": "---\ndescription: The first.\n---\n# Home\n\nTo [growth](part/growth.md#eq-growth-square).\n",
    "docs/verification.md": "---\ndescription: All claims.\n---\n# How?\n\n<!-- claims -->\n\n<!-- inputs -->\n",
    PAGE: """---
title: Growth
description: A page for the tests of the press.
assumes: []
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

- In a list:

    ```python picture alt="A line that rises from zero to one" caption="It rises."
    --8<-- "part/growth/picture.py"
    ```
""",
    SUM: '"""Two and two are four."""\ntotal = 2 + 2\nprint(total)\n\n# %% check\nassert total == 4\n',
    PICTURE: '"""The line rises."""\nimport matplotlib.pyplot as plt\n\nline = [0, 1]\nfig, ax = plt.subplots()\n'
             "ax.plot(line)\nplt.show()\n\n# %% check\nassert line[0] < line[1]\n",
    TEST: """def test_square():
    \"\"\"The square of two is four.\"\"\"
    assert {"eq-growth-square": 2**2} == {"eq-growth-square": 4}


def test_growth(run):
    assert run("part/growth/sum").total == 4 and run("part/growth/picture").line
""",
}

_server = multiprocessing.get_context("forkserver")   # of builds that have their imports behind them, see conftest.py


def _press(folder, said, command):
    """Run a command of the press in a folder. said: the folder for what it prints, and for its exit status."""
    from press.cli.main import main

    os.chdir(folder)
    os.sched_getaffinity = lambda process: {0}   # each core would have a server of programs, which takes longer than they do
    for number, name in (1, "stdout"), (2, "stderr"):
        os.dup2(os.open(Path(said, name), os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    Path(said, "status").write_text(str(main(command)))


class Project:
    """A folder with a book of one chapter. cache: what a build of it keeps, so that nothing runs again."""

    def __init__(self, folder, cache=None):
        self.folder = folder
        if cache:
            shutil.copytree(cache, folder / ".press")
        for path, text in FILES.items():
            self.write(path, text)
        (folder / "docs/assets").symlink_to(ROOT / "docs/assets")

    def write(self, path, text):
        """Write a file, making its folder."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def replace(self, path, old, new):
        """Change a text in a file; it must be there."""
        text = (self.folder / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def build(self, *command):
        """Run the press here. Returns it, ended, with its output as text."""
        with tempfile.TemporaryDirectory() as said:
            process = _server.Process(target=_press, args=(self.folder, said, list(command or ["build"])))
            process.start()
            process.join(120)
            process.kill()   # which did not end in time
            process.join()
            status = Path(said, "status")
            code = int(status.read_text()) if status.exists() else process.exitcode
            texts = [Path(said, name).read_text(encoding="utf-8") for name in ("stdout", "stderr")]
            return subprocess.CompletedProcess(command, code, *texts)

    def start(self, *command, **options):
        """Start the press here as a user does."""
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
        press = [sys.executable, "-P", "-m", "press.cli.main", *command]
        return subprocess.Popen(press, cwd=self.folder, **pipes | options)

    def site(self):
        """Every file of the site with its content."""
        folder = self.folder / "site"
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def refused(self, *messages):
        """Build, and assert that each message is told, without a traceback, and the last good site is as it was."""
        self.write("site/index.html", "the last good site")
        done = self.build()
        assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
        missing = [message for message in (*messages, "press: nothing was published") if message not in done.stderr]
        assert not missing, done.stderr
        assert self.as_it_was()
        return done

    def as_it_was(self):
        """Whether the site is the last good one, and nothing is left of another."""
        return self.site() == {"index.html": b"the last good site"} and not list(self.folder.glob(".press/site-*"))
