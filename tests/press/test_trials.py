"""press seeds and press mutants on a small project."""
import json
import shutil
from types import SimpleNamespace

import pytest
from conftest import ROOT   # of this folder

from press import trials

DRAWS = """import numpy as np

rng = np.random.default_rng(3)
n = 400
predicted = np.sqrt(2) / 2
measured = (rng.standard_normal(n) / np.sqrt(2)).std()
print(predicted, measured)
assert abs(measured / predicted - 1) < 4 / np.sqrt(2 * n)
"""
TEST = """import pytest


def test_draws(run):
    assert run("part/growth/draws").predicted == pytest.approx(2 ** -0.5)


def test_another_listing(run):
    assert run("part/growth/sum").total == 4
"""
LISTING = "part/growth/draws.py"


class Tried:
    """The small project with a listing that draws, and a test of it; `press seeds` and `press mutants` run in this process."""

    def __init__(self, project, capsys):
        self.write, self.replace, self.folder, self.capsys = project.write, project.replace, project.folder, capsys

    def run(self, kind, *only, sample=0):
        """(exit status, what was printed, what was printed to standard error)."""
        status = trials.attempt(kind, self.folder, only or [LISTING], sample)
        return SimpleNamespace(returncode=status, **self.capsys.readouterr()._asdict())


@pytest.fixture
def tried(cold, capsys, monkeypatch):
    """The small project, under thirty seeds."""
    monkeypatch.setattr(trials, "SEEDS", range(1001, 1031))
    project = Tried(cold, capsys)
    project.write("tests/part/test_growth.py", TEST)
    shutil.copy(ROOT / "tests/conftest.py", project.folder / "tests")
    project.write(f"snippets/{LISTING}", DRAWS)
    return project


def record(project, kind):
    return json.loads((project.folder / "evidence" / f"{kind}.json").read_text())[LISTING]


def test_a_claim_that_holds_for_other_seeds(tried):
    done = tried.run("seeds")
    assert done.returncode == 0, done.out + done.err
    assert "1 listings under 30 other seeds, 30 runs" in done.out
    assert record(tried, "seeds")["failed"] == []


def test_a_claim_that_holds_for_its_own_seed_only(tried):
    tried.replace(f"snippets/{LISTING}", "assert abs(measured / predicted - 1) < 4 / np.sqrt(2 * n)", "assert measured < 0.71")
    done = tried.run("seeds")
    assert done.returncode == 1
    assert f"snippets/{LISTING}:1: its claims hold for" in done.out and "seed 10" in done.out
    assert 0 < len(record(tried, "seeds")["failed"]) < 30


def test_a_sample_notices_that_a_claim_does_not_hold_any_more(tried):
    tried.run("seeds")
    tried.replace(f"snippets/{LISTING}", "4 / np.sqrt(2 * n)", "0.0001")
    done = tried.run("seeds", sample=3)
    assert done.returncode == 1 and "where it held before" in done.out
    assert record(tried, "seeds")["failed"] == []   # a sample writes nothing down


def test_mutants_are_killed_by_the_listing_or_its_test_and_survivors_need_a_reason(tried):
    done = tried.run("mutants")
    assert done.returncode == 1
    assert f"snippets/{LISTING}:4: n = 400 → n = 401" in done.out
    assert "np.sqrt(2) / 2 → np.sqrt(2) * 2" not in done.out       # the listing sees it
    found = record(tried, "mutants")
    assert f"{len(found['survivors'])} survived, {len(found['survivors'])} of them without a reason" in done.out
    tried.write("snippets/part/growth/survivors.yml", "draws:\n" + "".join(
        f'  "{line.partition(": ")[2]}": it is the size of the experiment\n' for line in found["survivors"]))
    done = tried.run("mutants")
    assert "0 of them without a reason" in done.out
    assert done.returncode == int(len(found["survivors"]) > (1 - trials.SCORE) * found["mutants"])
    tried.replace("evidence/mutants.json", f'"mutants": {found["mutants"]}', '"mutants": 11')   # by hand, or by a tool that made fewer
    done = tried.run("mutants", sample=1)
    assert done.returncode == 1 and f"it has {found['mutants']} mutants, not 11" in done.out


def test_a_mutant_that_only_the_test_sees_is_killed_by_it(tried):
    tried.replace(f"snippets/{LISTING}", "np.sqrt(2) / 2", "2 ** -0.5")
    tried.replace(f"snippets/{LISTING}", "assert abs(measured / predicted - 1) < 4 / np.sqrt(2 * n)", "assert 0 < measured < 1")
    done = tried.run("mutants")
    assert "2 ** (-0.5) → 3 ** (-0.5)" not in done.out and " 0 of them by the chapter's tests" not in done.out
    tried.write("tests/part/test_growth.py", TEST.replace("== pytest.approx(2 ** -0.5)", "> 0"))
    assert "2 ** (-0.5) → 3 ** (-0.5)" in tried.run("mutants").out   # the verdict is not kept for another test


def test_a_mutant_that_does_not_end_is_killed(tried):
    tried.write(f"snippets/{LISTING}", "n = 8\nwhile n > 1:\n    n = n - 1\nassert n == 1\n")
    done = tried.run("mutants")
    assert "n - 1 → n + 1" not in done.out, done.out


def test_tests_that_fail_for_the_listing_as_it_is_judge_nothing(tried):
    tried.replace("tests/part/test_growth.py", "== pytest.approx(2 ** -0.5)", "== 2")
    done = tried.run("mutants")
    assert done.returncode == 1
    assert f"tests/part/test_growth.py fails for {LISTING} as it is" in done.err and "Traceback" not in done.err


FORMULA = """import sympy as sp

a, k = sp.symbols("a k", positive=True)
SQUARE = a ** (2 + k)
EQUATIONS = {"eq-growth-square": ("b =", SQUARE)}
SIDE = SQUARE.subs(a, 3)   # made when the file is read


def test_square():
    assert SIDE.subs(k, 0) == 9


def test_another():
    assert SIDE.subs(k, 1) == 27
"""


def formulas(tried):
    """(exit status, what was printed) of the mutants of the formulas alone."""
    return trials.try_formulas(tried.folder), tried.capsys.readouterr().out


def test_a_mutant_of_a_formula_is_killed_by_the_tests_that_its_claim_names(tried):
    tried.write("tests/part/test_growth.py", FORMULA)
    status, out = formulas(tried)
    assert status == 1
    assert "tests/part/test_growth.py:4: no test that the claim of eq-growth-square names sees 2 + k → 2 - k" in out
    assert any("sees 2 + k → 2 - k" in f"{problem}" for problem in trials.check(tried.folder))
    tried.write("tests/part/test_growth.py", FORMULA.replace("k, 0) == 9", "k, 1) == 27"))
    assert any("eq-growth-square were not tried" in f"{problem}" for problem in trials.check(tried.folder))
    assert formulas(tried) == (0, "press: 3 of 3 mutants of the formulas killed by the tests that their claims name\n")
    assert not any("eq-growth-square" in f"{problem}" for problem in trials.check(tried.folder))


def test_a_formula_whose_test_fails_as_it_is_is_not_tried(tried):
    tried.write("tests/part/test_growth.py", FORMULA.replace("== 9", "== 8"))
    with pytest.raises(RuntimeError, match="test_growth.py fails for tests/part/test_growth.py as it is"):
        formulas(tried)


def test_a_listing_that_is_not_there(tried):
    done = tried.run("seeds", "part/growth/none.py")
    assert done.returncode == 1 and "there is no snippets/part/growth/none.py" in done.err


def test_the_limits_are_the_promised_ones():
    assert (trials.SHARE, len(trials.SEEDS), trials.SCORE, trials.TIMES) == (0.99, 200, 0.95, 5)
