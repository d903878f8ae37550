"""Every labelled formula of a page is the expression of the same name that the chapter's test proves."""
import importlib.util
from pathlib import Path

import pytest
import sympy as sp
import tex

ROOT = Path(__file__).parent.parent
CHAPTERS = sorted(path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in (ROOT / "docs").glob("*/*.md"))
FORMULAS = [formula for chapter in CHAPTERS for formula in tex.labelled(f"{chapter}.md")]


def equations(chapter):
    """EQUATIONS of a chapter's test: label → expression, or (expression, opaque TeX → symbol)."""
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
    expected = equations(formula.page.removesuffix(".md")).get(formula.label)
    expression, opaque = expected if isinstance(expected, tuple) else (expected, {})
    shown = tex.right_hand_side(formula.tex, opaque)
    assert tex.equal(shown, sp.sympify(expression)), f"docs/{formula.page}:{formula.line}: {formula.tex} is not {expression}"


LIMIT = r"a = \sqrt{\frac{6}{\fanin + \fanout}}"
fan_in, fan_out = sp.symbols("fan_in fan_out", positive=True)


@pytest.mark.parametrize(("old", "new"), [
    ("6", "5"), (r"\fanin + ", r"\fanin - "), (r"\fanin", r"\fanout"), (r"\sqrt", ""), (r"\fanout", r"\fanout^2"),
    (r"\frac{6}{\fanin + \fanout}", r"\frac{\fanin + \fanout}{6}"), (r"\fanin", r"\gamma"),
])
def test_a_wrong_digit_sign_exponent_or_symbol_is_seen(old, new):
    right = sp.sqrt(6 / (fan_in + fan_out))
    assert tex.equal(tex.right_hand_side(LIMIT), right)
    assert not tex.equal(tex.right_hand_side(LIMIT.replace(old, new)), right)


@pytest.mark.parametrize(("formula", "expected"), [
    (r"x = -\frac{n}{2}\left(\psi\left(\frac{n-i+1}{2}\right) - \ln 2\right)", "-n/2*(digamma((n-i+1)/2) - log(2))"),
    (r"x \le 1 - \frac{4 \exp(-2)}{\sqrt{2\pi}\,(1 - \operatorname{erfc}(\sqrt{2}))}", "1 - 4*exp(-2)/(sqrt(2*pi)*(1 - erfc(sqrt(2))))"),
    (r"x = y = \frac{\eta}{n} \cdot \sigma_w^2 / 2^{L-1}", "eta/n*sigma_w**2/2**(L-1)"),
    (r"x \approx e^{-z^2}", "exp(-z**2)"),
])
def test_tex_is_read_as_mathematics(formula, expected):
    names = {name: sp.Symbol(name) for name in ("n", "i", "eta", "sigma_w", "L", "z")}
    assert tex.equal(tex.right_hand_side(formula), sp.sympify(expected, locals=names))


@pytest.mark.parametrize("formula", [r"x = \sum_i a_i", r"x = f(y) + ", r"x = [1, 2]", "x = "])
def test_what_is_not_algebra_is_refused(formula):
    with pytest.raises(ValueError):
        print(tex.right_hand_side(formula))
