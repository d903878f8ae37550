"""The zip of the book, as its readers open it: unpacked, in a browser, without a server and without a network."""
import re
import zipfile
from urllib.parse import unquote, urlsplit

import chromium
import pytest
from built import pages
from lxml import html

from press.site import offline


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory):
    """The folder that the zip holds."""
    folder = tmp_path_factory.mktemp("disk")
    with zipfile.ZipFile(site / f"{offline.NAME}.zip") as file:
        file.extractall(folder)
    return folder / offline.NAME


def test_the_zip_has_every_page_and_every_link_in_it_names_a_file(site, unpacked):
    held = {path.parent.relative_to(unpacked).as_posix(): path for path in unpacked.rglob("*.html")}
    assert held.keys() == {address.rstrip("/") or "." for address in pages(site)}
    for path in held.values():
        for address in html.parse(path).xpath("//@href | //@src"):
            parts = urlsplit(address)
            if not parts.scheme and parts.path:
                assert (path.parent / unquote(parts.path)).is_file(), f"{path}: {address}"


def test_links_to_folders_and_redirects_name_files_and_others_stay():
    files = {"index.html", "a/index.html", "b/index.html", "b/b.py"}
    head = '<meta charset="utf-8">'
    text = offline.page("a/index.html", (
        f'{head}<a href=".."><a href="../b/#x"><a href="./"><a href="b.py"><a href="#y"><a href="https://example.org/">'
        '<meta http-equiv="refresh" content="0; url=../b/"><!--online-->gone<!--/online-->'
    ), files)
    assert text.endswith(
        '<a href="../index.html"><a href="../b/index.html#x"><a href="./index.html"><a href="b.py"><a href="#y">'
        '<a href="https://example.org/"><meta http-equiv="refresh" content="0; url=../b/index.html">'
    )


@pytest.mark.nightly
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


@pytest.mark.nightly
def test_a_page_of_the_site_opened_as_a_file_has_its_styles_and_scripts(site, browser):
    tab = browser.new_page()
    wrong = chromium.watch(tab, "file:")
    tab.goto((site / "variance" / "he" / "index.html").as_uri())
    tab.locator("[data-md-type=copy] >> visible=true").first.wait_for()   # which a script adds
    assert tab.evaluate("[...document.styleSheets].every(sheet => sheet.href === null || sheet.href.startsWith('file:'))")
    assert tab.evaluate("getComputedStyle(document.querySelector('.listing')).borderTopStyle") == "solid"
    assert [text for text in wrong if text.startswith("policy: ")] == []
    tab.close()
