"""Mutants: what is changed in a program, and what is not."""
import pytest

from press import mutants


def changes(text):
    return [mutant.change for mutant in mutants.mutants(text)]


@pytest.mark.parametrize(("program", "change"), [
    ("a = np.sqrt(6 / (fan_in + fan_out))", "6 / (fan_in + fan_out) → 6 * (fan_in + fan_out)"),
    ("a = np.sqrt(6 / (fan_in + fan_out))", "fan_in + fan_out → fan_in - fan_out"),
    ("a = np.sqrt(6 / (fan_in + fan_out))", "6 / (fan_in + fan_out) → 7 / (fan_in + fan_out)"),
    ("a = np.sqrt(6 / (fan_in + fan_out))", "np.sqrt(6 / (fan_in + fan_out)) → np.cbrt(6 / (fan_in + fan_out))"),
    ("z = h @ W.T", "W.T → W.real"),
    ("z = h @ W.T", "h @ W.T → h * W.T"),
    ("slope = -0.25 * x", "-0.25 → +0.25"),
    ("q **= 2", "q **= 2 → q *= 2"),
    ("m = h.mean(axis=0)", "h.mean(axis=0) → h.sum(axis=0)"),
    ("m = h.mean(axis=0)", "h.mean(axis=0) → h.mean(axis=1)"),
    ("m = np.mean(h)", "np.mean(h) → np.median(h)"),
    ("x = h[:, -1]", "h[:, -1] → h[:, -2]"),
    ("mask = z > 0", "z > 0 → z < 0"),
    ("print(f'{100 * share:.1f} %')", "100 * share → 101 * share"),
    ("ax.axline((0, 1), slope)", "(0, 1) → (0, 2)"),
    ("ax.errorbar(n, mean, yerr=2 * error, ms=3)", "2 * error → 3 * error"),
    ("ax.what_is_new(2 * rate)", "2 * rate → 3 * rate"),
    ("ax.plot(layers, 2 * rate, color=f'C{1 + 1}')", "2 * rate → 3 * rate"),
])
def test_one_operator_constant_or_function_is_changed(program, change):
    assert change in changes(program)


@pytest.mark.parametrize("program", [
    "assert abs(a - b) < 4 * se", "rng = np.random.default_rng(7)", "import numpy as np", "print('1 + 1')", "print(f'{x:.3f}')",
    "ax.set(xlim=(0, 10), ylabel='log')", "fig, ax = plt.subplots(1, 2, figsize=(7, 3))", "ax.legend(loc=2)", "flag = True",
])
def test_judges_texts_seeds_and_styling_are_not_changed(program):
    assert changes(program) == []


def test_every_mutant_is_another_program_and_names_its_line():
    text = "x = 1\n\ny = (x + 2) * (x + 2)\n"
    found = mutants.mutants(text)
    assert len({mutant.text for mutant in found}) == len(found)
    assert {mutant.line for mutant in found} == {1, 3}


def test_two_changes_that_read_alike_have_two_names():
    assert changes("y = (x + 2) * (x + 2)")[1:] == ["x + 2 → x - 2", "x + 2 → x + 3", "x + 2 → x - 2 (2)", "x + 2 → x + 3 (2)"]
