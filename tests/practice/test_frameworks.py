"""What layers of PyTorch, Flax and Keras start with, from the records of their runs: no framework is needed."""
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate

PROGRAMS = Path(__file__).parents[2] / "snippets" / "practice" / "questions"
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


def record(framework):
    return json.loads((PROGRAMS / f"linear_{framework}.run.json").read_text(encoding="utf-8"))


def moment(density, end, power):
    """Of weights times sqrt(FAN_IN), by quadrature."""
    total, part = (integrate.quad(lambda x: x**k * density(x), 0, end, epsabs=0)[0] for k in (0, power))
    return part / total * FAN_IN**(power / 2)


@each
def test_the_variance_is_that_of_the_distribution_in_the_source_of_the_framework(framework, rule):
    values = record(framework)["values"]
    variance, fourth = (moment(*DRAWN[framework, rule], power) for power in (2, 4))
    assert (values["fan_in"], values["fan_out"]) == (FAN_IN, FAN_OUT)
    assert values["predicted"][rule] == pytest.approx(variance, rel=1e-6)   # six deviations of a normal distribution
    error = math.sqrt((fourth / variance**2 - 1) / (FAN_IN * FAN_OUT))
    assert values["measured"][rule] == pytest.approx(variance, rel=4 * error)


@each
def test_weights_drawn_with_numpy_have_the_same_variance(framework, rule):
    density, end = DRAWN[framework, rule]
    rng = np.random.default_rng(1)
    x = rng.uniform(-end, end, 2_000_000)   # by rejection: of points under a box, those under the density
    x = x[rng.random(x.size) < density(x)]
    errors = (np.mean(x**4) / np.mean(x**2)**2 - 1) * (1 / x.size + 1 / (FAN_IN * FAN_OUT))
    assert FAN_IN * np.var(x) == pytest.approx(record(framework)["values"]["measured"][rule], rel=4 * math.sqrt(errors))


@pytest.mark.parametrize("framework", ["torch", "jax", "keras"])
def test_what_was_printed_are_the_values(framework):
    kept = record(framework)
    printed = [float(number) for number in re.findall(r"\d+\.\d+", kept["output"])]
    values = [kept["values"][name][rule] for rule in ("default", "He") for name in ("measured", "predicted")]
    assert printed == pytest.approx(values, abs=5e-4)
