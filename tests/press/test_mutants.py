"""Mutants: what is changed in a program, and what is not."""
import pytest

from press.book.listings import parsed
from press.book.sources import Problem
from press.trials.mutants import mutants


def changes(text):
    return [name.partition(": ")[2] for name in mutants(parsed("part/growth/it.py", text))]


@pytest.mark.parametrize(("program", "change"), [
    ("a = np.sqrt(6 / (fan_in + fan_out))", "6 / (fan_in + fan_out) → 6 * (fan_in + fan_out)"),
    ("a = np.sqrt(6 / (fan_in + fan_out))", "np.sqrt(6 / (fan_in + fan_out)) → np.cbrt(6 / (fan_in + fan_out))"),
    ("z = h @ W.T", "W.T → W.real"),
    ("slope = -0.25 * x", "-0.25 → +0.25"),
    ("m = h.mean()", "h.mean() → h.sum()"),
    ("x = h[:, -1]", "h[:, -1] → h[:, -2]"),
    ("mask = z > 0", "z > 0 → z < 0"),
    ("print(f'{100 * share:.1f} %')", "100 * share → 101 * share"),
    ("ax.errorbar(n, mean, yerr=2 * error, ms=3)", "2 * error → 3 * error"),
    ("ax.plot(layers, 2 * rate, color=f'C{1 + 1}')", "2 * rate → 3 * rate"),
    ("fig, (left, right) = plt.subplots(1, 2)\nleft.plot(2 * rate, lw=2)", "2 * rate → 3 * rate"),
])
def test_one_operator_constant_or_function_is_changed(program, change):
    assert change in changes(program)


@pytest.mark.parametrize("program", [
    "assert abs(a - b) < 4 * se", "rng = np.random.default_rng(7)", "import numpy as np", "print('1 + 1')",
    "print(f'{x:.3f}')", "flag = True", "ax.set(xlim=(0, 10), ylabel='log')", "ax.legend(loc=2)",
    "fig, ax = plt.subplots(1, 2, figsize=(7, 3))", "fig, (left, right) = plt.subplots(1, 2)\nright.legend(loc=2)",
    "# %% check\nerror = 4 / 2\nassert error < 3",
])
def test_judges_texts_seeds_and_styling_are_not_changed(program):
    assert changes(program) == []


def test_every_mutant_is_another_program_and_names_its_line():
    text = '"""A sum."""\nx = 1\n\ny = ((x + 2)\n     * (x + 2))\n\n# %% check\nassert x + y > 1\n'
    found = mutants(parsed("part/growth/it.py", text))
    assert len(set(found.values())) == len(found)
    assert {name.partition(":")[0] for name in found} == {"2", "4", "5"}


def test_two_changes_that_read_alike_have_two_names():
    first = ["x + 2 → x - 2", "x + 2 → x + 3"]
    assert changes("y = (x + 2) * (x + 2)")[1:] == [*first, *(f"{change} (2)" for change in first)]


def test_on_a_line_with_a_reason_nothing_is_changed():
    text = "n = 400  # rows # no mutate: the size cancels\nx = (a +\n     b * 2)  # no mutate: b is 0\n"
    assert changes(text) == ["a + b * 2 → a - b * 2"]


def test_without_a_reason_the_line_is_named():
    with pytest.raises(Problem, match=r"snippets/part/growth/it.py:2: say why"):
        changes("x = 1\ny = 2  # no mutate:\n")
