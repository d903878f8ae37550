"""The book on paper: each page as a browser prints it, and all of them as one PDF."""
import io
import re
import unicodedata
from functools import cache

import pypdf
import pytest
from lxml import html

from press.book import nav
from press.release import pdf

pytestmark = pytest.mark.nightly

WIDTH = int((210 - 2 * 18) / 25.4 * 96)   # pixels of CSS between the margins of A4, the narrower paper; the other is Letter
NAV = """nav:
  - Home: index.md
  - Variance: [notation.md, variance/he.md]
  - Practice: [labs/digits.py]
"""


@cache
def words(printed):
    """The text of each page of a PDF, without ligatures and ends of lines."""
    pages = pypdf.PdfReader(io.BytesIO(printed)).pages
    return [re.sub(r"\s+", " ", unicodedata.normalize("NFKC", page.extract_text())) for page in pages]


def test_a_page_that_is_read_in_the_dark_is_printed_in_the_light_and_stays_dark(address, browser):
    context = browser.new_context(color_scheme="dark")
    tab = context.new_page()
    tab.goto(f"{address}variance/he/", wait_until="networkidle")
    scheme = "['body', 'figure img'].map((name) => getComputedStyle(document.querySelector(name)).colorScheme)"
    assert tab.evaluate(scheme) == ["dark", "dark"]
    tab.evaluate(f"addEventListener('beforeprint', () => {{ window.printed = {scheme} }})")
    printed = tab.pdf(format="A4")
    assert tab.evaluate("window.printed") == ["light", "light"]
    assert tab.evaluate(scheme) == ["dark", "dark"]
    said = words(printed)
    assert len(said) < 20 and all(text.startswith(f"{number}Unit Variance") for number, text in enumerate(said, 1))
    assert "He initialization" in said[0]
    assert any("RELU LAYERS" in text and "(1)" in text and "Draw each weight with" in text for text in said)   # its boxed result
    for screen in "Copy to clipboard", "Take this chapter along", "Search", "Report an error", "Cite this chapter":
        assert screen not in " ".join(said)
    context.close()


def test_nothing_is_cut_off_at_the_edge_of_the_paper(site, address, browser):
    context = browser.new_context(viewport={"width": WIDTH, "height": 1000})
    tab = context.new_page()
    tab.emulate_media(media="print")
    for page in sorted(path.parent.relative_to(site).as_posix() for path in site.rglob("index.html")):
        tab.goto(f"{address}{page}/".removesuffix("./"))
        parts = "article :is(p, li, td, th, pre, code, img, .katex-html, h1, h2, h3, dd, summary)"
        beyond = tab.evaluate("""([parts, width]) => [...document.querySelectorAll(parts)]
            .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > width + 1)
            .map((element) => element.tagName + element.textContent.slice(0, 80))""", [parts, WIDTH])
        assert beyond == [], page
    context.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_cheat_sheet_is_one_page(address, browser, paper):
    tab = browser.new_page()
    tab.goto(f"{address}practice/cheatsheet/", wait_until="networkidle")
    page, = words(tab.pdf(format=paper))
    assert "Cheat sheet" in page and "A deep and narrow one may scatter that far" in page
    tab.close()


def test_where_a_link_leads_elsewhere_is_printed(address, browser):
    tab = browser.new_page()
    tab.goto(f"{address}sources/")
    whole = "".join(words(tab.pdf(format="Letter"))).replace(" ", "")
    links = tab.locator("article a[href^=http]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert len(links) > 20 and [link for link in links if link not in whole] == []
    tab.close()


def test_what_opens_on_a_screen_is_open_on_paper(address, browser):
    tab = browser.new_page()
    tab.goto(address, wait_until="networkidle")
    folded = "<details><summary>More</summary><p>folded away</p></details>"
    tab.evaluate(f"document.querySelector('article').insertAdjacentHTML('beforeend', '{folded}')")
    assert "folded away" in words(tab.pdf())[-1]
    tab.close()


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Some chapters as a book."""
    folder = tmp_path_factory.mktemp("pdf")
    (folder / "mkdocs.yml").write_text(NAV, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def book(site, browser, root):
    """The PDF of it."""
    count = pdf.write(root / "book.pdf", browser, site, root)
    printed = (root / "book.pdf").read_bytes()
    assert len(words(printed)) == count
    return printed


def outline(reader, entries, depth=0):
    """The outline of a PDF: [(depth, title, page)], pages counted from one."""
    found = []
    for entry in entries:
        if isinstance(entry, list):
            found += outline(reader, entry, depth + 1)
        else:
            page = reader.get_destination_page_number(entry) + 1
            found.append((depth, unicodedata.normalize("NFKC", entry.title), page))
    return found


def headings(site, source):
    """The headings of a page of the site: [(level, text)]."""
    page = html.parse(site / source.rpartition(".")[0].removesuffix("index") / "index.html").getroot()
    for sign in page.find_class("headerlink"):
        sign.drop_tree()
    found = [heading for heading in page.find(".//article").iter() if re.fullmatch("h[1-6]", str(heading.tag))]
    return [(int(heading.tag[1]), heading.text_content().strip()) for heading in found]


def test_the_outline_is_parts_chapters_sections_and_the_contents_name_their_pages(site, book, root):
    expected, in_contents, before = [(0, "Contents")], [], ""
    for part, source in nav.order(root):
        if part != before:
            expected.append((0, part))
            before = part
        expected += [(level - 1 + bool(part), title) for level, title in headings(site, source)]
        in_contents += [title for level, title in headings(site, source) if level < 3]
    reader, said = pypdf.PdfReader(io.BytesIO(book)), words(book)
    found = outline(reader, reader.outline)
    assert [entry[:2] for entry in found] == expected
    for _, title, page in found:
        assert title in said[page - 1], f"{title} is not on page {page}"
    first = next(page for _, title, page in found if title == in_contents[0])
    rows = unicodedata.normalize("NFKC", "\n".join(page.extract_text() for page in reader.pages[1:first - 1]))
    told = [(title, int(page)) for title, page in re.findall(r"^(.+) (\d+)$", rows, re.MULTILINE)]
    assert [title for title, _ in told] == in_contents
    assert set(told) <= {(title, page) for _, title, page in found}
    notes = [note.get_object() for page in reader.pages[1:first - 1] for note in page["/Annots"]]
    assert [pdf.places(book)[note["/Dest"].removeprefix("/")] for note in notes] == [page for _, page in told]


def test_each_page_has_its_number_and_nothing_leaves_the_paper(book):
    reader = pypdf.PdfReader(io.BytesIO(book))
    assert reader.pages[0].extract_text().startswith("Unit Variance")
    for number, page in enumerate(reader.pages[1:], 2):
        assert page.extract_text().startswith(f"{number}Unit Variance"), number
        edges = []

        def note(text, cm, tm, *_):
            if text.strip():
                edges.append(cm[0] * tm[4] + cm[4])

        page.extract_text(visitor_text=note)
        assert 40 < min(edges) and max(edges) < page.mediabox.width - 40, number
        for font in page["/Resources"]["/Font"].values():
            [drawn] = font["/DescendantFonts"]
            assert "/FontFile2" in drawn.get_object()["/FontDescriptor"], f"page {number}: {font['/BaseFont']}"


def test_links_between_chapters_lead_within_the_book_and_those_to_others_are_words(book):
    reader = pypdf.PdfReader(io.BytesIO(book))
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    inside = {note["/Dest"].removeprefix("/") for note in notes if "/Dest" in note}
    assert {"notation", "variance-he--eq-he-variance", "labs-digits"} <= inside <= set(pdf.places(book))
    assert {note["/A"]["/URI"].partition(":")[0] for note in notes if "/A" in note} <= {"https"}   # none is of the server


def test_the_book_says_what_it_is(book):
    reader = pypdf.PdfReader(io.BytesIO(book))
    assert reader.metadata.title.startswith("Unit Variance: ") and reader.metadata.author == "The Unit Variance authors"
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en" and root["/MarkInfo"]["/Marked"] and root["/PageMode"] == "/UseOutlines"
    whole = " ".join(words(book))
    for screen in "Copy to clipboard", "How do we know? Every claim", "How this is checked":
        assert screen not in whole
