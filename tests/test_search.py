"""What people type finds what answers it: the queries of tests/search.yml in the search of the built site."""
import contextlib
import re
from pathlib import Path

import chromium
import yaml
from playwright.sync_api import TimeoutError

QUERIES = yaml.safe_load(Path(__file__).with_name("search.yml").read_text(encoding="utf-8"))
# The addresses of the first three results: each has its page and the sections of it that were found.
FOUND = """items => items.slice(0, 3).map(item => [...item.querySelectorAll("a")].map(link =>
    new URL(link.href).pathname.slice(1) + new URL(link.href).hash))"""


def asked(tab, query):
    """The results of a query, which are new: those of the last one are marked before."""
    tab.evaluate("document.querySelectorAll('.md-search-result__item').forEach(item => item.dataset.old = 1)")
    tab.locator(".md-search__input").fill(query)
    tab.keyboard.press("Shift")   # the search listens to keys
    found = tab.locator(".md-search-result__item:not([data-old])")
    with contextlib.suppress(TimeoutError):   # where nothing is found
        found.first.wait_for(state="attached", timeout=5_000)
    return found.evaluate_all(FOUND)


def test_each_query_finds_its_page_among_the_first_three_results(address, browser):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    wrong, fetched = chromium.watch(tab, address), []
    tab.on("request", lambda request: fetched.append(request.url))
    tab.goto(address, wait_until="networkidle")
    assert not any("search_index" in url for url in fetched), "who does not search need not load its index"
    tab.locator(".md-search__input").click()
    missed = {}
    for query, wanted in QUERIES.items():
        found = asked(tab, query)
        first = [links[0].partition("#")[0] for links in found] + [link for links in found for link in links[1:]]
        if not set(wanted.split(", ")) & set(first):
            missed[query] = [links[0] for links in found]
    assert missed == {}
    # Words that begin with a letter, as while one types: a sign of the index's own language in a text, *, breaks this.
    assert [letter for letter in "abcdefghilmnoprstuvwx" if not asked(tab, letter)] == []
    tab.keyboard.press("Enter")   # leads to the first of them
    tab.wait_for_url(re.compile(r"\?h="))
    assert wrong == []
    tab.close()
