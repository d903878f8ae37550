"""What the formulas of the pages say is what the tests prove, and what they say of numbers is true."""
import contextlib
import importlib.util
import json
import re
from functools import cache
from pathlib import Path

import formulas
import pytest
import sympy as sp
import tex

from press import claims, mathematics, numerals, store

ROOT = Path(__file__).parent.parent
CHAPTERS = sorted(path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in (ROOT / "docs").glob("*/*.md"))
FORMULAS = [formula for chapter in CHAPTERS for formula in tex.labelled(f"{chapter}.md")]
PAGES = sorted(path.relative_to(tex.DOCS).as_posix() for path in tex.DOCS.rglob("*.md"))
RELATIONS = [(f"docs/{page}:{line}", *relation) for page in PAGES for line, *relation in tex.relations(page)]


@cache
def equations(chapter):
    """EQUATIONS of a chapter's test: label → (TeX up to the last relation, expression of the rest[, opaque TeX → symbol])."""
    part, name = chapter.split("/")
    spec = importlib.util.spec_from_file_location(f"equations_{name}", ROOT / "tests" / part / f"test_{name}.py")
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


# The formulas in the sentences of a claim, as they stand, but for those that the page has under a label too.
BOXED = {
    "gradients/exploding": ["L", r"n \times n", r"e^{\lambda_1 L}"],
    "gradients/vanishing": [r"\chi < 1"],
    "variance/propagation": [r"\fanin\,\sigma^2", r"\fanout\,\sigma^2"],
    "variance/xavier": [r"\fanin\,\sigma^2 = 1", r"\fanout\,\sigma^2 = 1"],
}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_claim_in_words_has_the_formulas_it_should(chapter):
    text = (tex.DOCS / f"{chapter}.md").read_text(encoding="utf-8")
    box = re.search(r'^!!! abstract "The claim"\n(?:    .*\n|\n)*', text, re.MULTILINE)
    shown = [formula for _, formula in numerals.read(box[0])[1]] if box else []
    labelled = [formula.tex for formula in tex.labelled(f"{chapter}.md")]
    place = f"docs/{chapter}.md:{text.count(chr(10), 0, box.start()) + 1 if box else 1}"
    assert [formula for formula in shown if formula not in labelled] == BOXED.get(chapter, []), f"{place}: BOXED says otherwise"


def test_everything_but_words_was_read_since_it_changed():
    found = formulas.differences(formulas.signed(), formulas.current())
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("old", "new", "told"), [
    ("b^2", "b^3", ["docs/part/a.md:3: b^3: nobody has read this since it changed", "tests/formulas.txt:6: b^2: gone from docs/"]),
    ("$b^2$ and ", "", ["tests/formulas.txt:6: b^2: gone"]),
    ("$b^2$", "$b^2$, $b^2$", ["docs/part/a.md:3: b^2: nobody has read"]),
    ("$b^2$ and $\\frac12$", "$\\frac12$ and $b^2$", ["docs/part/a.md:3: \\frac12: ", "tests/formulas.txt:7: \\frac12: gone"]),
    ("of $x$", "of $y$", ["docs/part/a.md:3: y: ", "tests/formulas.txt:8: x: gone"]),
    ("[$10^{24}$]", "[$10^{25}$]", ["docs/part/a.md:4: 10^{25}: ", "tests/formulas.txt:9: 10^{24}: gone"]),
    ("[65504]", "[65505]", ["docs/part/a.md:5: 65505: ", "tests/formulas.txt:10: 65504: gone"]),
    ("float16", "float32", ["docs/part/a.md:5: float32: ", "tests/formulas.txt:11: float16: gone"]),
    ("run.up:.1f", "run.down:.1f", ["docs/part/a.md:6: `{run.down:.1f}`: ", "tests/formulas.txt:12: `{run.up:.1f}`: gone"]),
    ("run.up:.1f", "run.up:.0f", ["docs/part/a.md:6: `{run.up:.0f}`: ", "tests/formulas.txt:12: `{run.up:.1f}`: gone"]),
    ("`fan_in`", "`fan_out`", ["docs/part/a.md:6: `fan_out`: ", "tests/formulas.txt:13: `fan_in`: gone"]),
    ("three quarters", "two thirds", ["docs/part/a.md:6: two: ", "docs/part/a.md:6: thirds: ", "tests/formulas.txt:14: three", "tests/formulas.txt:15: q"]),
    ("c_1 \\\\\n", "c_2 \\\\\n", ["docs/part/a.md:9: a &= c_2", "tests/formulas.txt:16: a &= c_1"]),
    ("keep: 0.31", "keep: 0.32", ["docs/part/a.md:14: keep: 0.32", "tests/formulas.txt:17: keep: 0.31"]),
    ("5 images", "6 images", ["docs/labs/lab.py:2: 6: ", "tests/formulas.txt:2: 5: gone from docs/labs/lab.py"]),
    ("a line at 7", "a line at 8", ["docs/labs/lab.py:4: 8: ", "tests/formulas.txt:3: 7: gone"]),
    ("layer 1", "layer 2", ["snippets/part/a/run.py:1: layer 2: ", "tests/formulas.txt:20: layer 1: gone from snippets/part/a/run.py"]),
    ("# 4 errors", "# 5 errors", ["snippets/part/a/run.py:1: # 5 errors: ", "tests/formulas.txt:21: # 4 errors: gone"]),
    ("- d", "+ d", ["snippets/part/a/claims.yml:1: c + d: ", "tests/formulas.txt:27: c - d: gone from snippets/"]),
    ("{total", "{sum", ["snippets/part/a/claims.yml:1: `{sum:.1f}`: ", "tests/formulas.txt:28: `{total:.1f}`: gone"]),
    ("of $2^n$", "of $3^n$", ["snippets/part/a/claims.yml:1: 3^n: ", "tests/formulas.txt:29: 2^n: gone"]),
    ("9 parts", "8 parts", ["mkdocs.yml:1: 8: ", "tests/formulas.txt:24: 9: gone from mkdocs.yml"]),
    ("theme: 8", "theme: 9", []), ("and", "or", []), ("a &= c_1", "a  &=\nc_1", []), ("d2l", "ieee754", []), ("x = 1", "x = 2", []),
])
def test_what_changes_comes_or_goes_is_told_with_its_line(old, new, told, tmp_path, monkeypatch):
    written = {
        "docs/part/a.md": (
            "# A\n\nSo $b^2$ and $\\frac12$ of $x$,\nnot [$10^{24}$](../sources.md#d2l)\nor [65504](../sources.md#d2l), in float16,\n"
            "`{run.up:.1f}` of `fan_in`, three quarters.\n\n$$\na &= c_1 \\\\\n&= d\n$$ {#eq-a}\n\n```yaml\nkeep: 0.31\n```\n"
        ),
        "mkdocs.yml": "site_name: A book in 9 parts\ntheme: 8\n",
        "docs/labs/lab.py": '# %% [markdown]\n# It has 5 images.\n\n# %% alt="a line at 7"\nx = 1\n',
        "snippets/part/a/run.py": "print('layer 1', f'{x:.3f}', 'C0-')   # 4 errors\n",
        "snippets/part/a/claims.yml": "eq-a:\n  claim: It is $c - d$, {total:.1f}.\n  check: exact, of $2^n$\n",
    }
    monkeypatch.setattr(formulas, "LIST", tmp_path / "formulas.txt")
    for texts in (written, {path: text.replace(old, new) for path, text in written.items()}):
        for path, text in texts.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        if texts == written:
            formulas.write(tmp_path)
            assert not formulas.differences(formulas.signed(), formulas.current(tmp_path))
    found = formulas.differences(formulas.signed(), formulas.current(tmp_path))
    assert len(found) == len(told) and all(row.startswith(start) for row, start in zip(found, told))


CLAIMS = [
    (claim, formula) for claim in claims.read(ROOT)[0] if not claim.listing
    for _, formula in numerals.read(claim.written["claim"])[1]
]


def plain(formula):
    """TeX without spaces and sizes of brackets."""
    return re.sub(r"\\(?:[,;:!]|left|right)|\s", "", formula)


def stands(formula, label, chapter):
    """Whether a formula stands in one of the chapter's page, or its last side is a side of the one with the label."""
    text = (tex.DOCS / f"{chapter}.md").read_text(encoding="utf-8")
    if any(plain(formula) in plain(shown) for _, shown in numerals.read(text)[1]):
        return True
    _, _, *opaque = equations(chapter)[label]
    wanted = tex.algebra(tex.split(formula)[1], *opaque)
    for side in (side for chain in numerals.chains(claims.formulas(text)[label]) for side in chain[::2]):
        with contextlib.suppress(ValueError):   # of what is no algebra, only the words can be compared
            if tex.equal(wanted, tex.algebra(side, *opaque)):
                return True
    return False


@pytest.mark.parametrize(("claim", "formula"), CLAIMS, ids=[f"{claim.name} {formula}" for claim, formula in CLAIMS])
def test_a_claim_of_a_formula_says_what_the_page_shows(claim, formula):
    place = f"{claim.path}:{claim.line}"
    assert stands(formula, claim.name, claim.chapter), f"{place}: {formula} is neither a side of {claim.name} nor on the page"


@pytest.mark.parametrize(("formula", "label", "expected"), [
    (r"2/(\fanin + \fanout)", "eq-xavier-variance", True), (r"2/(\fanin - \fanout)", "eq-xavier-variance", False),
    (r"a = \sqrt{6/(\fanin + \fanout)}", "eq-xavier-limit", True), (r"a = \sqrt{5/(\fanin + \fanout)}", "eq-xavier-limit", False),
    (r"\fanin\,\sigma^2 = 1", "eq-xavier-variance", True), (r"\fanin\,\sigma^2 = 2", "eq-xavier-variance", False),
    (r"1/(2l)", "eq-xavier-tanh", True), (r"1/(3l)", "eq-xavier-tanh", False),
])
def test_a_wrong_formula_in_a_claim_is_seen(formula, label, expected):
    assert stands(formula, label, "variance/xavier") == expected


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
    assert sorted(MACROS) == sorted(json.loads((mathematics.KATEX / "macros.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(("example", "shown"), MACROS.values(), ids=MACROS)
def test_a_macro_shows_what_the_notation_page_means(example, shown, tmp_path):
    made = mathematics.html(example, False, store.Store(tmp_path / "store"))
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
    return [(number, line.split(" | ")) for number, line in enumerate(lines[start + 2:lines.index("", start)], start + 3)]


def test_the_table_of_names_shows_the_variances_that_the_chapters_prove():
    seen = set()
    for number, cells in rows("notation.md", "| uniform limit"):
        line = " | ".join(cells)
        if shown := [tex.algebra(formula) for _, formula in numerals.read(line)[1]]:
            name = next(name for name in VARIANCES if name in line)
            seen.add(name)
            assert tex.equal(shown[0], VARIANCES[name]), f"docs/notation.md:{number}: {shown[0]} is not the variance of {name}"
            assert tex.equal(shown[1]**2, 3 * VARIANCES[name]), f"docs/notation.md:{number}: {shown[1]} is not the limit of {name}"
    assert len(seen) == 3


a, gain = sp.symbols("a gain", positive=True)
ADVISED = [   # by the first page, in its order: activation, normalization, variance
    ("ReLU", "none", VARIANCES["He"]), ("leaky ReLU, slope $a$", "none", VARIANCES["He"] / (1 + a**2)),
    ("none, as in a linear layer or a softmax head", "none", VARIANCES["Xavier"]), ("tanh", "none", VARIANCES["Xavier"]),
    ("SELU", "none", VARIANCES["LeCun"]), ("GELU, SiLU", "none", gain**2 / fan_in), ("GELU, SiLU", "after each matrix", gain**2 / fan_in),
    ("ReLU", "batch normalization before it", VARIANCES["LeCun"]), ("ReLU in a residual branch", "none", VARIANCES["LeCun"]),
]


def test_the_first_page_advises_what_the_chapters_prove():
    advice = [(number, cells, numerals.read(cells[4])[1]) for number, cells in rows("index.md", "| activation | normalization")]
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
