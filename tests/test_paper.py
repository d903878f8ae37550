"""The book on paper: each page as a browser prints it."""
import io
import re
import unicodedata

import pypdf
import pytest

INCH = 96   # pixels of CSS
PAPERS = {"A4": 210 / 25.4 * INCH, "Letter": 8.5 * INCH}
MARGINS = 2 * 18 / 25.4 * INCH


def words(pdf):
    """The text of each page of a PDF, without ligatures and ends of lines."""
    return [re.sub(r"\s+", " ", unicodedata.normalize("NFKC", page.extract_text())) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_a_page_that_is_read_in_the_dark_is_printed_in_the_light_and_stays_dark(address, browser):
    context = browser.new_context(color_scheme="dark")
    tab = context.new_page()
    tab.goto(f"{address}variance/he/", wait_until="networkidle")
    scheme = "[getComputedStyle(document.body).colorScheme, getComputedStyle(document.querySelector('figure img')).colorScheme]"
    assert tab.evaluate(scheme) == ["dark", "dark"]
    tab.evaluate(f"addEventListener('beforeprint', () => {{ window.printed = {scheme} }})")
    pdf = tab.pdf(format="A4")
    assert tab.evaluate("window.printed") == ["light", "light"]
    assert tab.evaluate(scheme) == ["dark", "dark"]
    said = words(pdf)
    assert len(said) < 20 and all(text.startswith(f"{number}Unit Variance") for number, text in enumerate(said, 1))
    whole = " ".join(said)
    assert "He initialization" in said[0] and "(1)" in said[0]
    for only_on_screen in "Copy to clipboard", "Take this chapter along", "Search", "Report an error", "Cite this chapter":
        assert only_on_screen not in whole
    context.close()


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_is_cut_off_at_the_edge_of_the_paper(site, address, browser, paper):
    width = int(PAPERS[paper] - MARGINS)
    context = browser.new_context(viewport={"width": width, "height": 1000})
    tab = context.new_page()
    tab.emulate_media(media="print")
    for page in sorted(path.parent.relative_to(site).as_posix() for path in site.rglob("index.html")):
        tab.goto(f"{address}{page}/".removesuffix("./"))
        beyond = tab.evaluate("""(width) => [...document.querySelectorAll("article :is(p, li, td, th, pre, code, img, .katex-html, h1, h2, h3, dd, summary)")]
            .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > width + 1)
            .map((element) => element.textContent.slice(0, 80) + element.tagName + element.getBoundingClientRect().right)""", width)
        assert beyond == [], page
    context.close()


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
    tab.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend', '<details><summary>More</summary><p>folded away</p></details>')")
    assert "folded away" in words(tab.pdf())[-1]
    tab.close()
