"""Programs for PyTorch, JAX or Keras: run as a reader runs them, in an environment of each, and recorded for the build.

frameworks/NAME.txt locks an environment, .venv-NAME holds it. A run is kept beside its listing, as name.run.json:

    {"program": sha256 of the text, "environment": "torch", "versions": {…}, "output": …, "values": {…}}
"""
import hashlib
import json
import re
import subprocess
import tempfile
from pathlib import Path

from press.book.sources import read, write
from press.run import sandbox
from press.run.runner import Failure, Run, environment as variables

# The distributions whose versions matter, as pages call them.
ENVIRONMENTS = {
    "torch": {"torch": "PyTorch"},
    "jax": {"jax": "JAX", "flax": "Flax"},
    "keras": {"keras": "Keras", "jax": "JAX"},
}
SECONDS = 300   # that a program has; to import its framework takes some
KINDS = {"program": str, "environment": str, "versions": dict, "output": str, "values": dict}   # of what a record holds

# Runs a program as Python does, then writes down with which versions, and its values that are plain numbers and texts.
_CHILD = """
import faulthandler, json, platform, resource, runpy, sys
from importlib import metadata
program, result, seconds, *names = sys.argv[1:]
faulthandler.dump_traceback_later(int(seconds), exit=True)
for kind, limit in ("DATA", 4 << 30), ("FSIZE", 64 << 20):
    resource.setrlimit(getattr(resource, "RLIMIT_" + kind), (limit, limit))
sys.argv = [program]
versions = {name: metadata.version(name).partition("+")[0] for name in names} | {"python": platform.python_version()}
values = {}
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
    why, versions = "", record and record["versions"]
    if not record or record["environment"] != environment:
        why = f"it has not been run in {environment}"
    elif record["program"] != hashlib.sha256(listing.text.encode()).hexdigest():
        why = f"it has changed since it was run in {environment}"
    elif not locked.items() <= versions.items():
        why = f"the lock of {environment} has changed since it was run"
    if why:
        raise Failure(listing.file, 1, f"{why}: make frameworks")
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
    """Write the record of a Listing."""
    write(_file(listing, root), json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def run(listing, environment, root="."):
    """Run a Listing in its environment, in a process and a folder of its own. Returns its record. Raises Failure."""
    locked, python = _locked(listing, environment, root), Path(root, f".venv-{environment}", "bin", "python").absolute()
    if not python.exists():
        raise Failure(listing.file, 1, f"there is no .venv-{environment} to run it in: make frameworks")
    with tempfile.TemporaryDirectory(prefix="press-") as folder, tempfile.TemporaryFile() as out, \
            tempfile.TemporaryFile() as err:   # files have a limit, pipes have none
        program, result = f"{folder}/{listing.name}.py", f"{folder}/result"
        Path(program).write_text(listing.text, encoding="utf-8")
        own = {"KERAS_BACKEND": "jax", "KERAS_HOME": folder, "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}
        strict = "error:::__main__"   # a warning that a line of the program causes, not one of a framework to itself
        command = [python, "-P", "-s", "-W", strict, "-c", _CHILD, program, result, str(SECONDS), *locked]
        status = subprocess.run(
            command, cwd=folder, env=variables() | own, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
        ).returncode
        output, said = (file.seek(0) or file.read().decode("utf-8", "replace") for file in (out, err))
        if status or not Path(result).exists():
            raise Failure(listing.file, *_failure(listing, program, said, status))
        versions, values = json.loads(Path(result).read_text(encoding="utf-8"))
    if not locked.items() <= versions.items():
        raise Failure(listing.file, 1, f".venv-{environment} is not what its lock says: make frameworks")
    if wrong := sandbox.unfit(output, output.count("\n"), len(output.encode())):
        raise Failure(listing.file, 1, wrong)
    digest = hashlib.sha256(listing.text.encode()).hexdigest()
    return dict(zip(KINDS, (digest, environment, versions, output, values)))


def _failure(listing, program, said, status):
    """(line, message) of a program that has no run. said: its standard error."""
    line, message = sandbox.ended(program, said, status, SECONDS)
    lines = re.findall(rf'File "{re.escape(program)}", line (\d+)', said)
    if status > 0 and lines and "Timeout (" not in said:   # an error of Python, with the innermost call last
        line, message = int(lines[-1]), re.split(r"^ .*\n", said, flags=re.MULTILINE)[-1].strip()
        if message == "AssertionError":
            message += f" {listing.text.splitlines()[line - 1].strip()}"
    return line or 1, message


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
