"""What the formulas of the pages say is what the tests prove, and what they say of numbers is true."""
import importlib.util
import json
import re
from functools import cache
from pathlib import Path

import pytest
import sympy as sp
import tex

from press.pages import formulas
from press.run.cache import Cache

ROOT = Path(__file__).parent.parent
CHAPTERS = sorted(path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in (ROOT / "docs").glob("*/*.md"))
FORMULAS = [formula for chapter in CHAPTERS for formula in tex.labelled(f"{chapter}.md")]
PAGES = sorted(path.relative_to(tex.DOCS).as_posix() for path in tex.DOCS.rglob("*.md"))
RELATIONS = [(f"docs/{page}:{line}", *relation) for page in PAGES for line, *relation in tex.relations(page)]


@cache
def equations(chapter):
    """EQUATIONS of a chapter's test: label → (TeX up to the last relation, expression of the rest[, opaque TeX → symbol])."""
    part, name = chapter.split("/")
    file = ROOT / "tests" / part / f"test_{name}.py"
    if not file.exists():   # a page that claims nothing of its own, such as a list of links
        return {}
    spec = importlib.util.spec_from_file_location(f"equations_{name}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, "EQUATIONS", {})


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_page_and_test_name_the_same_formulas(chapter):
    labels = [formula.label for formula in FORMULAS if formula.page == f"{chapter}.md"]
    assert sorted(labels) == sorted(equations(chapter))


def test_labels_are_unique_in_the_book():
    labels = [formula.label for formula in FORMULAS]
    assert sorted(set(labels)) == sorted(labels)


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.label)
def test_the_page_shows_what_the_test_proves(formula):
    place, rows = f"docs/{formula.page}:{formula.line}", equations(formula.page.removesuffix(".md"))
    assert formula.label in rows, f"{place}: {formula.label} is not in EQUATIONS of the chapter's test"
    difference = tex.difference(formula.tex, *rows[formula.label])
    assert not difference, f"{place}: {difference}"


@pytest.mark.parametrize(("place", "left", "relation", "right"), RELATIONS, ids=[f"{row[0]} {row[1]}" for row in RELATIONS])
def test_a_relation_between_numbers_is_true(place, left, relation, right):
    assert tex.holds(left, relation, right), f"{place}: {left} {relation} {right} is not true to the digits shown"


# Each macro as the notation page means it: an example and what screen readers get, MathML.
MACROS = {
    r"\E": (r"\E", '<mi mathvariant="normal">E</mi><mo>\u2061</mo>'),
    r"\Var": (r"\Var", '<mi mathvariant="normal">Var</mi><mo>\u2061</mo>'),
    r"\Cov": (r"\Cov", '<mi mathvariant="normal">Cov</mi><mo>\u2061</mo>'),
    r"\fanin": (r"\fanin", "<msub><mtext>fan</mtext><mtext>in</mtext></msub>"),
    r"\fanout": (r"\fanout", "<msub><mtext>fan</mtext><mtext>out</mtext></msub>"),
    r"\gain": (r"\gain", "<mi>g</mi>"),
    r"\sigmoid": (r"\sigmoid", '<mi mathvariant="normal">sigmoid</mi><mo>\u2061</mo>'),
    r"\relu": (r"\relu", '<mi mathvariant="normal">ReLU</mi><mo>\u2061</mo>'),
    r"\diag": (r"\diag", '<mi mathvariant="normal">diag</mi><mo>\u2061</mo>'),
    r"\rank": (r"\rank", '<mi mathvariant="normal">rank</mi><mo>\u2061</mo>'),
    r"\norm": (r"\norm{x}", '<mo stretchy="false">∥</mo><mi>x</mi><mo stretchy="false">∥</mo>'),
    r"\abs": (r"\abs{x}", '<mo stretchy="false">∣</mo><mi>x</mi><mo stretchy="false">∣</mo>'),
    r"\loss": (r"\loss", '<mi mathvariant="script">L</mi>'),
    r"\N": (r"\N", '<mi mathvariant="script">N</mi>'),
    r"\U": (r"\U", '<mi mathvariant="script">U</mi>'),
    r"\T": (r"\T", '<mi mathvariant="normal">⊤</mi>'),
}


def test_each_macro_is_here():
    assert sorted(MACROS) == sorted(json.loads((formulas.KATEX / "macros.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(("example", "shown"), MACROS.values(), ids=MACROS)
def test_a_macro_shows_what_the_notation_page_means(example, shown, tmp_path):
    [made] = formulas.html([(example, False)], Cache(tmp_path / "cache.sqlite"))
    assert re.search(r"<mrow>(.*?)</mrow><annotation", made)[1] == shown


fan_in, fan_out, g = sp.symbols("fan_in fan_out g", positive=True)
VARIANCES = {
    "He": equations("variance/he")["eq-he-variance"][1], "Xavier": equations("variance/xavier")["eq-xavier-variance"][1],
    "LeCun": 1 / fan_in, "gain": g**2 / fan_in,
}


def rows(page, heading):
    """The rows of the table of a page under a heading, as (line, cells)."""
    lines = (tex.DOCS / page).read_text(encoding="utf-8").split("\n")
    start = next(number for number, line in enumerate(lines) if heading in line)
    return [(number, line.strip().split(" | ")) for number, line in enumerate(lines[start + 2:lines.index("", start)], start + 3)]


def test_the_table_of_names_shows_the_variances_that_the_chapters_prove():
    seen = set()
    for number, cells in rows("notation.md", "| uniform limit"):
        line = " | ".join(cells)
        if shown := [tex.algebra(formula) for _, formula in list(tex.formulas(line))]:
            name = next(name for name in VARIANCES if name in line)
            seen.add(name)
            assert tex.equal(shown[0], VARIANCES[name]), f"docs/notation.md:{number}: {shown[0]} is not the variance of {name}"
            assert tex.equal(shown[1]**2, 3 * VARIANCES[name]), f"docs/notation.md:{number}: {shown[1]} is not the limit of {name}"
    assert len(seen) == 3


a, gain = sp.symbols("a gain", positive=True)
ADVISED = [   # by the first page, in its order: activation, normalization, variance
    ("ReLU", "none", VARIANCES["He"]), ("leaky ReLU, slope $a$", "none", VARIANCES["He"] / (1 + a**2)),
    ("none, as in a linear layer", "none", VARIANCES["Xavier"]), ("none, as in an output head", "none", VARIANCES["LeCun"]),
    ("tanh", "none", VARIANCES["Xavier"]), ("SELU", "none", VARIANCES["LeCun"]), ("GELU, SiLU", "none", gain**2 / fan_in),
    ("ReLU", "batch normalization before it", VARIANCES["LeCun"]),
    ("ReLU in front of the matrix of a residual branch", "none", VARIANCES["LeCun"]),
]


def test_the_first_page_advises_what_the_chapters_prove():
    advice = [(number, cells, list(tex.formulas(cells[4]))) for number, cells in rows("index.md", "| activation | normalization")]
    shown = [(number, cells, tex.algebra(tex.split(found[0][1])[1])) for number, cells, found in advice if found]
    for (number, cells, variance), (activation, normalization, advised) in zip(shown, ADVISED, strict=True):
        assert (cells[0].removeprefix("| "), cells[1]) == (activation, normalization), f"docs/index.md:{number}: the table has other rows"
        assert tex.equal(variance, advised), f"docs/index.md:{number}: {variance} is not the variance for {activation}"


LIMIT = r"\Var[w] \le c = \sqrt{\frac{6}{\fanin + \fanout}}"
PROVEN = r"\Var[w] \le c =", sp.sqrt(6 / (fan_in + fan_out))


@pytest.mark.parametrize(("old", "new"), [
    ("6", "5"), (r"\fanin + ", r"\fanin - "), (r"\fanin", r"\fanout"), (r"\sqrt", ""), (r"\fanout", r"\fanout^2"),
    (r"\frac{6}{\fanin + \fanout}", r"\frac{\fanin + \fanout}{6}"), (r"\fanin", r"\gamma"), (r"\fanin", r"f(\fanin)"),
    (r"\Var", r"\E"), (r"\le", r"\ge"), ("=", r"\approx"), ("c", "b"), ("[w]", "[W]"), (r"\Var[w] \le ", ""),
])
def test_a_wrong_digit_sign_exponent_symbol_or_relation_is_seen(old, new):
    assert not tex.difference(LIMIT, *PROVEN)
    assert tex.difference(LIMIT.replace(old, new), *PROVEN)


@pytest.mark.parametrize(("formula", "true"), [
    (r"2^{-5/2} \approx 0.18", True), (r"2^{-5/2} \approx 0.28", False), (r"2^{-5/2} \approx 0.17", False),
    (r"2^{-5/2} = 0.177", True), (r"2^{-5/2} = 0.176", False), (r"2^{-3/2} \approx 0.18", False),
    (r"4^{-20} \approx 9 \times 10^{-13}", True), (r"4^{-20} \approx 9 \times 10^{-12}", False),
    (r"4^{-20} \approx 9.2 \times 10^{-13}", False), (r"4^{-30} \approx 10^{-18}", True), (r"4^{-31} \approx 10^{-18}", False),
    (r"24 \ln 2/(\frac12 + \ln 2) \approx 14", True), (r"24 \ln 2/(\frac12 + \ln 2) \approx 13", False),
    (r"3/2 - 1/4 = 5/4", True), (r"3/2 - 1/4 = 5/3", False), (r"\tfrac85 \cdot \tfrac25 = \tfrac{16}{25}", True),
    (r"\psi(2) = 1 - 0.5772\ldots", True), (r"\psi(2) = 1 - 0.5773\ldots", False), (r"\psi'(2) = \pi^2/6 - 1", True),
    (r"\sigma = 6\sqrt\pi \approx 10.6", True), (r"\sigma = 6\sqrt\pi \approx 10.7", False), (r"e^{-2} < 1/7 \le 0.2", True),
    (r"\frac{1}{7} \le e^{-2}", False), (r"q = 1 - h, \quad h(1 - h) = h - h^2", True), (r"h(1 - h) = h + h^2", False),
    (r"\begin{aligned} a &= 2^5 \\ &= 32 \end{aligned}", True), (r"\begin{aligned} a &= 2^5 \\ &= 31 \end{aligned}", False),
])
def test_numbers_are_compared_to_the_digits_shown(formula, true, tmp_path, monkeypatch):
    monkeypatch.setattr(tex, "DOCS", tmp_path)
    (tmp_path / "page.md").write_text(f"As `$1 = 2$` says,\nhere ${formula}$.\n")
    found = list(tex.relations("page.md"))
    assert found and {line for line, *_ in found} == {2}
    assert all(tex.holds(*relation) for _, *relation in found) == true


def test_an_approximation_says_how_exact_it_is():
    with pytest.raises(ValueError, match="so many digits"):
        tex.holds(r"\sqrt{2}", r"\approx", "7/5")


@pytest.mark.parametrize(("formula", "expected"), [
    (r"x = -\frac{n}{2}\left(\psi\left(\frac{n-i+1}{2}\right) - \ln 2\right)", "-n/2*(digamma((n-i+1)/2) - log(2))"),
    (r"x \le 1 - \frac{4 \exp(-2)}{\sqrt{2\pi}\,(1 - \operatorname{erfc}(\sqrt{2}))}", "1 - 4*exp(-2)/(sqrt(2*pi)*(1 - erfc(sqrt(2))))"),
    (r"x = y = \frac{\eta}{n} \cdot \sigma_w^2 / 2^{L-1}", "eta/n*sigma_w**2/2**(L-1)"),
    (r"x \approx e^{-z^2}", "exp(-z**2)"),
])
def test_tex_is_read_as_mathematics(formula, expected):
    names = {name: sp.Symbol(name) for name in ("n", "i", "eta", "sigma_w", "L", "z")}
    assert tex.equal(tex.algebra(tex.split(formula)[1]), sp.sympify(expected, locals=names))


@pytest.mark.parametrize("formula", [r"x = \sum_i a_i", r"x = f(y) + ", r"x = [1, 2]", "x = "])
def test_what_is_not_algebra_is_refused(formula):
    with pytest.raises(ValueError):
        print(tex.algebra(tex.split(formula)[1]))
