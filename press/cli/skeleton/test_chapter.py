"""How an average settles, in another way: every case of a coin, and an integral."""
from itertools import product

import numpy as np
import pytest
import sympy as sp

sigma, n = sp.symbols("sigma n", positive=True)

EQUATIONS = {"eq-chapter-variance": (r"\Var[\bar x] =", sigma**2 / n)}


@pytest.mark.parametrize("tosses", [1, 2, 3, 8])
def test_the_variance_of_a_mean_is_that_of_all_tosses(tosses):
    """The mean of n independent draws has the variance of one of them over n."""
    cases = np.array(list(product([-1, 1], repeat=tosses)))
    expected = EQUATIONS["eq-chapter-variance"][1].subs({sigma: 1, n: tosses})
    assert cases.mean(axis=1).var() == pytest.approx(float(expected))


def test_the_listing_finds_the_variance_of_the_uniform_distribution(run):
    means = run("part/chapter/means")
    assert list(means.means) == [1, 4, 16, 64]  # as the caption says
    x = sp.symbols("x")
    assert means.sigma2 == pytest.approx(float(sp.integrate(x**2 / 2, (x, -1, 1))))
    assert means.measured == pytest.approx(means.sigma2 / 64, rel=0.1)
