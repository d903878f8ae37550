"""What layers of PyTorch, Flax and Keras start with, from the records of their runs: no framework is needed."""
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate

PROGRAMS = Path(__file__).parents[2] / "snippets" / "practice" / "frameworks"
FAN_IN, FAN_OUT = 512, 256
CUT = 0.87962566103423978   # in the sources of JAX and Keras: the deviation that a cut normal distribution has left


def uniform(limit):
    """A density, up to a constant, and where it ends."""
    return np.ones_like, limit


def normal(deviation, end=6):
    return lambda x: np.exp(-(x / deviation)**2 / 2), end * deviation


# As the sources of the frameworks draw them, with the limits and deviations that stand there.
DRAWN = {
    ("torch", "default"): uniform(math.sqrt(2 / (1 + 5)) * math.sqrt(3 / FAN_IN)),   # kaiming_uniform_(a=sqrt(5))
    ("torch", "He"): normal(math.sqrt(2) / math.sqrt(FAN_IN)),
    ("jax", "default"): normal(math.sqrt(1 / FAN_IN) / CUT, end=2),
    ("jax", "He"): normal(math.sqrt(2 / FAN_IN) / CUT, end=2),
    ("keras", "default"): uniform(math.sqrt(3 / ((FAN_IN + FAN_OUT) / 2))),    # scale 1, the average of the fans
    ("keras", "He"): normal(math.sqrt(2 / FAN_IN) / CUT, end=2),
}
each = pytest.mark.parametrize(("framework", "rule"), DRAWN)


def record(program):
    return json.loads((PROGRAMS / f"{program}.run.json").read_text(encoding="utf-8"))


def measured(framework, rule):
    """fan_in times the variance of a dense layer, as its framework drew it by default, or asked for He."""
    if rule == "He":
        return record(f"rules_{framework}")["values"]["measured"]["He"]
    return record(f"defaults_{framework}")["values"]["measured"]["Dense" if framework == "keras" else "Linear"]


def moment(density, end, power):
    """Of weights times sqrt(FAN_IN), by quadrature."""
    total, part = (integrate.quad(lambda x: x**k * density(x), 0, end, epsabs=0)[0] for k in (0, power))
    return part / total * FAN_IN**(power / 2)


@each
def test_the_variance_is_that_of_the_distribution_in_the_source_of_the_framework(framework, rule):
    variance, fourth = (moment(*DRAWN[framework, rule], power) for power in (2, 4))
    error = math.sqrt((fourth / variance**2 - 1) / (FAN_IN * FAN_OUT))
    assert measured(framework, rule) == pytest.approx(variance, rel=4 * error)


@each
def test_weights_drawn_with_numpy_have_the_same_variance(framework, rule):
    density, end = DRAWN[framework, rule]
    rng = np.random.default_rng(1)
    x = rng.uniform(-end, end, 2_000_000)   # by rejection: of points under a box, those under the density
    x = x[rng.random(x.size) < density(x)]
    errors = (np.mean(x**4) / np.mean(x**2)**2 - 1) * (1 / x.size + 1 / (FAN_IN * FAN_OUT))
    assert FAN_IN * np.var(x) == pytest.approx(measured(framework, rule), rel=4 * math.sqrt(errors))


@pytest.mark.parametrize("program", [f"{part}_{framework}" for part in ("defaults", "rules") for framework in ("torch", "jax", "keras")])
def test_what_was_printed_are_the_values(program):
    kept = record(program)
    printed = [float(number) for number in re.findall(r"\d+\.\d+", kept["output"])]
    values = kept["values"]
    found = [values[name][layer] for layer in values["measured"] for name in ("measured", "predicted")]
    assert printed == pytest.approx(found, abs=5e-4)


def orthogonal(rows, columns, gain=1):
    """The mean square of the entries of a matrix whose shorter side has orthogonal vectors of the length gain."""
    return gain**2 * min(rows, columns) / (rows * columns)


# What stands in the sources of the frameworks, as fan_in and the mean square of a weight.
DEFAULTS = {
    "torch": {
        "Linear": (512, moment(*uniform(512**-0.5), 2) / FAN_IN), "Conv2d": (576, moment(*uniform(576**-0.5), 2) / FAN_IN),
        "LSTM": (256, moment(*uniform(256**-0.5), 2) / FAN_IN), "Embedding": (1, 1),
        "attention": (256, moment(*uniform(math.sqrt(6 / (256 + 3 * 256))), 2) / FAN_IN),
    },
    "jax": {
        "Linear": (512, moment(*normal(512**-0.5 / CUT, end=2), 2) / FAN_IN),
        "Conv": (576, moment(*normal(576**-0.5 / CUT, end=2), 2) / FAN_IN),
        "LSTM": (256, orthogonal(256, 256)), "Embed": (1, 1 / 256),
        "attention": (256, moment(*normal(256**-0.5 / CUT, end=2), 2) / FAN_IN),
    },
    "keras": {
        "Dense": (512, moment(*uniform(math.sqrt(6 / (512 + 256))), 2) / FAN_IN),
        "Conv2D": (576, moment(*uniform(math.sqrt(6 / (576 + 9 * 128))), 2) / FAN_IN),
        "LSTM": (256, orthogonal(256, 4 * 256)), "Embedding": (1, moment(*uniform(0.05), 2) / FAN_IN),
    },
}
RULES = {
    "LeCun": 1 / 512, "Xavier": 2 / (512 + 256), "He": 2 / 512, "orthogonal": orthogonal(512, 256, 2**0.5),
    "truncated": moment(*normal(512**-0.5, end=2), 2) / FAN_IN,
}


@pytest.mark.parametrize("listing, framework", [
    ("practice/frameworks/defaults_torch", "torch"), ("practice/frameworks/defaults_jax", "jax"),
    ("practice/frameworks/defaults_keras", "keras"),
])
def test_the_defaults_are_those_of_the_sources(run, listing, framework):
    done = run(listing)
    assert done.predicted.keys() == done.measured.keys() == DEFAULTS[framework].keys()
    for name, (fan_in, square) in DEFAULTS[framework].items():
        assert done.predicted[name] == pytest.approx(fan_in * square, rel=1e-6)
        assert done.measured[name] == pytest.approx(fan_in * square, rel=0.02)


@pytest.mark.parametrize("listing", [
    "practice/frameworks/rules_torch", "practice/frameworks/rules_jax", "practice/frameworks/rules_keras",
])
def test_each_call_has_the_variance_of_its_rule(run, listing):
    done = run(listing)
    assert done.predicted.keys() == done.measured.keys() == RULES.keys()
    for rule, variance in RULES.items():
        assert done.predicted[rule] == pytest.approx(512 * variance, rel=1e-4)
        assert done.measured[rule] == pytest.approx(512 * variance, rel=0.02)


def test_the_default_shapes_drawn_with_numpy(run):
    """Against the runs of the frameworks themselves, of the same two fans."""
    shapes = run("practice/frameworks/shapes")
    assert shapes.correction == pytest.approx(CUT, abs=1e-8) and (shapes.fan_in, shapes.fan_out) == (FAN_IN, FAN_OUT)
    for name, framework in ("PyTorch", "torch"), ("Flax", "jax"), ("Keras", "keras"):
        real = measured(framework, "default") / 2
        assert shapes.measured[name] == pytest.approx(real, rel=0.02) == pytest.approx(shapes.predicted[name], rel=0.02)
    assert {name: np.abs(w).max() for name, w in shapes.weights.items()} == pytest.approx(
        {"PyTorch": 512**-0.5, "Flax": 2 / CUT / 512**0.5, "Keras": math.sqrt(6 / 768)}, rel=1e-3)
    density, end = normal(math.sqrt(2 / 512), end=10)
    scale = density(0) / (2 * integrate.quad(density, 0, end)[0])
    assert shapes.he == pytest.approx(scale * density(shapes.edges), rel=1e-6) and shapes.edges[[0, -1]].tolist() == [-0.2, 0.2]
    assert len(shapes.normal) == shapes.draws and len(shapes.edges) == 81
