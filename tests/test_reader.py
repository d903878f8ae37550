"""What a reader does with hand and keyboard, in a browser; and without scripts."""
import json
from pathlib import Path
from urllib.parse import urljoin

import chromium
import pytest
from built import pages

from press.book import nav
from press.release.addresses import address as address_of

ROOT = Path(__file__).parent.parent
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 800}
IN_VIEW = "element => { const {top, bottom} = element.getBoundingClientRect(); return top >= 0 && top < innerHeight && bottom > 0; }"


@pytest.fixture(scope="module")
def context(browser):
    made = browser.new_context(viewport=DESK)
    yield made
    made.close()


@pytest.fixture
def tab(context, address):
    """A tab in which nothing may go wrong."""
    made = context.new_page()
    wrong = chromium.watch(made, address)
    yield made
    assert wrong == []
    made.close()


def test_on_a_phone_a_row_of_the_first_table_is_a_card_that_names_its_columns(tab, address):
    tab.set_viewport_size(PHONE)
    tab.goto(address)
    tab.locator("details:has(table[data-cards]) > summary").first.click()
    table = tab.locator("table[data-cards]").first
    heads = table.locator("th").all_inner_texts()
    cells = table.locator("tbody tr").first.locator("td")
    named = cells.evaluate_all("cells => cells.slice(1).map(cell => getComputedStyle(cell, '::before').content)")
    assert [json.loads(name) for name in named] == heads[1:] != []
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
    # What the keys passed on the way may still be fading out.
    tab.locator(".md-tooltip2--active", has_text=meaning).wait_for()
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/glossary/#{anchor}")
    assert tab.locator(f"[id='{anchor}']").evaluate(IN_VIEW)


def test_the_number_of_a_figure_and_of_a_formula_is_its_address(tab, address):
    tab.goto(f"{address}variance/he/")
    for link, thing in ("figure", "figcaption > a"), (".labelled", "a.equation-number"):
        number = tab.locator(f"{thing} >> visible=true").last
        number.click()
        anchor = number.get_attribute("href")
        assert anchor.startswith("#") and tab.url.endswith(anchor)
        assert tab.locator(link + anchor).evaluate(IN_VIEW)


def test_the_next_page_and_the_one_before_follow_the_contents_from_end_to_end(site, tab, address):
    order, built = [address_of(source) for _, source in nav.order(ROOT)], pages(site)
    for way, wanted in ("next", order), ("prev", order[::-1]):
        went = [wanted[0]]
        while ahead := built[went[-1]].xpath(f"//a[contains(@class, 'md-footer__link--{way}')]/@href"):
            went.append(urljoin(f"/{went[-1]}", ahead[0]).removeprefix("/"))
        assert went == wanted
    tab.goto(address)
    tab.locator("a.md-footer__link--next").click()
    tab.wait_for_url(address + order[1])


def test_the_back_button_leads_back_to_the_place_that_was_left(tab, address):
    tab.goto(address)
    link = tab.locator("article a[href^='variance/he/']:visible").last
    link.scroll_into_view_if_needed()
    left = tab.evaluate("scrollY")
    link.click()
    tab.wait_for_url("**/variance/he/**")
    arrived = tab.url
    tab.locator("a.md-nav__link[href*='#']:visible").last.click()
    tab.wait_for_url(lambda url: url != arrived)
    tab.go_back()
    assert tab.url == arrived
    tab.go_back()
    tab.wait_for_url(address)
    tab.wait_for_function(f"Math.abs(scrollY - {left}) < 200")


def test_without_scripts_a_chapter_has_its_formulas_figures_outputs_and_ways_on(address, browser):
    context = browser.new_context(java_script_enabled=False, viewport=DESK)
    tab = context.new_page()
    tab.goto(f"{address}variance/he/")
    for what in "math", ".output pre", "a.md-footer__link--next", "nav.md-tabs a":
        assert tab.locator(what).count() > 0, what
    assert tab.locator(".katex").first.is_visible() and tab.locator("figure img").first.is_visible()
    assert [text for text in tab.locator("article p").all_inner_texts() if "$" in text or "\\(" in text] == []
    folded = tab.locator("article details").first
    folded.locator("> summary").click()
    assert folded.locator("> :not(summary)").first.is_visible()
    context.close()
