"""A program is run alone, as Python would run it, and what goes wrong in it is named with its line."""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from press.run.runner import Failure, Runner, environment

NAME = "snippets/part/chapter/name.py"
PLOT = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\n"


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    """One server for all. Its temporary folders are in one of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
        runner = Runner()
        yield runner
        runner.close()
        assert os.listdir(tempfile.tempdir) == []


def failure(runner, text, **options):
    """The Failure of a program."""
    with pytest.raises(Failure) as caught:
        runner.run(NAME, text, **options)
    assert caught.value.path == NAME
    return caught.value


NAMED = {
    # what is wrong as a program
    "asserts": ("a, big = 1.5, 3**20000\nassert a > 2 or not big\n", 2, "assert a > 2 or not big\n    a = 1.5"),
    "raises in a function": ("def f():\n    return 1 / 0\nf()\n", 2, "ZeroDivisionError"),
    "is not Python": ("x = 1\ny = = 2\n", 2, "SyntaxError"),
    "is late for the future": ("print(1)\nfrom __future__ import annotations\n", 2, "SyntaxError: from __future__"),
    "warns": ("import numpy as np\nnp.log(np.zeros(1))\n", 2, "a warning is an error here: RuntimeWarning"),
    "warns when it is compiled": ("x = 1\ny = '\\d'\n", 2, "SyntaxError: invalid escape"),
    # how it ends
    "exits at once": ("import os\nos._exit(0)\nx = 1\n", 2, "the program ends itself before its last line"),
    "exits past Python": ("import ctypes\nctypes.CDLL(None)._exit(3)\n", 2, "before its last line, with status 3"),
    "crashes": ("import ctypes\nctypes.string_at(0)\nx = 1\n", 2, "ended by SIGSEGV: a library failed"),
    "fails at its end": ("import atexit\natexit.register(lambda: 1 / 0)\nx = 1\n", 2, "ZeroDivisionError"),
    "fails in a thread": (
        "import threading\ndef f():\n    1 / 0\nthreading.Thread(target=f).start()\n", 3, "ZeroDivisionError"),
    "fails in a finalizer": ("class A:\n    def __del__(self):\n        1 / 0\na = A()\n", 3, "ZeroDivisionError"),
    "leaves a file open": ("x = 1\nopen('a', 'w')\nx = 2\n", 2, "ResourceWarning"),
    "fills a disk": ("with open('/dev/full', 'w') as f:\n    print(file=f)\n", 1, "No space left on device"),
    "fills a file": ("f = open('a', 'w')\nwhile True:\n    f.write('x' * 10**6)\n", 3, "File too large"),
    # what it prints
    "logs": ("import logging\n\nlogging.warning('no number')\nprint(4)\n", 3, "shows: WARNING:root:no number"),
    "writes past Python": ("import os\nos.write(2, b'oh')\n", 2, "standard error, which no page shows: oh"),
    "goes back in its line": ("for i in 1, 2:\n    print(i, end='\\r')\nx = 1\n", 2, "a carriage return: a"),
    "prints colors": ("x = 1\nprint('\\x1b[31mred')\nx = 1\n", 2, "U+001B"),
    "prints no text past Python": ("import os\nos.write(1, b'\\xff')\n", 2, "U+FFFD"),
    "prints without end": ("for step in range(10**6):\n    print(step)\nx = 1\n", 2, "more than 400 lines"),
    "hides what it may not": ("try:\n    print('\\a')\nexcept Exception:\n    pass\n", 2, "U+0007"),
    # what it starts
    "runs a program": ("import subprocess\nsubprocess.run(['true'])\nx = 1\n", 2, "a listing may not start processes"),
    "forks": ("import os\nos.fork()\nx = 1\n", 2, "a listing may not start processes"),
    "spawns": (
        "import multiprocessing as mp\nif __name__ == '__main__':\n    mp.get_context('spawn').Pool(1)\n", 3,
        "a listing may not start processes"),
    "kills its server": ("import os\nos.kill(os.getppid(), 9)\nx = 1\n", 2, "a listing may not send signals"),
    # what it draws by lot
    "seeds nothing": ("import numpy as np\nnp.random.default_rng()\nx = 1\n", 2, "unseeded"),
    "seeds no old generator": ("import numpy as np\nnp.random.RandomState().rand()\nx = 1\n", 2, "unseeded"),
    "draws from the common one": ("import numpy as np\nnp.random.rand()\nx = 1\n", 2, "unseeded numbers: use rng = "),
    "draws from the system": ("import random\nrandom.SystemRandom().random()\nx = 1\n", 2, "unseeded"),
}


@pytest.mark.parametrize(("text", "line", "message"), NAMED.values(), ids=NAMED)
def test_a_program_that_goes_wrong_is_named(runner, text, line, message):
    found = failure(runner, text)
    assert message in found.message and found.line == line


LATE = {
    "hangs": ("x = 1\nwhile x:\n    pass\n", (2, 3)),
    "waits for a thread": (
        "import threading\ndef f():\n    while True:\n        pass\nthreading.Thread(target=f).start()\n", (3, 4)),
    "hears no signal": (
        "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))\ntime.sleep(9)\n", (3,)),
}


@pytest.mark.parametrize(("text", "lines"), LATE.values(), ids=LATE)
def test_a_program_that_takes_too_long_is_stopped(runner, monkeypatch, text, lines):
    monkeypatch.setattr(runner, "seconds", 0.5)
    found = failure(runner, text)
    assert "stopped after 0.5 s" in found.message and found.line in lines


@pytest.mark.nightly
def test_a_program_has_so_much_processor_time(runner):
    run = runner.run(NAME, "import time\nwhile time.process_time() < 0.2:\n    pass\n")
    assert 0.2 <= run.processor < 1 and run.seconds >= run.processor - 0.02
    found = failure(runner, "x = 1\nwhile x:\n    pass\n", processor=1)
    assert "stopped after 1 s of processor time" in found.message and found.line in (2, 3)


def test_a_program_has_so_much_memory(runner, monkeypatch):
    if sys.platform == "linux":
        monkeypatch.setattr(runner, "memory", 512 << 20)
        found = failure(runner, "import numpy as np\nkept = []\nwhile True:\n    kept.append(np.empty(10**6))\n")
        assert "it needs more than 0.5 GiB" in found.message and found.line == 4


SAME = {
    "prints here and there": (
        "import sys\nprint('a')\nprint('b', file=sys.__stdout__, flush=True)\n"
        "sys.stdout.buffer.write(b'c\\n')\nprint('é→', -0.0)\n"),
    "says who it is": (
        "'A text.'\nimport sys\nclass A: pass\nprint(__doc__, __name__, sys.argv, __spec__, A, sys.stdout)\n"),
    "leaves an executor open": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "pool = ThreadPoolExecutor(2)\nprint(sum(pool.map(abs, [1, -2])))\n"),
    "ends slowly": (
        "import atexit, threading, time, weakref\nclass A:\n    def __del__(self):\n        print('gone')\na = A()\n"
        "atexit.register(print, 'the end')\nweakref.finalize(a, print, 'finalized')\n"
        "threading.Thread(target=lambda: [time.sleep(0.1), print('late')]).start()\n"
        "threading.Thread(target=time.sleep, args=[60], daemon=True).start()\nprint('last line')\n"),
    "has another stream": "import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer, 'utf-8')\nprint('held')\n",
    "closes its output": "import sys\nprint('a')\nsys.stdout.close()\n",
    "has other generators": (
        "import random, secrets, tempfile, uuid\nsecrets.choice([1]), uuid.uuid4()\n"
        "with tempfile.NamedTemporaryFile() as f:\n    print(random.Random(1).random())\n"),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_what_a_program_prints_is_what_plain_python_prints(runner, tmp_path, text):
    file = tmp_path / NAME
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    plain = subprocess.run([sys.executable, NAME], cwd=tmp_path, env=environment(), capture_output=True, check=True)
    assert runner.run(NAME, text).output == plain.stdout.decode()


def test_programs_share_nothing_and_leave_nothing(runner):
    left = "with open('left', 'w') as f:\n    f.write('x')\n"
    runner.run(NAME, f"import numpy as np, tempfile\nnp.pi = 3\n{left}tempfile.mkdtemp()\n")
    run = runner.run(NAME, "import os\nimport numpy as np\nprint(np.pi > 3.1, os.listdir())\nos.chdir('/')\n")
    assert run.output == "True []\n"
    assert os.listdir(tempfile.tempdir) == []


def test_values_never_fail_a_program(runner):
    run = runner.run(NAME, (
        "import numpy as np\nendless = {}\nendless['itself'] = endless\n"
        "deep = []\nfor i in range(10**5):\n    deep = [deep]\n"
        "huge, text, many, fine, zero = 3**20000, 'ab' * 10**6, [[1] * 9000] * 2, [[1] * 500] * 2, -0.0\n"
        "exact = np.longdouble(1) / 3\n"
        "class Odd(dict):\n    def items(self):\n        raise OSError('no items')\nodd = Odd()\n"
        "named, _private, none = {'a': np.float32(0.5), 1: (True, np.inf)}, 1, None\n"
    ))
    assert run.values.keys() == {"fine", "zero", "named", "i"}
    assert run.values["named"] == {"a": 0.5, "1": [True, float("inf")]} and str(run.values["zero"]) == "-0.0"
    for name, reason in {
        "endless": "recursion", "huge": "4300 digits", "text": "25000 characters", "many": "25000 characters",
        "exact": "longdouble", "odd": "no items", "deep": "recursion", "np": "module", "Odd": "type", "none": "None",
    }.items():
        assert reason in run.unkept[name]


def test_a_program_sees_nothing_of_who_runs_it(runner, monkeypatch, tmp_path):
    text = f"import os\n{PLOT}print(sorted(os.environ.items()))\nwith open('a', 'w') as f:\n    print(f.encoding)\n"
    before = runner.run(NAME, text)
    for name in ("numpy.py", "matplotlib.py", "sitecustomize.py"):
        (tmp_path / name).write_text("raise SystemExit('this was imported')\n")
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 20\n")
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "PYTHONPATH": str(tmp_path), "MATPLOTLIBRC": str(tmp_path), "PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "ignore",
        "PYTHONUTF8": "0", "TZ": "Asia/Tokyo", "LC_ALL": "C", "OPENBLAS_NUM_THREADS": "7", "SOURCE_DATE_EPOCH": "none",
    }.items():
        monkeypatch.setenv(name, value)
    other = Runner()
    try:
        after = other.run(NAME, text)
    finally:
        other.close()
    assert (after.output, after.figures) == (before.output, before.figures)


@pytest.mark.nightly
def test_a_program_is_stopped_from_another_thread_at_once(runner):
    threading.Timer(0.4, runner.close).start()
    started = time.monotonic()
    found = failure(runner, "import time\ntime.sleep(20)\n")
    assert found.message == "it was stopped" and time.monotonic() - started < 4
    assert runner.run(NAME, "print(1)\n").output == "1\n"
    assert failure(runner, "print(1)\n", wanted=lambda: False).message == "it was stopped"


@pytest.mark.nightly
def test_a_press_that_is_killed_leaves_no_process_and_no_folder(tmp_path):
    ids = tmp_path / "ids"
    said = f"with open({str(ids)!r}, 'w') as f:\n    print(os.getpid(), os.getppid(), file=f)\n"
    program = f"import os, time\n{said}time.sleep(25)\n"
    press = f"from press.run.runner import Runner\nRunner().run('a.py', {program!r})"
    started = subprocess.Popen([sys.executable, "-c", press], env=os.environ | {"TMPDIR": str(tmp_path)})
    wait(lambda: ids.exists() and ids.read_text())
    started.kill()
    started.wait()
    numbers = ids.read_text().split()
    wait(lambda: os.listdir(tmp_path) == ["ids"] and not any(map(runs, numbers)))


def runs(number):
    """Whether there is a process of this number. One that has ended may wait until somebody asks how."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", number], capture_output=True, text=True)
    return found.stdout.strip()[:1] not in ("", "Z")


def wait(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.nightly
def test_a_server_that_is_killed_and_a_folder_that_is_not_there_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    Path(tempfile.tempdir).mkdir()
    with contextlib.closing(Runner()) as runner:
        text = "import ctypes, os, time\nctypes.CDLL(None).kill(os.getppid(), 9)\ntime.sleep(0.5)\n"
        assert "its server ended" in failure(runner, text).message
        assert runner.run(NAME, "print(1)\n").output == "1\n"
        shutil.rmtree(tempfile.tempdir)
        found = failure(runner, "print(1)\n")
        assert found.line == 1 and "it cannot be run: " in found.message and "TMPDIR" in found.message


def test_figures_are_taken_when_they_are_shown(runner):
    first, second = runner.run(NAME, PLOT + "plt.show()\nplt.plot([2, 1])\n").figures
    assert first == runner.run(NAME, PLOT).figures[0] and first != second
    assert runner.run(NAME, PLOT + "plt.show()\nplt.show()\n", draw=False).figures == []
    for text, line, message in [
        ("import matplotlib.pyplot as plt\nfig = plt.figure()\nplt.show()\nx = 1\n", 3, "figure 1 is empty: draw into"),
        (PLOT + "fig = plt.figure()\nx = 1\n", 5, "figure 2 is empty"),
        (PLOT + "ax.set_title(r'$\\nosuch$')\nplt.show()\nx = 1\n", 5, "Unknown symbol: \\nosuch"),
        (PLOT + "ax.plot(*[range(3 * 10**4)] * 2, '.')\nplt.show()\nx = 1\n", 5, "figure 1 is "),
    ]:
        found = failure(runner, text)
        assert message in found.message and found.line == line
    assert "MB; every reader loads it: 1.5 MB at most; draw fewer points" in found.message
