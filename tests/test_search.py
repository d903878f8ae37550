"""What people type finds what answers it: the queries of tests/search.yml in the search of the built site."""
import re
from pathlib import Path

import chromium
import yaml

QUERIES = yaml.safe_load(Path(__file__).with_name("search.yml").read_text(encoding="utf-8"))
# What the search of a page, in a worker of its own, finds for queries: of each the first three results, each the page and the sections.
FOUND = """async (queries) => {
    const {base, search} = JSON.parse(document.querySelector("#__config").textContent);
    const index = await (await fetch(new URL("search/search_index.json", new URL(base + "/", location)))).json();
    const worker = new Worker(search);
    const answer = (type, data) => new Promise((done) => {
        worker.onmessage = (message) => done(message.data.data);
        worker.postMessage({type, data});
    });
    const found = [];
    await answer(0, {...index, options: {}});
    for (const query of queries) found.push((await answer(2, query)).items.slice(0, 3).map((item) => item.map((entry) => entry.location)));
    return found;
}"""


def test_each_query_finds_its_page_among_the_first_three_results(address, browser):
    tab = browser.new_page()
    tab.goto(f"{address}sources/")
    # Words that begin with a letter, as while one types: a sign of the index's own language in a text, *, breaks this.
    letters = "abcdefghilmnoprstuvwx"
    found = dict(zip([*QUERIES, *letters], tab.evaluate(FOUND, [*QUERIES, *letters]), strict=True))
    missed = {}
    for query, wanted in QUERIES.items():
        pages = [places[0].partition("#")[0] for places in found[query]]
        if not set(wanted.split(", ")) & {*pages, *sum(found[query], [])}:
            missed[query] = pages
    assert missed == {}
    assert [letter for letter in letters if not found[letter]] == []
    tab.close()


def test_who_types_is_led_to_the_page_and_who_does_not_need_not_load_the_index(address, browser):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    wrong, fetched = chromium.watch(tab, address), []
    tab.on("request", lambda request: fetched.append(request.url))
    tab.goto(f"{address}sources/", wait_until="networkidle")
    assert not any("search_index" in url for url in fetched)
    tab.locator(".md-search__input").click()
    tab.locator(".md-search__input").press_sequentially("all weights zero")
    tab.locator(".md-search-result__item").first.locator("a[href*='gradients/symmetry/']").first.wait_for()
    tab.keyboard.press("Enter")   # leads to the first result
    tab.wait_for_url(re.compile(r"gradients/symmetry/\?h="))
    assert wrong == []
    tab.close()
