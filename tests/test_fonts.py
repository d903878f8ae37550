"""The fonts of formulas, cut down: each still draws, as KaTeX's own does, whatever a page sets in it."""
import io
from pathlib import Path

import pytest
from built import pages
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from press.site import fonts

pytestmark = pytest.mark.nightly

ORIGINALS = Path(__file__).parent.parent / "docs" / fonts.FOLDER / "fonts"

SET = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), set = {};
    while (walker.nextNode()) {
        const family = getComputedStyle(walker.currentNode.parentElement).fontFamily.split(",")[0];
        if (family.startsWith("KaTeX_")) set[family] = (set[family] ?? "") + walker.currentNode.data;
    }
    return set;
}"""


def drawn(font, characters):
    """What a font draws for these characters: {character: (outline, width)}. Those it has not are left out."""
    glyphs, names, found = font.getGlyphSet(), font.getBestCmap(), {}
    for character in set(characters):
        if name := names.get(ord(character)):
            pen = RecordingPen()
            glyphs[name].draw(pen)
            found[character] = pen.value, glyphs[name].width
    return found


@pytest.fixture(scope="module")
def shown(site, address, browser):
    """What the pages set in each family of fonts, as a browser sees it: {family: text}."""
    found, tab = {}, browser.new_page()
    for page in pages(site):
        tab.goto(f"{address}{page}")
        for family, text in tab.evaluate(SET).items():
            found[family] = found.get(family, "") + text
    tab.close()
    return found


def test_a_font_of_the_site_draws_what_the_pages_show_as_the_whole_font_does(site, shown):
    assert shown.keys() >= {"KaTeX_Main", "KaTeX_Math", "KaTeX_Size1", "KaTeX_Size2"}
    for family, text in shown.items():
        for path in ORIGINALS.glob(f"{family}-*"):
            whole, ours = (drawn(TTFont(folder / path.name), text) for folder in (ORIGINALS, site / fonts.FOLDER / "fonts"))
            assert whole and ours == whole, f"{path.name} draws not all of {''.join(sorted(whole))}"


def test_a_character_that_a_font_has_lost_is_missed(shown):
    whole = (ORIGINALS / "KaTeX_Math-Italic.woff2").read_bytes()
    cut = fonts.subset(whole, shown["KaTeX_Math"].replace("σ", ""))
    assert drawn(TTFont(io.BytesIO(whole)), "σ") and not drawn(TTFont(io.BytesIO(cut)), "σ")


def test_a_font_has_the_same_bytes_in_the_builds_of_two_commits(monkeypatch):
    whole, made = (ORIGINALS / "KaTeX_Main-Regular.woff2").read_bytes(), set()
    for day in "1600000000", "1700000000":   # of the commit; nothing else differs, and what is kept knows no day
        monkeypatch.setenv("SOURCE_DATE_EPOCH", day)
        made.add(fonts.subset(whole, "abc"))
    assert len(made) == 1


def test_the_fonts_of_a_page_are_light(site):
    """Those that a page uses; no browser asks for the others, which are whole."""
    made = [path for path in (site / fonts.FOLDER / "fonts").iterdir() if path.read_bytes() != (ORIGINALS / path.name).read_bytes()]
    assert len(made) > 5
    for path in made:
        assert path.stat().st_size <= 9_000, path


def test_text_and_programs_are_set_in_the_faces_of_the_site(address, browser):
    """On a first visit, and without another host: what came too late would be for the next page."""
    tab = browser.new_page()
    tab.goto(f"{address}variance/he/", wait_until="networkidle")
    loaded = tab.evaluate("[...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family + ' ' + font.style)")
    assert {"UV Text normal", "UV Text italic", "UV Code normal"} <= {name.replace('"', "") for name in loaded}
    tab.close()


@pytest.mark.parametrize("face", ["text", "italic", "code"])
def test_a_face_has_every_letter_of_english_and_what_stands_between(site, face):
    letters = "".join(map(chr, range(0x21, 0x7f))) + "·×±−"
    assert drawn(TTFont(site / "assets/faces" / f"{face}.woff2"), letters).keys() >= set(letters)
