"""Number formats: every code of eight bits decoded from its bits, exact fractions and SymPy against the listings."""
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad
from scipy.stats import norm

k, d, x, a, L = sp.symbols("k d x a L", positive=True)

EQUATIONS = {
    "eq-formats-spacing": (r"\Delta =", 2**(k - d)),
    "eq-formats-error": (r"\abs{\hat x - x} \le", 2**(-(d + 1)) * x, {r"\abs{x}": x}),
    "eq-formats-stop": (r"S =", 2**(d + 1) * a),
    "eq-formats-noise": (
        r"\frac{\E\!\left[\norm{\hat h_L - h_L}^2\right]}{\E\!\left[\norm{h_L}^2\right]} \approx",
        (2 * L + 1) / (32 * sp.log(2)) * 4**(-d),
    ),
}
DIGITS = {"fp8 e5m2": 2, "fp8 e4m3": 3, "bfloat16": 7, "float16": 10, "float32": 23, "float64": 52}
LOWEST = {"fp8 e5m2": -14, "fp8 e4m3": -6, "bfloat16": -126, "float16": -14, "float32": -126, "float64": -1022}


def value(label, **symbols):
    return EQUATIONS[label][1].subs({sp.Symbol(name, positive=True): number for name, number in symbols.items()})


def fraction(label, **symbols):
    return Fraction(*map(int, value(label, **symbols).as_numer_denom()))


def decoded(name):
    """The numbers of all codes with a positive sign, in the order of the codes, up to the largest finite one."""
    exponent_bits, digits = {"fp8 e4m3": (4, 3), "fp8 e5m2": (5, 2), "float16": (5, 10)}[name]
    numbers = []
    for code in range(2 ** (exponent_bits + digits)):
        exponent, fraction = divmod(code, 2**digits)
        special = code == 127 if name == "fp8 e4m3" else exponent == 2**exponent_bits - 1
        if not special:
            bias = 2 ** (exponent_bits - 1) - 1
            leading = 1 if exponent else 0
            numbers.append((leading + Fraction(fraction, 2**digits)) * Fraction(2) ** (max(exponent, 1) - bias))
    return numbers


def nearest(number, codes):
    """The nearest of all numbers by brute force, the one with the even code in a tie; None beyond half a step after the last."""
    past_last = codes[-1] + (codes[-1] - codes[-2])     # what would come next, and has an even or odd code as it comes
    candidates = [*codes, past_last]
    place = min(range(len(candidates)), key=lambda code: (abs(candidates[code] - number), code % 2))
    return candidates[place] if place < len(codes) else None


def bfloat16(numbers):
    """Rounded by adding to the bits of float32, as hardware does: no floating-point arithmetic at all."""
    bits = np.asarray(numbers, dtype=np.float32).view(np.uint32).astype(np.uint64)
    bits = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16 << 16
    return bits.astype(np.uint32).view(np.float32)


def steps_of(codes, term):
    """A running sum of one term, by brute force over all codes, until it stops or overflows."""
    total, path = Fraction(0), [Fraction(0)]
    while True:
        after = nearest(total + term, codes)
        if after is None or after == total:
            return path, after
        total = after
        path.append(total)


@pytest.mark.parametrize("name", ["fp8 e4m3", "fp8 e5m2", "float16"])
def test_neighbors_differ_by_the_spacing(name):
    """Where 2^k ≤ |x| < 2^(k+1), the next number of a format with d digits is 2^(k−d) away.

    Exact, over every pair of neighboring codes.
    """
    exponent = LOWEST[name]
    spacing = fraction("eq-formats-spacing", k=exponent, d=DIGITS[name])
    for one, other in pairwise(decoded(name)):
        if one >= Fraction(2) ** (exponent + 1):
            exponent += 1
            spacing = fraction("eq-formats-spacing", k=exponent, d=DIGITS[name])
        assert other - one == spacing


def test_the_codes_are_those_of_numpy():
    assert [float(number) for number in decoded("float16")] == list(np.arange(31744, dtype=np.uint16).view(np.float16).astype(float))


@pytest.mark.parametrize("name", ["fp8 e4m3", "fp8 e5m2"])
def test_rounding_is_off_by_one_part_in_two_to_the_d_plus_one(name):
    """Rounding a normal number to the nearest of a format with d digits changes it by at most 2^−(d+1) of its size.

    Exact, on 32 numbers between any two neighbors.
    """
    unit = 2 ** (DIGITS[name] - LOWEST[name] + 5)   # in one over it, all of these numbers are whole
    codes = [int(number * unit) for number in decoded(name)]
    bound = fraction("eq-formats-error", d=DIGITS[name], x=1)
    worst = Fraction(0)
    for one, other in pairwise(codes):
        if one >= unit * Fraction(2) ** LOWEST[name]:
            for part in range(33):
                number = one + (other - one) * part // 32
                error = Fraction(abs(nearest(number, codes) - number), number)
                worst = max(worst, error)
    assert bound / (1 + bound) == worst < bound


@pytest.mark.parametrize("name", ["fp8 e4m3", "fp8 e5m2"])
def test_a_running_sum_stops_where_the_page_says(name):
    """A running sum of equal terms a, a power of two, is exact until it stops at 2^(d+1) a, if that is in the range.

    Exact, over every number of the format as a term; for the others the next power of two takes the place of a.
    """
    codes = [int(number * 2 ** (DIGITS[name] - LOWEST[name])) for number in decoded(name)]   # in the smallest, all are whole
    stopped = 0
    for term in codes[1:]:
        power = 1
        while power < term:
            power *= 2
        end = fraction("eq-formats-stop", d=DIGITS[name], a=1) * power
        if end <= codes[-1]:
            path, last = steps_of(codes, term)
            assert last == path[-1] == end
            stopped += 1
            if term == power:
                assert path == [term * count for count in range(len(path))]
    assert stopped > 60


def test_no_sum_of_smaller_terms_passes_the_end():
    codes = [int(number * 2**9) for number in decoded("fp8 e4m3")]   # whole numbers, in 2^-9
    below = [number for number in codes if number <= 2**9]
    rng = np.random.default_rng(0)
    for _ in range(30):
        total = 0
        for pick in rng.integers(0, len(below), 100):
            total = nearest(total + below[pick], codes)
            assert total <= 16 * 2**9


def test_float16_counts_to_2048_in_numpy_itself():
    assert np.cumsum(np.ones(5000, np.float16))[-1] == 2048 == value("eq-formats-stop", d=10, a=1)
    assert np.float32(2**24) + np.float32(1) == 2**24 == 16777216
    assert np.float16(65504) == np.finfo(np.float16).max and np.finfo(np.float16).eps == 2.0**-10
    assert np.float16(1) + np.float16(2.0**-11) == 1 != np.float16(1) - np.float16(2.0**-11) and np.float16(2.0**-24) > 0
    assert 2.0**-10 / 2.0**-24 == 16384 and np.finfo(np.float16).tiny == 2.0**-14


def test_the_table_of_formats():
    for name, (one, last) in {"fp8 e4m3": (-9, 448), "fp8 e5m2": (-16, 57344), "float16": (-24, 65504)}.items():
        codes = decoded(name)
        assert codes[1] == Fraction(2) ** one and codes[-1] == last
        assert codes[2 ** DIGITS[name]] == Fraction(2) ** LOWEST[name]
    assert len(decoded("fp8 e4m3")) == 127 and len(decoded("fp8 e5m2")) == 124
    for name in "float32", "float64":
        info = np.finfo(name)
        assert (info.nmant, info.minexp, info.maxexp - 1) == (DIGITS[name], LOWEST[name], 1 - LOWEST[name])
        assert info.smallest_subnormal == 2.0 ** (LOWEST[name] - DIGITS[name])
    largest = np.array([0x7F7F0000], np.uint32).view(np.float32)[0]        # the last bfloat16 before infinity
    assert float(largest) == (2 - 2.0**-7) * 2.0**127
    assert np.array([0x00010000], np.uint32).view(np.float32)[0] == 2.0**-133


def test_the_counters_are_those_of_all_codes(run):
    """The listing's rounding against brute force over codes, and its bfloat16 against bits."""
    counter = run("precision/formats/counter")
    assert list(counter.stops.values()) == [8, 16, 256, 2048, 5000]
    for name, total in counter.stops.items():
        assert total == min(5000, int(value("eq-formats-stop", d=DIGITS[name], a=1)))
    assert dict(zip(counter.names, counter.digits)) == {name: DIGITS[name] for name in counter.names}
    assert dict(zip(counter.names, counter.lowest)) == {name: LOWEST[name] for name in counter.names}
    assert steps_of(decoded("fp8 e4m3"), 1)[0] == list(counter.totals[:17, 1])
    total = np.float32(0)
    for step in range(1, 300):
        total = bfloat16(total + np.float32(1))
        assert total == counter.totals[step, 2]
    assert counter.totals[:, 3].tolist() == [0, *np.cumsum(np.ones(5000, np.float16)).tolist()]
    assert counter.rounded(np.full(5, 0.1)).tolist()[1:4] == [13 / 128, float(bfloat16([0.1])[0]), float(np.float16(0.1))]
    tiny = 3.7 * 2.0**-9
    assert counter.rounded(np.full(5, tiny))[1] == 4 * 2.0**-9


def test_the_counters_on_the_picture(run):
    counter = run("precision/formats/counter")
    curves = [line for line in counter.ax.lines if len(line.get_xdata()) > 1]
    dots = [line for line in counter.ax.lines if len(line.get_xdata()) == 1]
    for curve, total in zip(curves, counter.stops.values(), strict=True):
        places = curve.get_xdata()
        assert places[0] == 1 and places[-1] == 5000 and len(places) > 30
        assert np.array_equal(curve.get_ydata(), np.minimum(places, total))
    assert [(dot.get_xdata()[0], dot.get_ydata()[0]) for dot in dots] == [(n, n) for n in (8, 16, 256, 2048)]
    words = [(text.get_text(), text.get_position()[1]) for text in counter.ax.texts]
    assert words == [("fp8 e5m2 stops at 8", 8), ("fp8 e4m3 stops at 16", 16), ("bfloat16 stops at 256", 256),
                     ("float16 stops at 2048", 2048), ("float32: 5000", 5000)]
    assert list(counter.ax.get_xticks()) == [1, 10, 100, 1000, 5000] and list(counter.ax.get_yticks()) == [1, 10, 100, 1000]
    assert counter.ax.get_xscale() == counter.ax.get_yscale() == "log"


def test_the_boxes_are_the_bits(run):
    layout = run("precision/formats/layout")
    assert {name: digits for name, (_, digits) in layout.formats.items()} == {name: DIGITS[name] for name in layout.formats}
    for name, (exponent, _) in layout.formats.items():
        assert 2 - 2 ** (exponent - 1) == LOWEST[name]
    boxes = iter(layout.ax.patches)
    for row, (name, (exponent, digits)) in enumerate(layout.formats.items()):
        mine = [next(boxes) for _ in range(1 + exponent + digits)]
        assert layout.bits[name] == len(mine)
        assert [box.get_x() for box in mine] == list(range(-exponent, digits + 1))
        assert {box.get_y() + box.get_height() / 2 for box in mine} == {-row}
        colors = [box.get_facecolor()[:3] for box in mine]
        assert len(set(colors)) == 3 and colors[0] == (0, 0, 0)
        assert len(set(colors[1:exponent + 1])) == len(set(colors[exponent + 1:])) == 1
        assert (layout.ax.texts[2 * row].get_text(), layout.ax.texts[2 * row + 1].get_text()) == (name, f"{exponent} exponent, {digits} digits")
        assert layout.ax.texts[2 * row].get_position()[1] == layout.ax.texts[2 * row + 1].get_position()[1] == -row
    assert next(boxes, None) is None


def test_the_marks_are_the_codes(run):
    marks = run("precision/formats/marks")
    assert marks.numbers.tolist() == [float(number) for number in decoded("fp8 e4m3")]
    for ax, end, powers in zip(marks.axes, (448, 32, 1 / 16), ([16, 32, 64, 128, 256], [2, 4, 8, 16, 32], [1 / 64, 1 / 32, 1 / 16])):
        thin, thick = ax.collections
        heights = [[tuple(segment[:, 1]) for segment in lines.get_segments()] for lines in (thin, thick)]
        assert set(heights[0]) == {(0, 0.6)} and set(heights[1]) == {(0, 1)}
        assert [segment[0, 0] for segment in thin.get_segments()] == [n for n in marks.numbers if n <= end]
        assert [segment[0, 0] for segment in thick.get_segments()] == powers
        shown = [text.get_text() for text in ax.texts][:len(powers)]
        assert shown == [str(power) if power >= 1 else f"1/{round(1 / power)}" for power in powers]
        assert [text.get_position()[0] for text in ax.texts][:len(powers)] == powers
        assert ax.get_xlim() == pytest.approx((-end / 80, end * 1.02))
    assert marks.axes[1].lines[0].get_xdata() == [17]
    assert marks.axes[0].texts[-1].get_text() == "448" and marks.axes[0].texts[-1].get_position()[0] == 448
    assert marks.below == sum(number < 1 for number in decoded("fp8 e4m3")) == 56
    assert marks.gaps.tolist() == np.diff(marks.numbers).tolist()


@pytest.mark.parametrize("name", ["fp8 e4m3", "fp8 e5m2"])
def test_the_five_lines_agree_with_all_codes(run, name):
    """On 16 numbers between any two of the 256 codes, ties among them, and beyond the ends, of both signs."""
    rounded, numbers = run("precision/formats/rounded").rounded, run("precision/formats/rounded").formats[name]
    unit = 16 * 2 ** (DIGITS[name] - LOWEST[name])   # in one over it, all of these numbers are whole
    codes = [int(number * unit) for number in decoded(name)]
    grid = [one + (other - one) * part // 16 for one, other in pairwise(codes) for part in range(16)]
    step = codes[-1] - codes[-2]
    grid += [codes[-1] + step * part // 16 for part in range(40)]
    found = rounded(np.array(grid) / unit, *numbers)
    expected = [nearest(number, codes) for number in grid]
    past = np.nan if name == "fp8 e4m3" else np.inf
    assert np.array_equal(found, [past if number is None else number / unit for number in expected], equal_nan=True)
    assert np.array_equal(rounded(-np.array(grid) / unit, *numbers), -found, equal_nan=True)


def test_the_five_lines_agree_with_the_bits_of_bfloat16(run):
    rounded, numbers = run("precision/formats/rounded").rounded, run("precision/formats/rounded").formats["bfloat16"]
    bits = np.random.default_rng(1).integers(0, 2**32, 100_000, dtype=np.uint32)
    ties = np.arange(0x0000_8000, 0x7F80_0000, 0x0001_0000 * 37, dtype=np.uint32)     # halfway between two
    sample = np.concatenate([bits, ties]).view(np.float32)
    sample = sample[np.isfinite(sample)]
    with np.errstate(over="ignore"):
        assert np.array_equal(rounded(sample.astype(float), *numbers), bfloat16(sample).astype(float))


def test_what_the_five_lines_print(run):
    listing = run("precision/formats/rounded")
    assert {name: (digits, lowest) for name, (digits, lowest, *_) in listing.formats.items()} \
        == {name: (DIGITS[name], LOWEST[name]) for name in listing.formats}
    assert listing.formats["fp8 e4m3"][2] == 448 and listing.formats["fp8 e5m2"][2] == 57344
    assert listing.formats["float16"][2] == np.finfo(np.float16).max and listing.formats["float32"][2] == np.finfo(np.float32).max
    assert listing.results["bfloat16"].tolist() == bfloat16([0.1, 90000]).tolist()
    assert listing.results["float32"].tolist() == [float(np.float32(0.1)), 90000]
    assert listing.results["float16"].tolist() == [float(np.float16(0.1)), np.inf]
    tenth, square = listing.results["fp8 e4m3"]
    assert tenth == float(nearest(Fraction(1, 10), decoded("fp8 e4m3"))) and np.isnan(square)
    assert listing.results["fp8 e5m2"].tolist() == [float(nearest(Fraction(1, 10), decoded("fp8 e5m2"))), np.inf]
    assert 176 * 512 == 90112


def test_the_teeth_are_the_errors_of_brute_force(run):
    teeth = run("precision/formats/sawtooth")
    codes = decoded("fp8 e4m3")
    for place in range(0, 1500, 9):
        number = Fraction(float(teeth.x[place]))
        expected = nearest(number, codes)
        assert (expected is None) == (not teeth.fits[place])
        if expected is not None:
            assert teeth.error[place] == pytest.approx(float(abs(expected - number) / number), rel=1e-9)
    assert teeth.x[[0, -1]] == pytest.approx([2.0**-11, 2.0**9.2]) and len(teeth.x) == 1500
    assert teeth.worst == pytest.approx(1 / 17, rel=0.01)       # u/(1 + u)
    assert teeth.error[(teeth.x > 1.1 * 2.0**-10) & (teeth.x < 2.0**-6)].max() < 1
    curve, bound = teeth.ax.lines
    assert curve.get_ydata() == pytest.approx(100 * teeth.error[teeth.fits]) and curve.get_xdata() == pytest.approx(np.log2(teeth.x[teeth.fits]))
    assert list(bound.get_ydata()) == [6.25, 6.25] and list(bound.get_xdata()) == pytest.approx([-6, np.log2(464)])
    subnormal, beyond = teeth.ax.patches
    assert (subnormal.get_x(), subnormal.get_x() + subnormal.get_width()) == (-11, -6)
    assert (beyond.get_x(), beyond.get_x() + beyond.get_width()) == pytest.approx((np.log2(464), 9.2))
    assert [eval(text.get_text()) for text in teeth.ax.get_xticklabels()] == [2.0**tick for tick in teeth.ax.get_xticks()]


def test_the_layers_are_those_of_fresh_draws(run):
    """The first overflow against a simulation without matrices: the size by a random walk, the largest entry by its quantile."""
    layers = run("precision/formats/layers")
    assert {name: numbers[:2] for name, numbers in layers.formats.items()} == {name: (DIGITS[name], LOWEST[name]) for name in layers.formats}
    tops = {name: numbers[2] for name, numbers in layers.formats.items()}
    assert tops == {"fp8 e4m3": 448, "fp8 e5m2": 57344, "float16": 65504, "bfloat16": float.fromhex("0x1.fep127"),
                    "float32": float(np.finfo("float32").max), "float64": np.finfo(float).max}
    rng = np.random.default_rng(0)
    moments = np.maximum(rng.standard_normal((4000, 256)), 0)
    growth = np.log2(2 * np.sqrt(2 * np.mean(moments**2, axis=1))).mean()
    peak = quad(lambda t: t * 256 * norm.pdf(t) * norm.cdf(t) ** 255, -8, 8)[0] * np.sqrt(2)
    assert growth == pytest.approx(layers.growth, abs=0.002) and np.log2(peak) == pytest.approx(2, abs=0.05)
    for name, top in tops.items():
        assert layers.predicted[name] == pytest.approx((np.log2(top) - np.log2(peak)) / growth, abs=0.1, rel=0.003)
        wander = np.sqrt(layers.predicted[name] * np.log2(np.sqrt(2 * np.mean(moments**2, axis=1))).var() + 0.2**2)
        assert abs(layers.measured[name] - 0.5 - layers.predicted[name]) < 0.5 + 4 * wander


def test_the_network_of_the_layers_runs_the_same_in_numpys_float16(run):
    """The listing's order of draws, with NumPy's own rounding in place of its four lines."""
    layers = run("precision/formats/layers")
    rng = np.random.default_rng(3)
    for name in layers.formats:
        h = np.maximum(rng.standard_normal(256) * np.sqrt(2), 0)
        kinds = {"float16": np.float16, "float32": np.float32, "float64": np.float64}
        kind = kinds.get(name, np.float64)
        h = h.astype(kind).astype(float)
        for share in layers.shares[name]:
            W = rng.normal(0, np.sqrt(8 / 256), (256, 256))
            if name in kinds:
                with np.errstate(all="ignore"):
                    h = np.maximum(W.astype(kind).astype(float) @ h, 0).astype(kind).astype(float)
                assert share == (np.isfinite(h).mean(), np.isinf(h).mean(), np.isnan(h).mean())
        assert share == (0, 0, 1)
    found = layers.rounded(np.array([447, 463.9, 464, 464.1, -1e9, 0.1]), *layers.formats["fp8 e4m3"])
    assert np.array_equal(found, [448, 448, 448, np.nan, np.nan, 13 / 128], equal_nan=True)
    assert layers.rounded(np.array([-61440.0, 61439]), *layers.formats["fp8 e5m2"]).tolist() == [-np.inf, 57344]
    assert all(share[1] == 0 for share in layers.shares["fp8 e4m3"])


def test_the_bars_of_the_layers_are_the_shares(run):
    layers = run("precision/formats/layers")
    for ax, (name, rows) in zip(layers.axes.flat, layers.shares.items(), strict=True):
        first = layers.measured[name] - 4
        count = len(rows) - first + 1
        assert rows[layers.measured[name] - 1][0] < 1 and all(row[0] == 1 for row in rows[:layers.measured[name] - 1])
        bars = np.array([(bar.get_x() + bar.get_width() / 2, bar.get_y(), bar.get_height()) for bar in ax.patches]).reshape(3, count, 3)
        expected = np.array(rows)[first - 1:]
        for column in range(3):
            assert bars[column, :, 0] == pytest.approx(np.arange(first, len(rows) + 1))
            assert bars[column, :, 2] == pytest.approx(expected[:, column])
            assert bars[column, :, 1] == pytest.approx(expected[:, :column].sum(axis=1))
        assert ax.lines[0].get_xdata() == [layers.predicted[name]] * 2 and ax.get_title() == name
        assert ax.texts[0].get_text() == f"{layers.predicted[name]:.1f}" and ax.texts[0].get_position()[0] == layers.predicted[name]
        assert ax.get_xlim()[0] < first < len(rows) < ax.get_xlim()[1]


def test_the_three_roads_by_hand(run):
    roads = run("precision/formats/roads")
    assert roads.terms.shape == (8192, 3) and roads.terms.dtype == np.float16
    total, column = np.float16(0), roads.terms[:, 0]
    for term in column:
        total = total + term
    assert total == roads.totals["row after row"] == 2048
    exact = sum(Fraction(float(term)) for term in column)
    assert (roads.rows == 2048).all()
    assert roads.exact == float(exact) == pytest.approx(4096, abs=4 * np.sqrt(8192 / 12))
    assert roads.totals["float32 total"] == pytest.approx(float(exact), rel=1e-5)

    def tree(terms):
        return terms[0] if len(terms) == 1 else tree(terms[0::2]) + tree(terms[1::2])

    # another tree, so within the same thirteen roundings
    assert roads.totals["in pairs"] == pytest.approx(float(tree(column)), rel=13 * 2.0**-11)
    assert [bar.get_width() for bar in roads.ax.patches] == [float(total) for total in roads.totals.values()]
    assert [bar.get_y() + bar.get_height() / 2 for bar in roads.ax.patches] == pytest.approx([0, -1, -2])
    assert roads.ax.lines[0].get_xdata() == [roads.exact] * 2
    assert list(roads.ax.get_yticks()) == [0, -1, -2] and [t.get_text() for t in roads.ax.get_yticklabels()] == list(roads.totals)
    for place, text in enumerate(roads.ax.texts[:3]):
        assert text.get_text() == f"{list(roads.totals.values())[place]:.0f}" and text.get_position()[1] == -place


def test_a_total_of_tenths_by_the_bits(run):
    tenth = run("precision/formats/tenth")
    total, steps = np.float32(0), 0
    while bfloat16(total + bfloat16([0.1])[0]) != total:
        total, steps = bfloat16(total + bfloat16([0.1])[0]), steps + 1
    assert tenth.tenth == bfloat16([0.1])[0] and (tenth.total, tenth.steps) == (total, steps) == (32, steps)
    assert 2**19 < 10**6 <= 2**20


def test_the_noise_of_rounding_is_a_uniform_error_at_a_log_uniform_place(run):
    """The weights and outputs of L linear layers of variance 1/n, rounded to d digits, leave a relative mean square error of
    (2L + 1) 4^−d/(32 ln 2), if rounding errors are uniform and independent and numbers spread over powers of two evenly.

    Symbolic, from the two integrals; and the Gaussian case by quadrature over its powers of two.
    """
    t, error = sp.symbols("t error", positive=True)
    place = sp.integrate(1 / (t**3 * sp.log(2)), (t, 1, 2))
    uniform = 2 * sp.integrate(error**2, (error, 0, sp.Rational(1, 2)))
    assert sp.simplify(place * uniform * 4**-d * (2 * L + 1) - EQUATIONS["eq-formats-noise"][1]) == 0
    # A normal number of deviation 1/16 has no even spread, and is near the formula all the same.
    gauss = sum(4.0**power * 2 * (norm.cdf(2.0 ** (power + 1) * 16) - norm.cdf(2.0**power * 16)) for power in range(-40, 3)) * 256
    assert gauss == pytest.approx(float(place), rel=0.02)
    noise = run("precision/formats/noise")
    scatter = np.random.default_rng(3)                       # of single networks: the ratio of two sizes that part halfway
    steps = np.log(scatter.chisquare(256, (4000, 50)) / 256).sum(axis=1) / 2
    assert np.std(steps) == pytest.approx(np.sqrt(2 * 50 / 256) / 2, rel=0.05) == pytest.approx(0.31, abs=0.02)
    for name, (digits, lowest) in noise.formats.items():
        assert (digits, lowest) == (DIGITS[name], LOWEST[name])
        formula = [np.sqrt(float(value("eq-formats-noise", L=layer, d=digits))) for layer in range(1, 51)]
        assert noise.predicted[name] == pytest.approx(formula)
        assert noise.measured[name][:3] == pytest.approx(formula[:3], rel=0.12)
        assert noise.measured[name] == pytest.approx(formula, rel=0.7)


def test_the_noise_is_that_of_numpys_float16(run):
    noise = run("precision/formats/noise")
    rng = np.random.default_rng(2)
    exact = rng.standard_normal(256)
    half = exact.astype(np.float16).astype(float)
    for layer in range(50):
        W = rng.normal(0, 1 / 16, (256, 256))
        exact = W @ exact
        half = (W.astype(np.float16).astype(float) @ half).astype(np.float16).astype(float)
        assert noise.measured["float16"][layer] == pytest.approx(np.linalg.norm(half - exact) / np.linalg.norm(exact), rel=1e-6)
    dots, lines = noise.ax.lines[0::2], noise.ax.lines[1::2]
    for name, dot, line in zip(noise.formats, dots, lines, strict=True):
        assert list(dot.get_xdata()) == list(range(1, 51, 3)) and list(dot.get_ydata()) == list(noise.measured[name][::3])
        assert list(line.get_xdata()) == list(range(1, 51)) and list(line.get_ydata()) == list(noise.predicted[name])


def test_chance_keeps_the_counter_right_on_average(run):
    """Mean and variance of the counter, exact: the whole distribution over the marks, step by step."""
    chance = run("precision/formats/stochastic")
    codes = [float(count) for count in range(256)] + [float(2**power * (128 + part) // 128) for power in range(8, 13) for part in range(128)]
    share = np.zeros(len(codes))
    share[0] = 1
    gaps = np.diff([*codes, 2.0**13])
    for _ in range(2000):
        up = share / gaps
        share = share - up
        share[1:] += up[:-1]
    mean = share @ codes
    deviation = np.sqrt(share @ (np.array(codes) - mean) ** 2)
    assert mean == pytest.approx(2000)
    assert deviation == pytest.approx(np.sqrt(256 * 1 + 512 * 3 + 976 * 7), rel=0.04)
    assert chance.mean == pytest.approx(mean, abs=4 * deviation / np.sqrt(2000))
    assert chance.deviation == pytest.approx(deviation, rel=4 / np.sqrt(2 * 2000))
    assert set(chance.counters) <= set(codes) and chance.counters.shape == (2000,)
    heights = [bar.get_height() for bar in chance.ax.patches]
    edges = [bar.get_x() for bar in chance.ax.patches]
    assert edges == list(range(1524, 2468, 32)) and sum(heights) > 1990
    assert heights[10] == np.sum((chance.counters >= edges[10]) & (chance.counters < edges[11]))
    assert [line.get_xdata()[0] for line in chance.ax.lines] == [2000, 256]
