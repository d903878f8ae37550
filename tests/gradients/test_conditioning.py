"""Holds the chapter "Conditioning" to its claims by another road."""

import mpmath as mp
import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
import scipy.optimize
import scipy.special
import sympy as sp

n, kappa, epsilon = sp.symbols("n kappa epsilon", positive=True)
lambda_1, lambda_n = sp.symbols("lambda_1 lambda_n", positive=True)
one, other = sp.symbols("one other", positive=True)

EQUATIONS = {
    "eq-conditioning-upper": (r"s_1(AB) \le", one * other, {"s_1(A)": one, "s_1(B)": other}),
    "eq-conditioning-lower": (r"s_n(AB) \ge", one * other, {"s_n(A)": one, "s_n(B)": other}),
    "eq-conditioning-kappa": (r"\kappa(AB) \le", one * other, {r"\kappa(A)": one, r"\kappa(B)": other}),
    "eq-conditioning-growth": (
        r"\lim_{L \to \infty} \frac{1}{L} \ln \kappa(A_L \cdots A_1) =", (sp.digamma(n / 2) - sp.digamma(sp.Rational(1, 2))) / 2,
    ),
    "eq-conditioning-step": (r"\eta^* =", 2 / (lambda_1 + lambda_n)),
    "eq-conditioning-rate": (r"\max_i \abs{1 - \eta^* \lambda_i} =", (kappa - 1) / (kappa + 1)),
    "eq-conditioning-count": (r"t \approx", kappa / 2 * sp.log(1 / epsilon)),
    "eq-conditioning-layer": (r"\kappa(H_l) =", one**2 * other**2, {r"\kappa(F)": one, r"\kappa(B)": other}),
}


def equation(label, *arguments):
    """The formula of this label as a function of these symbols."""
    return sp.lambdify(arguments, EQUATIONS[label][1], ["scipy", "numpy"])


# ---- bounds for a product

@pytest.mark.parametrize("size", [2, 3, 6])
def test_singular_values_bound_those_of_the_product(size):
    """eq-conditioning-upper: The largest singular value of a product is at most the product of the largest of its
    factors, and a matrix with its transpose reaches that.

    eq-conditioning-lower: The smallest singular value of a product is at least the product of the smallest of its
    factors, if their widths never shrink or never grow.

    eq-conditioning-kappa: The condition number of a product of square factors of full rank is at most the product of
    theirs, and a matrix with its transpose reaches that.

    Exact, on random matrices; the two tests below show the equalities, other shapes, and where the lower bound fails.
    """
    rng = np.random.default_rng(size)
    A, B = rng.normal(size=(2, 500, size, size))
    a, b, ab = (np.linalg.svd(M, compute_uv=False) for M in (A, B, A @ B))
    assert np.all(ab[:, 0] <= equation("eq-conditioning-upper", one, other)(a[:, 0], b[:, 0]) * (1 + 1e-12))
    assert np.all(ab[:, -1] >= equation("eq-conditioning-lower", one, other)(a[:, -1], b[:, -1]) * (1 - 1e-9))
    kappas = [s[:, 0] / s[:, -1] for s in (a, b, ab)]
    assert np.all(kappas[2] <= equation("eq-conditioning-kappa", one, other)(*kappas[:2]) * (1 + 1e-9))
    assert np.allclose(abs(np.linalg.det(A @ B)), a.prod(axis=1) * b.prod(axis=1))
    moduli = abs(np.linalg.eigvals(A @ B))
    assert np.all(moduli.max(axis=1) <= a[:, 0] * b[:, 0] * (1 + 1e-9))
    assert np.all(moduli.min(axis=1) >= a[:, -1] * b[:, -1] * (1 - 1e-9))


def test_a_factor_and_its_transpose_meet_all_three_bounds():
    A = np.random.default_rng(0).normal(size=(5, 5))
    a, aa = (np.linalg.svd(M, compute_uv=False) for M in (A, A.T @ A))
    assert aa[0] == pytest.approx(equation("eq-conditioning-upper", one, other)(a[0], a[0]))
    assert aa[-1] == pytest.approx(equation("eq-conditioning-lower", one, other)(a[-1], a[-1]))
    assert aa[0] / aa[-1] == pytest.approx(equation("eq-conditioning-kappa", one, other)(a[0] / a[-1], a[0] / a[-1]))


def test_the_lower_bound_needs_widths_that_never_shrink_or_never_grow():
    row, column = np.array([[1.0, 0.0]]), np.array([[0.0], [1.0]])
    for A, B in ((row, column), (column, row)):                 # widths 1, 2, 1 and 2, 1, 2
        assert [np.linalg.svd(M, compute_uv=False)[-1] for M in (A, B, A @ B)] == [1, 1, 0]
    rng = np.random.default_rng(3)
    for rows, inner, columns in ((4, 3, 2), (2, 3, 4), (3, 3, 2), (2, 3, 3)):
        A, B = rng.normal(size=(300, rows, inner)), rng.normal(size=(300, inner, columns))
        a, b, ab = (np.linalg.svd(M, compute_uv=False)[:, -1] for M in (A, B, A @ B))
        assert np.all(ab >= equation("eq-conditioning-lower", one, other)(a, b) * (1 - 1e-9))


def test_eigenvalue_bounds_hold_for_normal_and_for_commuting_factors():
    rng = np.random.default_rng(4)
    M = rng.normal(size=(4, 4))
    V, D = rng.normal(size=(4, 4)), rng.normal(size=(2, 4))
    skew, symmetric, polynomial = M - M.T, M + M.T, M @ M - 3 * M
    commuting = [V * d @ np.linalg.inv(V) for d in D]
    for A, B in ((skew, symmetric), (symmetric, skew + np.eye(4)), (M, polynomial), commuting):
        a, b, ab = (np.sort(abs(np.linalg.eigvals(C))) for C in (A, B, A @ B))
        assert a[0] * b[0] <= ab[0] * (1 + 1e-9) and ab[-1] <= a[-1] * b[-1] * (1 + 1e-9)


def test_the_ends_of_the_chain_agree_with_power_iteration_and_the_limit_with_its_moments(run):
    bounds = run("gradients/conditioning/bounds")
    assert bounds.A.shape == (32, 100, 100)            # thirty-two factors of width one hundred, the last of eight draws
    assert len(bounds.all_largest) == 8 and bounds.all_largest[-1] == bounds.largest
    assert bounds.typical**8 == pytest.approx(np.prod(bounds.all_largest))
    assert bounds.shift == pytest.approx(np.log(bounds.typical / bounds.limit) + 0.32)
    assert bounds.kappa_bound == pytest.approx(np.prod(np.linalg.cond(bounds.A)))
    solver = [scipy.linalg.lu_factor(factor) for factor in bounds.A]
    x, y = np.ones((2, bounds.n))
    for _ in range(30):                                # never forms the product
        for factor in bounds.A:
            x = factor @ x
        for factor, lu in zip(bounds.A[::-1], solver[::-1]):
            x, y = factor.T @ x, scipy.linalg.lu_solve(lu, y, check_finite=False)
        for lu in solver:
            y = scipy.linalg.lu_solve(lu, y, trans=1, check_finite=False)
        largest, inverse = np.linalg.norm(x)**0.5, np.linalg.norm(y)**0.5
        x, y = x / np.linalg.norm(x), y / np.linalg.norm(y)
    assert largest == pytest.approx(bounds.largest, rel=1e-2)
    assert 1 / inverse == pytest.approx(bounds.smallest, rel=1e-2, abs=0)
    assert bounds.upper == pytest.approx(np.prod([np.sqrt(np.linalg.eigvalsh(f.T @ f)[-1]) for f in bounds.A]))
    assert abs(bounds.s[:, 0] - 2).max() < 0.2         # near two
    assert np.log(bounds.lower) == pytest.approx(-np.log(np.linalg.norm(np.linalg.inv(bounds.A), 2, axis=(1, 2))).sum())
    assert np.linalg.cond(bounds.P) < 1e20 < bounds.kappa                # cancellation ruins the product itself
    assert bounds.slack == pytest.approx(bounds.upper / bounds.largest)
    assert bounds.kappa == pytest.approx(largest * inverse, rel=2e-2)
    # E[s**(2k)] of a wide product are the Fuss-Catalan numbers: their growth is the square of the edge
    L, k = bounds.depth, 10**6
    moment = [scipy.special.gammaln((L + 1) * j + 1) - scipy.special.gammaln(j + 1)
              - scipy.special.gammaln(L * j + 1) - np.log(L * j + 1) for j in (k, k + 1)]
    assert np.exp((moment[1] - moment[0]) / 2) == pytest.approx(bounds.limit, rel=1e-4)


# ---- eigenvalues

def test_the_four_pairs_have_the_eigenvalues_that_algebra_gives(run):
    pairs = run("gradients/conditioning/pairs")
    two, half = sp.Integer(2), sp.Rational(1, 2)
    R = sp.Matrix([[1, -1], [1, 1]]) / sp.sqrt(2)
    D, N, S = sp.diag(two, half), sp.Matrix([[0, 2], [0, 0]]), sp.Matrix([[1, 100], [0, 1]])
    exact = {"definite": D * R * D * R.T, "indefinite": sp.diag(1, -1) * sp.Matrix([[0, 1], [1, 0]]),
             "nilpotent": N * N.T, "shear": S * S.T}
    for name, matrix in exact.items():
        lam = [complex(sp.N(root, 30)) for root in sp.roots(matrix.charpoly().as_expr(), multiple=True)]
        assert np.allclose(sorted(map(abs, lam)), pairs.moduli[name], rtol=1e-6, atol=1e-12)
        assert max(abs(z.imag) for z in lam) == pytest.approx(pairs.imaginary[name])
    assert sp.roots(S.charpoly().as_expr()) == {1: 2} and sp.roots(N.charpoly().as_expr()) == {0: 2}
    assert pairs.kappa_shear == pytest.approx(np.linalg.norm(pairs.S, 2) * np.linalg.norm(np.linalg.inv(pairs.S), 2))
    assert pairs.kappa_shear == pytest.approx(float(sp.N(sp.sqrt(max(exact["shear"].eigenvals()) / min(exact["shear"].eigenvals())))))
    assert pairs.kappa_exact == pytest.approx(pairs.kappa_shear)
    assert list(pairs.right["nilpotent"]) == [0, 4] and list(pairs.wrong["nilpotent"]) == [0, 0]


def test_the_product_of_positive_definite_matrices_has_real_positive_eigenvalues_between_the_products():
    rng = np.random.default_rng(1)
    for size in (2, 3, 5):
        A, B = (M @ M.T + 0.01 * np.eye(size) for M in rng.normal(size=(2, size, size)))
        lam = np.linalg.eigvals(A @ B)
        a, b = np.linalg.eigvalsh(A), np.linalg.eigvalsh(B)
        w, V = np.linalg.eigh(A)
        root = V * np.sqrt(w) @ V.T
        assert np.allclose(lam.imag, 0) and np.allclose(np.sort(lam.real), np.linalg.eigvalsh(root @ B @ root))
        assert a[0] * b[0] <= lam.real.min() and lam.real.max() <= a[-1] * b[-1]


# ---- products

def test_the_rate_is_a_difference_of_digammas_that_chi_square_integrals_confirm(run):
    """The logarithm of the condition number of a product of square Gaussian factors grows at this rate per factor, in
    the limit of many factors and for every variance.

    Quadrature, of the logarithm of χ variables at n = 4, and the value there symbolically; the independence of the
    triangular factor's diagonal by sampling, within four standard errors. Another test takes the limit of large n.
    """
    products = run("gradients/conditioning/products")
    assert products.n == 4 and products.predicted_rate == pytest.approx(equation("eq-conditioning-growth", n)(4.0))
    assert sp.simplify(sp.expand_func(EQUATIONS["eq-conditioning-growth"][1].subs(n, 4)) - sp.Rational(1, 2) - sp.log(2)) == 0
    # QR of a Gaussian matrix: R_ii**2 has n - i + 1 degrees of freedom
    density = {4: lambda u: u**3 * np.exp(-u**2 / 2) / 2, 1: lambda u: np.sqrt(2 / np.pi) * np.exp(-u**2 / 2)}
    moments = {df: [scipy.integrate.quad(lambda u, p=p: np.log(u)**p * f(u), 0, 40, points=[1e-3, 1, 8], limit=200)[0]
                    for p in (1, 2)] for df, f in density.items()}
    assert moments[4][0] - moments[1][0] == pytest.approx(products.predicted_rate, abs=1e-5)
    assert sum(m2 - m1**2 for m1, m2 in moments.values()) == pytest.approx(products.variance, rel=1e-5)
    assert products.predicted == pytest.approx(52 * equation("eq-conditioning-growth", n)(4.0))
    R = np.linalg.qr(np.random.default_rng(0).normal(size=(20000, 4, 4)), mode="r")
    diagonal = np.log(abs(np.diagonal(R, axis1=1, axis2=2)))
    assert np.allclose(diagonal.mean(axis=0), (np.log(2) + scipy.special.digamma(np.array([4, 3, 2, 1]) / 2)) / 2, atol=4 * 1.12 / 20000**0.5)
    assert np.allclose(np.corrcoef(diagonal.T), np.eye(4), atol=5 / 20000**0.5)


def test_the_condition_number_of_one_long_product_holds_in_sixty_digits(run):
    products = run("gradients/conditioning/products")
    with mp.workdps(60):
        P = mp.eye(4)
        for factor in products.gaussian[:, 0]:
            P = mp.matrix(factor.tolist()) * P
        s = mp.svd_r(P, compute_uv=False)
        exact = float(mp.log(s[0] / s[3]))
    assert products.gaussian.shape == (50, 400, 4, 4)
    assert abs(np.mean(products.gaussian**4) - 3) < 4 * np.sqrt(96 / products.gaussian.size)        # Gaussian
    assert products.ln_kappa[49, 0, 0] == pytest.approx(exact, abs=1e-6)
    assert products.ln_kappa[0, 0] == pytest.approx(np.log(np.linalg.cond(products.gaussian[0])), abs=1e-6)
    assert products.spread == pytest.approx(np.sqrt(np.mean((products.ln_kappa[49, 0] - products.measured)**2)))
    means = np.sum(products.ln_kappa, axis=2) / 400
    assert products.measured == pytest.approx(means[49, 0])
    assert products.measured_rate == pytest.approx((means[49, 0] - means[9, 0]) / 40)
    assert np.allclose(products.orthogonal @ np.swapaxes(products.orthogonal, -1, -2), np.eye(4))
    lam = np.linalg.eigvalsh(np.swapaxes(products.gaussian, -1, -2) @ products.gaussian)
    assert products.bound_rate == pytest.approx(np.log(lam[..., -1] / lam[..., 0]).mean() / 2, rel=1e-3)


def test_the_figure_of_products_shows_the_draws_the_theory_and_the_bound(run):
    products = run("gradients/conditioning/products")
    theory, bound, orthogonal, float32 = products.ax.lines
    rate = equation("eq-conditioning-growth", n)(4.0)
    assert list(theory.get_xdata()) == list(bound.get_xdata()) == [0, 50]
    assert np.allclose(10.0 ** theory.get_ydata(), np.exp([2 * rate, 52 * rate])) and round(theory.get_ydata()[1]) == 27
    assert np.allclose(10.0 ** bound.get_ydata(), np.exp([0, 50 * products.bound_rate]))
    assert products.bound_rate > 2 * rate                  # more than twice as steep
    assert np.allclose(orthogonal.get_ydata(), [products.ln_kappa[L - 1, 1].sum() / 400 / np.log(10) for L in (5, 10, 20, 30, 40, 50)], rtol=1e-6, atol=0)
    assert list(orthogonal.get_xdata()) == [5, 10, 20, 30, 40, 50] and abs(orthogonal.get_ydata()).max() < 1e-12
    assert float32.get_ydata()[0] == pytest.approx(np.log10(2.0**24))
    assert len(products.bodies) == 6
    for body, L in zip(products.bodies, (5, 10, 20, 30, 40, 50)):
        low, high = body.get_paths()[0].vertices[:, 1].min(), body.get_paths()[0].vertices[:, 1].max()
        drawn = products.ln_kappa[L - 1, 0] / np.log(10)
        assert low == pytest.approx(drawn.min()) and high == pytest.approx(drawn.max())
        assert body.get_paths()[0].vertices[:, 0].mean() == pytest.approx(L, abs=0.5)


def test_kappa_is_two_factors_ahead_and_exhausts_float32_after_about_thirteen(run):
    products = run("gradients/conditioning/products")
    rng = np.random.default_rng(11)
    draws = 3000
    P = P_inv = np.eye(4)
    ln_kappa = []
    for _ in range(24):
        factor = rng.standard_normal((draws, 4, 4))
        P, P_inv = factor @ P, P_inv @ np.linalg.inv(factor)
        ln_kappa.append(np.log(np.linalg.norm(P, 2, axis=(1, 2)) * np.linalg.norm(P_inv, 2, axis=(1, 2))))
    ln_kappa = np.array(ln_kappa)
    rate = 0.5 + np.log(2)
    for L, tolerance in ((10, 0.2), (20, 0.05)):           # the transient, and four standard errors
        assert ln_kappa[L - 1].mean() == pytest.approx((L + 2) * rate, abs=tolerance + 4 * ln_kappa[L - 1].std() / draws**0.5)
    first = 1 + np.argmax(ln_kappa > 24 * np.log(2), axis=0)
    assert first.mean() == pytest.approx(12.9, abs=0.3)
    assert products.passed_mean == pytest.approx(first.mean(), abs=4 * first.std() / 400**0.5)
    assert abs(np.percentile(first, 5) - products.low) <= 1 and abs(np.percentile(first, 95) - products.high) <= 1.5
    k = np.exp(products.ln_kappa[:, 0])
    assert list(products.passed) == [next(L for L, value in enumerate(draw, 1) if value > 2.0**24) for draw in k.T]


def test_residual_factors_keep_the_bound_below_e_squared():
    rng = np.random.default_rng(2)
    for depth in (2, 10, 50):
        M = rng.normal(size=(depth, 6, 6))
        M /= depth * np.linalg.norm(M, 2, axis=(1, 2))[:, None, None]
        a = 1 / depth
        bound = ((1 + a) / (1 - a))**depth
        assert np.linalg.cond(np.linalg.multi_dot(np.eye(6) + M)) <= bound
    assert bound == pytest.approx(np.exp(2), rel=1e-3)


def test_the_condition_number_of_scaled_residual_layers_does_not_grow_with_depth(run):
    residual = run("gradients/conditioning/residual")
    rng = np.random.default_rng(4)
    for depth in (10, 100, 400):
        # the limit of many layers, a matrix exponential at a time, has the same condition number
        A = rng.standard_normal((3, 60, 16, 16)) / np.sqrt(16 * depth)
        assert residual.measured[depth] == pytest.approx((1 + 1 / depth)**depth, rel=0.15)
        assert residual.predicted[depth] == pytest.approx(float(sp.Rational(depth + 1, depth)**depth)) and residual.predicted[depth] < np.e
        assert np.mean(np.linalg.norm(A, 2, axis=(2, 3))) == pytest.approx(2 / np.sqrt(depth), rel=0.1)
    other = []
    for _ in range(60):
        P = np.eye(16)
        for _ in range(50):
            P = (np.eye(16) + rng.standard_normal((16, 16)) / np.sqrt(16 * 50)) @ P
        s_all = np.linalg.svd(P, compute_uv=False)
        other.append(s_all[0] / s_all[-1])
    for depth in residual.kappa:
        assert residual.kappa[depth] == pytest.approx(np.median(other), rel=0.35)
    P = residual.P
    assert P.shape == (40, 16, 16) and residual.kappa[400] == pytest.approx(np.median([np.linalg.cond(p) for p in P]))
    assert residual.measured[400] == pytest.approx(np.mean([np.sum(p**2) / 16 for p in P]))
    for L in (1e4, 1e6):                                   # the bound with 2 / sqrt(L)
        assert L * (np.log1p(2 / L**0.5) - np.log1p(-2 / L**0.5)) == pytest.approx(4 * L**0.5, rel=0.001)


def test_a_wide_factor_multiplies_the_condition_number_by_almost_twice_the_root_of_its_width():
    for width in (100.0, 1e4):
        factor = np.exp(equation("eq-conditioning-growth", n)(width))
        assert factor / np.sqrt(width) == pytest.approx(np.sqrt(2 * np.exp(np.euler_gamma)), rel=2 / width)
    assert np.sqrt(2 * np.exp(np.euler_gamma)) == pytest.approx(1.9, abs=0.02)


# ---- gradient descent

def test_no_fixed_step_is_better_than_the_best_one():
    """eq-conditioning-step: This fixed step makes the largest multiplier of gradient descent on a quadratic loss as
    small as it can be, and an exact line search from the worst start takes it in every step.

    eq-conditioning-rate: With the best fixed step the slowest direction of a quadratic loss keeps this share of its
    error in every step.

    Exact, by numerical minimization over the step; other tests take the line search symbolically, and count steps.
    """
    for top in (1.5, 10.0, 300.0):
        lam = np.array([1.0, 1.2, top])
        worst = scipy.optimize.minimize_scalar(lambda lr: abs(1 - lr * lam).max(), bounds=(0, 2 / top), method="bounded",
                                               options={"xatol": 1e-10})
        assert worst.x == pytest.approx(equation("eq-conditioning-step", lambda_1, lambda_n)(top, 1.0), rel=1e-4)
        assert worst.fun == pytest.approx(equation("eq-conditioning-rate", kappa)(top), rel=1e-6)


def test_the_roots_of_momentum_have_one_modulus_for_every_eigenvalue():
    for k in (3.0, 100.0):
        lr, beta = 4 / (np.sqrt(k) + 1)**2, ((np.sqrt(k) - 1) / (np.sqrt(k) + 1))**2
        for lam in np.linspace(1, k, 7)[1:-1]:
            assert abs(np.roots([1, -(1 + beta - lr * lam), beta])) == pytest.approx([np.sqrt(beta)] * 2)


def test_counted_steps_follow_the_closed_forms(run):
    """eq-conditioning-count: From the worst start, and for large condition numbers, the best fixed step shrinks the
    error to a fraction ε in about this many steps.

    Exact, by counting steps; the approximation errs by a relative 3/κ at most.
    """
    descent = run("gradients/conditioning/descent")
    methods = ["short step", "best fixed step", "momentum 0.9", "momentum, tuned", "steps that change"]
    assert list(descent.measured) == [100, 10_000]
    for ax, (k, steps) in zip(descent.panels, descent.measured.items(), strict=True):
        assert list(steps) == methods
        assert [bar.get_width() for bar in ax.patches] == list(steps.values())
        assert [text.get_text() for text in ax.texts] == [str(value) for value in steps.values()]
        assert ax.lines[0].get_xdata()[0] == descent.predicted[k] == pytest.approx(k / 2 * np.log(100))
        t = np.arange(6 * k)

        def first(error):
            return int(np.argmax(error <= 0.01))

        rate = equation("eq-conditioning-rate", kappa)(float(k))
        assert steps["best fixed step"] == first(rate**t)
        assert abs(steps["short step"] - first((1 - 1 / k)**t)) <= 1
        r = (np.sqrt(k) - 1) / (np.sqrt(k) + 1)        # a double root -r at the steep end: a factor linear in t
        assert abs(steps["momentum, tuned"] - first(r**t * (1 + (1 + r) * t))) <= 1
        # the recursion of momentum is a matrix of two by two, here with the usual 0.9
        lr = (1 + np.sqrt(0.9))**2 / k
        worst = []
        for lam in (1.0, k / 2, float(k)):
            M = np.array([[1.9 - lr * lam, -0.9], [1, 0]])
            for step in (steps["momentum 0.9"] - 1, steps["momentum 0.9"]):
                worst.append(abs(np.linalg.matrix_power(M, step) @ [1, 1])[0])
        assert max(worst[0::2]) > 0.01 >= max(worst[1::2])
        left = [1 / np.cosh(N * np.arccosh((k + 1) / (k - 1))) for N in (steps["steps that change"] - 1, steps["steps that change"])]
        assert left[0] > 0.01 >= left[1]                   # Chebyshev
        assert steps["best fixed step"] == pytest.approx(equation("eq-conditioning-count", kappa, epsilon)(float(k), 0.01), rel=3 / k)
        assert steps["short step"] / steps["best fixed step"] == pytest.approx(2, abs=3 / k)
    growth = {name: descent.measured[10_000][name] / descent.measured[100][name] for name in methods}
    assert growth["best fixed step"] == pytest.approx(100, rel=0.01) and growth["steps that change"] == pytest.approx(10, rel=0.05)
    assert 10 < growth["momentum, tuned"] < 10 * np.log(10_000) / np.log(100)
    # for a small κ the usual 0.9 is slower than the best fixed step
    slow = descent.count(10, [(1 + np.sqrt(0.9))**2 / 10] * 400, 0.9)
    assert (slow, descent.count(10, [2 / 11] * 400)) == (201, 23)


def test_momentum_of_nine_tenths_gains_a_factor_that_tends_to_nineteen():
    beta = 0.9
    top = (1 + np.sqrt(beta))**2
    for k in (1e5, 1e6):
        roots = np.abs(np.roots([1, -(1 + beta - top / k), beta]))
        steps = np.log(100) / -np.log(roots.max())
        assert steps == pytest.approx((1 - beta) * k * np.log(100) / top, rel=0.02)
        assert k / 2 * np.log(100) / steps == pytest.approx(top / 2 / (1 - beta), rel=0.02)
    assert ((1 + np.sqrt(beta)) / (1 - np.sqrt(beta)))**2 == pytest.approx(1442, abs=1)    # below, all roots are complex
    assert 18.9 < top / 2 / (1 - beta) < 19 == pytest.approx((1 + beta) / (1 - beta))


def test_with_ten_and_one_the_three_learning_rates_of_the_text():
    for lr, steep, flat in ((sp.Rational(1, 10), 0, sp.Rational(9, 10)), (sp.Rational(1, 5), -1, sp.Rational(4, 5)),
                            (sp.Rational(2, 11), -sp.Rational(9, 11), sp.Rational(9, 11))):
        assert (1 - 10 * lr, 1 - lr) == (steep, flat)


def test_a_minimum_of_a_product_of_weights_is_only_semidefinite():
    u, v = sp.symbols("u v")
    H = sp.hessian((u * v - 1)**2 / 2, (u, v)).subs({u: 1, v: 1})
    assert H == sp.ones(2) and H.eigenvals() == {0: 1, 2: 1} and H * sp.Matrix([1, -1]) == sp.zeros(2, 1)
    # a ReLU network at a minimum of zero loss: one flat direction for each unit, by its scale
    rng = np.random.default_rng(0)
    X = rng.standard_normal((50, 2))
    W, v = rng.standard_normal((2, 2)), rng.standard_normal(2)
    Z = X @ W.T
    jacobian = np.concatenate([(v * (Z > 0))[:, :, None] * X[:, None, :], np.maximum(Z, 0)[:, :, None]], axis=2).reshape(50, 6)
    lam = np.linalg.eigvalsh(jacobian.T @ jacobian)        # the Hessian, since no residual is left
    assert abs(lam[:2]).max() < 1e-12 < 1e-3 < lam[2]


def test_line_search_from_the_worst_start_takes_the_best_fixed_step():
    k = sp.Symbol("k", positive=True)
    H, e = sp.diag(k, 1), sp.Matrix([1, k])
    for _ in range(2):
        g = H * e
        lr = sp.simplify(g.dot(g) / g.dot(H * g))
        assert sp.simplify(lr - EQUATIONS["eq-conditioning-step"][1].subs({lambda_1: k, lambda_n: 1})) == 0
        e = sp.simplify(e - lr * g)


def test_the_short_step_never_changes_a_sign_and_the_stability_limit_is_sharp(run):
    lam = np.linspace(1, 100, 50)
    assert np.all(1 - lam / 100 >= 0)
    for lr, stable in ((1.98 / 100, True), (2.02 / 100, False)):
        assert bool(abs(1 - lr * lam).max() ** 5000 < 1) is stable
        assert bool(run("gradients/conditioning/descent").count(100, [lr] * 3000)) is stable


def test_raw_features_need_millions_of_steps_and_standardized_ones_a_few(run):
    features = run("gradients/conditioning/features")
    X = features.X
    assert abs(X.mean(axis=0) / X.std(axis=0)).max() < 1e-12
    assert abs(X.std(axis=0) / [1, 1000] - 1).max() < 4 / np.sqrt(2 * len(X))      # standard errors
    assert features.needed == 2                        # two steps do it
    raw = np.linalg.cond(X)**2
    assert features.left["raw"] == pytest.approx(((raw - 1) / (raw + 1))**1000, rel=5e-7)    # the first thousand are run
    for name, data in ("raw", X), ("standardized", X / X.std(axis=0)):
        assert features.kappa[name] == pytest.approx(np.linalg.cond(data)**2, rel=1e-6)
        H = data.T @ data / len(data)
        lam = np.linalg.eigvalsh(H)
        step = np.eye(2) - 2 / (lam[0] + lam[1]) * H
        t = int(np.ceil(features.steps[name]))
        after, before = (np.linalg.norm(np.linalg.matrix_power(step, count), 2) for count in (t, t - 1))
        assert after <= 0.01 * (1 + 1e-8) and before >= 0.01 * (1 - 1e-8)
        steps = equation("eq-conditioning-count", kappa, epsilon)(features.kappa[name], 0.01)
        assert features.steps[name] == pytest.approx(steps, rel=1e-3 if name == "raw" else 0.5)
    r = features.r
    assert np.linalg.cond([[1, r], [r, 1]]) == pytest.approx(features.kappa["standardized"])
    assert features.kappa["raw"] == pytest.approx(1e6, rel=0.3)
    # in the loss a single step of 1 / lambda_1 removes nearly all, and leaves the other weight
    H = X.T @ X / len(X)
    e = -np.ones(2)
    after = e - H @ e / np.linalg.eigvalsh(H)[1]
    assert after @ H @ after < 2e-6 * (e @ H @ e) and abs(after[0]) > 0.9 and abs(after[1]) < 0.01
    r = 0.999
    raw = np.linalg.cond([[1, 1000 * r], [1000 * r, 1e6]])
    assert raw == pytest.approx(1e6 / (1 - r**2), rel=0.01) == pytest.approx(5e8, rel=0.01)
    assert np.linalg.cond([[1, r], [r, 1]]) == pytest.approx(1999)


def test_valleys_of_the_picture_hold_their_counts(run):
    valleys = run("gradients/conditioning/valleys")
    X = valleys.X
    assert X.shape == (1000, 2) and abs(X.mean(axis=0)).max() < 1e-12
    assert X.std(axis=0) == pytest.approx([1, 4], rel=4 / 2000**0.5)
    for ax, (name, (H, path, value, predicted)) in zip(valleys.panels, valleys.runs.items(), strict=True):
        data = X / X.std(axis=0) if name == "standardized" else X
        assert np.allclose(H, np.cov(data.T, bias=True)) and value == pytest.approx(np.linalg.cond(data)**2)
        lam = np.linalg.eigvalsh(H)
        best = equation("eq-conditioning-step", lambda_1, lambda_n)(lam[1], lam[0])
        step = np.eye(2) - (1 / lam[1] if "short" in name else best) * H
        assert np.array_equal(path[0], [-1, -1])
        for t in (1, len(path) - 1):
            assert np.allclose(path[t], np.linalg.matrix_power(step, t) @ path[0])
        sizes = np.linalg.norm(path, axis=1) / 2**0.5
        assert sizes[-1] <= 0.01 < sizes[-2]
        assert predicted == pytest.approx(np.log(0.01) / np.log(equation("eq-conditioning-rate", kappa)(value)))
        line, star = ax.lines
        assert np.array_equal(line.get_xydata(), path) and ax.get_title() == f"{name}\n{len(path) - 1} steps"
        assert (star.get_xdata()[0], star.get_ydata()[0]) == (0, 0)
        assert np.allclose(valleys.loss[10, 50], np.array([valleys.a[10, 50], valleys.b[10, 50]]) @ valleys.H
                           @ [valleys.a[10, 50], valleys.b[10, 50]] / 2)
    raw, short, fine = (len(r[1]) - 1 for r in valleys.runs.values())
    assert (raw, short, fine) == (35, 62, 2)               # the alternative text says so
    errors = np.linalg.eigh(valleys.runs["raw, short step"][0])[1].T @ valleys.runs["raw, short step"][1].T
    signs = np.sign(np.where(abs(errors) < 1e-12, 0, errors))
    assert all(len(set(row) - {0}) == 1 for row in signs)  # no error changes its sign


# ---- one layer of a deep linear network

def test_the_hessian_of_a_layer_is_a_kronecker_product(run):
    """eq-conditioning-layer: The Hessian of one layer of a deep linear network with squared loss and whitened input has
    as its condition number the product of the squares of those of what is below and above it.

    Exact, by second differences of the loss, which is quadratic in one layer.
    """
    layer = run("gradients/conditioning/layer")
    for name, W in layer.nets.items():
        assert W.shape == (5, 4, 4)                    # two below and two above, of width four
        F, B = W[1] @ W[0], W[4] @ W[3]
        # second differences of the loss itself, which is quadratic in the layer
        def loss(V):
            return np.sum((layer.X @ (B @ V @ F - layer.M).T)**2, axis=(-2, -1)) / 2 / layer.batch
        E = np.eye(16).reshape(16, 4, 4)
        both = np.array([[loss(a + b) - loss(a) - loss(b) + loss(0 * a) for a in E] for b in E])
        H = np.kron(B.T @ B, F @ F.T)
        assert np.allclose(both, H, atol=1e-9)
        expected = equation("eq-conditioning-layer", one, other)(np.linalg.cond(F), np.linalg.cond(B))
        assert layer.kappa[name] == pytest.approx(expected, rel=1e-6)
        assert layer.predicted[name] == pytest.approx(expected)
        # the error before and after one step of the best length, direction by direction
        (P, b, _), (_, f, Q) = np.linalg.svd(B.T), np.linalg.svd(F.T)
        before = P.T @ (W[2] - np.linalg.solve(B, np.linalg.solve(F.T, layer.M.T).T)) @ Q.T
        stretch = np.outer(b, f)**2
        after = before * (1 - equation("eq-conditioning-step", lambda_1, lambda_n)(stretch.max(), stretch.min()) * stretch)
        left = np.linalg.norm(after) / np.linalg.norm(before)
        assert layer.left[name] == pytest.approx(left, rel=1e-9, abs=1e-12)
        if name == "Gaussian":
            assert layer.steps == pytest.approx(equation("eq-conditioning-count", kappa, epsilon)(np.linalg.cond(H), 0.01), rel=1e-6)
        else:
            assert np.allclose(H, np.eye(16)) and np.allclose(layer.hessian, H)   # one step of length 1 learns the layer


def test_the_layer_of_the_listing_is_a_median_draw(run):
    A = np.random.default_rng(6).normal(size=(4, 2000, 4, 4))
    kappas = (np.linalg.cond(A[0] @ A[1]) * np.linalg.cond(A[2] @ A[3]))**2
    assert np.median(kappas) / 1.5 < run("gradients/conditioning/layer").kappa["Gaussian"] < 1.5 * np.median(kappas)


# ---- ReLU

def test_the_rank_of_a_relu_jacobian_is_the_width_of_its_thinnest_layer():
    rng = np.random.default_rng(3)
    ranks = []
    for _ in range(12):                                # exact, in integers
        h, J, active = sp.Matrix([1, 2, -3, 1]), sp.eye(4), []
        for W in rng.integers(-9, 10, size=(4, 4, 4)):
            z = sp.Matrix(W.tolist()) * h
            mask = [int(bool(v > 0)) for v in z]
            J, h = sp.diag(*mask) * sp.Matrix(W.tolist()) * J, z.applyfunc(lambda v: max(v, 0))
            active.append(sum(mask))
        ranks.append((J.rank(), min(active)))
    assert all(rank == thinnest for rank, thinnest in ranks)
    assert len(set(ranks)) > 1


def test_half_of_the_directions_go_and_the_rest_spread(run):
    directions = run("gradients/conditioning/directions")
    relu = "orthogonal, ReLU"
    assert directions.G.shape == (10, 64, 64)          # ten layers, width sixty-four
    assert np.mean(directions.G**4) == pytest.approx(3, abs=4 * np.sqrt(96 / directions.G.size))      # Gaussian
    # without biases the network is its Jacobian times the input; ReLU passes the positive side
    assert np.allclose(directions.J @ directions.x, directions.h) and directions.h.min() == 0 < directions.h.max()
    assert np.array_equal(directions.nets["orthogonal"][0], directions.Q) and not directions.nets["Gaussian"][1]
    assert np.allclose(directions.nets[relu][0] @ np.swapaxes(directions.nets[relu][0], 1, 2), 2 * np.eye(64))
    linear = np.linalg.multi_dot(directions.nets["Gaussian"][0][::-1])
    assert np.allclose(np.linalg.svd(linear, compute_uv=False), directions.s["Gaussian"][-1], atol=1e-12)
    last = {name: values[-1] for name, values in directions.s.items()}
    for ax, (name, values) in zip(directions.panels, directions.s.items(), strict=True):
        assert values.shape == (10, 64) and ax.get_title() == name
        drawn = np.ma.filled(ax.images[0].get_array(), np.nan)     # (direction, layer)
        assert drawn.shape == (64, 10)
        blank = np.isnan(drawn).sum(axis=0)
        ranks = [np.linalg.matrix_rank(np.diag(row)) for row in values]
        assert list(64 - blank) == (ranks if name != "Gaussian" else [64] * 10)
        seen = ~np.isnan(drawn)
        assert np.allclose(10 ** drawn[seen], (values / values[:, :1]).T[seen])
        # both gains keep the mean of s**2 at one, up to a factor that ten layers of this width allow
        assert abs(np.log(np.mean(values[-1]**2))) < 1.5
    assert directions.rank["orthogonal"] == directions.rank["Gaussian"] == directions.thinnest["Gaussian"] == 64
    assert directions.rank[relu] < 32                  # more than half are lost
    assert np.allclose(np.linalg.svd(directions.J, compute_uv=False), last[relu])
    gaussian, cut = (last[name] / last[name][0] for name in ("Gaussian", relu))
    assert cut[directions.thinnest[relu] - 1] < gaussian[directions.thinnest[relu] - 1]     # falls more steeply
    assert gaussian[-1] < 1e-3
    s = last[relu]
    assert s[directions.thinnest[relu]] < 1e-13 * s[0] < 1e-3 * s[directions.thinnest[relu] - 1]
    fewest = [min(row) for row in np.random.default_rng(4).binomial(64, 0.5, size=(2000, 10))]
    assert np.percentile(fewest, 1) <= directions.thinnest[relu] <= np.percentile(fewest, 99)
    for name in directions.s:
        assert directions.kept[name] == sum(last[name] > last[name][0] / 10)
    # two half-spaces in general position: the cosines between them fill the interval from 0 to 1
    Q = np.linalg.qr(np.random.default_rng(5).normal(size=(200, 64, 64)))[0][:, :32, :32]
    cosines = np.linalg.svd(Q, compute_uv=False)
    assert np.median(cosines) == pytest.approx(np.sqrt(0.5), abs=0.02)
    assert np.mean(cosines**2) == pytest.approx(0.5, abs=0.01)




# ---- the first pictures, and the gain

def test_equal_layers_make_a_needle_and_quarter_turns_a_circle(run):
    needle = run("gradients/conditioning/needle")
    A, quarter = sp.diag(2, sp.Rational(1, 2)), sp.Matrix([[0, -1], [1, 0]])
    turned = A * quarter
    for layers in range(5):
        for name, M in (("same directions", A**layers), ("quarter turns", turned**layers)):
            s = [float(sp.sqrt(value)) for value in (M * M.T).diagonal()]      # these products are diagonal
            assert (M * M.T).is_diagonal()
            assert needle.kappa[name][layers] == pytest.approx(max(s) / min(s))
        for row, name in enumerate(needle.shapes):
            outline = needle.shapes[name][layers]
            radius = np.linalg.norm(outline, axis=0)
            # the ellipse itself says kappa, up to the grid of angles
            assert radius.max() == pytest.approx(1, rel=1e-3)
            assert radius.min() * needle.kappa[name][layers] == pytest.approx(1, abs=0.01 * 4**layers * 0.02 + 0.01) or layers > 2
            ax = needle.panels[row, layers]
            assert np.array_equal(ax.patches[0].get_xy()[:len(outline.T)].T, outline)
            assert ax.texts[0].get_text() == rf"$\kappa$ = {needle.kappa[name][layers]:.3g}"
    # the random turns, by Gram matrices: kappa + 1 / kappa is the trace, since the determinant is one
    P = np.eye(2)
    for layers, angle in enumerate(needle.turns["random turns"], 1):
        c, s = np.cos(angle), np.sin(angle)
        P = np.array([[2 * c, -2 * s], [s / 2, c / 2]]) @ P
        k = needle.kappa["random turns"][layers]
        assert k + 1 / k == pytest.approx(np.trace(P @ P.T))
    assert np.all(needle.turns["random turns"] < np.pi)


def test_the_shear_of_the_picture_has_the_condition_number_four(run):
    stretch = run("gradients/conditioning/stretch")
    A = sp.Matrix([[1, sp.Rational(3, 2)], [0, 1]])
    assert (A * A.T).eigenvals() == {4: 1, sp.Rational(1, 4): 1} and A.eigenvals() == {1: 2}
    assert stretch.kappa == pytest.approx(4) and np.allclose(stretch.eigenvalues, [1, 1])
    for k, shape in enumerate(stretch.shapes):
        radius = np.linalg.norm(shape, axis=0)
        assert [radius.max(), radius.min()] == pytest.approx([[1, 1], [2, 0.5]][k], rel=2e-3)
        assert np.array_equal(stretch.panels[k].lines[0].get_xydata().T, shape)
        texts = [text for text in stretch.panels[k].texts if text.get_text()]
        assert [text.get_text() for text in texts] == [["1", "1"], ["2", "0.5"]][k]
        for text, arrow, length in zip(texts, stretch.arrows[k], [[1, 1], [2, 0.5]][k]):
            assert np.linalg.norm(arrow) == pytest.approx(length)
            assert np.allclose(text.get_position(), arrow / length * (length + 0.22))


def test_the_gain_decides_where_slopes_can_differ(run):
    gains = run("gradients/conditioning/gains")
    assert list(gains.activations) == ["linear", "tanh", "sigmoid", "leaky ReLU, 0.1", "ReLU"] and gains.gains == [0.5, 1, 1.5, 2, 3]
    functions = {"linear": lambda z: z, "tanh": mp.tanh, "sigmoid": lambda z: 1 / (1 + mp.exp(-z)),
                 "leaky ReLU, 0.1": lambda z: max(z, z / 10)}
    assert np.allclose(gains.Q @ np.swapaxes(gains.Q, 1, 2), np.eye(64)) and gains.Q.shape == (10, 64, 64)
    # slopes by differences in high precision, at the pre-activations that the run reaches
    for row, (name, phi) in enumerate(functions.items()):
        run_phi, run_dphi = gains.activations[name]
        for z in (-2.3, -0.4, 0.7, 3.1):
            with mp.workdps(40):
                assert run_phi(np.array([z]))[0] == pytest.approx(float(phi(mp.mpf(z))), rel=1e-12)
                assert run_dphi(np.full(64, z))[0] == pytest.approx(float(mp.diff(phi, mp.mpf(z))), rel=1e-9)
    # the condition number of two cells again, through a singular value decomposition of the product
    for row, column in ((1, 0), (1, 1), (2, 2), (2, 4), (3, 3)):
        phi, dphi = list(gains.activations.values())[row]
        h, J = gains.x, np.eye(64)
        for W in gains.gains[column] * gains.Q:
            J = np.diag(dphi(W @ h)) @ W @ J
            h = phi(W @ h)
        s = np.linalg.svd(J, compute_uv=False)
        assert gains.decades[row, column] == pytest.approx(np.log10(s[0] / s[-1]), abs=1e-4)
    # bounds by the slopes alone, for the cells beyond double precision
    slopes = []
    h = gains.x
    for W in 3 * gains.Q:
        h = np.tanh(W @ h)
        slopes.append(1 - h**2)
    most = sum(np.log10(np.longdouble(1) / np.maximum(s.min(), 1e-16)) for s in slopes)
    assert 30 < gains.decades[1, 4] < most + 20
    drawn = gains.ax.images[0].get_array()
    labels = [text.get_text() for text in gains.ax.texts]
    assert labels == [r"$\infty$" if np.isinf(v) else f"{abs(v):.1f}" for v in gains.decades.ravel()]
    assert np.isinf(gains.decades[4]).all() and np.allclose(drawn[:4], gains.decades[:4])


def test_the_heat_map_of_gains_is_that_of_a_second_product_and_its_singular_values(run):
    gains, rng = run("gradients/conditioning/gains"), np.random.default_rng(1)
    assert np.array_equal(gains.x, rng.standard_normal(64))
    Q = np.linalg.qr(rng.standard_normal((10, 64, 64)))[0]
    assert np.array_equal(gains.Q, Q)
    z = np.array([-1.5, -0.2, 0.3, 2.0])
    phi, dphi = gains.activations["ReLU"]
    assert list(phi(z)) == [0, 0, 0.3, 2] and list(dphi(z)) == [0, 0, 1, 1]
    for row, slope in (1, lambda z: 1 - np.tanh(z) ** 2), (3, lambda z: np.array([1.0 if each > 0 else 0.1 for each in z])):
        act = [np.tanh, lambda z: np.where(z > 0, z, z / 10)][row // 3]
        for column, gain in list(enumerate(gains.gains))[:3]:   # where double precision holds both ends
            h, J = gains.x, np.eye(64)
            for q in Q:
                z = gain * (q @ h)
                h, J = act(z), np.diag(slope(z)) @ (gain * q) @ J
            s = np.linalg.svd(J, compute_uv=False)
            assert gains.decades[row, column] == pytest.approx(np.log10(s[0] / s[-1]), abs=0.01)
    assert gains.decades.shape == (5, 5) and np.isinf(gains.decades[4]).all()
