"""The site as a whole: no page has an error, asks another host or is wider than a phone; what is copied runs; a build can be repeated."""
import json
import os
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import audit
import chromium
import pytest
from built import pages, run_alone

from press.book import listings

ROOT = Path(__file__).parent.parent
SOURCES = ("docs", "snippets", "tests", "evidence", "theme", "frameworks", "mkdocs.yml", "CITATION.cff", "requirements.txt")


def kept(tab):
    """What the pages of a tab have left in the browser: the names of whatever it is."""
    names = tab.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    return [name.split(".")[-1] for name in names] + [cookie["name"] for cookie in tab.context.cookies()]


@pytest.mark.parametrize("kinds", [True, pytest.param(False, marks=pytest.mark.nightly)], ids=["one of each kind", "all"])
def test_no_page_has_an_error_asks_another_host_is_wider_than_a_phone_or_leaves_a_trace(site, address, browser, kinds):
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark")
    tab = context.new_page()
    wrong = chromium.watch(tab, address)
    for page in audit.KINDS if kinds else [*pages(site), "404.html"]:
        tab.goto(f"{address}{page}", wait_until="load")
        assert wrong == [], page
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390, f"{page} is wider than a phone"
        assert kept(tab) == ["__palette"], page   # of light and dark, the reader's choice
    context.close()


def test_the_copy_button_gives_the_experiment(address, browser):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    wrong = chromium.watch(tab, address)
    tab.goto(f"{address}variance/xavier/")
    listing = tab.locator(".listing:not(.picture) >> visible=true").first   # of the others, the program is folded
    listing.locator(".md-code__button[data-md-type=copy], .md-clipboard").first.click()
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == listings.listing(listing.get_attribute("data-listing"), ROOT).experiment
    assert wrong == []
    context.close()


def test_nothing_moves_while_a_chapter_loads_and_figures_follow_the_toggle(address, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    chromium.feel(tab)
    tab.goto(f"{address}variance/he/", wait_until="networkidle")
    assert tab.evaluate("window.moved") <= 0.01
    scheme = "getComputedStyle(document.querySelector('figure img')).colorScheme"
    before = tab.evaluate(scheme)
    tab.locator("form[data-md-component=palette] label:visible").first.click()
    assert {before, tab.evaluate(scheme)} == {"light", "dark"}
    context.close()


def test_the_search_index_holds_text_and_no_markup_of_formulas(site):
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    text = " ".join(entry["text"] for entry in index["docs"])
    assert "mean square" in text and "katex" not in text and "mathnormal" not in text


def test_a_lab_page_has_none_of_the_weight_of_notebooks_and_describes_its_figures(site):
    [article] = pages(site)["labs/digits/"].xpath("//article")
    assert article.xpath(".//*[contains(@class, 'jp-')] | .//style | .//script") == []
    figures = article.xpath(".//figure/img")
    assert figures and all(len(figure.get("alt")) >= 40 for figure in figures)


@pytest.mark.nightly
def test_a_cold_build_gives_the_same_bytes_as_one_of_kept_runs_in_another_folder(site, tmp_path):   # the site's runs are kept
    made = []
    for folder in tmp_path / "warm", tmp_path / "another book":
        folder.mkdir()
        for source in filter(Path.exists, (ROOT / name for name in SOURCES)):
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, folder / source.name)
        if not made:
            shutil.copytree(ROOT / ".press", folder / ".press")
        subprocess.run(
            [sys.executable, "-P", "-m", "press.cli.main", "build"], cwd=folder, check=True,
            env=os.environ | {"SOURCE_DATE_EPOCH": "1700000000", "SITE_URL": "", "REPO_URL": ""},
        )
        made.append({path.relative_to(folder): path.read_bytes() for path in (folder / "site").rglob("*") if path.is_file()})
    warm, cold = made
    assert warm.keys() == cold.keys()
    assert [str(path) for path in warm if warm[path] != cold[path]] == []


@pytest.mark.nightly
def test_each_copied_program_runs_alone_in_an_empty_folder_and_prints_what_its_page_shows(site, tmp_path):
    def run(listing, text, shown):
        folder = tmp_path / listing.replace("/", "-")
        folder.mkdir()
        (folder / "copy.py").write_text(text, encoding="utf-8")
        message, printed = run_alone("copy.py", folder)
        return message or (printed.strip() != shown.strip()) * f"it prints {printed}"

    found = {
        listing.get("data-listing"): [   # output may come before
            listing.xpath(f"string(.//div[contains(@class, '{part}')]/pre)") for part in ("highlight", "output")
        ]
        for page in pages(site).values() for listing in page.xpath("//*[@data-listing]")
    }
    own = {listing: parts for listing, parts in found.items() if not (ROOT / "snippets" / listing).with_suffix(".run.json").exists()}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        messages = dict(zip(own, pool.map(run, own.keys(), *zip(*own.values()))))
    assert own and {listing: message for listing, message in messages.items() if message} == {}


@pytest.mark.nightly
def test_a_lab_that_was_taken_along_runs_with_its_data(site, tmp_path):
    with zipfile.ZipFile(site / "labs" / "digits.zip") as file:
        file.extractall(tmp_path)
    folder = tmp_path / "digits"
    assert sorted(path.name for path in folder.iterdir()) == ["digits.csv.gz", "digits.ipynb"]
    notebook = json.loads((folder / "digits.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    (folder / "digits.py").write_text("\n".join(cells), encoding="utf-8")
    assert run_alone("digits.py", folder)[0] == ""


@pytest.mark.nightly
def test_what_the_build_did_not_put_on_a_page_does_not_run_and_asks_nobody(address, browser):
    tab = browser.new_page()
    wrong = chromium.watch(tab, address)
    injected = (
        "<script>window.ran = 'a script'</script><p id=prey onclick=\"window.ran = 'a handler'\">prey</p>"
        "<img src=http://127.0.0.1:9/><iframe src=http://127.0.0.1:9/></iframe>"
    )

    def inject(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</article>", f"{injected}</article>"))

    tab.route(f"{address}sources/", inject)
    tab.goto(f"{address}sources/")
    tab.locator("#prey").click()
    tab.evaluate("fetch('http://127.0.0.1:9/').catch(() => {})")
    tab.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
    tab.wait_for_timeout(200)
    assert tab.evaluate("window.ran") is None
    stopped = {text.split()[1] for text in wrong if text.startswith("policy: ")}
    assert stopped == {"script-src-elem", "script-src-attr", "img-src", "frame-src", "connect-src"}
    tab.close()
