"""Runs one program at a time, each in a process of its own.

This file, run as a program, imports NumPy and Matplotlib once and forks for every program that it is asked for, so that
each starts at once and can spoil nothing but itself. A request is a line of JSON on standard input, the answer one on
standard output. The program is in the folder that the request names, and then what it did: result.json, stdout, stderr,
trace. An empty line, or the end of standard input, ends the program that runs.
"""
import ast
import atexit
import builtins
import errno
import faulthandler
import gc
import json
import linecache
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import threading
import traceback
import types
import warnings
from pathlib import Path

PROGRAM = "program"    # its file in the folder of a request
FILE_SIZE = 64 << 20   # bytes that a program may write into one file
GRACE = 10             # seconds beyond its time after which a program is ended that could not end itself
UNWRITTEN = 74         # status of a process that could not write down what it did


def serve():
    """Answer requests until standard input ends."""
    _prepare()
    requests, answers = open(0, "rb", buffering=0), open(1, "wb", buffering=0)   # unbuffered: select sees every line
    folder = ""
    try:
        answers.write(b"ready\n")
        for line in requests:
            if line.strip():
                request = json.loads(line)
                folder = request["folder"]
                answers.write(json.dumps(_supervised(request, requests)).encode() + b"\n")
    except BrokenPipeError:
        pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)   # nobody else does where the press was killed


def _prepare():
    """Import what programs need, and have fonts, the parser of formulas and the like ready, once for all programs."""
    sys.path.append(str(Path(__file__).absolute().parents[2]))   # the last: nothing there hides a package
    import matplotlib

    matplotlib.use("agg")
    matplotlib.rcdefaults()   # whatever the user's own settings say
    import matplotlib.pyplot as plt
    import numpy.linalg
    import numpy.polynomial.hermite_e
    import numpy.random
    import numpy.testing  # noqa: F401  now, as it may start a process that asks about the processor
    from matplotlib.backends import backend_svg  # noqa: F401

    from press.run import figures, sandbox, values  # noqa: F401

    sys.path.pop()
    figures.style(plt.rcParams)
    figure, axes = plt.subplots()
    axes.loglog([1, 10], [1, 10], "o", label=r"$\sigma_w^2\,\|h\|$")
    axes.legend()
    figures.svg(figure)
    plt.close("all")
    gc.freeze()


def _supervised(request, requests):
    """Have a program run, to its end or until it is stopped. Returns its wait status and its processor time."""
    ended, held = os.pipe()   # the program holds one end for as long as it runs
    process = os.fork()
    if process == 0:
        leave, status = os._exit, UNWRITTEN
        try:
            _child(**request)
            status = 0
        finally:
            leave(status)
    os.close(held)
    if ended not in select.select([requests, ended], [], [], request["seconds"] + GRACE)[0]:
        os.kill(process, signal.SIGKILL)
    os.close(ended)
    _, status, used = os.wait4(process, 0)
    return {"status": status, "processor": used.ru_utime + used.ru_stime}


def _child(name, folder, seconds, memory, processor, draw):
    """Run a program in this process, and write down what it did."""
    text = Path(folder, PROGRAM).read_bytes().decode()
    os.mkdir(os.path.join(folder, "empty"))
    os.chdir(os.path.join(folder, "empty"))
    tempfile.tempdir = folder
    files = [os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND) for path in ("../stdout", "../stderr")]
    for number, file in enumerate([os.open(os.devnull, os.O_RDONLY), *files]):
        os.dup2(file, number)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)
    # Opened now, as the program may go to another folder, or open more files than it may.
    trace, result = open("../trace", "w", encoding="utf-8"), open("../result.json", "w", encoding="utf-8")
    _limit("FSIZE", FILE_SIZE)
    _limit("CORE", 0)
    _limit("DATA", memory)   # what it has allocated, on Linux; elsewhere this limits little
    if processor:
        _limit("CPU", processor)
        faulthandler.register(signal.SIGXCPU, trace, all_threads=False, chain=True)
    faulthandler.enable(trace, all_threads=False)
    faulthandler.dump_traceback_later(seconds, exit=True, file=trace)
    done = execute(name, text, draw)
    _limit("DATA", sys.maxsize)   # to write it down
    with result:
        json.dump(done, result)


def _limit(name, value):
    """Set a limit of the system; where that allows less, to what it allows."""
    kind = getattr(resource, f"RLIMIT_{name}")
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def execute(name, text, draw=True):
    """Run the program `text` from its beginning to its end, as Python would.

    name: the file that it says it is. draw: whether its figures are wanted.
    Returns {"values", "unkept", "figures"} or {"error", "line"}; the line is None where nothing tells it.
    """
    from press.run import sandbox, values

    late = []   # what Python can only report, not raise: errors in threads and finalizers
    sys.unraisablehook = lambda what: late.append(what.exc_value)
    threading.excepthook = lambda what: late.append(what.exc_value) if what.exc_type is not SystemExit else None
    atexit.unregister(shutil.rmtree)   # of a folder of the server's
    linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
    sys.argv = [name]
    module = sys.modules["__main__"] = types.ModuleType("__main__")
    module.__dict__.update(__file__=name, __builtins__=builtins)
    box, done, error = sandbox.Sandbox(name), {"figures": []}, None
    show = _taking(done["figures"], box, draw)
    warnings.simplefilter("error")
    try:
        code = compile(text, name, "exec", dont_inherit=True, optimize=0)
        box.begin()
        exec(code, module.__dict__)
        show()
        threading._shutdown()     # as the interpreter does at its end: it ends executors, waits for threads,
        atexit._run_exitfuncs()   # calls what the program asked for, and lets go of what the program holds
        done["values"], done["unkept"] = values.kept(vars(module).copy())
        warnings.simplefilter("ignore", ResourceWarning)   # its files are closed now
        del module, sys.modules["__main__"]
        gc.collect()
        for stream in sys.stdout, sys.stderr:
            if stream and not getattr(stream, "closed", False):
                stream.flush()
    except BaseException as raised:
        error = raised
    if box.refused:
        return dict(zip(("error", "line"), box.refused))
    if error or late:
        return _failure(error or late[0], name)
    with open(os.path.join(tempfile.tempdir, "stderr"), encoding="utf-8", errors="replace") as file:
        if said := file.read(1000).strip():
            return {"error": f"it writes to standard error, which no page shows: {said}", "line": box.writer}
    return done


def _taking(pictures, box, draw):
    """Have pyplot.show take the open figures, as in a notebook: what is drawn later goes into another. Returns it."""
    import matplotlib.pyplot as plt

    from press.run import figures

    def show(*args, **kwargs):
        for number in plt.get_fignums() if draw else ():
            try:
                pictures.append(figures.svg(plt.figure(number)))
            except figures.Unfit as error:
                box.refuse(f"figure {len(pictures) + 1} {error}")
        plt.close("all")

    plt.show = show
    return show


def _failure(error, name):
    """What went wrong, at which line of the program, and where it can be said, what to do."""
    if isinstance(error, SyntaxError) and error.filename == name:
        return {"error": f"{type(error).__name__}: {error.msg}", "line": error.lineno or 1}
    frames = [frame for frame in traceback.walk_tb(error.__traceback__) if frame[0].f_code.co_filename == name]
    frame, line = frames[-1] if frames else (None, None)
    advice = ""
    if isinstance(error, MemoryError):
        advice = f": it needs more than {resource.getrlimit(resource.RLIMIT_DATA)[0] / 2**30:g} GiB"
        _limit("DATA", sys.maxsize)   # to tell of it
    elif isinstance(error, OSError) and error.errno == errno.EFBIG:
        advice = f": a program may write {FILE_SIZE >> 20} MiB into a file"
    elif isinstance(error, OSError) and error.errno == errno.ENOSPC:
        advice = f": make room in {os.path.dirname(tempfile.tempdir)}, or name another folder in TMPDIR"
    elif isinstance(error, AssertionError) and frame:
        advice = _asserted(linecache.getlines(name), line, frame)
    text = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, SystemExit):
        text = f"the program ends itself before its last line: {text}"
    if isinstance(error, Warning):
        text = f"a warning is an error here: {text}"
    return {"error": text + advice, "line": line}


def _asserted(lines, line, frame):
    """The statement of a failed assertion, and the numbers that it names."""
    for node in ast.walk(ast.parse("".join(lines))):
        if isinstance(node, ast.Assert) and node.lineno <= line <= node.end_lineno:
            scope = {**frame.f_globals, **frame.f_locals}
            named = {part.id: scope.get(part.id) for part in ast.walk(node) if isinstance(part, ast.Name)}
            numbers = [
                f"\n    {key} = {value}" for key, value in sorted(named.items())
                if isinstance(value, float) or isinstance(value, int) and abs(value) < 1e15
            ]
            return f" assert {ast.unparse(node.test)}{''.join(numbers)}"
    return ""


if __name__ == "__main__":
    serve()
