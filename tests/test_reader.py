"""What a reader does with hand and keyboard, in a browser."""
import json
import re
from urllib.parse import urljoin

import chromium
import nbformat
import pytest
import yaml
from book import ROOT

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 800}
IN_VIEW = "element => { const {top, bottom} = element.getBoundingClientRect(); return top >= 0 && top < innerHeight && bottom > 0; }"


@pytest.fixture
def tab(browser, address, request):
    """A tab, as wide as the test asks for, in which nothing may go wrong."""
    made = browser.new_page(viewport=getattr(request, "param", DESKTOP))
    wrong = chromium.watch(made, address)
    yield made
    assert wrong == []
    made.close()


def order():
    """The addresses of all pages, in the order of `nav`."""
    class Loader(yaml.SafeLoader):
        """Reads past the tags that only MkDocs knows."""

    Loader.add_multi_constructor("", lambda *unknown: None)
    nav = yaml.load((ROOT / "mkdocs.yml").read_text(), Loader)["nav"]
    sources = re.findall(r"'([^']+\.(?:md|py))'", str(nav))
    return [re.sub(r"(index)?\.(md|py)$", "/", source).removeprefix("/") for source in sources]


@pytest.mark.parametrize("tab", [PHONE], indirect=True, ids=["phone"])
def test_on_a_phone_a_row_of_the_first_table_is_a_card_that_names_its_columns(tab, address):
    tab.goto(address)
    table = tab.locator("table[data-cards]").first
    heads = table.locator("th").all_inner_texts()
    cells = table.locator("tbody tr").first.locator("td")
    named = cells.evaluate_all("cells => cells.slice(1).map(cell => getComputedStyle(cell, '::before').content)")
    assert [json.loads(name) for name in named] == heads[1:] and len(heads) >= 6
    boxes = [cells.nth(number).bounding_box() for number in range(len(heads))]
    assert all(0 <= box["x"] and box["x"] + box["width"] <= PHONE["width"] for box in boxes)
    assert boxes[-1]["y"] > boxes[1]["y"] > boxes[0]["y"]


def test_a_term_says_what_it_means_to_who_comes_with_the_keyboard(tab, address):
    tab.goto(f"{address}variance/he/")
    term = tab.locator("article a.term").first
    meaning, anchor = term.get_attribute("title"), term.get_attribute("href").partition("#")[2]
    tab.locator("article h1").evaluate("heading => { heading.tabIndex = -1; heading.focus(); }")
    for _ in range(60):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.matches('article a.term')"):
            break
    shown = tab.locator(".md-tooltip2--active")
    shown.wait_for()
    assert shown.inner_text().strip() == meaning
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/glossary/#{anchor}")
    assert tab.locator(f"[id='{anchor}']").evaluate(IN_VIEW)


def test_the_number_of_a_figure_and_of_a_formula_is_its_address(tab, address):
    tab.goto(f"{address}variance/he/")
    for link, thing in ("figure", "figcaption > a"), (".labelled", "a.equation-number"):
        number = tab.locator(thing).last
        number.click()
        anchor = number.get_attribute("href")
        assert anchor.startswith("#") and tab.url.endswith(anchor)
        assert tab.locator(link + anchor).evaluate(IN_VIEW)


def test_the_next_page_and_the_one_before_follow_the_contents_from_end_to_end(site, tab, address):
    pages, forth = order(), [""]
    while ahead := re.search(r'<a href="([^"]*)" class="[^"]*md-footer__link--next"', (site / forth[-1] / "index.html").read_text()):
        forth.append(urljoin(f"/{forth[-1]}", ahead[1]).removeprefix("/"))
    assert forth == pages
    tab.goto(address)
    for way, page in ("next", pages[1]), ("next", pages[2]), ("prev", pages[1]):
        tab.locator(f"a.md-footer__link--{way}").click()
        tab.wait_for_url(address + page)


def test_the_back_button_leads_back_to_the_place_that_was_left(tab, address):
    tab.goto(address)
    link = tab.locator("article a[href^='variance/he/']:visible").last
    link.scroll_into_view_if_needed()
    left = tab.evaluate("scrollY")
    link.click()
    tab.wait_for_url("**/variance/he/**")
    arrived = tab.url
    tab.locator("a.md-nav__link[href='#assumptions']:visible").click()
    tab.wait_for_url("**/variance/he/#assumptions")
    tab.go_back()
    assert tab.url == arrived
    tab.go_back()
    tab.wait_for_url(address)
    tab.wait_for_function(f"Math.abs(scrollY - {left}) < 200")


def test_a_notebook_is_handed_out_by_its_link(tab, address):
    tab.goto(f"{address}gradients/vanishing/")
    with tab.expect_download() as waited:
        tab.locator("article a[download$='.ipynb'], article a[download][href$='.ipynb']").click()
    nbformat.validate(nbformat.read(waited.value.path(), as_version=4))
    assert waited.value.suggested_filename == "vanishing.ipynb"


def test_without_scripts_a_chapter_has_its_formulas_figures_outputs_and_ways_on(address, browser):
    context = browser.new_context(java_script_enabled=False, viewport=DESKTOP)
    tab = context.new_page()
    tab.goto(f"{address}variance/he/")
    for what in "math", "figure img", ".output pre", "a.md-footer__link--next", "nav.md-tabs a":
        assert tab.locator(what).count() > 0, what
    assert tab.locator(".katex").first.is_visible() and tab.locator("figure img").first.is_visible()
    assert [text for text in tab.locator("article p").all_inner_texts() if "$" in text or "\\(" in text] == []
    context.close()
