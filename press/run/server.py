"""Runs one program at a time, each in a process of its own.

This file, run as a program, imports NumPy and Matplotlib once and forks for every program that it is asked for, so that
each starts at once and can spoil nothing but itself. A request is a line of JSON on standard input, the answer one on
standard output. The end of standard input ends the program that runs.
"""
import contextlib
import faulthandler
import gc
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).absolute().parents[2]))   # those beside this file, whichever else are installed
from press.run import figures, sandbox

del sys.path[0]   # nothing there hides a package

FILE_SIZE = 64 << 20   # bytes that a program may write into one file


def serve():
    """Answer requests until standard input ends."""
    _prepare()
    with contextlib.suppress(BrokenPipeError):   # nobody waits any more
        for line in sys.stdin:
            try:
                done = _run(**json.loads(line))
            except OSError as error:
                room = f"make room in {tempfile.gettempdir()}, or name another folder for temporary files in TMPDIR"
                done = {"failure": [1, f"it cannot be run: {error}: {room}"]}
            print(json.dumps(done), flush=True)


def _prepare():
    """Import what programs need, and have fonts, the parser of formulas and the like ready, once for all programs."""
    import matplotlib

    matplotlib.use("agg")
    matplotlib.rcdefaults()   # whatever the user's own settings say
    import matplotlib.pyplot as plt
    import numpy.testing  # noqa: F401  now, as it may start a process that asks about the processor

    figures.style(plt.rcParams)
    figure, axes = plt.subplots()
    axes.loglog([1, 10], [1, 10], "o", label=r"$\sigma_w^2\,\|h\|$")
    axes.legend()
    figures.svg(figure)
    plt.close("all")
    gc.freeze()


def _run(name, text, draw, seconds, memory, processor):
    """What a program did, as a Run holds it, or {"failure": [line, …]}: in a process, a folder and files of its own."""
    folder, started = tempfile.mkdtemp(prefix="press-"), time.monotonic()
    try:
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            reader, writer = os.pipe()
            process = os.fork()
            if process == 0:
                try:
                    _begin(folder, output, errors, seconds, memory, processor)
                    sandbox.Program(name, text, draw, open(writer, "wb")).run()
                finally:
                    os._exit(1)
            os.close(writer)
            answer = _told(reader)
            os.kill(process, signal.SIGKILL)
            _, status, used = os.wait4(process, 0)
            printed, said = (file.seek(0) or file.read().decode("utf-8", "replace") for file in (output, errors))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    try:
        done = json.loads(answer)
    except ValueError:   # it had no time to tell
        return {"failure": sandbox.ended(name, said, os.waitstatus_to_exitcode(status), seconds, processor)}
    wrong = sandbox.complaint(said) or sandbox.unfit(printed, printed.count("\n"), len(printed.encode()))
    if wrong and "failure" not in done:   # it writes past Python
        return {"failure": [None, wrong]}
    used = {"seconds": time.monotonic() - started, "processor": used.ru_utime + used.ru_stime}
    return done | used | {"output": printed}


def _told(reader):
    """What is written into a pipe until its other end is closed, or standard input ends."""
    told = bytearray()
    with open(reader, "rb", buffering=0) as pipe:
        while select.select([0, pipe], [], [])[0] == [pipe]:
            if not (part := pipe.read(1 << 16)):
                break
            told += part
    return told


def _begin(folder, output, errors, seconds, memory, processor):
    """Set the limits of this process, its files, and an empty folder."""
    tempfile.tempdir = folder
    os.mkdir(f"{folder}/empty")
    os.chdir(f"{folder}/empty")
    for number, file in enumerate([open(os.devnull), output, errors]):
        os.dup2(file.fileno(), number)
    for name, value in ("FSIZE", FILE_SIZE), ("CORE", 0), ("DATA", memory), ("CPU", processor):
        if value is not None:
            sandbox.limit(name, value)
    faulthandler.register(signal.SIGXCPU, errors, all_threads=False, chain=True)
    faulthandler.enable(errors, all_threads=False)
    faulthandler.dump_traceback_later(seconds, exit=True, file=errors)


if __name__ == "__main__":
    serve()
