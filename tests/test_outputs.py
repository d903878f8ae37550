"""What the site hands out besides its pages: downloads, Markdown, llms.txt; and what it tells other sites and search engines."""
import json
import os
import re
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import chromium
import nbformat
import pytest
import yaml
from built import chapters, pages, run_alone
from lxml import etree
from PIL import Image

from press.book import listings
from press.release import cards
from press.release.browser import serve
from press.site import citation

ROOT = Path(__file__).parent.parent
BOOK = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
ADDRESS = "https://example.org/book/"   # of `published`
LAB = "labs/digits/"
LABS = [LAB, "labs/fixes/"]


def text_of(path):
    return path.read_text(encoding="utf-8")


def shown(site, chapter):
    """The listings of a chapter, in the order of its page."""
    return [listings.listing(path, ROOT) for path in pages(site)[chapter].xpath("//@data-listing")]


def foreign(text):
    """What nobody outside of this book understands: its macros, values, anchors, boxes, quotations."""
    names = "|".join(re.escape(name) for name in json.loads(text_of(ROOT / "press/pages/katex/macros.json")))
    return re.findall(rf"(?:{names})(?![A-Za-z])|`\{{[^`]*\}}`|\{{[:#][^}}\n]*\}}|^(?:!!!|\?\?\?|===) .*|--8<--", text, re.MULTILINE)


def prose(text):
    """Markdown without its blocks of code."""
    return re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.DOTALL | re.MULTILINE)


def test_a_chapter_is_a_script_that_runs(site, tmp_path):
    assert run_alone(site / "gradients" / "vanishing" / "vanishing.py", tmp_path)[0] == ""


@pytest.mark.nightly
def test_each_chapter_is_a_script_that_runs(site, tmp_path):
    scripts = [site / chapter / f"{Path(chapter).name}.py" for chapter in chapters(site)]
    own = [script for script in scripts if "# needs " not in text_of(script)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        messages = dict(zip(own, pool.map(lambda script: run_alone(script, tmp_path)[0], own)))
    assert own and {str(script): message for script, message in messages.items() if message} == {}


def test_each_chapter_is_a_notebook_and_a_script_of_its_text_and_programs(site):
    assert {Path(address).as_posix() for address in chapters(site)} == {path.rpartition("/")[0] for path in listings.listings(ROOT)}
    for chapter in chapters(site):
        beside = site / chapter / Path(chapter).name
        notebook = nbformat.reads(text_of(beside.with_suffix(".ipynb")), as_version=nbformat.NO_CONVERT)
        nbformat.validate(notebook)
        cells = [cell.source.removeprefix("# needs PyTorch\n").removeprefix("# needs JAX\n").removeprefix("# needs Keras\n")
                 for cell in notebook.cells if cell.cell_type == "code"]
        assert cells == [cell for listing in shown(site, chapter) for cell in (listing.experiment, listing.check)], chapter
        words = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        assert words.startswith("# ") and words.count("$$") % 2 == 0 and foreign(prose(words)) == [], chapter
        script = text_of(beside.with_suffix(".py"))
        assert all(cell in script for cell in cells), chapter


def test_each_page_is_markdown_with_its_programs_and_outputs(site):
    for address, page in pages(site).items():
        text = text_of(site / address / "index.md")
        assert text.startswith("# ") and foreign(prose(text)) == [], address
        assert text.count("\nOutput:\n") == len(page.xpath("//article//div[@class='output']")), address
        assert text.count("\n![") == len(page.xpath("//article//figure")), address
        assert page.xpath("//link[@type='text/markdown']/@href") == ["index.md"]
    for chapter in chapters(site):
        text = text_of(site / chapter / "index.md")
        assert all(f"\n{listing.experiment}\n```" in text for listing in shown(site, chapter)), chapter
    assert r"\sigma^2 = \frac{2}{\text{fan}_{\text{in}}} \tag{1}" in text_of(site / "variance" / "he" / "index.md")


def test_links_and_images_of_markdown_pages_lead_somewhere(site):
    for path in [*site.rglob("*.md"), site / "llms.txt"]:
        text = re.sub(r"`[^`\n]*`|\$[^$]*\$", "", prose(text_of(path)))
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if not target.startswith("http"):
                assert (path.parent / target.partition("#")[0]).is_file(), f"{path}: {target}"


def test_all_programs_are_in_one_zip(site):
    with zipfile.ZipFile(site / "listings.zip") as file:
        held = {name: file.read(name).decode() for name in file.namelist()}
    assert held == {f"listings/{path}": listings.listing(path, ROOT).text for path in listings.listings(ROOT)}


def test_llms_txt_has_its_form_and_names_every_page(site):
    rows = text_of(site / "llms.txt").splitlines()
    assert rows[0] == "# Unit Variance" and rows[2].startswith("> ")
    links = [re.fullmatch(r"- \[[^\]]+\]\(([^)]+)\): .+", row) for row in rows if row.startswith("- ")]
    assert sorted(link[1] for link in links) == sorted(path.relative_to(site).as_posix() for path in site.rglob("index.md"))
    whole = text_of(site / "llms-full.txt")
    assert all(text_of(path).split("\n")[0] in whole for path in site.rglob("index.md"))


@pytest.mark.parametrize("folder", [pytest.param("", marks=pytest.mark.nightly), "book/"])
def test_who_asks_for_a_page_that_is_not_there_is_led_on(site, published, tmp_path, browser, folder):
    (tmp_path / "book").symlink_to(published)   # below the root of its host, as its address has it
    if folder:
        (tmp_path / "404.html").symlink_to(published / "404.html")
    with serve(tmp_path if folder else site) as root:
        context = browser.new_context(viewport={"width": 390, "height": 800})
        tab = context.new_page()
        wrong, asked = chromium.watch(tab, root), f"{root}{folder}variance/xaviers/initial.html"
        assert tab.goto(asked).status == 404
        assert tab.locator("h1").inner_text() == "There is no page at this address"
        assert tab.locator("meta[name=robots]").get_attribute("content") == "noindex"
        assert tab.locator("article").evaluate("article => getComputedStyle(article).fontFamily").startswith('"UV Text"')
        named = tab.locator("article li a").evaluate_all("links => links.map(link => link.href)")
        assert {page.removeprefix(root + folder) for page in named} == pages(site).keys() - {""}
        tab.locator("#wanted").click()
        tab.locator(".md-search-result__link[href*='variance/xavier/']").first.wait_for()
        assert {text for text in wrong if not text.startswith("Failed to load")} == {f"404 {asked}"}
        context.close()


def said(page):
    """What the head of a page says under each name: {name: [content]}."""
    found = {}
    for tag in page.iterfind("head/meta"):
        found.setdefault(tag.get("property") or tag.get("name"), []).append(tag.get("content"))
    return found


def data(page):
    """What a page says to search engines."""
    [script] = page.xpath("//script[@type='application/ld+json']")
    return json.loads(script.text)


def test_addresses_of_site_and_repository_come_from_the_environment(published):
    for page, source in ("variance/he/", "variance/he.md"), (LAB, "labs/digits.py"):
        [link] = pages(published)[page].xpath("//a[starts-with(., 'Report an error')]/@href")
        assert link.startswith("https://github.com/a/b/issues/new?")
        asked = parse_qs(urlsplit(link).query)
        assert asked["title"] == [f"Error in {source}"]
        assert asked["body"][0].startswith(f"Page: docs/{source} ({ADDRESS}{page})\n")
    chapter = pages(published)["variance/he/"]
    links = chapter.xpath("//a/@href")
    assert "https://colab.research.google.com/github/a/b/blob/notebooks/variance/he/he.ipynb" in links
    assert "https://github.com/a/b/edit/main/docs/variance/he.md" in links
    assert chapter.xpath("//*[@data-md-component='source']") == []   # the widget that asks another host
    assert f"{ADDRESS}variance/xavier/" in text_of(published / "variance" / "he" / "he.ipynb")
    assert f"({ADDRESS}variance/xavier/index.md)" in text_of(published / "llms.txt")


def test_each_page_tells_other_sites_what_it_is(published):
    for address, page in pages(published).items():
        told, canonical = said(page), page.xpath("//link[@rel='canonical']/@href")
        assert canonical == told["og:url"] == [ADDRESS + address]
        title, description = page.findtext(".//title").removesuffix(" - Unit Variance"), told["description"]
        assert told["og:description"] == description != []
        assert told["og:title"] == [title] and told["og:image:alt"] == [f"{title}: {description[0]}"]
        assert told["og:image"] == [f"{ADDRESS}{address}card.png"] and told["twitter:card"] == ["summary_large_image"]


@pytest.mark.nightly
def test_the_card_of_each_page_is_a_picture_and_has_the_same_bytes_again(published, tmp_path):
    site = shutil.copytree(published, tmp_path / "site")
    made = [cards.write(site) and {path: path.read_bytes() for path in site.rglob(cards.NAME)} for _ in range(2)]
    assert made[0] == made[1] and len(made[0]) == len(pages(published))
    for path, content in made[0].items():
        assert len(content) < 40_000
        with Image.open(path) as picture:
            assert picture.size == cards.SIZE and picture.format == "PNG"
            assert len(picture.getcolors()) > 8, f"{path}: nothing is on it"
    assert cards.formula(pages(published)["variance/he/"]) == r"$\sigma^2 = \dfrac{2}{\text{fan}_{\text{in}}}$"
    assert cards.formula(pages(published)["sources/"]) == ""


def test_each_page_tells_search_engines_what_it_is_and_where_it_stands(published):
    for address, page in pages(published).items():
        told = data(page)
        if not address:
            assert (told["@type"], told["name"], told["url"], told["datePublished"]) == ("Book", "Unit Variance", ADDRESS, str(BOOK["date-released"]))
            continue
        this, trail = told["@graph"]
        assert this["isPartOf"]["@type"] == "Book" and this["isPartOf"]["url"] == ADDRESS
        assert [this["name"], this["url"], this["description"]] == [page.findtext(".//h1").rstrip(), ADDRESS + address, *said(page)["description"]]
        assert this["author"] == [{"@type": "Organization", "name": author["name"]} for author in BOOK["authors"]]
        assert [license.split("/")[-1] for license in this["license"]] == [f"{license}.html" for license in BOOK["license"]]
        steps = trail["itemListElement"]
        assert [step["position"] for step in steps] == ([1, 2] if address == "practice/explorer/" else [1, 2, 3])   # of no part
        assert steps[0]["item"] == ADDRESS and (steps[-1]["name"], steps[-1]["item"]) == (this["name"], this["url"])
        assert all((published / step["item"].removeprefix(ADDRESS) / "index.html").is_file() for step in steps)
        assert this["@type"] == (["TechArticle", "Chapter"] if address in [*chapters(published), *LABS] else "WebPage")


def test_a_chapter_is_cited_as_the_book_says(site, published):
    for built, root in (site, None), (published, ADDRESS):
        cited = {address: page for address, page in pages(built).items() if "citation_title" in said(page)}
        assert sorted(cited) == sorted([*chapters(built), *LABS])
        for address, page in cited.items():
            title, told = page.findtext(".//h1").rstrip(), said(page)
            assert told["citation_title"] == [title] and told["citation_inbook_title"] == [BOOK["title"]]
            assert told["citation_author"] == [author["name"] for author in BOOK["authors"]]
            assert told["citation_publication_date"] == [str(BOOK["date-released"]).replace("-", "/")]
            assert told.get("citation_public_url") == (root and [root + address])
            [entry] = page.xpath("//details[summary='Cite this chapter']//code")
            fields = dict(re.findall(r"^  (\w+) += \{(.*)\},$", entry.text, re.MULTILINE))
            assert fields == {
                "author": "{The Unit Variance authors}", "title": f"{{{title}}}", "booktitle": f"{{{BOOK['title']}}}",
                "year": str(BOOK["date-released"])[:4], "note": f"Version {BOOK['version']}",
            } | ({"url": root + address} if root else {})


def test_people_and_signs_of_tex_are_cited_as_bibtex_has_them(tmp_path):
    (tmp_path / "CITATION.cff").write_text(
        "title: R&D\nversion: 2\ndate-released: 2031-02-03\nlicense: MIT\n"
        "authors: [{given-names: Xavier, family-names: Glorot}, {name: Units & Co}]\n"
    )
    page = type("Page", (), {"title": "100 % of_it", "canonical_url": None, "file": type("File", (), {"name": "a_b"})})
    assert citation.bibtex(citation.book(tmp_path), page) == (
        "@incollection{unitvariance2031ab,\n  author    = {Xavier Glorot and {Units \\& Co}},\n  title     = {{100 \\% of\\_it}},\n"
        "  booktitle = {{R\\&D}},\n  year      = {2031},\n  note      = {Version 2},\n}"
    )
    assert citation.book(tmp_path / "nowhere") is None


def test_the_map_of_the_site_has_every_page_and_the_robots_are_told(published):
    named = {loc.text for loc in etree.parse(published / "sitemap.xml").iter("{*}loc")}
    assert named == {ADDRESS + address for address in pages(published)}
    assert f"Sitemap: {ADDRESS}sitemap.xml" in text_of(published / "robots.txt").split("\n")


def test_where_no_address_is_known_none_is_told(site):
    for page in pages(site).values():
        assert not [name for name in said(page) if str(name).startswith(("og:", "twitter:"))]
        assert page.xpath("//link[@rel='canonical'] | //a[contains(@href, 'issues/new')]") == []
        assert {host for host in re.findall(r"https://([^/\"]+)", json.dumps(data(page)))} == {"schema.org", "spdx.org"}
    assert list(site.glob("sitemap*")) == [] and "Sitemap" not in text_of(site / "robots.txt")
