"""What a program may not do: draw unseeded numbers, start processes, print without end, or what a page cannot show.

It is refused at its line. The refusal is noted, too, so that a program that catches it has no run all the same.
"""
import codecs
import io
import re
import sys

LINES, BYTES = 400, 40_000   # of a program's output

# Control characters but for the ends of lines and tabs; what has no width, turns the order, or is for private use.
_UNSEEN = re.compile(
    "[^\n\t -~\xa0-\xac\xae-\u200a\u2010-\u2027\u202f-\u205f\u2070-\ud7ff\uf900-\ufefe\uff00-\uffef"
    "\U00010000-\U000dffff]"
)
_STARTS = {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "pty.spawn", "subprocess.Popen"}
_SIGNALS = {"os.kill", "os.killpg", "signal.pthread_kill"}
_ALONE = "a listing may not start processes: what they print would not be shown, and nobody would end them"
_SEED = "use rng = np.random.default_rng(<seed>)"


class Refused(RuntimeError):
    """What a program may not do."""


class Sandbox:
    """Watches over the one program of this process. name: the file that it says it is."""

    def __init__(self, name):
        self.name = name
        self.refused = None   # (message, line or None) of the first refusal
        self.writer = None    # the line that wrote to standard error first
        self._lines = self._bytes = self._errors = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def begin(self):
        """Watch from here on."""
        import _posixsubprocess
        import os

        sys.addaudithook(self._watch)
        _posixsubprocess.fork_exec = self._refusal(_ALONE)   # which no audit hook is told of
        os._exit = self._refusal("the program ends itself before its last line")
        only_seeded(self._refusal)
        sys.stdout = sys.__stdout__ = _Stream(1, "<stdout>", self._look).as_text()
        sys.stderr = sys.__stderr__ = _Stream(2, "<stderr>", self._note).as_text()

    def refuse(self, message):
        """Note a refusal, and raise it."""
        self.refused = self.refused or (message, self.line())
        raise Refused(message)

    def line(self):
        """The line of the program at which this thread is, or None."""
        frame = sys._getframe()
        while frame and frame.f_code.co_filename != self.name:
            frame = frame.f_back
        return frame and frame.f_lineno

    def _refusal(self, message):
        return lambda *args, **kwargs: self.refuse(message)

    def _watch(self, event, args):
        if event in _STARTS:
            self.refuse(_ALONE)
        if event in _SIGNALS:
            self.refuse("a listing may not send signals to processes")

    def _look(self, data):
        """Let through what is written to standard output."""
        text = self._decoder.decode(data)
        self._lines += text.count("\n")
        self._bytes += len(data)
        if wrong := unfit(text, self._lines, self._bytes):
            self.refuse(wrong)

    def _note(self, data):
        """Note who writes to standard error. The server tells of it, unless something worse comes."""
        self.writer = self.writer or self.line()
        self._errors += len(data)
        if self._errors > BYTES:
            self.refuse("it writes to standard error without end")


def unfit(text, lines=0, size=0):
    """Why a text that a program prints cannot be on a page, or "". lines, size (bytes): of the output up to its end."""
    if lines > LINES or size > BYTES:
        return f"it prints more than {LINES} lines or {BYTES:,} bytes: print less, every tenth step or a summary"
    unseen = _UNSEEN.search(text)
    if not unseen:
        return ""
    if unseen[0] == "\r":
        return "it prints a carriage return: a terminal would write over the line, a page cannot; print its last state"
    return f"it prints U+{ord(unseen[0]):04X}, which a terminal obeys or nobody sees: print plain text, in UTF-8"


class _Stream(io.FileIO):
    """A standard stream of the process; what is written is looked at before it is let through."""

    def __init__(self, number, name, look):
        super().__init__(number, "w", closefd=False)
        self.name, self._look = name, look

    def write(self, data):
        self._look(bytes(data))
        return super().write(data)

    def as_text(self):
        """Unbuffered, as that of `python -u`, so that each line that prints is looked at by itself."""
        text = io.TextIOWrapper(self, encoding="utf-8", write_through=True)
        text.mode = "w"
        return text


def only_seeded(refusal):
    """From here on, to draw from a generator of NumPy or Python that nobody seeded calls refusal(message)()."""
    import random

    import numpy as np

    # All of the new generators take their entropy here when they are given no seed.
    np.random.bit_generator.randbits = refusal(f"a generator without a seed draws unseeded numbers: {_SEED}")
    shared = "draws unseeded numbers, from a generator that the whole process shares"
    for module in (np.random, np.random.mtrand):
        for name in ("get_bit_generator", "_rand", *dir(np.random.RandomState)):
            if hasattr(module, name) and not name.startswith("__"):
                setattr(module, name, refusal(f"np.random.{name} {shared}: {_SEED}"))
    for name in dir(random):
        if not name.startswith("_") and getattr(getattr(random, name), "__self__", None) is random._inst:
            setattr(random, name, refusal(f"random.{name} {shared}: {_SEED}"))
    seed, refuse = random.Random.seed, refusal(f"random.Random without a seed draws unseeded numbers: {_SEED}")
    random.SystemRandom = refuse   # not that of secrets, which has its own

    def seeded(self, a=None, version=2):
        by_library = sys._getframe(2).f_globals.get("__name__") == "tempfile"   # for the names of its files
        return seed(self, a, version) if a is not None or by_library else refuse()

    random.Random.seed = seeded
