"""The runs of a build: kept, of the texts as they are, and ended when nobody waits for them any more."""
import os
import subprocess
import sys
import threading
import time

import pytest

from press.book.sources import Unreadable
from press.run import runner
from press.run import runs as module
from press.run.runner import Failure, Run
from press.run.runs import Runs

A, B = "part/chapter/a.py", "part/chapter/b.py"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The Runs of one project, with one server for all."""
    runs = Runs(tmp_path_factory.mktemp("project"))
    yield runs
    runs.close()


@pytest.fixture
def write(runs):
    """write(path, text): a listing of the project."""
    def write(path, text):
        file = runs.root / "snippets" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    return write


def test_a_run_is_made_once_and_kept(write, runs, monkeypatch):
    write(A, "print('é')\ntotal = 4\nexact = 3**20000\n")
    assert runs.progress() == (0, 0, {}) and runs.failures() == []
    runs.start({A: ""})
    run = runs.run(A)
    assert (run.output, run.values, list(run.unkept)) == ("é\n", {"total": 4}, ["exact"]) and run.processor > 0
    assert runs.failures() == [] and runs.progress()[:2] == (1, 1)
    assert runs.ran.keys() == {A} and runs.kept == set()
    monkeypatch.setattr(module, "SLOW", 0)
    assert runs.progress()[2] == runs.ran
    runs.start({A: ""})
    assert runs.progress()[:2] == (1, 1) and (runs.ran, runs.kept) == ({}, {A})
    again = Runs(runs.root)
    again.start({A: ""})
    assert again.run(A) == run and again.failures() == [] and (again.ran, again.kept) == ({}, {A})
    again.close()
    assert {"python", "numpy", "matplotlib", "runner"} <= runner.versions().keys()


def test_failures_are_those_of_the_texts_as_they_are(write, runs):
    write(A, "x = 1\nassert x == 2\n")
    write(B, "raise ValueError('no')\n")
    runs.start({A: "", B: ""})
    assert [(failure.path, failure.line) for failure in runs.failures()] == [(f"snippets/{A}", 2), (f"snippets/{B}", 1)]
    with pytest.raises(Failure, match="x = 1"):
        runs.run(A)
    write(A, "x = 2\nassert x == 2\n")   # mended
    runs.start({A: "", B: ""})
    assert [failure.path for failure in runs.failures()] == [f"snippets/{B}"]
    runs.start({A: ""})                  # no page quotes the other
    assert runs.failures() == [] and runs.run(A).values == {"x": 2}


def test_a_listing_that_cannot_be_read_or_run_is_told(write, runs):
    missing = "part/chapter/missing.py"
    write(B, b"\xff")
    runs.start({missing: "", B: ""})
    assert runs.failures() == []   # the check of the sources tells these
    for path, error in (missing, FileNotFoundError), (B, Unreadable):
        with pytest.raises(error):
            runs.run(path)


def test_a_listing_of_another_environment_is_never_run_here(write, runs, monkeypatch):
    def recorded(listing, environment, root):
        if not fresh:
            raise Failure(listing.file, 1, f"it has not been run in {environment}: make frameworks")
        return Run("torch\n", [], {}, {}, 0, 0, environment="PyTorch 2")

    fresh = []
    monkeypatch.setattr(module, "recorded", recorded)
    write(A, "import torch\n")
    runs.start({A: "torch"})
    assert list(map(str, runs.failures())) == [f"snippets/{A}:1: it has not been run in torch: make frameworks"]
    fresh.append(True)   # though its text is the same
    runs.start({A: "torch"})
    assert runs.run(A).environment == "PyTorch 2" and runs.failures() == []


def test_a_run_of_an_older_text_is_ended_at_once_and_who_waits_gets_the_new_one(write, runs):
    started, got = time.monotonic(), []
    write(A, "while True:\n    pass\n")
    runs.start({A: ""})
    waiting = threading.Thread(target=lambda: got.append(runs.run(A).output))
    waiting.start()
    time.sleep(0.3)
    write(A, "print('mended')\n")
    runs.start({A: ""})
    waiting.join()
    assert got == ["mended\n"] and runs.failures() == [] and time.monotonic() - started < 10


@pytest.mark.nightly
def test_what_somebody_waits_for_comes_first_and_nobody_waits_after_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    paths = [f"part/chapter/{name}.py" for name in "abcd"]
    (tmp_path / "snippets/part/chapter").mkdir(parents=True)
    for path in paths:
        (tmp_path / "snippets" / path).write_text("import time\ntime.sleep(0.5)\n")
    runs, told = Runs(tmp_path), []
    runs.start(dict.fromkeys(paths, ""))
    runs.run(paths[-1])
    assert paths[2] not in runs.ran   # though it is the older wish
    waiting = threading.Thread(target=lambda: told.append(runs.failures()))
    waiting.start()
    runs.close()
    waiting.join(10)
    assert not waiting.is_alive() and "it was stopped" in str(told)


@pytest.mark.nightly
def test_neither_the_locale_nor_the_name_of_the_folder_nor_the_umask_matters(tmp_path):
    folder = tmp_path / "a 'folder' of \"mine\", é"
    (folder / "snippets/part/chapter").mkdir(parents=True)
    (folder / "snippets" / A).write_bytes("print('é→')\nassert open('ü', 'w').close() is None\n".encode())
    text = f"from press.run.runs import current\nr = current()\nprint(ascii(r.run({A!r}).output))\nr.close()"
    done = subprocess.run(
        [sys.executable, "-c", f"import os; os.umask(0o077)\n{text}"], cwd=folder, capture_output=True, text=True,
        env=os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    )
    assert (done.stdout, done.stderr) == (ascii("é→\n") + "\n", "")


@pytest.mark.nightly
def test_close_ends_all_at_once(write, runs, monkeypatch):
    for path in A, B:
        write(path, "import time\ntime.sleep(20)\n")
    runs.start({A: "", B: ""})
    time.sleep(0.5)
    started = time.monotonic()
    runs.close()
    assert time.monotonic() - started < 4
    with pytest.raises(Failure, match="it was stopped"):
        runs.run(A)
    monkeypatch.setattr(module, "_current", runs)
    monkeypatch.chdir(runs.root)
    fresh = module.current()
    assert fresh is not runs and module.current() is fresh
    fresh.close()
