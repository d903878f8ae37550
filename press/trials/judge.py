"""Runs a chapter's tests against a changed listing, each time in a process of its own that has its imports behind it."""
import json
import os
import resource
import signal
import sys
import tempfile
from multiprocessing import get_context

from press.book.sources import Problem, test_file

ASLEEP = 120   # seconds after which tests are ended that use no processor time

_forks = get_context("forkserver")
_forks.set_forkserver_preload(["press.trials.judge", "matplotlib.pyplot", "pytest", "scipy.stats", "sympy"])


class Judge:
    """Runs tests, for several threads."""

    def __init__(self, root):
        self._root, self._running = root, set()

    def passes(self, listing, text, tests, processor):
        """Whether tests, by name, pass with a text in the place of a listing, and their seconds of processor time.

        processor: the seconds they have; where they are stopped, they did not pass. Raises Problem where they cannot be run.
        """
        file, (reader, writer) = test_file(listing.chapter), _forks.Pipe(duplex=False)
        with reader, writer, tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as changed, \
                tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="replace") as said:
            changed.write(text)
            changed.flush()
            instead, named = {listing.path.removesuffix(".py"): changed.name}, [f"{file}::{test}" for test in tests]
            options = self._root, instead, named, processor, said.name, writer
            process = _forks.Process(target=_judge, args=options)
            process.start()
            self._running.add(process)
            process.join()
            self._running.discard(process)
            if process.exitcode > 1:
                raise Problem(file, 1, f"pytest cannot run {', '.join(tests)}: {said.read().strip()}")
            return process.exitcode == 0, reader.recv() if process.exitcode == 0 else 0

    def close(self):
        """End the tests that run."""
        for process in self._running.copy():
            process.kill()


def _judge(root, instead, tests, processor, said, writer):
    """Run tests, send the seconds of processor time that they took, and end with the exit status of pytest."""
    import matplotlib
    import pytest

    os.chdir(root)
    for stream in 1, 2:
        os.dup2(os.open(said, os.O_WRONLY | os.O_APPEND), stream)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))
    signal.alarm(ASLEEP)
    matplotlib.use("agg")
    os.environ["INSTEAD"] = json.dumps(instead)   # see tests/ran.py
    status = pytest.main(["-x", "-qq", "--tb=line", "-p", "no:cacheprovider", "-o", "addopts=", *tests])
    used = resource.getrusage(resource.RUSAGE_SELF)
    writer.send(used.ru_utime + used.ru_stime)
    sys.exit(int(status))
