"""Runs a chapter's tests against a changed listing or a changed expression, each time in a process of its own.

`python -m press.judge tests/part/test_chapter.py` collects the tests once and then forks for every request: a JSON line with
the names of tests, the listing and the file that stands in for it. The answer is a line, pytest's exit status. For the
listing, the file of tests itself can stand: then its tests are those of the file that stands in for it.
"""
import ast
import json
import os
import re
import resource
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

from press import fences, program

ASLEEP = 300   # seconds after which tests are ended that use no processor time


class Judge:
    """The tests of one chapter, ready to run. Not to be shared by threads."""

    def __init__(self, root, chapter):
        self.root, self.chapter = Path(root), chapter
        self._server = None

    def verdict(self, listing, text, tests, processor):
        """Whether these tests, by name, pass with `text` in the place of a listing: 0 if they do, 1 if one fails or does not end.

        processor: seconds of processor time that they have.

        Raises RuntimeError where the tests cannot be run at all.
        """
        import tempfile

        if self._server is None:
            command = [sys.executable, "-P", "-m", "press.judge", test_file(self.chapter)]
            self._server = subprocess.Popen(
                command, cwd=self.root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True,
                env=program.environment(),
            )
        with tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            request = {"tests": tests, "listing": listing.removesuffix(".py"), "file": file.name, "processor": processor}
            self._server.stdin.write(json.dumps(request).encode() + b"\n")
            answer = self._server.stdout.readline()
        if not answer:
            self.close()
            raise RuntimeError(f"{test_file(self.chapter)} cannot be run; its message stands above")
        status = int(answer)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) not in (0, 1):
            raise RuntimeError(f"{test_file(self.chapter)}: pytest ended with status {os.WEXITSTATUS(status)} for {tests}")
        return int(status != 0)

    def close(self):
        """Stop the server."""
        if self._server:
            self._server.communicate()
            self._server = None


def test_file(chapter):
    """Where the tests of a chapter stand."""
    part, name = chapter.split("/")
    return f"tests/{part}/test_{name}.py"


_parse = cache(ast.parse)


def parsed(root, chapter):
    """The tests of a chapter, as a tree. Raises OSError, fences.Unreadable and SyntaxError."""
    path = test_file(chapter)
    return _parse(fences.text(path, root), path)


def tests(root, listing):
    """The tests that run a listing: {name: source}. What is no test in the file is under the name ''.

    Raises OSError, fences.Unreadable and SyntaxError where the chapter has no tests that can be read.
    """
    quoted = f"'{listing.removesuffix('.py')}'"
    found = _sources(parsed(root, os.path.dirname(listing)))
    return {name: source for name, source in found.items() if not name or quoted in source}


def named(root, chapter, names):
    """The tests of a chapter that have these names, like `tests`."""
    return {name: source for name, source in _sources(parsed(root, chapter)).items() if not name or name in names}


@cache
def _sources(tree):
    found, rest = {}, []
    for node in tree.body:
        source = ast.unparse(node)
        if not re.match(r"(?:@.*\n)*def test_", source):
            rest.append(source)
        else:
            found[node.name] = source
    return found | {"": "\n".join(rest)}


def serve(file):
    """Answer requests until standard input ends."""
    import matplotlib
    import pytest

    matplotlib.use("agg")
    answers, errors = os.dup(1), os.dup(2)
    for stream in 1, 2:   # what the tests say of mutants is for nobody
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    if pytest.main(["--collect-only", "-p", "no:cacheprovider", file]):
        os.dup2(errors, 1)
        sys.exit(pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", file]))
    for line in sys.stdin:
        request = json.loads(line)
        process = os.fork()
        if process == 0:
            code = 2
            try:
                os.setsid()
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                resource.setrlimit(resource.RLIMIT_CPU, (request["processor"], request["processor"]))
                signal.alarm(ASLEEP)
                os.environ["INSTEAD"] = json.dumps({request["listing"]: request["file"]})
                if request["listing"] == file.removesuffix(".py"):
                    _put(file, request["file"])
                names = [f"{file}::{test}" for test in request["tests"]]
                code = pytest.main(["-x", "-qq", "--no-header", "--tb=no", "-p", "no:cacheprovider", *names])
            finally:
                os._exit(code)
        os.write(answers, b"%d\n" % os.waitpid(process, 0)[1])


def _put(file, other):
    """Put the tests of another file in the place of those that were collected. An error in it ends the process with 1."""
    try:
        exec(compile(Path(other).read_text(encoding="utf-8"), file, "exec"), vars(sys.modules[Path(file).stem]))
    except Exception:
        os._exit(1)


if __name__ == "__main__":
    serve(sys.argv[1])
