"""The zip of the book, as its readers open it: unpacked, in a browser, without a server and without a network."""
import re
import zipfile
from urllib.parse import unquote, urlsplit

import chromium
import pytest

from press import disk


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory):
    """The folder that the zip holds."""
    folder = tmp_path_factory.mktemp("disk")
    with zipfile.ZipFile(site / "unit-variance.zip") as file:
        file.extractall(folder)
    return folder / "unit-variance"


def test_the_zip_has_every_page_and_every_link_in_it_names_a_file(site, unpacked):
    assert {path.relative_to(unpacked) for path in unpacked.rglob("*.html")} == {
        path.relative_to(site) for path in site.rglob("*.html") if path.name != "404.html"
    }
    for path in unpacked.rglob("*.html"):
        for address in re.findall(r'\s(?:href|src)="([^"]+)"', path.read_text()):
            parts = urlsplit(address)
            if not parts.scheme and parts.path:
                assert (path.parent / unquote(parts.path)).is_file(), f"{path}: {address}"


def test_it_is_read_from_a_disk_with_its_search_figures_and_colors(unpacked, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    tab = context.new_page()
    wrong = chromium.watch(tab, unpacked.as_uri())
    tab.goto((unpacked / "index.html").as_uri())
    tab.locator("article a[href^='variance/xavier/index.html']:visible").first.click()
    tab.wait_for_url(re.compile(r"variance/xavier/index\.html"))
    tab.locator("a.md-footer__link--next").click()
    tab.wait_for_url(re.compile(r"variance/he/index\.html$"))
    figure = tab.locator("figure img").first
    figure.scroll_into_view_if_needed()
    assert figure.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    before = figure.evaluate("image => getComputedStyle(image).colorScheme")
    tab.locator("form[data-md-component=palette] label:visible").first.click()
    assert {before, figure.evaluate("image => getComputedStyle(image).colorScheme")} == {"light", "dark"}
    tab.locator(".md-search__input").click()
    tab.keyboard.type("overflow")
    tab.locator(".md-search-result__link[href*='gradients/exploding/index.html']").first.click()
    tab.wait_for_url(re.compile(r"gradients/exploding/index\.html"))
    assert "Exploding gradients" in tab.locator("h1").inner_text()
    assert wrong == []
    context.close()


def test_links_to_folders_and_redirects_name_files_and_others_stay():
    files = {"index.html", "a/index.html", "b/index.html", "b/b.py"}
    head = '<meta charset="utf-8">'
    text = disk.page("a/index.html", (
        f'{head}<a href=".."><a href="../b/#x"><a href="./"><a href="b.py"><a href="#y"><a href="https://example.org/">'
        '<meta http-equiv="refresh" content="0; url=../b/"><span class="online">gone</span>'
    ), files)
    assert text.endswith(
        '<a href="../index.html"><a href="../b/index.html#x"><a href="./index.html"><a href="b.py"><a href="#y">'
        '<a href="https://example.org/"><meta http-equiv="refresh" content="0; url=../b/index.html">'
    )
