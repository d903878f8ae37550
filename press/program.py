"""One program and its run: asks a worker for it, watches time and memory, and names what went wrong."""
import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from press import fences, worker

SECONDS = 30          # a program that runs longer is stopped
MEMORY = 2 << 30      # bytes of resident memory; a program that takes more is stopped
GLANCE = 0.05         # seconds between two looks at a running program
PASSED = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "MPLCONFIGDIR", "XDG_CACHE_HOME")   # variables that a program keeps


@dataclass(frozen=True)
class Run:
    """What a program did: its output, its figures as SVG texts, and the values of its names. seconds: wall time."""

    output: str
    figures: list
    values: dict
    seconds: float


@dataclass(unsafe_hash=True)
class Failure(Exception):
    """Why a program has no run, and the line of the program at which that shows."""

    name: str
    line: int
    message: str

    def __str__(self):
        return f"{self.name}:{self.line}: {self.message}"


def environment():
    """The variables that a program sees: few, one BLAS thread, fixed hashes, so that the same text gives the same run."""
    passed = {name: os.environ[name] for name in PASSED if name in os.environ}
    fixed = {"PYTHONHASHSEED": "0", "PYTHONOPTIMIZE": "", "MPLBACKEND": "agg", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    fixed |= {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL", "BLIS", "VECLIB_MAXIMUM")}
    return passed | fixed


class Worker:
    """Runs programs, one after another. Not to be shared by threads."""

    def __init__(self, seconds=SECONDS, memory=MEMORY, **variables):
        self.seconds, self.memory, self.variables = seconds, memory, variables
        self._server = None

    def run(self, name, text, processor=None, draw=True):
        """The Run of the program `text`, or a Failure is raised.

        name: the file it stands in, for messages. processor: seconds of processor time that it has; they pass alike on a
        busy machine and on an idle one. draw: whether its figures are wanted; they are most of the time of many a program.
        """
        self._start()
        with tempfile.TemporaryDirectory(prefix="press-") as folder:
            started = time.monotonic()
            request = dict(name=name, text=text, folder=folder, seconds=self.seconds, processor=processor, draw=draw)
            try:
                stopped, status = self._supervise(request)
            except (OSError, ValueError):
                self.close()
                raise Failure(name, 1, "its worker process was ended from outside") from None
            return _read(Path(folder), name, stopped, status, time.monotonic() - started)

    def close(self):
        """Stop the server. It starts again when it is needed."""
        if self._server:
            self._server.communicate()
            self._server = None

    def _start(self):
        if self._server is not None and self._server.poll() is not None:
            self.close()
        if self._server is None:
            self._server = subprocess.Popen(
                [sys.executable, "-P", "-s", worker.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                bufsize=0,                # unbuffered, so that select sees every line
                start_new_session=True,   # Ctrl-C is for the press, which ends its workers
                env=environment() | self.variables,
            )
            if self._server.stdout.readline() != b"ready\n":
                self.close()
                raise Failure("press/worker.py", 1, "the worker process did not start; its message stands above")
        return self._server

    def _supervise(self, request):
        """Have one request served. Returns (why it was stopped, or None; its wait status)."""
        server = self._start()
        server.stdin.write(json.dumps(request).encode() + b"\n")
        number = int(server.stdout.readline())
        deadline = time.monotonic() + self.seconds
        stopped = None
        try:
            process = psutil.Process(number)
            while not select.select([server.stdout], [], [], GLANCE)[0]:
                if stopped is None:
                    if time.monotonic() > deadline:
                        stopped = f"stopped after {self.seconds} s"
                    elif _resident(process) > self.memory:
                        stopped = f"stopped when it held more than {self.memory / 2**30:g} GiB of memory"
                    if stopped:
                        process.send_signal(signal.SIGUSR1)   # it writes down where it is
                        time.sleep(GLANCE)
                        process.kill()
        except psutil.NoSuchProcess:
            pass   # it has ended
        finally:
            _end_group(number)
        status = server.stdout.readline()
        if not status:   # the program ended its server as well
            self._server.wait()
            status = signal.SIGKILL
        return stopped, int(status)


def _resident(process):
    """Bytes of memory that a process and its children hold."""
    total = 0
    for member in (process, *process.children(recursive=True)):
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            pass
    return total


def _end_group(number):
    """End whatever the program started and left behind."""
    try:
        os.killpg(number, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def _read(folder, name, stopped, status, seconds):
    """The Run that a program wrote down, or the Failure that its traces tell of."""
    def trace(file):
        path = folder / file
        return path.read_text(errors="replace") if path.exists() else ""

    def fail(line, message):
        raise Failure(name, int(line or trace("progress") or 1), message)

    try:
        result = json.loads(trace("result.json"))
    except ValueError:
        at = re.search(rf'File "{re.escape(name)}", line (\d+)', trace("traceback"))
        if not stopped and os.WIFSIGNALED(status):
            stopped = f"killed by {signal.Signals(os.WTERMSIG(status)).name}"
        fail(at and at[1], stopped or f"the process ended with status {os.waitstatus_to_exitcode(status)}")
    if "error" in result:
        fail(result["line"], result["error"])
    if text := trace("stderr").strip():
        fail(None, f"it wrote to standard error: {text.splitlines()[-1]}")
    if odd := fences.ODD.search(trace("stdout")):
        fail(None, f"it prints a character that nobody sees, U+{ord(odd[0]):04X}")
    return Run(trace("stdout"), result["figures"], result["values"], seconds)
