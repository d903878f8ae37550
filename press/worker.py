"""Runs one program at a time, each in a process of its own.

This file, run as a program, imports NumPy and Matplotlib once and then forks for every program that it is asked for, so a
program starts at once and can spoil nothing but itself. Requests come as JSON lines on standard input; for each, a
line with the process's number goes out when it starts, and one with its exit status when it has ended. What the
program did stands in the folder that the request names: `result.json`, `stdout`, `stderr`, `traceback`, `progress`.
"""
import __future__

import ast
import atexit
import contextlib
import faulthandler
import functools
import gc
import json
import linecache
import os
import resource
import shutil
import signal
import sys
import threading
import traceback
import warnings

FILE_SIZE = 64 << 20   # bytes that a program may write into one file, its output included
VALUES = 1000          # entries of the largest array that is kept as a value


def serve():
    """Answer requests until standard input ends."""
    import matplotlib

    matplotlib.use("agg")
    matplotlib.rcdefaults()   # whatever the user's own settings say
    import matplotlib.pyplot as plt
    import numpy.linalg
    import numpy.polynomial.hermite_e
    import numpy.random  # noqa: F401  imported for the programs that are forked from here
    from matplotlib.backends import backend_svg  # noqa: F401

    from press import figures

    figures.style(plt.rcParams)
    # Fonts, the parser of mathematics and the like are made ready once, not in every program.
    figure, axes = plt.subplots()
    axes.loglog([1, 10], [1, 10], "o", label=r"$\sigma_w^2\,\|h\|$")
    axes.legend()
    figures.svg(figure)
    plt.close("all")
    gc.freeze()
    print("ready", flush=True)
    folder = None
    try:
        for line in sys.stdin:
            request = json.loads(line)
            folder = request["folder"]
            process = os.fork()
            if process == 0:
                code = 70
                try:
                    _child(**request)
                    code = 0
                finally:
                    os._exit(code)
            print(process, flush=True)
            print(os.waitpid(process, 0)[1], flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    finally:
        if folder:   # if the press was killed, nobody else removes it
            shutil.rmtree(folder, ignore_errors=True)


def _child(name, text, folder, seconds, processor, draw):
    """Run a program in this process and write down what it did."""
    os.setsid()
    signal.alarm(seconds + 15)   # ends it even where nobody is left to stop it
    os.mkdir(os.path.join(folder, "empty"))
    os.chdir(os.path.join(folder, "empty"))
    for number, source, mode in ((0, os.devnull, os.O_RDONLY), (1, "../stdout", None), (2, "../stderr", None)):
        handle = os.open(source, os.O_WRONLY | os.O_CREAT | os.O_APPEND if mode is None else mode)
        os.dup2(handle, number)
    sys.stdin = open(0)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    size = FILE_SIZE if hard == resource.RLIM_INFINITY else min(FILE_SIZE, hard)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if processor:
        resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))
    trace = open("../traceback", "w")
    faulthandler.enable(trace)
    faulthandler.register(signal.SIGUSR1, trace)
    progress, result = open("../progress", "w"), open("../result.json", "w")   # now: the program may go to another folder
    try:
        written = json.dumps(execute(name, text, progress, draw))
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException as error:   # a value that cannot be written down, a closed standard output
        written = json.dumps(_failure(error, name))
    with result:
        result.write(written)


def execute(name, text, progress, draw=True):
    """Run the program `text`; `name` is the file it says it is, `progress` is told the line of each statement.

    Returns {"values", "figures"} or {"error", "line"}.
    """
    import matplotlib.pyplot as plt

    from press import figures

    linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
    late = []   # what Python can only report, not raise: errors in threads and finalizers
    sys.unraisablehook = lambda what: late.append(what.exc_value)
    threading.excepthook = lambda what: late.append(what.exc_value)
    plt.show = lambda *args, **kwargs: None
    namespace = {"__name__": "__main__", "__builtins__": __builtins__}
    # A plain module stands for the program, so that what it defines finds its names again.
    module = type(sys)("__main__")
    module.__dict__.update(namespace)
    sys.modules["__main__"] = module
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = ast.parse(text, name)
            flags = _future_flags(tree)
            only_seeded_numpy()
            _only_seeded()
            os.fork = os.forkpty = _one_process
            atexit._clear()   # what the server registered
            for statement in tree.body:
                os.pwrite(progress.fileno(), b"%6d" % statement.lineno, 0)
                exec(compile(ast.Module([statement], []), name, "exec", flags, dont_inherit=True, optimize=0), module.__dict__)
            os.pwrite(progress.fileno(), b"%6d" % (text.count("\n") or 1), 0)
            pictures = [figures.svg(plt.figure(number)) for number in plt.get_fignums() if draw]
            _end()
        if late:
            raise late[0]
    except BaseException as error:
        return _failure(error, name)
    values = {}
    for key, value in module.__dict__.items():
        if not key.startswith("_") and (kept := _value(value)) is not None:
            values[key] = kept[0]
    return {"values": values, "figures": pictures}


def _end():
    """What Python does at the end of a program, and an error where something has not ended: its output would be lost."""
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.main_thread():
            thread.join()
    if threading.active_count() > 1:
        raise RuntimeError("at the end of the program a thread of it still runs: join it")
    with contextlib.suppress(ChildProcessError):   # there is none
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
        raise RuntimeError("at the end of the program a process that it started still runs: wait for it")
    atexit._run_exitfuncs()
    gc.collect()


def _one_process(*args):
    raise RuntimeError("a program does not fork: what its copies do would be told twice")


def _failure(error, name):
    """What went wrong and at which line of the program."""
    if isinstance(error, SyntaxError) and error.filename == name:
        return {"error": f"SyntaxError: {error.msg}", "line": error.lineno or 1}
    frames = [frame for frame in traceback.walk_tb(error.__traceback__) if frame[0].f_code.co_filename == name]
    frame, line = frames[-1] if frames else (None, None)
    text = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, SystemExit):
        text = f"the program ends itself: {text}"
    if isinstance(error, Warning):
        text = f"a warning is an error here: {text}"
    if frame and isinstance(error, AssertionError):
        text += _asserted(linecache.getlines(name), line, frame)
    return {"error": text, "line": line}


def _asserted(lines, line, frame):
    """The statement of a failed assertion, and the numbers that it names."""
    for node in ast.walk(ast.parse("".join(lines))):
        if isinstance(node, ast.Assert) and node.lineno <= line <= node.end_lineno:
            scope = {**frame.f_globals, **frame.f_locals}
            named = sorted({part.id for part in ast.walk(node) if isinstance(part, ast.Name)})
            numbers = [f"{key} = {scope[key]!r}" for key in named if isinstance(scope.get(key), (int, float))]
            return f" assert {ast.unparse(node.test)}" + "".join(f"\n    {number}" for number in numbers)
    return ""


def _value(value):
    """(value,) as JSON knows it, or None for what is not a number, a text or a small collection of them."""
    import numpy as np

    if isinstance(value, np.generic | np.ndarray):
        if getattr(value, "size", 1) > VALUES or value.dtype.kind not in "biufU":
            return None
        return (value.tolist(),)
    if isinstance(value, bool | int | float | str):
        return (value,)
    if isinstance(value, list | tuple) and len(value) <= VALUES:
        items = [_value(item) for item in value]
        return None if None in items else ([item[0] for item in items],)
    if isinstance(value, dict) and len(value) <= VALUES:
        items = {str(key): _value(item) for key, item in value.items()}
        return None if None in items.values() else ({key: item[0] for key, item in items.items()},)
    return None


def _future_flags(tree):
    """The compiler's flags for the `from __future__` imports of a program, which is compiled statement by statement."""
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    names = [alias.name for node in imports for alias in node.names]
    return functools.reduce(lambda flags, name: flags | getattr(__future__, name).compiler_flag, names, 0)


def _unseeded(what):
    def raises(*args, **kwargs):
        raise RuntimeError(f"{what} draws unseeded numbers: use rng = np.random.default_rng(<seed>)")
    return raises


def only_seeded_numpy():
    """From here on, drawing from a generator of NumPy that nobody seeded is an error at the line that draws."""
    import numpy as np

    # All of the new generators take their entropy here when they are given no seed.
    np.random.bit_generator.randbits = _unseeded("a generator without a seed")
    for module in (np.random, np.random.mtrand):
        for name in ("get_bit_generator", "_rand", *dir(np.random.RandomState)):
            if hasattr(module, name) and not name.startswith("__"):
                setattr(module, name, _unseeded(f"np.random.{name}"))


def _only_seeded():
    """The same for the generators of Python and of the system."""
    import _random
    import random
    import secrets
    import uuid

    for name in dir(random):
        if not name.startswith("_") and getattr(getattr(random, name), "__self__", None) is random._inst:
            setattr(random, name, _unseeded(f"random.{name}"))
    random.Random = random.SystemRandom = _random.Random = _unseeded("random.Random")
    random._inst = None
    for module, names in ((os, ("urandom", "getrandom")), (uuid, ("uuid1", "uuid4")), (secrets, secrets.__all__)):
        for name in names:
            if hasattr(module, name):
                setattr(module, name, _unseeded(f"{module.__name__}.{name}"))


if __name__ == "__main__":
    sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))   # last: nothing beside it hides a package
    serve()
