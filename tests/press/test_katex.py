"""Formulas: set by KaTeX in one call, kept, numbered where they have a label, refused where they cannot be set."""
import re

import pytest
from typesetting import book   # noqa: F401

from press.pages import formulas
from press.run.cache import Cache


def test_the_formulas_of_a_page_take_one_call_and_the_next_time_none(monkeypatch):
    engine, kept = formulas._engine(), Cache(":memory:")
    asked = [(r"\sigma^2 = 1/\fanin", False), (r"\nocommand", False), ("a < b", True), (r"\sigma^2 = 1/\fanin", False)]
    for engines in ([engine], []):
        monkeypatch.setattr(formulas, "_engine", engines.pop)   # which can be had once
        made = formulas.html(asked, kept)
        assert 'class="katex"' in made[0] == made[3] and "katex-display" in made[2] and "<math" in made[2]
        assert isinstance(made[1], formulas.FormulaError) and r"\nocommand" in str(made[1])


def test_a_labelled_formula_has_its_label_as_id_and_a_number(book):
    text = "!!! note\n    $$\n    a\n    b\n    $$ {#eq-a}\n\n$$\nc\n$$\n\n$$ d $$ {#eq-d}\n\n$$\ne\n$$ {#eq-e}\n"
    made, problems = book.set(text)
    link = '<a class="equation-number" href="#eq-e" aria-label="Link to equation 3">(3)</a><!--/press--></div>'
    named = '<div class="arithmatex labelled" data-search-exclude="" id="eq-a"><!--press--><span class="katex-display">'
    assert not problems and link in made and named in made and made.count('class="arithmatex') == 4
    assert formulas.labelled(text) == [("eq-a", "a\nb", 5), ("eq-d", "d", 11), ("eq-e", "e", 15)]


def test_within_a_line_a_formula_keeps_what_is_around_it(book):
    made, problems = book.set(r"It is $a_1 < b_2$, *or* \$5 and `$x$`.")
    made = re.sub("<!--press-->.*?<!--/press-->", "F", made)
    text = '<p>It is <span class="arithmatex" data-search-exclude="">F</span>, <em>or</em> $5 and <code>$x$</code>.</p>'
    assert not problems and made == text


@pytest.mark.nightly
def test_a_formula_may_break_between_its_terms_and_not_before_the_sign_behind_it(browser):
    [made] = formulas.html([("a = b", False)], Cache(":memory:"))
    style = ".katex-mathml { display: none } .katex-base { display: inline-block } .katex-html { white-space: nowrap }"
    tab = browser.new_page()
    tab.set_content(f"<style>{style}</style><p>word {made}<span id=sign>,</span> and more")
    broken = 0
    for width in range(40, 160):
        tops = tab.evaluate("""(width) => {
            document.querySelector("p").style.width = `${width}px`;
            return [...document.querySelectorAll(".katex-base, #sign")].map((part) => part.getBoundingClientRect().bottom);
        }""", width)
        assert tops[-1] - tops[-2] < 9
        broken += tops[1] - tops[0] > 9
    assert broken > 5
    tab.close()


@pytest.mark.parametrize(("text", "problem"), [
    ("# T\n\n\nIt is $\\frac{a$.", "4: this formula cannot be set: "), ("one\n\n$$\n\\nocommand x\n$$", "4: this formula cannot"),
    ("one\n\n$$ $$ {#eq-a}", "3: this formula cannot be set: it is empty"), ("one\n\n## About $x$", "3: a heading holds no formula"),
    ("one\n\n$$\na\n$$ {#a}", '5: the label of a formula begins with "eq-"'), (r"$\href{https://a.org}{x}$", "1: this formula"),
])
def test_what_cannot_be_set_is_refused_with_its_line(book, text, problem):
    assert [found.startswith(problem) for found in book.set(text)[1]] == [True]


def test_without_the_macros_of_this_book():
    plain = r"\operatorname{E}[\lVert a_{b} \rVert] \text{fan}_{\text{in}} \Echo"
    assert formulas.expanded(r"\E[\norm{a_{b}}] \fanin \Echo") == plain
