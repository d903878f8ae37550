"""Listings of other environments, in an environment that only says that it holds a framework."""
import json
import venv
from pathlib import Path

import pytest

from press.book import listings
from press.book.sources import Refused
from press.cli import frameworks
from press.run import environments
from press.run.runner import Failure

PATH = "part/chapter/name.py"
PROGRAM = '"""It is four."""\nimport framework\nfour = 2 + 2\nprint(f"sum {four}")\n\n# %% check\nassert four == 4\n'


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """An environment with the name and the version of a framework."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(folder)
    packages, = folder.glob("lib/python3*/site-packages")
    (packages / "torch-2.0.dist-info").mkdir()
    (packages / "torch-2.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: torch\nVersion: 2.0+cpu\n")
    (packages / "framework.py").write_text("import warnings\nwarnings.warn('a framework may warn itself')\n")
    return folder


@pytest.fixture
def project(tmp_path, environment):
    for path, text in {
        f"snippets/{PATH}": PROGRAM, "frameworks/torch.txt": "torch==2.0 \\\n    --hash=sha256:00\n",
        "docs/part/chapter.md": f'```python env="torch"\n--8<-- "{PATH}"\n```\n',
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / ".venv-torch").symlink_to(environment)
    return tmp_path


def recorded(project):
    return environments.recorded(listings.listing(PATH, project), "torch", project)


def kept(project):
    return project / "snippets" / "part" / "chapter" / "name.run.json"


def change(project, path, old, new):
    (project / path).write_text((project / path).read_text().replace(old, new))


def test_a_run_is_recorded_once_and_read_by_the_build(project, capsys):
    assert frameworks.run(project) == 0 and "1 ran" in capsys.readouterr().out
    first = kept(project).read_bytes()
    assert json.loads(first)["versions"] == json.loads(first)["versions"] | {"torch": "2.0"}
    run = recorded(project)
    assert (run.output, run.values, run.figures) == ("sum 4\n", {"four": 4}, [])
    assert run.environment.startswith("PyTorch 2.0, Python 3.")
    assert frameworks.run(project) == 0 and "0 ran" in capsys.readouterr().out
    kept(project).unlink()
    assert frameworks.run(project, ["torch"]) == 0 and kept(project).read_bytes() == first


@pytest.mark.parametrize(("path", "old", "new", "why"), [
    (f"snippets/{PATH}", "2 + 2", "2 * 2", "it has changed since it was run in torch: make frameworks"),
    ("frameworks/torch.txt", "2.0", "2.1", "the lock of torch has changed since it was run: make frameworks"),
    ("snippets/part/chapter/name.run.json", "{", "<<<<<<< main\n{", "it has not been run in torch: make frameworks"),
    ("snippets/part/chapter/name.run.json", '"values": {', '"values": 3, "more": {', "it has not been run in torch"),
    ("snippets/part/chapter/name.run.json", '"torch",', '"jax",', "it has not been run in torch: make frameworks"),
])
def test_a_record_of_something_else_is_refused(project, path, old, new, why):
    listing = listings.listing(PATH, project)
    environments.keep(environments.run(listing, "torch", project), listing, project)
    change(project, path, old, new)
    with pytest.raises(Failure, match=why) as failure:
        recorded(project)
    assert str(failure.value).startswith(f"snippets/{PATH}:1: ")


@pytest.mark.parametrize(("line", "number", "why"), [
    ("assert 4 == 5", 3, "AssertionError assert 4 == 5"),
    ("four = 2 +", 3, "SyntaxError: invalid syntax"),
    ("import warnings; warnings.warn('mind')", 3, "UserWarning: mind"),
    ("import random; two = random.random()", 1, "it does something else each time"),
    ("import sys; sys.exit(0)", 1, "it ends itself before its last line"),
    ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 1, "ended by SIGKILL"),
    ("while True: pass", 3, "stopped after 1 s: have it do less"),
    (r"print('\r')", 1, "it prints a carriage return"),
])
def test_a_program_that_fails_is_named_with_its_line_and_has_no_record(project, capsys, monkeypatch, line, number, why):
    monkeypatch.setattr(environments, "SECONDS", 1)
    change(project, f"snippets/{PATH}", "four = 2 + 2", f"{line}\nfour = 4")
    assert frameworks.run(project) == 1
    assert f"snippets/{PATH}:{number}: {why}" in capsys.readouterr().err
    assert not kept(project).exists()


def test_a_new_run_is_compared_with_the_kept_one(project, capsys):
    frameworks.run(project)
    change(project, kept(project), '"four": 4', '"four": 4.00001')   # another processor rounds otherwise
    assert frameworks.run(project, everything=True) == 0 and "4.00001" in kept(project).read_text()
    change(project, kept(project), '"four": 4.00001', '"four": 4.1')
    assert frameworks.run(project, everything=True) == 1
    assert "if the new one is right, remove that file" in capsys.readouterr().err


def test_what_is_missing_is_named_with_what_makes_it(project, capsys):
    (project / ".venv-torch").unlink()
    assert frameworks.run(project, ["part/chapter/name"]) == 1
    assert "there is no .venv-torch to run it in: make frameworks" in capsys.readouterr().err
    with pytest.raises(Refused, match="tf is neither an environment"):
        frameworks.run(project, ["tf"])


def test_no_lock_names_where_its_packages_come_from():
    locks = list((Path(__file__).parents[2] / "frameworks").glob("*.txt"))
    assert {lock.stem for lock in locks} == set(environments.ENVIRONMENTS)
    assert not any("://" in lock.read_text() or "--index" in lock.read_text() for lock in locks)
