"""press seeds and press mutants on a small project."""
import json
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from press.run.runner import Runners
from press.trials import mutants, seeds, tries
from press.trials.mutants import Mutants
from press.trials.seeds import Seeds

DRAWS = '''"""The standard deviation of a scaled normal variable is that of its scale."""
import numpy as np

rng = np.random.default_rng(3)
n = 4000  # no mutate: a size
predicted = np.sqrt(2) / 2
measured = (rng.standard_normal(n) / np.sqrt(2)).std()
shown = 2 * n

# %% check
assert abs(measured / predicted - 1) < 4 / np.sqrt(2 * n)
'''
SUM = '''"""Three, two and one are six."""
total, left = 0, 3
while left > 0:
    total += left
    left -= 1

# %% check
assert total == 6
'''
TEST = """def test_sum(run):
    assert run("part/growth/sum").total == 6


def test_draws(run):
    assert abs(run("part/growth/draws").predicted - 2 ** -0.5) < 1e-12
"""


@pytest.fixture(scope="module")
def runners():
    """Those of all trials, which do not end them."""
    made = Runners(threads=1, seconds=tries.WAITED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made, "shutdown", lambda **options: None)
        patch.setattr(made, "close", lambda: None)
        yield made
    made.close()


@pytest.fixture
def tried(tmp_path, capsys, monkeypatch, runners):
    """A small project of two listings. tried(kind, *names) tries it under twenty seeds, on one core."""
    monkeypatch.setattr(seeds, "SEEDS", range(1001, 1021))
    monkeypatch.setattr(mutants, "LEAST", 1)
    monkeypatch.setattr(tries, "Runners", lambda seconds: runners)

    def write(path, text):
        (tmp_path / path).write_text(text, encoding="utf-8")

    def run(kind, *names, **options):
        status = tries.attempt(kind, tmp_path, names, **options)
        return SimpleNamespace(status=status, **capsys.readouterr()._asdict())

    run.write, run.folder, run.evidence = write, tmp_path, tmp_path / "evidence/part/growth.json"
    for folder in "snippets/part/growth", "tests/part":
        (tmp_path / folder).mkdir(parents=True)
    for name, text in {"draws.py": DRAWS, "sum.py": SUM, "dense.py": "import torch\n", "dense.run.json": "{}"}.items():
        write(f"snippets/part/growth/{name}", text)   # and a listing of another environment
    write("tests/part/test_growth.py", TEST)
    shutil.copy(Path(__file__).parents[1] / "conftest.py", tmp_path / "tests")
    return run


def commit(folder):
    for command in ("init -q", "add .", "-c user.name=a -c user.email=a@b commit -qm all"):
        subprocess.run(["git", *command.split()], cwd=folder, check=True)


def test_seeds_are_tried_once_and_written_down(tried):
    done = tried(Seeds)
    assert done.status == 0 and "press: in all: 20 of 20 runs under other seeds hold, 100.0%" in done.out, done
    assert "draws.py: 20 seeds, 0 failed" in done.err and "sum" not in done.err
    found = json.loads(tried.evidence.read_text())["draws.py"]["seeds"]
    assert (found["tried"], found["failed"]) == (20, []) and {"python", "numpy"} < found["versions"].keys()
    commit(tried.folder)
    assert tried(Seeds).err == tried(Seeds, revision="HEAD").err == ""   # there is nothing to try
    assert "draws.py: 20 seeds, 0 failed" in tried(Seeds, everything=True).err


def test_what_fails_under_other_seeds_is_an_error(tried):
    commit(tried.folder)
    tried.write("snippets/part/growth/draws.py", DRAWS.replace("4 / np", "0.3 / np"))
    done = tried(Seeds, revision="HEAD")
    assert done.status == 1 and re.search(r"draws.py:11: Assert.*[^$]+    seed = 10\d\d$", done.out, re.M), done
    assert re.search(r"^snippets/part/growth/draws.py:1: \d+ of 20 .* hold: 99% are needed", done.err, re.M)
    failed = json.loads(tried.evidence.read_text())["draws.py"]["seeds"]["failed"]
    assert 5 < len(failed) < 20


def test_mutants_are_killed_by_the_check_by_time_or_by_a_test(tried):
    done = tried(Mutants)
    survives = [line for line in done.out.splitlines() if "survives" in line]
    assert survives == [f"snippets/part/growth/draws.py:8: 2 * n → {what} survives" for what in ("2 / n", "3 * n")]
    assert "dense" not in done.err and "sum.py: 7 mutants, 0 survivors" in done.err   # one of which never ends
    assert '"survivors": [\n    "8: 2 * n → 2 / n",\n    "8: 2 * n → 3 * n"\n   ]' in tried.evidence.read_text()
    assert done.status == 1 and re.search(r"^tests/part/test_growth.py:1: .* killed: 95% are needed$", done.err, re.M)
    assert tried(Mutants).err.count("\n") == 1   # the score: nothing is tried again
    tried.write("tests/part/test_growth.py", TEST + "    assert run('part/growth/draws').shown == 8000\n")
    done = tried(Mutants)
    assert done.status == 0 and "draws.py" in done.err and "sum.py" not in done.err, done
    assert "press: part/growth: " in done.out and "100.0%" in done.out


def test_what_cannot_be_judged_is_said(tried):
    tried.write("tests/part/test_growth.py", TEST.replace("== 6", "== 5"))
    tried.write("snippets/part/growth/draws.py", DRAWS.replace("# no mutate: a size", "# no mutate"))
    done = tried(Mutants, "snippets/part/growth/sum.py", "part/growth/draws.py", "part/growth/none.py", revision="v9")
    assert done.status == 1 and not (tried.folder / "evidence").exists()
    assert "git knows no v9 here" in done.err and "part/growth/none.py is no listing to try" in done.err
    assert "tests/part/test_growth.py:1: it fails for snippets/part/growth/sum.py as it is" in done.err
    assert "snippets/part/growth/draws.py:5: say why no change here could matter" in done.err
