"""What the chapters' tests share."""
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
    return SimpleNamespace(**runpy.run_path(str(SNIPPETS / f"{listing}.py")))


@pytest.fixture
def run():
    """`run("gradients/exploding/growth").rate`: the value that a listing left under a name."""
    return _run
