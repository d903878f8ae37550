"""What the tests of several chapters ask of samples, and the mean over a normal variable."""
import numpy as np
from scipy import integrate


def mean(f, q=1.0):
    """E[f(z)] for z normal with mean 0 and variance q, by adaptive quadrature on each side of a kink at 0."""
    def integrand(t):
        return f(np.sqrt(q) * t) * np.exp(-t * t / 2) / np.sqrt(2 * np.pi)
    return sum(integrate.quad(integrand, *side, epsabs=1e-12)[0] for side in [(-12, 0), (0, 12)])


def rms(x):
    return np.linalg.norm(x) / np.sqrt(np.size(x))


def is_standard(x):
    """Whether a normal sample has mean 0 and second moment 1, within four standard errors."""
    return abs(np.mean(x)) < 4 / np.sqrt(x.size) and abs(rms(x) ** 2 - 1) < 4 * np.sqrt(2 / x.size)


def are_midpoints(z, end):
    """Whether z are the midpoints of equal cells between -end and end."""
    half = np.diff(z) / 2
    return np.allclose(half, half[0]) and np.allclose([z[0] - half[0], z[-1] + half[0]], [-end, end])
