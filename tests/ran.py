"""Runs each listing once in a process, as plain Python does: for its page, which shows what it prints, and its chapter's tests."""
import contextlib
import decimal
import io
import json
import os
import runpy
import tempfile
import time
from functools import cache
from pathlib import Path
from types import SimpleNamespace

SNIPPETS = Path(__file__).parent.parent / "snippets"

# Another hour than the build has, so that what is left to chance does not come out alike; each process has its own order of sets.
os.environ["TZ"] = "Asia/Tokyo"
time.tzset()


@contextlib.contextmanager
def alone():
    """What a listing sets for itself (options of NumPy, figures, decimal precision, files) reaches no other one."""
    import matplotlib
    import numpy as np

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), np.printoptions(), np.errstate(), \
            decimal.localcontext(), matplotlib.rc_context({"figure.max_open_warning": 0}):
        try:
            yield
        finally:
            plt.close("all")


@cache
def printed(file):
    """(The values that a program, a Path, left under its names; what it printed)."""
    output = io.StringIO()
    with alone(), contextlib.redirect_stdout(output):
        values = runpy.run_path(str(file), run_name="__main__")
    return SimpleNamespace(**values), output.getvalue()


@cache
def run(listing):
    """The values that a listing, "part/chapter/name", left under its names."""
    record = SNIPPETS / f"{listing}.run.json"
    if record.exists():   # it needs another environment, in which `make frameworks` ran it
        return SimpleNamespace(**json.loads(record.read_text(encoding="utf-8"))["values"])
    instead = json.loads(os.environ.get("INSTEAD", "{}"))   # a changed listing, from `press mutants`
    return printed(Path(instead.get(listing, SNIPPETS / f"{listing}.py")))[0]
