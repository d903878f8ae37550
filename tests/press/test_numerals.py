"""A number that somebody typed is found at its line; what is no such number is left alone."""
import pytest

from press import numerals

GOOD = {
    "a value of a run": "It keeps `{growth.rate[0]:.2f}` of it.",
    "a value of another chapter": "It keeps `{part/chapter/growth.rate[4 x orthogonal]:.1%}` of it.",
    "words": "Thirty layers, nine in ten, one percent of the error.",
    "names": "In float16 and bfloat16, a ResNet-50, CS231n, `W1` and W2.",
    "code": "Call `rng.normal(0, 0.1)` first.",
    "an inline formula": r"With $x_1 = 2$ and $\frac{1}{2} + h^{10}$.",
    "a formula on its own lines": "$$\nb = \\frac{1}{12}\n$$ {#eq-part-b2}",
    "a value beside its formula": r"It keeps $2^{-5/2} \approx 0.18$ of it, or $\sigma = 6\sqrt\pi \approx 10.6$.",
    "a small value beside its formula": r"It keeps $4^{-20} \approx 9 \times 10^{-13}$ of it.",
    "a calculation over two rows": "$$\n\\begin{aligned} a &= 2^5 \\\\ &= 32 \\end{aligned}\n$$",
    "a symbol, a shape and a row": r"From $1$ to $L$, for $(784, 256)$ or $784 \to 256$, and $(1\;\,0)$.",
    "a power that is no measurement": "It leaves $2^{-30}$ of it.",
    "a year in a link to a source": "See [Newman 1986](../sources.md#newman1986), [question 521388](https://example.org/1).",
    "a fact with its source": r"Its limit is [65504](../sources.md#ieee754), that is [$65504$](../sources.md#ieee754).",
    "an address": "See [there](growth.md#eq-2) {: #a1 .b2 }",
    "a day": "Corrected on 2025-01-31.",
    "a list": "1. first\n2. second\n\n> 3. third",
    "an entity and a tag": 'A&mdash;B<br class="a1">',
    "a comment": "<!-- 12 -->",
    "a fence": '```python alt="a line" hl_lines="1 3-4"\n--8<-- "part/chapter/name.py"\n```\n\n```bash\n12 $ 0.5\n```',
    "front matter": "---\ntitle: Growth\nsearch: {boost: 2}\n---\n# Growth",
}
BAD = {
    "a number": ("It keeps\n0.18 of it.", 2, "0.18"),
    "a number with a unit": ("After 30ms.", 1, "30"),
    "a number behind a name": ("With PyTorch 2.6.", 1, "2.6"),
    "a number in stars": ("It keeps **18** of them.", 1, "18"),
    "a number in HTML": ("It keeps <b>18</b> of them.", 1, "18"),
    "a number in code": ("It keeps `0.18` of it.", 1, "0.18"),
    "a number with an exponent": ("It keeps 1e-16 of it.", 1, "1e-16"),
    "another script": ("It keeps 10⁻⁹ or ½ or ² or ١.", 1, "10⁻⁹"),
    "a Roman number in one letter": ("It takes Ⅻ of them.", 1, "Ⅻ"),
    "a number in a circle": ("It takes ③ or ❼ of them.", 1, "③"),
    "a share in percent": ("It keeps forty percent of it.", 1, "forty percent"),
    "a share behind a value": ("It keeps `{growth.rate}` %.", 1, "%"),
    "twenty-one percent": ("It keeps twenty-one percent.", 1, "twenty-one percent"),
    "a number in a heading": ("# Growth\n\n## After 30 layers", 3, "30"),
    "a number in a table": ("| a |\n| --- |\n| 18 |", 3, "18"),
    "a number in a claim": ('!!! abstract "The claim of 18"', 1, "18"),
    "a number in an alternative text": ('\n```python alt="a line at 18"\n--8<-- "part/chapter/name.py"\n```', 2, "18"),
    "a number in a second alternative text": ('```python alt="a" alt2="at 18"\n--8<-- "part/chapter/name.py"\n```', 1, "18"),
    "a number in an image's alternative text": ("![18 lines](lines.svg)", 1, "18"),
    "a number at the start of a line": ("It is about\n97. Then more.", 2, "97"),
    "a number in an output that somebody typed": ("```text\nrms\n0.31\n```", 3, "0.31"),
    "a number in an HTML image": ('<img src="a1.svg"\nalt="18 lines">', 2, "18"),
    "a number in the text of a link": ("See [18 runs](growth.md).", 1, "18"),
    "a number in the title of a link": ('See [runs](growth.md "18 runs").', 1, "18"),
    "a number in entities": ("It keeps &#49;&#56; of them.", 1, "1"),
    "a number in other entities": ("It keeps\n&frac14; of them.", 2, "¼"),
    "a number in entities of base sixteen": ("It keeps &#x34; of them.", 1, "4"),
    "a share in an entity": ("It keeps `{growth.rate}`&percnt;.", 1, "%"),
    "a factor": ("It is x40 as fast.", 1, "40"),
    "a number beside a link to a source": ("It is 18 ([Newman](../sources.md#newman1986)).", 1, "18"),
    "a number in a title": ("---\ntitle: Growth in 18 layers\n---\n", 2, "18"),
    "a decimal formula": ("It keeps\n$0.18$ of it.", 2, "0.18"),
    "a whole number as a formula": ("It takes $300$ steps.", 1, "300"),
    "a percentage as a formula": (r"It keeps $5\,\%$ of it.", 1, "5 \\%"),
    "a power of ten": ("It keeps $10^{-9}$ of it.", 1, "10^{-9}"),
    "a number with a power of ten": (r"It keeps $9.1 \times 10^{-13}$.", 1, r"9.1 \times 10^{-13}"),
    "a number in braces": (r"It keeps ${0.18}$ of it.", 1, "{0.18}"),
    "a decimal comma": (r"It keeps $0{,}18$ of it.", 1, "0{,}18"),
    "a number in dress": (r"It takes $\mathbf{300}$ steps.", 1, r"\mathbf{300}"),
    "a symbol's value": (r"It keeps $f \approx 0.18$ of it.", 1, "0.18"),
    "a number without its formula": (r"It keeps $\approx 0.18$ of it.", 1, "0.18"),
    "a number beside itself": ("It keeps $0.18 = 0.18$ of it.", 1, "0.18"),
    "a number below another": ("It keeps $0.18 < 1$ of it.", 1, "0.18"),
    "a decimal factor": (r"It is $1.9\sqrt{n}$.", 1, r"1.9\sqrt{n}"),
    "a decimal on lines of its own": ("It is\n\n$$\nf = 0.18 n\n$$", 4, "0.18 n"),
    "a relation that no test reads": (r"It is $2^{-2} \simeq 0.25$.", 1, r"2^{-2} \simeq 0.25"),
    "other signs of a formula": (r"It keeps \(0.18\) of it.", 1, "0.18"),
}


@pytest.mark.parametrize("page", GOOD.values(), ids=GOOD)
def test_what_is_no_typed_number_is_left_alone(page):
    assert numerals.problems(page, "docs/part/chapter.md") == []


@pytest.mark.parametrize(("page", "line", "number"), BAD.values(), ids=BAD)
def test_a_typed_number_is_found_at_its_line(page, line, number):
    first = str(numerals.problems(page, "docs/part/chapter.md")[0])
    assert first.startswith(f"docs/part/chapter.md:{line}: a typed ") and f" {number}" in first


@pytest.mark.parametrize(("page", "message"), [
    ("See\n[He and others\n2016](../sources.md#he2015).", "docs/a.md:3: a wrong year, 2016: the source is #he2015"),
    ("See [Glorot and Bengio 2010](sources.md#he2015).", "docs/a.md:1: a wrong year, 2010: the source is #he2015"),
    ("See [slides of 2015](sources.md#slides).", "docs/a.md:1: a wrong year, 2015: the source is #slides"),
])
def test_the_year_of_a_source_is_the_year_in_its_anchor(page, message):
    assert [str(problem) for problem in numerals.problems(page, "docs/a.md")] == [message]


@pytest.mark.parametrize("signs", [r"\(a = b\)", r"\[a = b\]", r"\begin{align} a = b \end{align}"])
def test_a_formula_between_other_signs_than_dollars_is_refused(signs):
    assert "docs/a.md:2: a formula between other signs" in str(numerals.problems(f"So\n{signs}", "docs/a.md")[0])


def test_the_page_of_references_is_made_of_numbers():
    assert numerals.problems("Newman, 1986.", "docs/sources.md") == []
    assert numerals.problems("Newman, 1986.", "docs/resources.md")


def test_every_typed_number_of_a_page_is_told_in_its_order():
    found = numerals.problems("# 18\n\n$0.18$\n\n40 percent\n", "docs/a.md")
    assert [problem.line for problem in found] == [1, 3, 5, 5]


@pytest.mark.parametrize(("formula", "chains"), [
    ("a = b", [["a", "=", "b"]]),
    (r"a \le b < c", [["a", r"\le", "b", "<", "c"]]),
    (r"\sum_{l=1}^{L} f(x=1) = \Var\left[u \mid u < 2\right] .", [[r"\sum_{l=1}^{L} f(x=1)", "=", r"\Var [u \mid u < 2 ]"]]),
    (r"a = 0, \qquad b = (0,\, 1)", [["a", "=", "0"], [""], ["b", "=", "(0, 1)"]]),
    (r"\begin{aligned} a &= b \\ &= c \\ d &\ge e \end{aligned}", [["a", "=", "b", "=", "c"], ["d", r"\ge", "e"]]),
    (r"A = \begin{pmatrix} 0 & 2 \\ 0 & 0 \end{pmatrix}", [["A", "=", r"\begin{pmatrix} 0 2 \\ 0 0 \end{pmatrix}"]]),
    (r"a \to b \leftarrow c", [[r"a \to b \leftarrow c"]]),
])
def test_a_formula_is_taken_apart_at_its_relations(formula, chains):
    assert numerals.chains(formula) == chains
