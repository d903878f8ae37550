"""Chapters as tiles, on a page that leads to them."""
import pytest
from lxml import html
from typesetting import QUOTED, SVG, book   # noqa: F401

from press.pages import tiles

CHAPTER = "# One {#old}\n\n" + "word " * 700 + "\n\n" + QUOTED.format(' alt="A line" caption="It rises."')
TILES = "# Home\n\n<!-- tiles\n{}\n-->\n"


def test_a_tile_has_the_first_picture_of_its_chapter_and_leads_there(book):
    book.listing(figures=[SVG])
    book.write("docs/part/chapter.md", CHAPTER)
    made, wrong = book.set(TILES.format("part/chapter.md: why a < b"), page="index.md")
    [tile] = html.fragment_fromstring(made, create_parent=True).xpath("//div[@class='tiles']/a")
    assert not wrong and tile.get("href").endswith("part/chapter/") and tile.get("aria-label") == "One: why a < b"
    assert [part.text_content() for part in tile] == ["", "One", "why a < b", "10 minutes"]
    assert tile.find("img").get("alt") == "A line"
    assert tiles.listed(tiles.MARKER.search(TILES.format("part/chapter.md: why a < b")), book.root) == "- [One](part/chapter.md): why a < b"


@pytest.mark.parametrize("row", ["part/gone.md: why", "part/bare.md: why", "a line"])
def test_a_tile_without_a_chapter_or_a_picture_is_named_with_its_line(book, row):
    book.write("docs/part/bare.md", "# Bare\n")
    [wrong] = book.set(TILES.format(row), page="index.md")[1]
    assert wrong.startswith("4: a tile is part/chapter.md: a line on it")
