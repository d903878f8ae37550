"""A program is run alone, and what goes wrong in it is named with its line."""
import pytest

from press import figures
from press.program import Failure, Worker


@pytest.fixture(scope="module")
def worker():
    worker = Worker(seconds=3, memory=512 << 20)
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
    "hangs": ("x = 1\nwhile x:\n    pass\n", 2, "stopped after 3 s"),
    "sleeps": ("import time\ntime.sleep(60)\n", 2, "stopped after 3 s"),
    "kills itself": ("import os\nos.kill(os.getpid(), 9)\n", 2, "SIGKILL"),
    "kills its server": ("import os, time\nos.kill(os.getppid(), 9), time.sleep(2)\n", 2, "SIGKILL"),
    "crashes": ("import ctypes\nctypes.string_at(0)\n", 2, "SIGSEGV"),
    "fills the memory": ("import numpy as np\nx = np.ones(10**9)\n", 2, "more than 0.5 GiB"),
    "fills the disk": ("while True:\n    print('x' * 10**6)\n", (1, 2), "File too large"),
    "writes to standard error": ("import sys\nprint('oh', file=sys.stderr)\n", 2, "standard error: oh"),
    "fails in a thread": (
        "import threading\ndef f():\n    raise ValueError('late')\nt = threading.Thread(target=f)\nt.start()\nt.join()\n",
        3, "ValueError: late",
    ),
    "seeds nothing": ("import numpy as np\nnp.random.default_rng()\n", 2, "unseeded"),
    "seeds no bit generator": ("import numpy as np\nnp.random.PCG64()\n", 2, "unseeded"),
    "draws from the global generator": ("import numpy as np\nnp.random.rand()\n", 2, "unseeded"),
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


def test_a_figure_follows_the_color_scheme_and_says_its_size(worker):
    text = "import matplotlib.pyplot as plt\nplt.figure(figsize=(4.5, 3))\nplt.plot([1, 2], color='k')\n"
    picture = worker.run("a.py", text).figures[0]
    assert "prefers-color-scheme:dark" in picture and "var(--fg)" in picture
    assert "#000000" not in picture and "#ffffff" not in picture
    assert figures.size(picture) == (432, 288)
