"""A small project on which the press is tried, broken in every test in another way."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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

    ```python alt="A line that rises from zero to one"
    --8<-- "part/growth/picture.py"
    ```

```text
shown, not run
```
"""

SUM = "total = 2 + 2\nprint(total)\nassert total == 4\nendless = float('inf')\n"
PICTURE = "import matplotlib.pyplot as plt\n\nfig, ax = plt.subplots()\nax.plot([0, 1])\nplt.show()\n"


class Project:
    """A folder with a site of two pages."""

    def __init__(self, folder):
        self.folder = folder
        self.write("docs/index.md", "# Home\n\nTo [growth](part/growth.md#eq-growth-square).\n")
        self.write("docs/part/growth.md", PAGE)
        self.write("snippets/part/growth/sum.py", SUM)
        self.write("snippets/part/growth/picture.py", PICTURE)
        (folder / "docs/assets").symlink_to(ROOT / "docs/assets")
        config = (ROOT / "mkdocs.yml").read_text()
        config = _cut(config, "nav:\n", "theme:\n", "nav:\n  - index.md\n  - part/growth.md\n")
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

    def build(self, *command, **variables):
        """Run the press here. Returns the finished process, with its output as text."""
        return subprocess.run(
            [sys.executable, "-m", "press.command", *(command or ["build"])], cwd=self.folder, text=True,
            capture_output=True, env=os.environ | variables, timeout=300,
        )

    def site(self):
        """Every file of the site with its content."""
        folder = self.folder / "site"
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _cut(text, start, end, new):
    return text[:text.index(start)] + new + text[text.index(end):]


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """What a build of the small project keeps: the tests that break a page need not run its listings again."""
    made = Project(tmp_path_factory.mktemp("project"))
    assert made.build().returncode == 0
    return made.folder / ".press" / "cache.sqlite"


@pytest.fixture
def project(tmp_path, cache):
    """A fresh small project whose runs are kept."""
    made = Project(tmp_path)
    (tmp_path / ".press").mkdir()
    shutil.copy(cache, tmp_path / ".press")
    return made


@pytest.fixture
def cold(tmp_path):
    """A fresh small project of which nothing has run."""
    return Project(tmp_path)
