"""What the site hands out besides its pages: downloads, Markdown, lists for machines."""
import json
import os
import re
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor

import chromium
import jupytext
import nbformat
import pytest
import yaml
from book import ROOT
from lxml import etree, html
from PIL import Image

from press import cards, citation, mathematics
from press.browser import serve

CHAPTERS = sorted({path.parent.relative_to(ROOT / "snippets").as_posix() for path in (ROOT / "snippets").rglob("*.py")})


def shown(site, chapter):
    """The listings of a chapter, in the order of its page: [text]."""
    page = (site / chapter / "index.html").read_text()
    return [(ROOT / "snippets" / name).read_text().strip("\n") for name in re.findall(r'data-listing="([^"]+)"', page)]


def download(site, chapter, kind):
    return site / chapter / f"{chapter.split('/')[-1]}.{kind}"


def test_each_chapter_is_a_script_that_runs(site, tmp_path):
    def run(chapter):
        return chapter, subprocess.run(
            [sys.executable, "-I", download(site, chapter, "py")], cwd=tmp_path, capture_output=True, text=True,
            env={"PATH": os.environ["PATH"], "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1", "HOME": str(tmp_path)},
        )

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        ran = dict(pool.map(run, CHAPTERS))
    assert sorted(ran) == CHAPTERS
    assert {chapter: done.stderr for chapter, done in ran.items() if done.returncode} == {}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_chapter_is_a_notebook_of_its_text_and_programs(site, chapter):
    made = json.loads(download(site, chapter, "ipynb").read_text())
    nbformat.validate(made)
    book = nbformat.reads(json.dumps(made), as_version=4)
    assert [cell.source for cell in book.cells if cell.cell_type == "code"] == shown(site, chapter)
    prose = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    assert prose.startswith("# ") and prose.count("$$") % 2 == 0
    assert unknown(prose) == []
    assert [cell.source for cell in jupytext.read(download(site, chapter, "py")).cells] == [cell.source for cell in book.cells]


def unknown(text):
    """What nobody outside this book understands: its macros, its values, its anchors, its boxes."""
    names = "|".join(re.escape(name) for name in json.loads(mathematics._macros()))
    return re.findall(rf"(?:{names})(?![A-Za-z])|`\{{[^`]*\}}`|\{{[:#][^}}\n]*\}}|^!!! .*|--8<--", text, re.MULTILINE)


def test_each_page_is_markdown_with_its_programs_and_outputs(site):
    for path in site.rglob("index.html"):
        text, page = path.with_name("index.md").read_text(), path.read_text()
        assert unknown(re.sub(r"```.*?```", "", text, flags=re.DOTALL)) == [], path
        assert text.startswith("# "), path
        assert text.count("\nOutput:\n") == page.count('<div class="output"'), path
        assert text.count("\n![") == page.count("<figure"), path
        assert '<link rel="alternate " type="text/markdown" href="index.md">' in page
    text = (site / "variance" / "he" / "index.md").read_text()
    for program in shown(site, "variance/he"):
        assert f"```python\n{program}\n```" in text
    assert r"\sigma^2 = \frac{2}{\text{fan}_{\text{in}}} \tag{1}" in text


def test_links_and_images_of_markdown_pages_lead_somewhere(site):
    for path in [*site.rglob("*.md"), site / "llms.txt"]:
        prose = re.sub(r"```.*?```|`[^`\n]*`|\$[^$]*\$", "", path.read_text(), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", prose):
            if not target.startswith("http"):
                assert (path.parent / target.partition("#")[0]).is_file(), f"{path}: {target}"


def test_all_programs_are_in_one_zip(site):
    with zipfile.ZipFile(site / "listings.zip") as file:
        held = {name: file.read(name).decode() for name in file.namelist()}
    assert held == {
        f"listings/{path.relative_to(ROOT / 'snippets').as_posix()}": path.read_text() for path in (ROOT / "snippets").rglob("*.py")
    }


def test_llms_txt_has_its_form_and_names_every_page(site):
    rows = (site / "llms.txt").read_text().splitlines()
    assert rows[0] == "# Unit Variance" and rows[2].startswith("> ")
    links = [re.fullmatch(r"- \[[^\]]+\]\(([^)]+)\): .+", row) for row in rows if row.startswith("- ")]
    assert sorted(link[1] for link in links) == sorted(path.relative_to(site).as_posix() for path in site.rglob("index.md"))
    whole = (site / "llms-full.txt").read_text()
    assert all(path.read_text().split("\n")[0] in whole for path in site.rglob("index.md"))
    assert "Sitemap" not in (site / "robots.txt").read_text()


@pytest.mark.parametrize("folder", ["", "book/"])
def test_who_asks_for_a_page_that_is_not_there_is_led_on(site, published, tmp_path, browser, folder):
    (tmp_path / "book").symlink_to(published)   # below the root of its host, as its address has it
    with serve(tmp_path if folder else site, f"{folder}404.html") as root:
        context = browser.new_context(viewport={"width": 390, "height": 800})
        tab = context.new_page()
        wrong, asked = chromium.watch(tab, root), f"{root}{folder}variance/xaviers/initial.html"
        assert tab.goto(asked).status == 404
        assert tab.locator("h1").inner_text() == "There is no page at this address"
        assert tab.locator("meta[name=robots]").get_attribute("content") == "noindex"
        assert tab.locator("article").evaluate("article => getComputedStyle(article).fontFamily")[:9] == "system-ui"
        pages = tab.locator("article li a").evaluate_all("links => links.map(link => link.href)")
        for page in pages:
            assert context.request.get(page).status == 200, page
        named = {path.parent.relative_to(site).as_posix() for path in site.rglob("index.html")} - {"."}
        assert {page.removeprefix(root + folder).rstrip("/") for page in pages} == named
        tab.locator("#wanted").click()
        tab.locator(".md-search-result__link[href*='variance/xavier/']").first.wait_for()
        assert {text for text in wrong if not text.startswith("Failed to load")} == {f"404 {asked}"}
        context.close()


BOOK = yaml.safe_load((ROOT / "CITATION.cff").read_text())
ADDRESS = "https://example.org/book/"


def pages(site):
    """Every page of a built site with its address below it: [(address, page)]."""
    return [
        (f"{path.parent.relative_to(site).as_posix()}/".removeprefix("./"), html.parse(path).getroot()) for path in sorted(site.rglob("index.html"))
    ]


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


def test_each_page_tells_other_sites_what_it_is_and_shows_a_card(published):
    for address, page in pages(published):
        told, [canonical] = said(page), page.xpath("//link[@rel='canonical']/@href")
        assert canonical == ADDRESS + address
        title, description = page.findtext(".//title").removesuffix(" - Unit Variance"), told["description"]
        assert told["og:url"] == [canonical] and told["og:description"] == description != []
        assert told["og:title"] == [title] and told["og:image:alt"] == [f"{title}: {description[0]}"]
        assert told["twitter:card"] == ["summary_large_image"]
        assert told["og:image"] == [f"{canonical}card.png"]
        card = published / address / "card.png"
        assert card.stat().st_size < 40_000
        with Image.open(card) as picture:
            assert picture.size == (1200, 630) and picture.format == "PNG"
            assert len(picture.getcolors()) > 8, f"{card}: nothing stands on it"


def test_a_card_shows_the_formula_of_a_claim_and_has_the_same_bytes_again():
    for chapter in (path for path in CHAPTERS if not path.startswith("practice/")):
        assert cards.formula((ROOT / "docs" / f"{chapter}.md").read_text()), chapter
    tex = cards.formula("    $$\n    \\norm{x} \\le \\frac{1}{\\fanin}\n    $$ {#eq-a-b}\n")
    assert tex == r"$\Vert x \Vert \leq \dfrac{1}{\text{fan}_{\text{in}}}$"
    assert cards.formula("$$\na = b\n$$ {#eq-a-b}\n") == ""
    card = cards.png("Unit Variance", "A title that is too long to stand in one line", tex, "")
    assert card == cards.png("Unit Variance", "A title that is too long to stand in one line", tex, "") != cards.png("Unit Variance", "A title", "", "Words.")


def test_each_page_tells_search_engines_what_it_is_and_where_it_stands(published):
    for address, page in pages(published):
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
        assert [step["position"] for step in steps] == [1, 2, 3]
        assert steps[0]["item"] == ADDRESS and (steps[2]["name"], steps[2]["item"]) == (this["name"], this["url"])
        assert all((published / step["item"].removeprefix(ADDRESS) / "index.html").is_file() for step in steps)
        assert this["@type"] == (["TechArticle", "Chapter"] if address.rstrip("/") in [*CHAPTERS, "labs/digits"] else "WebPage")


def test_a_chapter_is_cited_as_the_book_says(site, published):
    for built, root in (site, None), (published, ADDRESS):
        cited = {address.rstrip("/"): page for address, page in pages(built) if "citation_title" in said(page)}
        assert sorted(cited) == sorted([*CHAPTERS, "labs/digits"])
        for address, page in cited.items():
            title, told = page.findtext(".//h1").rstrip(), said(page)
            assert told["citation_title"] == [title] and told["citation_inbook_title"] == [BOOK["title"]]
            assert told["citation_author"] == [author["name"] for author in BOOK["authors"]]
            assert told["citation_publication_date"] == [str(BOOK["date-released"]).replace("-", "/")]
            assert told.get("citation_public_url") == (root and [f"{root}{address}/"])
            [entry] = page.xpath("//details[summary='Cite this chapter']//code")
            fields = dict(re.findall(r"^  (\w+) += \{(.*)\},$", entry.text, re.MULTILINE))
            assert fields == {
                "author": "{The Unit Variance authors}", "title": f"{{{title}}}", "booktitle": f"{{{BOOK['title']}}}",
                "year": str(BOOK["date-released"])[:4], "note": f"Version {BOOK['version']}",
            } | ({"url": f"{root}{address}/"} if root else {})


def test_people_and_signs_of_tex_are_cited_as_bibtex_has_them(tmp_path):
    (tmp_path / "CITATION.cff").write_text(
        "title: R&D\nversion: 2\ndate-released: 2031-02-03\nlicense: MIT\n"
        "authors: [{given-names: Xavier, family-names: Glorot}, {name: Units & Co}]\n"
    )
    page = type("Page", (), {"title": "100 % of_it", "canonical_url": None, "file": type("File", (), {"name": "a_b"})})
    assert citation.bibtex(citation.read(tmp_path), page) == (
        "@incollection{unitvariance2031ab,\n  author    = {Xavier Glorot and {Units \\& Co}},\n  title     = {{100 \\% of\\_it}},\n"
        "  booktitle = {{R\\&D}},\n  year      = {2031},\n  note      = {Version 2},\n}"
    )
    assert citation.read(tmp_path / "nowhere") is None


def test_the_map_of_the_site_has_every_page_and_the_robots_are_told(site, published):
    named = {loc.text for loc in etree.parse(published / "sitemap.xml").iter("{*}loc")}
    assert named == {ADDRESS + address for address, _ in pages(published)}
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (published / "robots.txt").read_text().split("\n")
    assert list(site.glob("sitemap*")) == []


def test_where_no_address_is_known_none_is_told(site):
    for _, page in pages(site):
        assert not [name for name in said(page) if str(name).startswith(("og:", "twitter:"))]
        assert {host for host in re.findall(r"https://([^/\"]+)", json.dumps(data(page)))} == {"schema.org", "spdx.org"}
    assert list(site.rglob("card.png")) == []
