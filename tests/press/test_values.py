"""Values in the text: they are the run's, in a format that does not make other numbers of them."""
import pytest
from typesetting import Book

from press.run.runner import Failure

VALUES = {
    "rate": 0.94321, "few": 2.1e-5, "many": 1234567.0, "minus": -0.25, "nothing": -0.0, "tiny": -0.001, "count": 12, "yes": True,
    "name": "tanh", "q": {"He": 1.5, "5/3": 2.5}, "row": [1.25, [3.5]], "endless": float("inf"), "none": float("nan"), "empty": None,
}


@pytest.fixture
def book(tmp_path, monkeypatch):
    book = Book(tmp_path, monkeypatch)
    book.listing(values=VALUES, unkept={"huge": "it has 10,000 entries"})
    return book


@pytest.mark.parametrize(("asked", "printed"), [
    ("one.rate:.3f", "0.943"), ("one.rate:.1%", "94.3%"), ("part/chapter/one.rate:.2f", "0.94"), ("one.many:,.0f", "1,234,567"),
    ("one.few:.1e", "2.1 × 10<sup>−5</sup>"), ("one.few:.0e", "2 × 10<sup>−5</sup>"), ("one.many:.2e", "1.23 × 10<sup>6</sup>"),
    ("one.minus:.2f", "−0.25"), ("one.nothing:.2f", "0.00"), ("one.nothing:.1e", "0.0 × 10<sup>0</sup>"), ("one.count", "12"),
    ("one.yes", "True"), ("one.name", "tanh"), ("one.q[He]:.1f", "1.5"), ("one.q['He']:.1f", "1.5"), ("one.q[5/3]:.1f", "2.5"), ("one.row[1][0]:.1f", "3.5"),
])
def test_a_value_is_set_as_print_has_it_with_a_minus_sign_and_powers_of_ten(book, asked, printed):
    assert book.set(f"It is `{{{asked}}}`, twice.") == (f'<p>It is <span class="value">{printed}</span>, twice.</p>', [])


@pytest.mark.parametrize(("asked", "why"), [
    ("one.few:.3f", "another number"), ("one.tiny:.2f", "another number"), ("one.q", "is a collection"),
    ("one.row[1]", "is a collection"), ("one.endless", ": no number to print"), ("one.none:.1f", ": no number to print"),
    ("one.empty", ": no number to print"), ("one.name:.2f", "no format"), ("one.huge", "cannot be kept: it has 10,000 entries"),
    ("one.gone", "leaves no value named gone"), ("one.q[Xavier]", "no entry [Xavier]"), ("one.row[7]", "no entry [7]"),
    ("one.rate[0]", "no entry [0]"), ("two.rate", "there is no snippets/part/chapter/two.py"), ("rate", "write it as"),
    ("one.rate:x", "write it as"), ("one.rate:0>9.2f", "write it as"), ("one.rate:d", "Unknown format code"),
])
def test_what_is_no_value_is_refused_with_its_line(book, asked, why):
    made, [problem] = book.set(f"# T\n\nIt is\n`{{{asked}}}`.", matter="---\ntitle: T\n---\n")
    assert problem.startswith(f"7: `{{{asked}}}`: ") and why in problem and '<span class="value">?</span>' in made


def test_code_is_no_value(book):
    assert book.set("`` `{one.rate}` ``, `x` and `{}`")[0] == "<p><code>`{one.rate}`</code>, <code>x</code> and <code>{}</code></p>"


def test_without_a_run_the_number_is_missing_and_the_listing_tells_why(book):
    book.ran["part/chapter/one.py"] = Failure("snippets/part/chapter/one.py", 3, "AssertionError")
    missing = "(snippets/part/chapter/one.py has no run)"
    assert book.set("`{one.rate}`") == (f'<p><span class="value">{missing}</span></p>', [])
