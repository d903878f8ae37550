"""One program and its run: asks a server for it, which runs it in a process of its own."""
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from press.book.sources import Problem

VERSION = 5       # raised by hand when a run would come out otherwise
SECONDS = 30      # a program that runs longer is stopped
MEMORY = 2 << 30  # bytes that a program may have, where the system can tell (Linux)
PASSED = ("PATH", "HOME", "LD_LIBRARY_PATH", "MPLCONFIGDIR", "XDG_CACHE_HOME")   # what a program sees of ours


@dataclass(frozen=True)
class Run:
    """What a program did."""

    output: str             # what it printed
    figures: list           # as SVG texts, in the order in which it showed them
    values: dict            # {name: value as JSON knows it}
    unkept: dict            # {name: why its value is not kept}
    seconds: float          # wall time
    processor: float        # seconds of processor time
    environment: str = ""   # what it ran with, for readers, where that is not this environment


class Failure(Problem):
    """Why a program has no run, and the line at which that shows."""


@cache
def versions():
    """What a run depends on besides the program: {name: version}."""
    libraries = {name: version(name) for name in ("numpy", "matplotlib", "contourpy", "kiwisolver")}
    return {"python": platform.python_version()} | libraries | {"runner": str(VERSION)}


def environment():
    """The variables that a program sees: few, one BLAS thread, fixed hashes, so that one text gives one run."""
    passed = {name: os.environ[name] for name in PASSED if name in os.environ}
    python = {"PYTHONHASHSEED": "0", "PYTHONOPTIMIZE": "", "PYTHONUTF8": "1", "TMPDIR": tempfile.gettempdir()}
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL", "BLIS", "VECLIB_MAXIMUM")}
    return passed | python | threads | {"MPLBACKEND": "agg", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class Runner:
    """Runs programs, one after another, for one thread.

    seconds, memory in bytes: what each program has. variables: of its environment, besides `environment()`.
    """

    def __init__(self, seconds=SECONDS, memory=MEMORY, **variables):
        self.seconds, self.memory, self.variables = seconds, memory, variables
        self._server = None

    def run(self, name, text, processor=None, draw=True, wanted=lambda: True):
        """The Run of the program `text`, or a Failure is raised.

        name: the file it is in, for messages. processor: seconds of processor time that it has, a whole number, which
        pass alike on a busy machine and an idle one. draw: whether its figures are wanted, often most of the work.
        wanted: asked just before it begins; where it says no, nothing runs, as if it were stopped at once.
        """
        server = self._server = self._server or subprocess.Popen(
            [sys.executable, "-P", "-s", Path(__file__).with_name("server.py")], encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment() | self.variables,
            start_new_session=True,   # Ctrl-C is for the press, which ends its servers
        )
        limits = {"seconds": self.seconds, "memory": self.memory, "processor": processor}
        answer = {}
        with suppress(OSError, ValueError):   # where it ends meanwhile
            if wanted():
                print(json.dumps({"name": name, "text": text, "draw": draw} | limits), file=server.stdin, flush=True)
                answer = json.loads(server.stdout.readline())
            else:
                self.close()
        if self._server is not server:
            raise Failure(name, 1, "it was stopped")
        if not answer:
            self.close()
            raise Failure(name, 1, "its server ended: its message stands above, or memory is short: try again")
        if "failure" in answer:
            line, why = answer["failure"]
            raise Failure(name, line or text.count("\n") or 1, why)
        return Run(**answer)

    def close(self):
        """End the program that runs now: its run() raises a Failure. The next has another server. From any thread."""
        server, self._server = self._server, None
        if server:
            with suppress(OSError):
                server.stdin.close()
            try:
                server.wait(1)
            except subprocess.TimeoutExpired:   # it has not begun to listen
                server.kill()
                server.wait()
            server.stdout.close()


class Runners(ThreadPoolExecutor):
    """Threads, as many as there are cores, each with a Runner of its own. options: of these."""

    def __init__(self, threads=None, **options):
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        self._options, self._made, self._own = options, [], threading.local()
        super().__init__(threads or cores, "press", self._equip)

    def _equip(self):
        self._own.runner = Runner(**self._options)
        self._made.append(self._own.runner)

    @property
    def runner(self):
        """The Runner of the thread that asks."""
        return self._own.runner

    def close(self):
        """End what runs, and begin nothing more. From any other thread."""
        self.shutdown(wait=False, cancel_futures=True)
        for runner in self._made:
            runner.close()
        self.shutdown()
