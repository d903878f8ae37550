"""Programs for PyTorch, JAX or Keras: run as a reader runs them, in an environment of each, and recorded for the build.

frameworks/NAME.txt locks an environment, .venv-NAME holds it. A run is kept beside its listing, as name.run.json:

    {"program": sha256 of the text, "environment": "torch", "versions": {…}, "output": …, "values": {…}}
"""
import hashlib
import json
import re
import signal
import subprocess
import tempfile
from pathlib import Path

from press.book.sources import read
from press.run.runner import Failure, Run, environment as variables
from press.run.sandbox import unfit

# The distributions whose versions matter, as pages call them.
ENVIRONMENTS = {
    "torch": {"torch": "PyTorch"},
    "jax": {"jax": "JAX", "flax": "Flax"},
    "keras": {"keras": "Keras", "jax": "JAX"},
}
SECONDS, MEMORY, FILE_SIZE = 300, 4 << 30, 64 << 20   # that a program has; to import its framework takes some
KINDS = {"program": str, "environment": str, "versions": dict, "output": str, "values": dict}   # of what a record holds

# Runs a program as Python does, then writes down with which versions, and its values that are plain numbers and texts.
_CHILD = """
import faulthandler, json, platform, resource, runpy, sys
from importlib import metadata
program, result, seconds, memory, size, *names = sys.argv[1:]
faulthandler.dump_traceback_later(int(seconds), exit=True)
resource.setrlimit(resource.RLIMIT_DATA, (int(memory),) * 2)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(size),) * 2)
sys.argv = [program]
values, versions = {}, {"python": platform.python_version()}
versions |= {name: metadata.version(name).partition("+")[0] for name in names}
for name, value in runpy.run_path(program, run_name="__main__").items():
    try:
        if not name.startswith("_") and len(json.dumps(value)) <= 10_000:
            values[name] = value
    except (TypeError, ValueError):
        pass
with open(result, "w", encoding="utf-8") as file:
    json.dump([versions, values], file)
"""


def recorded(listing, environment, root="."):
    """The Run of a Listing that its record tells of; its `environment` is for readers: "PyTorch 2.14.1, Python 3.11".

    Raises Failure where there is none, or the program or its framework has changed since.
    """
    record, locked = kept(listing, root), _locked(listing, environment, root)
    if not record or record["environment"] != environment:
        raise Failure(listing.file, 1, f"it has not been run in {environment}: make frameworks")
    versions = record["versions"]
    if record["program"] != hashlib.sha256(listing.text.encode()).hexdigest():
        raise Failure(listing.file, 1, f"it has changed since it was run in {environment}: make frameworks")
    if {name: versions.get(name) for name in locked} != locked:
        raise Failure(listing.file, 1, f"the lock of {environment} has changed since it was run: make frameworks")
    titles = ENVIRONMENTS[environment] | {"python": "Python"}
    told = ", ".join(f"{title} {versions.get(name)}" for name, title in titles.items())
    return Run(record["output"], [], record["values"], {}, seconds=0, processor=0, environment=told)


def kept(listing, root="."):
    """The record of a Listing, or None where there is none, or none that can be read."""
    try:
        record = json.loads(_file(listing, root).read_text(encoding="utf-8"))
        return record if all(isinstance(record[key], kind) for key, kind in KINDS.items()) else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def keep(record, listing, root="."):
    """Write the record of a Listing, all of it or nothing."""
    beside = _file(listing, root).with_suffix(".new")
    beside.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(_file(listing, root))


def run(listing, environment, root="."):
    """Run a Listing in its environment, in a process and a folder of its own. Returns its record. Raises Failure."""
    locked, python = _locked(listing, environment, root), Path(root, f".venv-{environment}", "bin", "python").absolute()
    if not python.exists():
        raise Failure(listing.file, 1, f"there is no .venv-{environment} to run it in: make frameworks")
    with tempfile.TemporaryDirectory(prefix="press-", ignore_cleanup_errors=True) as name:
        program, result, out, err = (Path(name, file) for file in (f"{listing.name}.py", "result", "stdout", "stderr"))
        program.write_text(listing.text, encoding="utf-8")
        Path(name, "empty").mkdir()
        own = {"KERAS_BACKEND": "jax", "KERAS_HOME": name, "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}
        strict = "error:::__main__"   # a warning that a line of the program causes, not one of a framework to itself
        command = python, "-P", "-s", "-W", strict, "-c", _CHILD, program, result, SECONDS, MEMORY, FILE_SIZE, *locked
        with open(out, "wb") as stdout, open(err, "wb") as stderr:   # files have a limit, pipes have none
            status = subprocess.run(
                list(map(str, command)), cwd=Path(name, "empty"), env=variables() | own,
                stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
            ).returncode
        output, said = (file.read_bytes().decode("utf-8", "replace") for file in (out, err))
        if status or not result.exists():
            raise _failure(listing, str(program), said, status)
        versions, values = json.loads(result.read_text(encoding="utf-8"))
    if {name: versions[name] for name in locked} != locked:
        raise Failure(listing.file, 1, f".venv-{environment} is not what its lock says: make frameworks")
    if wrong := unfit(output, output.count("\n"), len(output.encode())):
        raise Failure(listing.file, 1, wrong)
    digest = hashlib.sha256(listing.text.encode()).hexdigest()
    return dict(zip(KINDS, (digest, environment, versions, output, values)))


def _failure(listing, program, said, status):
    """Why a program has no run. said: its standard error. status: as subprocess has it."""
    late = "Timeout (" in said
    lines = re.findall(rf'File "{re.escape(program)}", line (\d+)', said) or [1]
    line = int(lines[0 if late else -1])   # a traceback has the innermost call last, the one after a timeout first
    message = re.split(r"^ .*\n", said, flags=re.MULTILINE)[-1].strip()   # below the traceback
    if late:
        message = f"stopped after {SECONDS} s: have it do less"
    elif message == "AssertionError":
        message += f" {listing.text.splitlines()[line - 1].strip()}"
    elif not message:
        message = f"ended by {signal.Signals(-status).name}" if status < 0 else "it ends itself before its last line"
    return Failure(listing.file, line, message)


def _locked(listing, environment, root):
    """{distribution: version} of the lock of an environment. Raises Failure."""
    path = f"frameworks/{environment}.txt"
    try:
        found = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", read(path, root), re.MULTILINE))
        return {name: found[name] for name in ENVIRONMENTS[environment]}
    except (FileNotFoundError, KeyError):
        raise Failure(listing.file, 1, f"{path} does not lock what it runs with: make lock") from None


def _file(listing, root):
    return Path(root, listing.file).with_suffix(".run.json")
