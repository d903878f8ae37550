"""The process of one program: runs it as Python would, and refuses at its line what no page can show or repeat.

It may not draw unseeded numbers, start processes, warn, or print without end. The first thing that goes wrong ends
the process, so that nothing in the program can hide it.
"""
import atexit
import codecs
import gc
import io
import json
import linecache
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import threading
import traceback
import types
import warnings
from unicodedata import category

LINES, BYTES = 400, 40_000   # of a program's output
LARGEST = 25_000             # characters of a value that is kept, as JSON

_STARTS = "a listing may not start processes: what they print would not be shown, and nobody would end them"
_REFUSED = dict.fromkeys(("os.kill", "os.killpg", "signal.pthread_kill"), "a listing may not send signals to processes")
_REFUSED |= dict.fromkeys(("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"), _STARTS)
_REFUSED["subprocess.Popen"] = _STARTS
_ENDS = "the program ends itself before its last line"
_SEED = "draws unseeded numbers: use rng = np.random.default_rng(<seed>)"
_exit = os._exit


def unfit(text, lines, size):
    """Why a text that a program prints cannot be on a page, or "". lines, size (bytes): of the output up to its end."""
    if lines > LINES or size > BYTES:
        return f"it prints more than {LINES} lines or {BYTES:,} bytes: print less, every tenth step or a summary"
    if "\r" in text:
        return "it prints a carriage return: a terminal would write over the line, a page cannot; print its last state"
    for sign in text:
        if sign not in "\n\t" and (category(sign) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") or sign == "\ufffd"):
            return f"it prints U+{ord(sign):04X}, which a terminal obeys or nobody sees: print plain text, in UTF-8"
    return ""


def complaint(text, *_):
    """What is wrong with a text on standard error, or ""."""
    return text.strip() and f"it writes to standard error, which no page shows: {text.strip()}"


class Program:
    """The one program of this process.

    name: the file that it says it is. draw: whether its figures are wanted. answer: the file in which it stands at the
    end what it did, {"figures", "values", "unkept"} or {"failure": [line or None, message]}.
    """

    def __init__(self, name, text, draw, answer):
        self.name, self.text, self.draw, self.answer = name, text, draw, answer
        self.figures, self._ending = [], threading.RLock()

    def run(self):
        """Run it to its end, and end the process."""
        sys.unraisablehook = lambda what: self._fail(what.exc_value)
        threading.excepthook = lambda what: what.exc_type is SystemExit or self._fail(what.exc_value)
        atexit.unregister(shutil.rmtree)   # of folders of the server's
        linecache.cache[self.name] = len(self.text), None, self.text.splitlines(keepends=True), self.name
        sys.argv = [self.name]
        module = sys.modules["__main__"] = types.ModuleType("__main__")
        module.__file__ = self.name
        warnings.simplefilter("error")
        try:
            code = compile(self.text, self.name, "exec", dont_inherit=True, optimize=0)
            self._watch()
            exec(code, module.__dict__)
            self._show()
            threading._shutdown()     # as the interpreter does at its end: it ends executors, waits for threads,
            atexit._run_exitfuncs()   # calls what the program asked for, and lets go of what the program holds
            values, unkept = kept(vars(module).copy())
            warnings.simplefilter("ignore", ResourceWarning)   # its files are closed now
            del module, sys.modules["__main__"]
            gc.collect()
            for stream in sys.stdout, sys.stderr:
                if stream and not getattr(stream, "closed", False):
                    stream.flush()
        except BaseException as error:
            self._fail(error)
        self._end(figures=self.figures, values=values, unkept=unkept)

    def refuse(self, message):
        """End the program at the line at which this thread is."""
        lines = (line for frame, line in traceback.walk_stack(None) if frame.f_code.co_filename == self.name)
        self._end(failure=[next(lines, None), message])

    def _watch(self):
        """From here on, refuse what it may not do, and take its figures."""
        import _posixsubprocess

        import matplotlib.pyplot as plt
        import numpy as np

        def refusal(message):
            return lambda *args, **kwargs: self.refuse(message)

        plt.show = self._show
        sys.addaudithook(lambda event, args: event in _REFUSED and self.refuse(_REFUSED[event]))
        _posixsubprocess.fork_exec = refusal(_STARTS)   # which no audit hook is told of
        os._exit = refusal(_ENDS)
        for module in random, np.random:   # the generators that the whole process shares
            for name in set(module.__all__) - {"default_rng"}:
                if not isinstance(getattr(module, name), type):
                    setattr(module, name, refusal(f"{module.__name__}.{name} {_SEED}"))
        seed, unseeded = random.Random.seed, refusal(f"a generator without a seed {_SEED}")
        random.Random.seed = lambda self, a=None, version=2: unseeded() if a is None else seed(self, a, version)
        tempfile._Random = random.SystemRandom        # for the names of its files
        random.SystemRandom = unseeded                # not that of secrets, which has its own
        np.random.bit_generator.randbits = unseeded   # the entropy of all of NumPy's generators
        # Unbuffered, as that of `python -u`, so that each line that prints is looked at by itself.
        sys.stdout = sys.__stdout__ = io.TextIOWrapper(_Stream(self, 1, unfit), "utf-8", write_through=True)
        sys.stderr = sys.__stderr__ = io.TextIOWrapper(_Stream(self, 2, complaint), "utf-8", line_buffering=True)
        sys.stdout.mode = sys.stderr.mode = "w"

    def _show(self, *args, **kwargs):
        """Take the open figures, as a notebook does: what is drawn later goes into another."""
        import matplotlib.pyplot as plt

        from press.run import figures

        for number in plt.get_fignums() if self.draw else ():
            try:
                self.figures.append(figures.svg(plt.figure(number)))
            except figures.Unfit as error:
                self.refuse(f"figure {len(self.figures) + 1} {error}")
        plt.close("all")

    def _fail(self, error):
        """End the program for what was raised, with its line and where it can be said, what to do."""
        frames = [frame for frame in traceback.walk_tb(error.__traceback__) if frame[0].f_code.co_filename == self.name]
        frame, line = frames[-1] if frames else (None, None)
        message = "".join(traceback.format_exception_only(error)).strip()
        if isinstance(error, SyntaxError) and error.filename == self.name:
            line, message = error.lineno or 1, f"{type(error).__name__}: {error.msg}"
        elif isinstance(error, SystemExit):
            message = f"{_ENDS}: {message}"
        elif isinstance(error, Warning):
            message = f"a warning is an error here: {message}"
        elif isinstance(error, MemoryError):
            message += f": it needs more than {resource.getrlimit(resource.RLIMIT_DATA)[0] / 2**30:g} GiB"
        elif isinstance(error, AssertionError) and frame:
            statement, scope = linecache.getline(self.name, line).strip(), frame.f_globals | frame.f_locals
            named = {word: scope.get(word) for word in re.findall(r"\w+", statement)}
            numbers = [
                f"\n    {word} = {value}" for word, value in named.items()
                if isinstance(value, int | float) and not abs(value) > 1e15
            ]
            message += f" {statement}{''.join(numbers)}"
        self._end(failure=[line, message])

    def _end(self, **answer):
        with self._ending:   # for the first thread that comes here
            try:
                limit("DATA", sys.maxsize)
                self.answer.write(json.dumps(answer).encode())
                self.answer.flush()
            finally:
                _exit(0)


class _Stream(io.FileIO):
    """A standard stream; what is written is looked at before it is let through."""

    def __init__(self, program, number, wrong):
        super().__init__(number, "w", closefd=False)
        self.name = "<stdout>" if number == 1 else "<stderr>"
        self._program, self._wrong, self._lines, self._size = program, wrong, 0, 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, data):
        text = self._decoder.decode(bytes(data))
        self._lines, self._size = self._lines + text.count("\n"), self._size + len(data)
        if wrong := self._wrong(text, self._lines, self._size):
            self._program.refuse(wrong)
        return super().write(data)


def kept(names):
    """({name: value}, {name: why it is not kept}) of a program's names but for those that begin with _."""
    values, unkept = {}, {}
    for name in [name for name in names if not name.startswith("_")]:
        try:
            value = _plain(names[name])
            if len(json.dumps(value)) > LARGEST:
                raise ValueError(f"it has more than {LARGEST} characters")
            values[name] = value
        except Exception as error:   # a value may be anything
            unkept[name] = str(error) or type(error).__name__
    return values, unkept


def _plain(value):
    """A value as JSON knows it. Raises ValueError, and what such a value may raise."""
    import numpy as np

    if isinstance(value, np.generic | np.ndarray) and value.dtype.kind in "biufU" and value.dtype != np.longdouble:
        value = value.tolist() if value.size < LARGEST else value
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple) and len(value) < LARGEST:
        return [_plain(item) for item in value]
    if isinstance(value, dict) and len(value) < LARGEST:
        return {str(key): _plain(item) for key, item in value.items()}
    raise ValueError(f"it is no number, no text and no small collection of these, but a {type(value).__name__}")


def ended(name, said, status, seconds, processor=None):
    """[line or None, message] of a program that could not tell why it ended.

    said: its standard error, with the trace of faulthandler. status: its exit status, or minus the signal.
    """
    at = rf'File "{re.escape(name)}", line (\d+)'
    found = re.search(at, said.rpartition("hread 0x")[2]) or re.search(at, said)   # the main thread is the last
    line = int(found[1]) if found else None
    if "Timeout (" in said or status == -signal.SIGXCPU:
        after = f"{processor} s of processor time" if status == -signal.SIGXCPU else f"{seconds} s"
        return [line, f"stopped after {after}: have it do less"]
    if status < 0:
        cause = "a library failed, or the system ended it, as it does where memory is short"
        return [line, f"ended by {signal.Signals(-status).name}: {cause}"]
    return [line, f"it ends itself before its last line, with status {status}"]


def limit(name, value):
    """Set a limit of the system; where that allows less, to what it allows."""
    kind = getattr(resource, f"RLIMIT_{name}")
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
