"""A program is run alone, and what goes wrong in it is named with its line."""
import os

import pytest

from press import figures
from press.program import Failure, Worker


@pytest.fixture(scope="module")
def worker():
    worker = Worker()
    yield worker
    worker.close()


NAMED = {
    "raises": ("x = 1\nraise ValueError('no')\n", 2, "ValueError: no"),
    "asserts": ("a = 1.5\nassert a > 2\n", 2, "assert a > 2\n    a = 1.5"),
    "raises in a function": ("def f():\n    return 1 / 0\nf()\n", 2, "ZeroDivisionError"),
    "is not Python": ("x = 1\ny = = 2\n", 2, "SyntaxError"),
    "warns": ("import numpy as np\nnp.log(np.zeros(1))\n", 2, "RuntimeWarning"),
    "exits": ("import sys\nsys.exit(0)\n", 2, "ends itself"),
    "exits at once": ("import os\nos._exit(0)\n", 2, "ended with status 0"),
    "kills itself": ("import os\nos.kill(os.getpid(), 9)\n", 2, "SIGKILL"),
    "kills its server": ("import os, time\nos.kill(os.getppid(), 9), time.sleep(2)\n", 2, "SIGKILL"),
    "crashes": ("import ctypes\nctypes.string_at(0)\n", 2, "SIGSEGV"),
    "aborts": ("import os\nos.abort()\n", 2, "SIGABRT"),
    "interrupts itself": ("x = 1\nraise KeyboardInterrupt\n", 2, "KeyboardInterrupt"),
    "calls itself for ever": ("def f():\n    return f()\nf()\n", 2, "RecursionError"),
    "asks somebody": ("x = 1\ninput()\n", 2, "EOFError"),
    "reads what is not there": ("x = 1\nopen('data.csv')\n", 2, "FileNotFoundError"),
    "needs what is not there": ("x = 1\nimport torch_of_nobody\n", 2, "ModuleNotFoundError"),
    "forks": ("import os\nos.fork()\n", 2, "does not fork"),
    "leaves a thread": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=[60], daemon=True).start()\n", 2, "still runs: join it",
    ),
    "leaves a process": ("import subprocess\nchild = subprocess.Popen(['sleep', '60'])\n", 2, "still runs: wait for it"),
    "fails at its end": ("import atexit\natexit.register(lambda: 1 / 0)\nx = 1\n", 2, "ZeroDivisionError"),
    "warns by itself": ("import warnings\nwarnings.warn('old')\n", 2, "a warning is an error here"),
    "leaves a file open": ("x = 1\nopen('a', 'w')\n", 2, "ResourceWarning"),
    "closes its output": ("import sys\nsys.stdout.close()\n", 2, "closed file"),
    "closes the output of the process": ("import os\nos.close(1)\nprint(1)\n", 3, "Bad file descriptor"),
    "closes everything": ("import os\nos.closerange(0, 100)\nx = 1\n", 2, "ended with status 70"),
    "prints colors": ("x = 1\nprint('\\x1b[31mred')\n", 2, "a character that nobody sees, U+001B"),
    "prints what turns the order": ("x = 1\nprint('\\u202e')\n", 2, "a character that nobody sees, U+202E"),
    "prints no text": ("import sys\nsys.stdout.buffer.write(b'\\xff')\n", 2, "a character that nobody sees, U+FFFD"),
    "prints half a letter": ("x = 1\nprint('\\ud800')\n", 2, "UnicodeEncodeError"),
    "draws what cannot be set": (
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.set_title(r'$\\nosuch$')\nplt.show()\n", 4, "ValueError",
    ),
    "draws an axis upside down": (
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\nax.invert_yaxis()\nplt.show()\n", 5, "from large to small",
    ),
    "writes another number at a tick": (
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.set_xticks([1, 2], ['1', '20'])\nplt.show()\n", 4, "a tick says 20 at 2",
    ),
    "writes to standard error": ("import sys\nprint('oh', file=sys.stderr)\n", 2, "standard error: oh"),
    "fails in a thread": (
        "import threading\ndef f():\n    raise ValueError('late')\nt = threading.Thread(target=f)\nt.start()\nt.join()\n",
        3, "ValueError: late",
    ),
    "seeds nothing": ("import numpy as np\nnp.random.default_rng()\n", 2, "unseeded"),
    "seeds no bit generator": ("import numpy as np\nnp.random.PCG64()\n", 2, "unseeded"),
    "draws from the global generator": ("import numpy as np\nnp.random.rand()\n", 2, "unseeded"),
    "seeds with nothing": ("import numpy as np\nnp.random.default_rng(None)\n", 2, "unseeded"),
    "seeds no sequence": ("import numpy as np\nnp.random.SeedSequence()\n", 2, "unseeded"),
    "seeds no old generator": ("import numpy as np\nnp.random.RandomState().rand()\n", 2, "unseeded"),
    "seeds the global generator": ("import numpy as np\nnp.random.seed(1)\n", 2, "unseeded"),
    "draws from the system's generator": ("import random\nrandom.SystemRandom().random()\n", 2, "unseeded"),
    "draws secrets": ("import secrets\nsecrets.token_bytes()\n", 2, "unseeded"),
    "draws an identity": ("import uuid\nuuid.uuid4()\n", 2, "unseeded"),
    "draws from random": ("import random\nrandom.random()\n", 2, "unseeded"),
    "draws from the system": ("import os\nos.urandom(1)\n", 2, "unseeded"),
}


@pytest.mark.parametrize(("text", "line", "message"), NAMED.values(), ids=NAMED)
def test_a_program_that_goes_wrong_is_named(worker, text, line, message):
    with pytest.raises(Failure) as caught:
        worker.run("snippets/a.py", text)
    assert message in caught.value.message
    assert caught.value.line == line or caught.value.line in (line if isinstance(line, tuple) else ())
    assert worker.run("snippets/a.py", "print(1)\n").output == "1\n"   # the next one is not touched


GOES_TOO_FAR = {
    "hangs": ("x = 1\nwhile x:\n    pass\n", (2, 3), "stopped after 1 s", dict(seconds=1)),
    "sleeps": ("import time\ntime.sleep(60)\n", 2, "stopped after 1 s", dict(seconds=1)),
    "hears no signal": (
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))\nwhile True:\n    pass\n",
        3, "stopped after 1 s", dict(seconds=1),
    ),
    "fills the memory": ("import numpy as np\nx = np.ones(10**9)\n", 2, "more than 0.5 GiB", dict(memory=512 << 20)),
    "fills the disk": ("while True:\n    print('x' * 10**6)\n", (1, 2), "File too large", {}),
}


@pytest.mark.parametrize(("text", "line", "message", "limits"), GOES_TOO_FAR.values(), ids=GOES_TOO_FAR)
def test_a_program_that_goes_too_far_is_stopped(worker, monkeypatch, text, line, message, limits):
    for name, value in limits.items():
        monkeypatch.setattr(worker, name, value)
    test_a_program_that_goes_wrong_is_named(worker, text, line, message)


def test_a_run_has_output_figures_and_values(worker):
    text = (
        "import matplotlib.pyplot as plt\nimport numpy as np\nrng = np.random.default_rng(0)\n"
        "x = rng.normal(size=3)\nnamed = {'a': np.float32(0.5)}\n_private = 1\nfig, ax = plt.subplots()\n"
        "ax.plot(x)\nplt.show()\nprint('done')\n"
    )
    first, second = worker.run("a.py", text), worker.run("a.py", text)
    assert first.output == "done\n"
    assert first.values["named"] == {"a": 0.5}
    assert len(first.values["x"]) == 3
    assert "_private" not in first.values and "rng" not in first.values
    assert first.figures == second.figures and len(first.figures) == 1


def test_programs_share_nothing(worker):
    worker.run("a.py", "import numpy as np\nnp.pi = 3\nwith open('left', 'w') as f:\n    f.write('x')\n")
    run = worker.run("b.py", "import os\nimport numpy as np\nprint(np.pi > 3.1, os.listdir())\n")
    assert run.output == "True []\n"


def test_a_program_may_go_elsewhere_and_end_slowly(worker):
    text = (
        "import atexit, os, threading, time\natexit.register(print, 'the end')\nos.chdir('/')\nx = 4\n"
        "threading.Thread(target=lambda: [time.sleep(0.2), print('late')]).start()\n"
    )
    run = worker.run("a.py", text)
    assert (run.output, run.values) == ("late\nthe end\n", {"x": 4})
    assert not os.path.exists("/result.json")


def test_a_program_sees_nothing_of_who_runs_it(worker, monkeypatch, tmp_path):
    text = "import os\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nprint(sorted(os.environ.items()))\n"
    before = worker.run("a.py", text)
    for name in ("numpy.py", "matplotlib.py", "startup.py", "sitecustomize.py"):
        (tmp_path / name).write_text("raise SystemExit('this was imported')\n")
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 20\n")
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "PYTHONPATH": str(tmp_path), "PYTHONSTARTUP": str(tmp_path / "startup.py"), "MATPLOTLIBRC": str(tmp_path), "PYTHONOPTIMIZE": "2",
        "PYTHONWARNINGS": "ignore", "TZ": "Asia/Tokyo", "LC_ALL": "tr_TR.UTF-8", "OPENBLAS_NUM_THREADS": "7", "ANYTHING": "else",
    }.items():
        monkeypatch.setenv(name, value)
    other = Worker()
    try:
        after = other.run("a.py", text)
    finally:
        other.close()
    assert (after.output, after.figures) == (before.output, before.figures)



def test_a_figure_follows_the_color_scheme_and_says_its_size(worker):
    text = "import matplotlib.pyplot as plt\nplt.figure(figsize=(4.5, 3))\nplt.plot([1, 2], color='k')\n"
    picture = worker.run("a.py", text).figures[0]
    assert "prefers-color-scheme:dark" in picture and "var(--fg)" in picture
    assert "#000000" not in picture and "#ffffff" not in picture
    assert figures.size(picture) == (432, 288)
