"""The fonts of formulas: each has what the pages set in it. Whether it draws that as the whole font does, tests/test_fonts.py asks a browser."""
import io
import shutil

import pytest
from small_project import ROOT
from fontTools.ttLib import TTFont

from press.book.sources import Problem
from press.run.cache import Cache
from press.site import fonts

MADE = '<span class="katex"><span class="katex-html">{}</span></span>'


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache.sqlite")


@pytest.mark.parametrize(("markup", "expected"), [
    ("<span>1</span>", {"KaTeX_Main": "1"}),
    ('<span class="mord mathnormal">x</span>2<span class="mord"><span class="mord mathbf">W</span>y</span>',
     {"KaTeX_Math": "x", "KaTeX_Main": "2Wy"}),
    ('<span class="mord amsrm">R<span>S</span></span>', {"KaTeX_AMS": "RS"}),
    ('<span class="delimsizing size1">(</span>', {"KaTeX_Size1": "("}),
])
def test_a_character_belongs_to_the_font_of_its_element_or_of_the_one_around(cache, markup, expected):
    content = f"<p>text</p>{MADE.format(markup)}"
    found = fonts.characters(content, cache, ROOT)
    assert {family: set(text) for family, text in found.items()} == {family: set(text) for family, text in expected.items()}
    assert fonts.characters(content, cache, ROOT) == found


def test_a_font_has_the_characters_of_all_pages_and_no_others(tmp_path, cache):
    whole = tmp_path / "docs" / fonts.FOLDER / "fonts"
    whole.mkdir(parents=True)
    shutil.copy(ROOT / "docs" / fonts.FOLDER / "fonts" / "KaTeX_Size1-Regular.woff2", whole)
    (tmp_path / fonts.FOLDER / "fonts").mkdir(parents=True)
    made = tmp_path / fonts.FOLDER / "fonts" / "KaTeX_Size1-Regular.woff2"
    used = [{"KaTeX_Size1": "("}, {"KaTeX_Main": "a"}, {"KaTeX_Size1": ")"}]
    fonts.write(tmp_path, used, cache, tmp_path)
    first = made.read_bytes()
    assert set(TTFont(io.BytesIO(first)).getBestCmap()) == {ord("("), ord(")")}
    fonts.write(tmp_path, used[::-1], Cache(tmp_path / "other.sqlite"), tmp_path)   # made again
    assert made.read_bytes() == first
    (whole / "KaTeX_Size1-Regular.woff2").write_bytes(b"no font")
    with pytest.raises(Problem, match=r"^docs/assets/katex/fonts/KaTeX_Size1-Regular.woff2:1: this is no font"):
        fonts.write(tmp_path, used, cache, tmp_path)
