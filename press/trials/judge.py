"""Runs a chapter's tests against a changed listing, each time in a process of its own.

`python -m press.trials.judge tests/part/test_chapter.py` collects the tests once and forks for every request, a line
of JSON. The answer is a line too: the exit status, or minus the signal, and the seconds of processor time.
"""
import contextlib
import io
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile

from press.book.sources import Problem, test_file
from press.run.runner import environment

ASLEEP = 120   # seconds after which tests are ended that use no processor time


class Judge:
    """Runs the tests of one chapter after another. Not to be shared by threads."""

    def __init__(self, root):
        self._root, self._file, self._server = root, "", None

    def passes(self, listing, text, tests, processor):
        """Whether tests, by name, pass with a text in the place of a listing, and their seconds of processor time.

        processor: the seconds they have. Raises TimeoutError where they are stopped, Problem where they cannot be run.
        """
        self._serve(test_file(listing.chapter))
        with tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            request = {"instead": {listing.path.removesuffix(".py"): file.name}, "tests": tests, "processor": processor}
            with contextlib.suppress(BrokenPipeError):   # it has ended, and does not answer
                self._server.stdin.write(json.dumps(request).encode() + b"\n")
            answer = self._server.stdout.readline()
        status, seconds = json.loads(answer or "[2, 0]")
        if status < 0:
            raise TimeoutError(f"stopped by {signal.Signals(-status).name} after {seconds:.0f} s of processor time")
        if status > 1:
            self.close()
            raise Problem(test_file(listing.chapter), 1, f"pytest cannot run {', '.join(tests)}")
        return status == 0, seconds

    def _serve(self, file):
        """Have a server for a file of tests."""
        if file != self._file:
            self.close()
            self._file = file
            self._server = subprocess.Popen(
                [sys.executable, "-P", "-m", "press.trials.judge", file], cwd=self._root, env=environment(),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
                start_new_session=True,   # Ctrl-C is for the press, which ends it
            )

    def close(self):
        """End the server and the tests that it runs."""
        if self._server:
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.communicate()
            self._file, self._server = "", None


def serve(file):
    """Answer requests until standard input ends."""
    import matplotlib
    import pytest

    matplotlib.use("agg")
    options = ["-p", "no:cacheprovider", "-o", "addopts="]
    said, null = io.StringIO(), os.open(os.devnull, os.O_WRONLY)
    with contextlib.redirect_stdout(said):
        failed = pytest.main(["--collect-only", "-q", *options, file])
    if failed:
        sys.exit(said.getvalue())
    for line in sys.stdin:
        request = json.loads(line)
        process = os.fork()
        if process == 0:
            status = 2
            try:
                for stream in 1, 2:   # what tests say of mutants is for nobody
                    os.dup2(null, stream)
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                resource.setrlimit(resource.RLIMIT_CPU, (request["processor"], request["processor"]))
                signal.alarm(ASLEEP)
                os.environ["INSTEAD"] = json.dumps(request["instead"])   # see tests/conftest.py
                tests = [f"{file}::{test}" for test in request["tests"]]
                status = pytest.main(["-x", "-qq", "--tb=no", *options, *tests])
            finally:
                os._exit(status)
        _, status, usage = os.wait4(process, 0)
        print(json.dumps([os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime]), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
