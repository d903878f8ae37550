"""What the diagnosis measures and names: pairs of rows, exact rounding, and networks just below and just above each threshold."""
import contextlib
import io
import json
import re
import struct
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import sympy as sp
from scipy import special, stats

m, c, mu, gamma, q_1, q_L, L = sp.symbols("m c mu gamma q_1 q_L L", positive=True)
ROOT = Path(__file__).parents[2]
PROGRAMS = ROOT / "snippets" / "practice" / "diagnose"

EQUATIONS = {
    "eq-diagnose-agreement": (r"a =", (m * c - 1) / (m - 1)),
    "eq-diagnose-shift": (r"a =", mu**2 / (mu**2 + gamma**2)),
    "eq-diagnose-scale": (r"s =", (q_1 / q_L) ** (1 / (2 * (L - 1)))),
}


def value(name, **numbers):
    """The right-hand side of a key result at these numbers."""
    expression = EQUATIONS[name][1]
    return float(expression.subs({symbol: numbers[symbol.name] for symbol in expression.free_symbols}))


def by_pairs(H):
    """The mean product of two different rows over the mean square of a row."""
    products = H.astype(float) @ H.astype(float).T
    pairs = [products[i, j] for i, j in product(range(len(H)), repeat=2) if i != j]
    return np.mean(pairs) / np.mean(np.diag(products))


def test_the_agreement_of_rows_needs_no_pairs(run):
    """eq-diagnose-agreement: For any two or more rows, not all zero, the mean product of two different rows over the mean
    square of a row follows from the share that the mean row has of the mean square.

    All pairs, in exact and in random cases.
    """
    rows = [[sp.Integer(a) for a in row] for row in ((3, 1), (1, 3), (2, 2))]
    mean = [sum(column) / sp.Integer(3) for column in zip(*rows)]
    share = sum(a**2 for a in mean) / (sum(a**2 for row in rows for a in row) / sp.Integer(3))
    assert share == sp.Rational(6, 7)
    assert EQUATIONS["eq-diagnose-agreement"][1].subs({m: 3, c: share}) == sp.Rational(11, 14)
    assert by_pairs(np.array([(3, 1), (1, 3), (2, 2)])) == pytest.approx(11 / 14)
    assert by_pairs(np.array([(1, 0), (0.8, 0.6)])) == pytest.approx(0.8)
    program = run("practice/diagnose/program_numpy")
    for seed, shift in enumerate((0.0, 0.5, 3.0)):
        H = np.random.default_rng(seed).normal(shift, 1, (7 + seed, 5))
        share = np.sum(H.mean(axis=0) ** 2) / np.mean(np.sum(H**2, axis=1))
        assert program.agreement(H) == pytest.approx(by_pairs(H)) == pytest.approx(value("eq-diagnose-agreement", m=len(H), c=share))
    assert program.agreement(np.full((5, 3), 2, np.int64)) == pytest.approx(1)


def test_inputs_with_a_mean_agree():
    """eq-diagnose-shift: Inputs of many independent coordinates with mean μ and variance γ² have an agreement near
    μ²/(μ² + γ²).

    Exact over all coin tosses of two coordinates, as a quotient of expectations, and one large draw.
    """
    for mean, deviation in ((3, 1), (1, 2)):
        tosses = np.array(list(product([mean - deviation, mean + deviation], repeat=2)), float)
        products = tosses @ tosses.T
        expected = value("eq-diagnose-shift", mu=mean, gamma=deviation)
        assert products.mean() / np.diag(products).mean() == pytest.approx(expected)   # two independent inputs
        X = np.random.default_rng(1).normal(mean, deviation, (60, 40_000))
        assert by_pairs(X) == pytest.approx(expected, abs=0.01)
    assert value("eq-diagnose-shift", mu=3, gamma=1) == pytest.approx(0.9)


@pytest.mark.parametrize("slope", [0, 1])
def test_the_factor_gives_the_last_layer_the_size_of_the_first(slope):
    """eq-diagnose-scale: Multiplying the weights of layers 2 to L of a ReLU or linear stack without biases by s gives layer
    L the mean square of layer 1, on the batch on which both were measured.

    Five layers of unequal widths, with the factor and without.
    """
    rng = np.random.default_rng(2)
    X, widths = rng.standard_normal((30, 6)), (6, 20, 12, 25, 9, 16)
    matrices = [rng.normal(0, 0.1, (after, before)) for before, after in zip(widths, widths[1:])]

    def moments(s):
        h, found = X, []
        for layer, W in enumerate(matrices):
            z = h @ (W if layer == 0 else s * W).T
            found.append(np.mean(z**2))
            h = np.maximum(z, slope * z)
        return found

    before = moments(1)
    s = value("eq-diagnose-scale", q_1=before[0], q_L=before[-1], L=5)
    assert moments(s)[-1] == pytest.approx(before[0]) and s > 1.5
    assert value("eq-diagnose-scale", q_1=1, q_L=1e-12, L=30) == pytest.approx(10 ** (12 / 58)) == pytest.approx(1.61, abs=0.005)


def bfloat16(number):
    """A number rounded to bfloat16, by the bits of float32."""
    bits = struct.unpack("<I", struct.pack("<f", number))[0]
    bits += 0x7FFF + (bits >> 16 & 1)
    return struct.unpack("<f", struct.pack("<I", bits & 0xFFFF0000))[0]


def test_what_leaves_a_format_is_what_rounding_says(run):
    program = run("practice/diagnose/program_numpy")
    exact = 2.0 ** np.array([-200.0, -136, -134, -133.5, -127, -126, -100, -30, -25, -24.9, -20, -14.001, -14, 0, 15, 15.999, 16, 100, 127.99])
    edges = [65504.0, 65519.9, 65520.0, 2.0**-14 - 2.0**-25, 2.0**-14 - 2.0**-24.9, 2.0**-25 * 1.001]
    for number in [*exact, *edges]:
        for sign in (1, -1):
            with np.errstate(over="ignore"):
                half = np.array([sign * number]).astype(np.float16)
            kinds = [np.isinf(half)[0], bool(0 < abs(half[0]) < 2.0**-14), half[0] == 0]
            assert program.lost(np.array([0.0, sign * number]), *program.FORMATS["float16"]) == kinds, number
            if number < 2.0**127.9 and number > 2.0**-149:
                wide = abs(bfloat16(np.float32(number)))
                kinds = [np.isinf(wide), bool(0 < wide < 2.0**-126), wide == 0]
                assert program.lost(np.array([np.float32(sign * number)]), *program.FORMATS["bfloat16"]) == kinds, number
    assert program.lost(np.array([1e6, 1.0, 1e-6, 1e-9, 0, 1]), *program.FORMATS["float16"]) == [0.2, 0.2, 0.2]
    assert program.lost(np.zeros(3), *program.FORMATS["float16"]) == [0, 0, 0]
    largest = (2 - 2.0**-7) * 2.0**127
    assert program.lost(np.array([largest + 2.0**118, largest + 2.0**119]), *program.FORMATS["bfloat16"]) == [0.5, 0, 0]


# Each threshold of the program: a healthy record, one number of it moved to just below and to just above.

def healthy():
    """Inputs, labels and three recorded layers in which nothing is wrong."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((40, 10))
    rows, h = [], x
    for name, n in (("one", 10), ("two", 10), ("three", 10), ("head", 4)):
        W = rng.standard_normal((n, 10))
        z = rng.standard_normal((40, n))
        rows.append(SimpleNamespace(name=name, W=W, h=h, z=z / program_rms(z), g=rng.standard_normal((40, n))))
        h = np.maximum(rows[-1].z, 0)
    return SimpleNamespace(x=x, y=rng.integers(4, size=40), rows=rows, out=rows[-1].z, loss=np.log(4))


def program_rms(a):
    return np.sqrt(np.sum(a**2) / a.size)


def named(program, case):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        said = program.diagnose(case.x, case.y, case.rows, case.out, case.loss)
    lines = [line for line in printed.getvalue().splitlines() if line.startswith("->")]
    expected = [f"{name} {' '.join(said[name][:4])}".rstrip() for name in said] or ["nothing that this program knows"]
    assert [line[3:].rstrip() for line in lines] == expected
    return said


def case_with(**changes):
    case = healthy()
    for name, change in changes.items():
        setattr(case, name, change(getattr(case, name)))
    return case


def scaled(rows, key, factors):
    for row, factor in zip(rows, factors):
        setattr(row, key, getattr(row, key) * factor)
    return rows


def shares(rows, share, value):
    """The input of row "two" gets this share of its numbers set to the value, and the rest to 0.3 and −0.6."""
    h = np.where(np.arange(400) % 2, 0.3, -0.6)
    h[:round(400 * share)] = value
    rows[1].h = h.reshape(-1, 10)
    return rows


def dead(rows, units):
    rows[1].h = rows[1].h * (np.arange(10) >= units)
    return rows


def some_zero(rows, copies=False):
    rows[1].W = rows[1].W * (np.arange(100).reshape(10, 10) != 57)
    if copies:
        rows[1].W[2] = rows[1].W[8]
    return rows


def bare(rows, first):
    """Row "three" reads the output of row "two", one number of which is `first`; all of them are zero with None."""
    rows[1].z[0, 0] = first or 0.0
    rows[1].z = rows[1].z * (first is not None)
    rows[2].h = rows[1].z
    return rows


def norm(rows, size):
    z = np.random.default_rng(5).standard_normal((40, 10))
    return [*rows[:2], SimpleNamespace(name="norm", W=None, h=rows[1].z, z=z / program_rms(z) * size, g=z), *rows[2:]]


def columns(x, deviations):
    return (x - x.mean(axis=0)) / x.std(axis=0) * np.array(deviations)


def shifted(x, agreement):
    """x with a mean that gives it this agreement."""
    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if by_pairs(x + middle) < agreement else (low, middle)
    return x + low


def collapsed(rows, agreement, gain=1.0):
    """The output of row "two" agrees so much; its deviations are gain times those of its input."""
    z = rows[1].z
    deviations = z - z.mean(axis=0)
    deviations = deviations / program_rms(deviations) * program_rms(rows[1].h - rows[1].h.mean(axis=0)) * gain
    low, high = 0.0, 1e4
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if by_pairs(deviations + middle) < agreement else (low, middle)
    rows[1].z = deviations + low
    return rows


def gains(rows, *wanted):
    """Outputs whose deviations are so many times those of the inputs."""
    for row, gain in zip(rows, wanted):
        z = row.z - row.z.mean(axis=0)
        row.z = z / program_rms(z) * program_rms(row.h - row.h.mean(axis=0)) * gain
    return rows


def growing(rows, ratio, gain):
    """The size of row "three" is ratio times that of row "one", and all gains are equal."""
    z = [row.z - row.z.mean(axis=0) for row in rows]
    for row, deviation, size in zip(rows, z, (2, 10, 2 * ratio)):
        row.z = deviation / program_rms(deviation) * size
        h = row.h - row.h.mean(axis=0)
        row.h = h / program_rms(h) * size / gain
    return rows


def sizes(rows, *wanted):
    return scaled(rows, "z", [size / program_rms(row.z) for row, size in zip(rows, wanted)])


def backs(rows, *wanted):
    return scaled(rows, "g", [size / np.sqrt(np.sum(row.g**2)) for row, size in zip(rows, wanted)])


def probabilities(excess, low=0.1):
    p = np.tile([low, 0.2, 0.3, 0.5 - low + 0.0 + excess], (40, 1))
    p[1:] = [0.1, 0.2, 0.3, 0.4]
    return p


def half(rows, share):
    """The gradient of row "two" in float16 with this share of subnormal numbers."""
    g = np.full(400, 1.0)
    g[:round(400 * share)] = 1e-5
    rows[1].g = g.reshape(40, 10).astype(np.float16)
    return rows


def unit(a):
    return a / program_rms(a)


THRESHOLDS = {   # what is named: a change that is not, one that is, and the places
    "inputs not scaled": [
        ({"x": lambda x: 29.8 * unit(x)}, {"x": lambda x: 30.2 * unit(x)}, []),
        ({"x": lambda x: unit(x) / 29.8}, {"x": lambda x: unit(x) / 30.2}, []),
        ({"x": lambda x: columns(x, [0.1, 0.1, 0.1, 0.02, 0.1, 0.2, 0.2, 0.2, 0.2, 9.98])},
         {"x": lambda x: columns(x, [0.1, 0.1, 0.1, 0.02, 0.1, 0.2, 0.2, 0.2, 0.2, 10.05])}, []),
        ({"x": lambda x: columns(x, [0, 0, 0, 0, 0, 0, 0, 0.1, 0.1, 9.9])},
         {"x": lambda x: columns(x, [0, 0, 0, 0, 0, 0.1, 0.1, 0.1, 0.2, 10.05])}, []),
        ({"x": lambda x: columns(x, [0.1] * 9 + [10.04]) * np.array([0] * 9 + [1])},
         {"x": lambda x: columns(x, [0.1] * 9 + [10.04])}, []),
    ],
    "inputs equal": [({"x": lambda x: x * (np.arange(10) > 3)}, {"x": lambda x: np.tile(x[1], (40, 1))}, []), ({"x": lambda x: np.where(np.arange(40)[:, None] > 0, x[1], x)}, {"x": lambda x: np.tile(x[1], (40, 1))}, [])],
    "inputs not centered": [({"x": lambda x: shifted(x, 0.897)}, {"x": lambda x: shifted(x, 0.903)}, [])],
    "labels not scaled": [
        ({"y": lambda y: 29.8 * unit(np.random.default_rng(7).normal(size=(40, 1)))},
         {"y": lambda y: 30.2 * unit(np.random.default_rng(7).normal(size=(40, 1)))}, []),
        ({"y": lambda y: y + 100}, {"y": lambda y: y + 100, "out": lambda out: out[:, 0]}, []),
    ],
    "zero weights": [({"rows": lambda rows: some_zero(rows)}, {"rows": lambda rows: scaled(rows, "W", [1, 0])}, ["two"]), ({"rows": lambda rows: scaled(rows, "W", [1, 1e-9])}, {"rows": lambda rows: scaled(rows, "W", [1, 0])}, ["two"])],
    "copied units": [
        ({"rows": lambda rows: some_zero(rows)}, {"rows": lambda rows: some_zero(rows, copies=True)}, ["two"]),
        ({"rows": lambda rows: [setattr(rows[1], "W", np.where(np.arange(10)[:, None] == 3, 1.0001 * rows[1].W[4], rows[1].W)), rows][1]},
         {"rows": lambda rows: [setattr(rows[1], "W", np.where(np.arange(10)[:, None] == 3, rows[1].W[4], rows[1].W)), rows][1]}, ["two"]),
    ],
    "normalization off": [({"rows": lambda rows: norm(rows, 0.51)}, {"rows": lambda rows: norm(rows, 0.49)}, ["norm"])],
    "dead": [({"rows": lambda rows: dead(rows, 7)}, {"rows": lambda rows: dead(rows, 8)}, ["two"])],
    "saturated": [
        ({"rows": lambda rows: shares(rows, 0.295, 0.98)}, {"rows": lambda rows: shares(rows, 0.305, -0.98)}, ["two"]),
        ({"rows": lambda rows: shares(rows, 0.9, 0.965)}, {"rows": lambda rows: shares(rows, 0.9, 0.975)}, ["two"]),
        ({"rows": lambda rows: shares(rows, 0.9, 1.01)}, {"rows": lambda rows: shares(rows, 0.9, 1.0)}, ["two"]),
        ({"rows": lambda rows: [setattr(rows[1], "h", np.tile([0.01] * 9 + [0.49], (40, 1))), rows][1]},
         {"rows": lambda rows: [setattr(rows[1], "h", np.tile([0.01] * 9 + [0.51], (40, 1))), rows][1]}, ["two"]),
        ({"rows": lambda rows: [setattr(rows[1], "h", np.tile([0.02] * 9 + [0.9], (40, 1))), rows][1]},
         {"rows": lambda rows: [setattr(rows[1], "h", np.tile([0.01] * 9 + [0.9], (40, 1))), rows][1]}, ["two"]),
        ({"rows": lambda rows: [setattr(rows[1], "h", np.tile([0.02] * 9 + [0.9], (40, 1))), rows][1]},
         {"rows": lambda rows: [setattr(rows[1], "h", np.tile([0.99] * 4 + [0.4] * 6, (40, 1))), rows][1]}, ["two"]),
    ],
    "wrong fan": [
        ({"rows": lambda rows: gains(rows, 0.9, 1, 4.9)}, {"rows": lambda rows: gains(rows, 0.9, 1, 5.1)}, ["three"]),
        ({"rows": lambda rows: gains(rows, 2, 1, 1 / 29.8)}, {"rows": lambda rows: gains(rows, 2, 1, 1 / 30.3)}, ["three"]),
        ({"rows": lambda rows: collapsed(gains(rows, 0.9, 1, 1), 0.9995, 5.5)}, {"rows": lambda rows: collapsed(gains(rows, 0.9, 1, 1), 0.998, 5.5)}, ["two"]),
    ],
    "no activation": [
        ({"rows": lambda rows: scaled(rows, "z", [1, 1])}, {"rows": lambda rows: bare(rows, 0.0)}, ["three"]),
        ({"rows": lambda rows: bare(rows, None)}, {"rows": lambda rows: bare(rows, 1.0)}, ["three"]),
        ({"rows": lambda rows: [setattr(rows[2], "h", rows[1].z * 1.0001), rows][1]}, {"rows": lambda rows: [setattr(rows[2], "h", rows[1].z), rows][1]}, ["three"]),
    ],
    "grows": [({"rows": lambda rows: growing(rows, 99.8, 1.65)}, {"rows": lambda rows: growing(rows, 100.5, 1.65)}, [])],
    "branches add up": [({"rows": lambda rows: growing(rows, 100.5, 1.65)}, {"rows": lambda rows: growing(rows, 100.5, 1.55)}, [])],
    "shrinks": [
        ({"rows": lambda rows: sizes(rows, 1, 0.5, 1 / 99.8)}, {"rows": lambda rows: sizes(rows, 1, 0.5, 1 / 100.3)}, []),
        ({"rows": lambda rows: sizes(rows, 1, 1, 1, 1e-4)}, {"rows": lambda rows: sizes(rows, 1, 1 / 100.3, 1)}, []),
    ],
    "inputs lost": [({"rows": lambda rows: collapsed(rows, 0.9985)}, {"rows": lambda rows: collapsed(rows, 0.9992)}, ["two"])],
    "softmax before the loss": [
        ({"out": lambda out: probabilities(1.02e-3)}, {"out": lambda out: probabilities(0.97e-3)}, []),
        ({"out": lambda out: probabilities(0, -0.01)}, {"out": lambda out: probabilities(0, 0.0)}, []),
        ({"out": lambda out: probabilities(-1.02e-3)}, {"out": lambda out: probabilities(-0.97e-3)}, []),
    ],
    "loss too large": [({"loss": lambda loss: loss + 2.99}, {"loss": lambda loss: loss + 3.01}, [])],
    "no gradient": [({"rows": lambda rows: scaled(rows, "g", [1, 1e-9])}, {"rows": lambda rows: scaled(rows, "g", [1, 0])}, ["two"])],
    "gradient vanishes": [
        ({"rows": lambda rows: backs(rows, 1, 30, 999.7)}, {"rows": lambda rows: backs(rows, 1, 30, 1000.5)}, []),
        ({"rows": lambda rows: backs(rows, 0, 30, 999.7)}, {"rows": lambda rows: backs(rows, 0.001, 1, 1000.5)}, []),
    ],
    "gradient explodes": [({"rows": lambda rows: backs(rows, 999.7, 30, 1)}, {"rows": lambda rows: backs(rows, 1000.5, 30, 1)}, [])],
    "too small for float16": [({"rows": lambda rows: half(rows, 0.49)}, {"rows": lambda rows: half(rows, 0.51)}, ["two"])],
}
EACH = [(name, number) for name, cases in THRESHOLDS.items() for number in range(len(cases))]


@pytest.mark.parametrize(("name", "number"), EACH)
def test_a_name_is_given_beyond_its_threshold_and_not_before(run, name, number):
    below, above, places = THRESHOLDS[name][number]
    program = run("practice/diagnose/program_numpy")
    assert name not in named(program, case_with(**below))
    said = named(program, case_with(**above))
    assert said[name] == places


def test_nothing_is_said_of_a_healthy_record(run):
    program = run("practice/diagnose/program_numpy")
    assert named(program, healthy()) == {}
    first = healthy()
    first.rows[0].h = np.where(np.arange(10) == 0, 1.0, 0) * np.ones((40, 1))   # data that look dead and saturated
    assert not {"dead", "saturated"} & set(named(program, first))
    single = healthy()
    single.rows, single.out = single.rows[:1], single.rows[0].z
    assert named(program, single) == {}


@pytest.mark.parametrize(("kind", "place"), [("x", "x"), ("y", "y"), ("z", "two"), ("loss", "loss"), ("g", "three")])
def test_the_first_number_that_is_none_is_named(run, kind, place):
    case = healthy()
    if kind in "zg":
        for row in case.rows[1:] if kind == "z" else case.rows[2:]:
            array = getattr(row, kind).copy()
            array[0, 0] = np.nan
            setattr(row, kind, array)
    else:
        setattr(case, kind, np.where(np.arange(40) == 5, np.inf, 1.0) if kind == "y" else getattr(case, kind) * np.nan)
    assert named(run("practice/diagnose/program_numpy"), case)["not finite"] == [place]


def test_the_columns_of_a_row_are_what_they_are_called(run):
    case = healthy()
    case.rows[1].h = np.where(np.arange(10) < 3, 0, case.rows[1].h)
    named(run("practice/diagnose/program_numpy"), case)
    row = case.rows[1]
    assert row.dead == 0.3 and row.full == 0 and row.agree == pytest.approx(by_pairs(row.z))
    assert row.gain == pytest.approx(np.sqrt(np.var(row.z, axis=0).mean() / np.var(row.h, axis=0).mean()))
    numbers = np.concatenate([row.z.ravel(), row.g.ravel()])
    assert row.leaves[:3] == [0, np.mean(np.abs(numbers) < 2.0**-14), 0] and row.leaves[3:] == [0, 0, 0]


def test_the_networks_of_both_trials_were_named(run):
    """Thirty-one broken and eighteen healthy networks in PyTorch, and at least twenty and ten in NumPy.

    What is expected is read from the listings, what was said from their runs.
    """
    for name, least in (("program_torch", (18, 31)), ("program_numpy", (11, 27))):
        text = (PROGRAMS / f"{name}.py").read_text(encoding="utf-8")
        listing = run(f"practice/diagnose/{name}")
        counts = []
        for block in ("healthy", "broken"):
            lines = re.search(rf"\n{block} = {{\n(.*?)\n}}\n", text, re.DOTALL)[1].split("\n")
            counts.append(len(lines))
            for line in lines:
                network, expected = re.match(r' *"([^"]+)": (?:.*"([a-z0-9 ]+)"\),$)?', line).groups()
                said = listing.said[network]
                assert said == [] if block == "healthy" else expected in said, network
            assert block == "broken" or len(listing.silent) == len(lines)
        assert tuple(counts) == least
        program = re.search(r"\n(import copy|from types).*?return said\n", text, re.DOTALL)[0]
        assert sum(bool(line.strip()) for line in program.split("\n")) <= 60
    names = [re.findall(r'"([a-z0-9 ]+)": \[', (PROGRAMS / f"program_{kind}.py").read_text(encoding="utf-8").partition("# %% check")[0]) for kind in ("torch", "numpy")]
    assert set(names[0]) == set(names[1]) == set(THRESHOLDS) | {"not finite"}
    page = (ROOT / "docs" / "practice" / "diagnose.md").read_text(encoding="utf-8")
    for name in names[0]:
        assert f"**{name}**" in page.partition("{#symptoms}")[2].partition("{#tried-on}")[0], name


def test_the_torch_run_lost_its_inputs(run):
    listing = run("practice/diagnose/program_torch")
    assert list(listing.names) == ["inputs lost", "gradient vanishes"]
    record = json.loads((PROGRAMS / "program_torch.run.json").read_text(encoding="utf-8"))
    rows = [line.split() for line in record["output"].splitlines() if line[:1].isdigit()]
    agree = [float(row[5]) for row in rows]
    assert len(rows) == 15 and abs(agree[0]) < 0.05 and agree[:6] == sorted(agree[:6]) and min(agree[6:]) > 0.999
    assert [row[0] for row in rows[:14] if float(row[5]) > 0.9991][:2] == listing.names["inputs lost"][:2]
    assert min(float(row[1]) for row in rows) > 0.02 and float(rows[0][2]) < float(rows[13][2]) / 1000


def test_the_tanh_network_of_the_numpy_program(run):
    listing = run("practice/diagnose/program_numpy")
    rows, x, y = listing.rows, listing.x, listing.y
    assert len(rows) == 7 and list(listing.names) == ["saturated"]
    assert listing.names["saturated"] == [f"tanh {layer}" for layer in range(1, 6)] + ["head"]
    assert [row.W.shape for row in rows] == [(64, 64)] * 6 + [(10, 64)]

    def loss(H, first):
        for row in rows[first:-1]:
            H = np.tanh(H @ row.W.T)
        out = H @ rows[-1].W.T
        return np.mean(special.logsumexp(out, axis=1) - out[np.arange(len(y)), y])

    assert listing.loss == pytest.approx(loss(x, 0)) and listing.out == pytest.approx(rows[-1].z)
    for layer in (0, 3, 5):
        assert np.std(rows[layer].W) == pytest.approx(5 / 8, rel=0.06)
        direction = rows[layer].g / np.sqrt(np.sum(rows[layer].g**2))
        def moved(t):
            return loss(np.tanh(rows[layer].z + t * direction), layer + 1)
        assert (moved(1e-5) - moved(-1e-5)) / 2e-5 == pytest.approx(np.sqrt(np.sum(rows[layer].g**2)), rel=1e-3)
    assert rows[-1].g.sum(axis=1) == pytest.approx(0, abs=1e-12)
    assert np.std(rows[-1].W) == pytest.approx(1 / 8, rel=0.1) and abs(np.mean(rows[-1].W)) < 0.03
    assert listing.deviation == 5 / 8 and np.std(x) == pytest.approx(1, rel=0.05) and abs(np.mean(x)) < 0.05


def test_eight_maps(run):
    gallery = run("practice/diagnose/gallery")
    assert list(gallery.maps) == list("ABCDEFGH") and all(h.shape == (64, 64) for h in gallery.maps.values())
    for name, h in gallery.maps.items():
        if name != "H":
            assert gallery.size[name] == pytest.approx(np.linalg.norm(h) / 64)
            assert gallery.agree[name] == pytest.approx(by_pairs(h))
            assert gallery.dead[name] == pytest.approx(sum(not column.any() for column in h.T) / 64)
            assert gallery.full[name] == pytest.approx(np.count_nonzero(abs(h) > 0.97) / 4096)
    gains = {name: case["gain"] for name, case in gallery.cases.items()}
    assert gains == {"A": 1.2, "B": 0.25, "C": 4, "D": 1.4, "E": 6, "F": 0.4, "G": 1.2, "H": 1.2}
    assert set(gallery.cases["D"]["bias"]) == {-9, 0} and gallery.off == 0.8 and gallery.cases["F"]["biases"] == 0.6
    u, weight = np.polynomial.legendre.leggauss(400)
    u, weight = 12 * u, 12 * weight * stats.norm.pdf(12 * u)

    def square(q):
        """E[tanh(√q u)²]."""
        return weight @ np.tanh(np.sqrt(q) * u) ** 2

    # A linear stack multiplies its size by its gain, six times.
    assert gallery.size["C"] == pytest.approx(4.0**6, rel=0.5)
    assert gallery.size["B"] == pytest.approx(0.25**6, rel=0.5)
    for gain, name in ((1.2, "A"), (6, "E")):
        q = gain**2
        for _ in range(5):
            q = gain**2 * square(q)
        assert gallery.size[name] == pytest.approx(np.sqrt(square(q)), rel=0.12)   # the recursion of wide layers
    assert gallery.dead["D"] == pytest.approx(0.8, abs=0.16)
    alive = gallery.maps["D"][:, gallery.maps["D"].any(axis=0)]
    assert np.mean(alive[:, alive.mean(axis=0) > 0.1] > 0) == pytest.approx(0.5, abs=0.06)
    assert np.sqrt(np.mean(alive[:, alive.mean(axis=0) > 0.1] ** 2)) == pytest.approx(1.4 / np.sqrt(2), rel=0.2)
    q = 1.0                                                     # F: weights and biases, in the limit
    for _ in range(60):
        q = 0.4**2 * square(q) + 0.6**2
    assert gallery.size["F"] == pytest.approx(np.sqrt(square(q)), rel=0.3)
    assert list(np.flatnonzero(np.isnan(gallery.maps["H"]).all(axis=1))) == [5, 14]
    assert np.nanmax(np.abs(gallery.maps["H"])) <= 1 and np.isnan(gallery.maps["H"]).sum() == 128
    assert np.sqrt(np.nanmean(gallery.maps["H"] ** 2)) == pytest.approx(gallery.size["A"], rel=0.25)
    for ax, h in zip(gallery.axes.flat, gallery.maps.values()):
        assert np.array_equal(np.ma.filled(ax.images[0].get_array(), np.nan), h[:24, :24], equal_nan=True)


def test_two_lanes(run):
    lanes = run("practice/diagnose/lanes")
    z = np.linspace(-4, 4, 9)
    assert lanes.relu(z) == pytest.approx(z * (z > 0)) and lanes.step(z) == pytest.approx(z > 0)
    assert lanes.sigmoid(z) == pytest.approx(special.expit(z))
    assert lanes.cases["gradient vanishes"][2](z) == pytest.approx(special.expit(z) * (1 - special.expit(z)))
    q, slopes = 0.2929, []                                       # wide sigmoid layers
    for _ in range(30):
        q = stats.norm.expect(lambda u: special.expit(np.sqrt(q) * u) ** 2)
    slopes = stats.norm.expect(lambda u: (special.expit(np.sqrt(q) * u) * special.expit(-np.sqrt(q) * u)) ** 2)
    assert lanes.fall["gradient vanishes"][1] == pytest.approx(slopes ** (19 / 2), rel=0.6)
    assert lanes.fall["gradient vanishes"][0] == pytest.approx(np.sqrt(q), rel=0.35)
    assert [gain for gain, *_ in lanes.cases.values()] == [pytest.approx(np.sqrt(2)), 1, 2, 1]
    rng = np.random.default_rng(5)                               # its draws, again
    for name, (gain, phi, dphi) in lanes.cases.items():
        h, steps = rng.standard_normal((50, 100)), []
        for _ in range(20):
            W = rng.normal(0, gain / 10, (100, 100))
            z = np.einsum("ij,kj->ik", h, W)
            steps.append((W, dphi(z)))
            h = phi(z)
        delta, sizes = rng.standard_normal((50, 100)), []
        for W, slope in reversed(steps):
            sizes.insert(0, program_rms(delta * slope))
            delta = np.einsum("ik,kj->ij", delta * slope, W)
        assert lanes.measured[name][1] == pytest.approx(np.array(sizes), rel=1e-6)
        assert lanes.measured[name][0][-1] == pytest.approx(program_rms(z), rel=1e-6)
    for ax in lanes.axes:
        assert [list(line.get_ydata()) for line in ax.lines] == [[0, 0], [-6, -6]]
    for name, (gain, *_) in lanes.cases.items():
        forward, backward = lanes.measured[name]
        assert len(forward) == len(backward) == lanes.depth == 20 and forward[0] == pytest.approx(gain, rel=0.12)
        last = np.sqrt(slopes) if name == "gradient vanishes" else np.sqrt(0.5)
        assert backward[-1] == pytest.approx(last, rel=0.15)
        assert lanes.fall[name] == pytest.approx((forward[19] / forward[0], backward[0] / backward[19]))
        blue, orange = lanes.axes[list(lanes.cases).index(name)].containers
        assert [bar.get_height() for bar in blue] == pytest.approx(list(np.log10(forward)))
        assert [bar.get_height() for bar in orange] == pytest.approx(list(np.log10(backward)))
        assert {bar.get_y() for bar in orange} == {-6} and [bar.get_x() + 0.4 for bar in blue] == pytest.approx(list(range(1, 21)))
    for name, factor in {"healthy": 1, "shrinks": 0.5, "grows": 2}.items():
        for share in lanes.fall[name]:
            assert np.log(share**2) == pytest.approx(19 * np.log(factor), abs=4) or name != "shrinks"
    assert (lanes.n, lanes.cases["healthy"][0]) == (100, pytest.approx(np.sqrt(2)))


def test_arrows_agree(run):
    pairs = run("practice/diagnose/pairs")
    assert pairs.angles.shape == (3, 5)
    assert pairs.angles[1] == pytest.approx(np.radians([5, 30, 50, 75, 100]))
    for row, agreement, ax in zip(pairs.angles, pairs.agreements, pairs.axes):
        length = {0: [1] * 5, 1: [1, 0.6, 0.9, 0.7, 1], 2: [0.9] * 5}[pairs.agreements.index(agreement)]
        H = np.array([[r * np.cos(t), r * np.sin(t)] for r, t in zip(length, row)])
        assert agreement == pytest.approx(by_pairs(H))
        arrows, mean = ax.collections
        assert np.column_stack([arrows.U, arrows.V]) == pytest.approx(H)
        assert [*mean.U, *mean.V] == pytest.approx(H.mean(axis=0))
        assert not np.any(arrows.get_offsets()) and not np.any(mean.get_offsets())
        assert (arrows.scale, mean.scale) == (1, 1)
    assert pairs.agreements[0] == pytest.approx(-1 / 4) and pairs.agreements[2] == pytest.approx(1)
    assert pairs.agreements[1] == pytest.approx(0.6, abs=0.05)


def test_sixteen_examples(run):
    batch = run("practice/diagnose/batch")
    rng = np.random.default_rng(6)                               # its draws, again
    X = rng.standard_normal((16, 20))
    assert np.array_equal(batch.X, X)
    scores = X @ rng.standard_normal((20, 4))
    assert list(batch.rule) == [max(range(4), key=lambda k: row[k]) for row in scores]
    assert np.array_equal(batch.random, rng.integers(4, size=16)) and batch.guess == pytest.approx(np.log(4))
    cases = {"healthy": (batch.rule, 0), "random labels": (batch.random, 0), "dead units": (batch.rule, -20)}
    assert [(list(labels), bias) for labels, bias in batch.cases.values()] == [(list(labels), bias) for labels, bias in cases.values()]
    for name, (labels, bias) in cases.items():                   # by a gradient written with sums over units
        W, V = rng.normal(0, np.sqrt(0.1), (64, 20)), rng.normal(0, 1 / 8, (4, 64))
        for _ in range(1000):
            Z = X @ W.T + bias
            H = np.where(Z > 0, Z, 0)
            logs = special.log_softmax(H @ V.T, axis=1)
            g = special.softmax(H @ V.T, axis=1)
            g[np.arange(16), labels] -= 1
            passed = np.where(Z > 0, np.einsum("ik,ku->iu", g, V), 0)
            V, W = V - np.einsum("ik,iu->ku", g, H) / 32, W - np.einsum("iu,ij->uj", passed, X) / 32
        assert batch.losses[name] == pytest.approx(-np.mean(logs[np.arange(16), labels]), rel=1e-6)
    assert batch.X.shape == (16, 20) and batch.rule.shape == batch.random.shape == (16,)
    assert set(batch.random) <= set(range(4)) and set(batch.rule) <= set(range(4))
    assert batch.losses["dead units"] == pytest.approx(np.log(4)) and max(batch.losses["healthy"], batch.losses["random labels"]) < 0.002


def test_a_scan_of_rates(run):
    rates = run("practice/diagnose/rates")
    assert rates.rates == pytest.approx([10 ** (k / 4 - 4) for k in range(25)])
    assert rates.best == rates.rates[list(rates.losses).index(min(rates.losses))]
    rng = np.random.default_rng(7)                               # its draws, again
    assert np.array_equal(rates.X, rng.standard_normal((256, 20)))
    scores = rates.X @ rng.standard_normal((20, 5))
    assert list(rates.labels) == [max(range(5), key=lambda k: row[k]) for row in scores]
    assert rates.W0 == pytest.approx(rng.normal(0, np.sqrt(0.1), (64, 20))) and rates.V0 == pytest.approx(rng.normal(0, 1 / 8, (5, 64)))
    assert rates.train(0.1) == pytest.approx(rates.train(0.1, steps=30)) and rates.lowest == min(rates.losses)
    band = rates.ax.patches[0]
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx((rates.best / 10, rates.best / 3))
    Z = np.maximum(rates.X @ rates.W0.T, 0) @ rates.V0.T
    at = np.arange(256), rates.labels
    assert rates.start == pytest.approx(np.mean(special.logsumexp(Z, axis=1) - Z[at]))
    # Two steps by numerical derivatives in the direction of the gradient: the loss falls by lr times its square.
    one = rates.train(1e-4, steps=1)
    def moved(W, V):
        z = np.maximum(rates.X @ W.T, 0) @ V.T
        return np.mean(special.logsumexp(z, axis=1) - z[at])
    square = 0
    for matrix, other in ((rates.W0, 0), (rates.V0, 1)):
        for i, j in product(range(0, matrix.shape[0]), range(matrix.shape[1])):
            step = np.zeros_like(matrix)
            step[i, j] = 1e-5
            up, down = (moved(rates.W0 + t * step, rates.V0) if other == 0 else moved(rates.W0, rates.V0 + t * step) for t in (1, -1))
            square += ((up - down) / 2e-5) ** 2
    assert (rates.start - one) / 1e-4 == pytest.approx(square, rel=2e-3)
    assert rates.losses[0] == pytest.approx(rates.start - 30 * 1e-4 * square, rel=2e-3)
    assert rates.train(0.1) == pytest.approx(rates.losses[12]) and rates.train(0.1, steps=29) > rates.losses[12]
    assert np.std(rates.W0) == pytest.approx(np.sqrt(0.1), rel=0.1) and np.std(rates.V0) == pytest.approx(1 / 8, rel=0.2)
    line = rates.ax.lines[0]
    assert list(line.get_xdata()) == list(rates.rates) and list(line.get_ydata()) == list(rates.losses)
    assert set(rates.ax.lines[1].get_ydata()) == {rates.start}


def test_gradients_in_float16(run):
    ruler = run("practice/diagnose/ruler")
    assert ruler.h.shape == ruler.delta.shape == (1024, 128) and len(ruler.layers) == 5
    for scale, (zero, subnormal) in ruler.shares.items():
        assert zero == pytest.approx(np.mean(scale * ruler.sizes <= 2.0**-25))
        assert subnormal == pytest.approx(np.mean((scale * ruler.sizes > 2.0**-25) & (scale * ruler.sizes < 2.0**-14 - 2.0**-25)))
    assert list(ruler.shares) == [1, 1024]
    # Each of five layers passes half of the mean square of a ReLU's gradient.
    assert np.sqrt(np.mean(ruler.delta**2)) == pytest.approx(0.3 / 65536 / np.sqrt(32), rel=0.25)
    for scale, ax in zip(ruler.shares, ruler.axes):
        heights = [bar.get_height() for bar in ax.patches[3:]]
        edges = np.arange(-40, 0.5, 0.5)
        assert heights == list(np.histogram(np.log2(scale * ruler.sizes), edges)[0])
    rng = np.random.default_rng(8)                               # its draws, again
    h, layers = rng.standard_normal((1024, 128)), []
    for W, slope in ruler.layers:
        np.testing.assert_allclose(W, rng.normal(0, np.sqrt(1 / 128), (128, 128)), rtol=1e-6)
        z = np.einsum("ij,kj->ik", h, W)
        assert np.array_equal(slope, z > 0)
        h = np.where(z > 0, z, 0)
    delta = rng.normal(0, 0.3, (1024, 128)) * 2.0**-16
    for W, slope in ruler.layers[::-1]:
        delta = np.einsum("ik,kj->ij", np.where(slope, delta, 0), W)
    np.testing.assert_allclose(ruler.delta, delta, rtol=1e-6, atol=1e-16)
    np.testing.assert_allclose(np.sort(ruler.sizes), np.sort(np.abs(delta[delta != 0])), rtol=1e-6)
    for ax in ruler.axes:
        spans = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in ax.patches[:3]]
        assert spans == [(-40, -25), (-25, -14), (16, 20)]
    for W, slope in ruler.layers:
        assert np.std(W) == pytest.approx(1 / np.sqrt(128), rel=0.05)
    assert np.mean(ruler.layers[0][1]) == pytest.approx(0.5, abs=0.02) and h.shape == ruler.h.shape


def test_the_order_of_the_questions(run):
    order = run("practice/diagnose/order")
    texts = [text.get_text() for text in order.ax.texts]
    questions = [question for question, _ in order.steps]
    assert [texts.index(question) for question in questions] == sorted(texts.index(question) for question in questions)
    assert texts.count("no") == texts.count("yes") == len(order.steps) == 4


def test_how_dead_a_healthy_layer_is():
    """Orthogonal inputs leave a unit dead with probability 2^-m, and inputs on one ray with one half.

    All signs of weights, and a draw.
    """
    signs = np.array(list(product([-1, 1], repeat=5)))
    assert np.mean(np.all(signs < 0, axis=1)) == 2.0**-5         # products with orthogonal inputs
    rng = np.random.default_rng(9)
    assert np.mean(np.all(rng.standard_normal((100_000, 5)) @ np.eye(5)[:4].T < 0, axis=1)) == pytest.approx(1 / 16, rel=0.06)
    assert np.log(1000) + np.array([2, 18]) == pytest.approx([8.9, 24.9], abs=0.01) and -0.9 * np.log(0.9) - 0.1 * np.log(0.1) == pytest.approx(0.33, abs=0.005)
