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
from book import ROOT

from press import mathematics

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
    with chromium.serve(tmp_path if folder else site, f"{folder}404.html") as root:
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
