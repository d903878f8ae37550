"""What a chapter assumes and how long it takes: below its title, and in one table."""
import pytest
from typesetting import QUOTED, Book

from press.pages import reading

NAV = "nav:\n  - Home: index.md\n  - Part:\n      - 'Two: 2': part/two.md\n      - part/one.md\n  - part/a_lab.py\n"
ONE, TWO = "---\nassumes: []\n---\n", "---\ntitle: Two\nassumes: [part/one.md]\n---\n"


@pytest.fixture
def book(tmp_path, monkeypatch):
    book = Book(tmp_path, monkeypatch)
    for path, text in {"mkdocs.yml": NAV, "docs/part/one.md": f"{ONE}# One {{#old}}\n", "docs/part/two.md": f"{TWO}# Two\na\n"}.items():
        book.write(path, text)
    return book


def test_below_the_title_and_in_the_order_of_nav(book):
    made, _ = book.set("# Two\n\nshort\n", page="part/two.md", matter=TWO)
    said = 'About 5 minutes. It assumes <a href="one.md">One</a>.'
    assert f'</h1>\n<p class="reading" data-search-exclude="">{said}</p>' in made
    assert "It assumes no other chapter." in book.set("# One {#old}\n", page="part/one.md", matter=ONE)[0]
    assert 'class="reading"' not in book.set("# Home\n", page="index.md")[0]
    rows = ["| [Two](part/two.md) | [One](part/one.md) | 5 |", "| [One](part/one.md) | no other | 5 |"]
    assert reading.markdown(book.root).splitlines()[2:] == rows


@pytest.mark.parametrize(("text", "minutes"), [
    ("word " * 740, 5), ("word " * 760, 10), ("$$\na\n$$ {#eq-a}\n\n" * 3, 10), ("$$\na\n$$\n\n" * 9, 0), (QUOTED.format("") * 2, 10),
    ('??? note "Folded"\n\n' + "    word\n\n" * 2000 + "    " + QUOTED.format("").replace("\n", "\n    ") + "\nword", 5), (QUOTED.format(" picture"), 0),
    ("## Exercises\n\n### One\n\n### Two\n\n## Then\n\n### Three\n", 15), ("```text\n" + "word " * 2000 + "\n```\n", 0),
])
def test_the_minutes(text, minutes):
    assert reading.facts(ONE + text).minutes == minutes


def test_pages_that_are_not_there_and_circles(book):
    assert not list(reading.problems(book.root))
    book.write("docs/part/one.md", TWO.replace("part/one.md", "part/two.md, part/gone.md"))
    book.write("docs/part/two.md", TWO)
    gone, circle = map(str, reading.problems(book.root))
    assert gone.startswith("docs/part/one.md:3: it assumes part/gone.md, and there is no such page")
    assert ":3: a circle" in circle and "part/two.md assumes part/one.md" in circle
