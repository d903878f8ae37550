"""The glossary: the first use of a term in a chapter is a link that says what it means."""
import pytest
from typesetting import QUOTED, Book

from press.pages import glossary

PAGE = "# G\n\n### second moment {#moment}\n\nThe *mean* of the [square](a.md).\nMore.\n\n### rms, root mean square {#rms}\n\nIts root.\n"


@pytest.fixture
def book(tmp_path, monkeypatch):
    book = Book(tmp_path, monkeypatch)
    book.listing()
    book.write("docs/glossary.md", PAGE)
    return book


def test_the_first_use_is_a_link(book):
    text = "# Second moment\n\n`rms`, *Second\nmoments*, the [rms](x.md); root mean square, rms, second moment."
    link = '<a class="term" href="../glossary.md#{}" title="{}">{}</a>'
    moment = link.format("moment", "The mean of the square.", "Second\nmoments")
    rms = link.format("rms", "Its root.", "root mean square")
    made = f'<p><code>rms</code>, <em>{moment}</em>, the <a href="x.md">rms</a>; {rms}, rms, second moment.</p>'
    assert made in book.set(f"{text}\n\n{QUOTED.format('')}")[0]
    assert 'class="term"' not in book.set(text)[0]   # no chapter


@pytest.mark.parametrize(("old", "new", "problem"), [
    (" {#rms}", "", "a term has an address"), ("#rms", "#moment", "#moment is in line 3"),
    ("rms,", "Second Moment,", "Second Moment is in line 3 already"), ("G", "H", ""),
])
def test_what_a_reader_would_meet(book, old, new, problem):
    book.write("docs/glossary.md", PAGE.replace(old, new))
    found = "".join(map(str, glossary.problems(book.root)))
    assert found.startswith(f"docs/glossary.md:8: {problem}") if problem else not found
