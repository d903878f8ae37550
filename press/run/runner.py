"""One program and its run: asks a server for it, and names what went wrong."""
import contextlib
import json
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from press.book.sources import Problem
from press.run import sandbox, server

VERSION = 1           # raised by hand when a run would come out otherwise
SECONDS = 30          # a program that runs longer is stopped
MEMORY = 2 << 30      # bytes that a program may have, where the system can tell (Linux)
PASSED = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "MPLCONFIGDIR", "XDG_CACHE_HOME")   # what a program sees of ours

_ROOM = "make room in {}, or name another folder for temporary files in TMPDIR"


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
    """Why a program has no run, and the line at which that shows. late: whether it is its time that ended it."""

    def __init__(self, path, line, message, late=False):
        super().__init__(path, line, message)
        self.late = late


@cache
def versions():
    """What a run depends on besides the program: {name: version}."""
    libraries = {name: version(name) for name in ("numpy", "matplotlib", "contourpy", "kiwisolver")}
    return {"python": platform.python_version()} | libraries | {"runner": str(VERSION)}


def environment():
    """The variables that a program sees: few, one BLAS thread, fixed hashes, so that one text gives one run."""
    passed = {name: os.environ[name] for name in PASSED if name in os.environ}
    python = {"PYTHONHASHSEED": "0", "PYTHONOPTIMIZE": "", "PYTHONUTF8": "1"}
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL", "BLIS", "VECLIB_MAXIMUM")}
    return passed | python | threads | {"MPLBACKEND": "agg", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class Runner:
    """Runs programs, one after another. Threads that share one wait for each other.

    seconds, memory in bytes: what each program has. variables: of its environment, besides `environment()`.
    """

    def __init__(self, seconds=SECONDS, memory=MEMORY, **variables):
        self.seconds, self.memory, self.variables = seconds, memory, variables
        self._turn = threading.Lock()    # held while a program runs
        self._state = threading.Lock()   # held for a moment, to look at what follows or to change it
        self._server, self._running, self._stopped = None, False, False

    def run(self, name, text, processor=None, draw=True, wanted=lambda: True):
        """The Run of the program `text`, or a Failure is raised.

        name: the file it is in, for messages. processor: seconds of processor time that it has, a whole number, which
        pass alike on a busy machine and an idle one. draw: whether its figures are wanted, often most of the work.
        wanted: asked just before it begins; where it says no, nothing runs, as if it were stopped at once.
        """
        with self._turn:
            try:
                with tempfile.TemporaryDirectory(prefix="press-", ignore_cleanup_errors=True) as folder:
                    self._start(name)
                    Path(folder, server.PROGRAM).write_bytes(text.encode())
                    request = {
                        "name": name, "folder": folder, "draw": draw,
                        "seconds": self.seconds, "memory": self.memory, "processor": processor,
                    }
                    started = time.monotonic()
                    answer = self._answer(request, wanted)
                    seconds, stopped = time.monotonic() - started, self._stopped
                    if not answer and not stopped:
                        self.close()   # what is left of a server
                    return _read(Path(folder), request, stopped, answer, seconds)
            except OSError as error:
                raise Failure(name, 1, f"it cannot be run: {error}: {_ROOM.format(tempfile.tempdir)}") from None

    def stop(self):
        """End the program that runs now, if one does: its run() raises a Failure. From any thread."""
        with self._state:
            if self._running and self._server:
                self._stopped = True
                with contextlib.suppress(OSError):
                    _send(self._server, b"")

    def close(self):
        """End the program that runs now, and the server, which starts again when it is needed. From any thread."""
        with self._state:
            server, self._server, self._stopped = self._server, None, True
        if server:
            with contextlib.suppress(OSError):
                server.stdin.close()
            try:
                server.wait(1)
            except subprocess.TimeoutExpired:   # it has not begun to listen
                server.kill()
                server.wait()
            server.stdout.close()

    def _start(self, name):
        """Have a server that is ready."""
        if self._server and self._server.poll() is not None:
            self.close()
        with self._state:
            if self._server:
                return
            self._server = new = subprocess.Popen(
                [sys.executable, "-P", "-s", server.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                start_new_session=True,   # Ctrl-C is for the press, which ends its servers
                env=environment() | self.variables,
            )
        if new.stdout.readline() != b"ready\n":
            self.close()
            raise Failure(name, 1, "Python with NumPy and Matplotlib does not start; its message stands above")

    def _answer(self, request, wanted):
        """What the server says of a program when that has ended; {} where it says nothing."""
        with self._state:
            asked, self._stopped = self._server, not (self._server and wanted())
            if self._stopped:
                return {}
            self._running = True
            with contextlib.suppress(OSError):   # where it has ended, it does not answer
                _send(asked, json.dumps(request).encode())
        try:
            return json.loads(asked.stdout.readline())
        except ValueError:   # nothing, or half an answer, or closed
            return {}
        finally:
            with self._state:
                self._running = False


def _send(server, line):
    server.stdin.write(line + b"\n")
    server.stdin.flush()


def _read(folder, request, stopped, answer, seconds):
    """The Run that a program wrote down, or the Failure that its traces tell of."""
    def text(file):
        path = folder / file
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def fail(line, message, late=False):
        raise Failure(request["name"], line or text(server.PROGRAM).count("\n") or 1, message, late)

    if stopped:
        fail(1, "it was stopped")
    if not answer:
        fail(1, "its server was ended from outside, as the system does where memory is short: try again")
    try:
        result = json.loads(text("result.json"))
    except ValueError:
        status = os.waitstatus_to_exitcode(answer["status"])
        fail(*_ended(folder, request, status, text("trace"), seconds))
    if "error" in result:
        fail(result["line"], result["error"])
    output = text("stdout")
    if wrong := sandbox.unfit(output, output.count("\n"), len(output.encode())):   # written past sys.stdout
        fail(None, wrong)
    return Run(output, result["figures"], result["values"], result["unkept"], seconds, answer["processor"])


def _ended(folder, request, status, trace, seconds):
    """(line or None, message, whether it was late) of a program that could not say itself why it ended."""
    own = trace.rpartition("hread 0x")[2]   # the frames of the main thread are the last
    at = rf'File "{re.escape(request["name"])}", line (\d+)'
    found = re.search(at, own) or re.search(at, trace)
    line = int(found[1]) if found else None
    if trace.startswith("Timeout") or seconds > request["seconds"]:
        return line, f"stopped after {request['seconds']} s: have it do less", True
    if status == -signal.SIGXCPU:
        return line, f"stopped after {request['processor']} s of processor time: have it do less", True
    if status < 0:
        cause = "a library failed, or the system ended it, as it does where memory is short"
        return line, f"ended by {signal.Signals(-status).name}: {cause}", False
    if status == server.UNWRITTEN:
        return line, f"what it did could not be written down: {_ROOM.format(folder.parent)}", False
    return line, f"it ends itself, with status {status}, before its last line", False
