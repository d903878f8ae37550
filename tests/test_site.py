"""The book as its readers get it: the whole site, built twice from nothing."""
import gzip
import html
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import addresses
import chromium
from book import ROOT, SOURCES, build

from press import session

LISTINGS = sorted(path.relative_to(ROOT / "snippets").as_posix() for path in (ROOT / "snippets").rglob("*.py"))


def pages(site):
    return sorted(path.parent.relative_to(site).as_posix() for path in site.rglob("index.html"))


def kept(tab):
    """What the pages of a tab have left in the browser: the names of whatever it is."""
    names = tab.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    return [name.split(".")[-1] for name in names] + [cookie["name"] for cookie in tab.context.cookies()]


def programs(site):
    """Every program of the site as a reader copies it: {listing: text}."""
    found = {}
    for path in site.rglob("index.html"):
        text = path.read_text(encoding="utf-8")
        for listing, block in re.findall(r'data-listing="([^"]+)".*?<pre>(.*?)</pre>', text, re.DOTALL):
            found[listing] = html.unescape(re.sub(r"<[^>]*>", "", block))
    return found


def test_two_cold_builds_in_two_folders_are_the_same_bytes(site, tmp_path):
    build(tmp_path)
    first = {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    second = {path.relative_to(tmp_path / "site"): path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert first.keys() == second.keys()
    assert [str(path) for path in first if first[path] != second[path]] == []


def test_the_site_shows_exactly_the_programs_that_exist(site):
    shown = programs(site)
    assert sorted(shown) == LISTINGS
    for listing, text in shown.items():
        assert text.rstrip() == (ROOT / "snippets" / listing).read_text().rstrip()


def test_each_copied_program_runs_alone_in_an_empty_folder(site, tmp_path):
    def run(item):
        listing, text = item
        folder = tmp_path / listing.replace("/", "-")
        folder.mkdir()
        (folder / "copy.py").write_text(text)
        return listing, subprocess.run(
            [sys.executable, "-I", "copy.py"], cwd=folder, capture_output=True, text=True,
            env={"PATH": os.environ["PATH"], "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1", "HOME": str(tmp_path)},
        )

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        ran = dict(pool.map(run, programs(site).items()))
    assert sorted(ran) == LISTINGS
    assert {listing: done.stderr for listing, done in ran.items() if done.returncode} == {}


def test_the_lab_can_be_downloaded_and_runs_with_its_data(site, tmp_path):
    import jupytext

    with zipfile.ZipFile(site / "labs" / "digits.zip") as file:
        file.extractall(tmp_path)
    folder = tmp_path / "digits"
    assert sorted(path.name for path in folder.iterdir()) == ["digits.csv.gz", "digits.ipynb"]
    jupytext.write(jupytext.read(folder / "digits.ipynb"), folder / "digits.py", fmt="py")
    command = [sys.executable, "-I", "-W", "ignore:FigureCanvasAgg", "digits.py"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=os.environ | {"MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1"})


def test_a_lab_page_is_light_and_its_figures_have_alternative_texts(site):
    text = (site / "labs" / "digits" / "index.html").read_text()
    assert len(gzip.compress(text.encode())) < 40_000
    assert text.count("<figure>") == 2 and len(re.findall(r'<img [^>]*alt="[^"]{40,}"', text)) == 2
    assert "jp-" not in text and "<style>" not in text.split("<article")[1]


def test_a_lab_is_not_stale_when_its_data_change(tmp_path):
    from press import labs

    shutil.copytree(ROOT / "docs" / "labs", tmp_path / "labs")
    lab = type("File", (), {"abs_src_path": str(tmp_path / "labs" / "digits.py")})
    made = labs.Labs.__new__(labs.Labs)
    made.options = {"theme": "light"}
    before = made.key(lab)
    assert made.key(lab) == before
    data = tmp_path / "labs" / "digits.csv.gz"
    data.write_bytes(data.read_bytes() + b"\0")
    after = made.key(lab)
    assert after != before
    made.options = {"theme": "dark"}
    assert made.key(lab) not in (before, after)


def test_a_lab_that_fails_stops_the_build_with_file_and_line(site, tmp_path):
    for source in SOURCES:
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, tmp_path / source)
    (tmp_path / "press").mkdir()
    shutil.copytree(site.parent / ".press", tmp_path / ".press")
    lab = tmp_path / "docs" / "labs" / "digits.py"
    text = lab.read_text().replace("guessing = np.log(classes)", "guessing = nobody")
    lab.write_text(text)
    line = text[:text.index("guessing = ")].count("\n") + 1
    done = subprocess.run([sys.executable, "-m", "press.command", "build"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"docs/labs/digits.py:{line}: NameError" in done.stderr


def test_addresses_of_site_and_repository_come_from_the_environment(site, published):
    assert 'rel="canonical"' not in (site / "index.html").read_text()
    text = (published / "variance" / "he" / "index.html").read_text()
    for page, source in ("variance/he", "variance/he.md"), ("labs/digits", "labs/digits.py"):
        path = published / page / "index.html"
        link = re.search(r'href="(https://github.com/a/b/issues/new\?[^"]*)">Report an error on this page</a>', path.read_text())
        asked = parse_qs(urlsplit(html.unescape(link[1])).query)
        assert asked["title"] == [f"Error in {source}"]
        assert asked["body"][0].startswith(f"Page: docs/{source} (https://example.org/book/{page}/)\n")
    assert 'href="https://colab.research.google.com/github/a/b/blob/notebooks/variance/he/he.ipynb"' in text
    assert "https://example.org/book/variance/xavier/" in (published / "variance" / "he" / "he.ipynb").read_text()
    assert "(https://example.org/book/variance/xavier/index.md)" in (published / "llms.txt").read_text()
    assert "Sitemap: https://example.org/book/sitemap.xml\n" in (published / "robots.txt").read_text()
    assert "issues/new" not in (site / "variance" / "he" / "index.html").read_text()
    assert '<link rel="canonical" href="https://example.org/book/variance/he/">' in text
    assert 'href="https://github.com/a/b/edit/main/docs/variance/he.md"' in text
    assert "data-md-component=\"source\"" not in text   # the widget that asks another host


def test_no_page_has_an_error_in_the_browser_or_asks_another_host_or_leaves_a_trace(site, address, browser):
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark")
    for number, page in enumerate([*pages(site), "404.html"]):
        tab = context.new_page()
        wrong = chromium.watch(tab, address)
        tab.goto(f"{address}{page}/".removesuffix("./").replace(".html/", ".html"), wait_until="load")
        assert wrong == [], page
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390, f"{page} is wider than a phone"
        assert kept(tab) == ["__palette"], page
        if number % 2:   # the others are asked below
            assert chromium.unlike(tab) == [], page
        tab.close()
    context.close()


def test_no_style_and_no_script_makes_a_page_say_something_else(site, address, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    for page in pages(site)[::2]:   # styles know no pages: half of them see every one, and the others above, on a phone in the dark
        tab = context.new_page()
        tab.goto(f"{address}{page}/".removesuffix("./"), wait_until="load")
        assert chromium.unlike(tab) == [], page
        tab.close()
    context.close()


DISGUISES = {
    "a value that is not there": ".value { font-size: 0 }", "a formula nobody sees": ".katex { opacity: 0 }",
    "another value": ".value::after { content: '0.31' }", "a figure upside down": "figure img { transform: scaleY(-1) }",
    "a mirrored figure": "figure { scale: -1 1 }", "a sentence that is not there": "p { display: none }",
    "a cell in no color": "td { color: transparent }", "words backwards": "p { direction: rtl; unicode-bidi: bidi-override }",
    "a part cut off": ".output { clip-path: inset(0 50% 0 0) }", "a heading elsewhere": "h2 { position: absolute }",
}


def test_a_disguise_is_seen(address, browser):
    tab = browser.new_page()
    tab.goto(f"{address}variance/xavier/")
    for what, style in DISGUISES.items():
        disguise = tab.add_style_tag(content=style)
        assert chromium.unlike(tab), what
        disguise.evaluate("style => style.remove()")
    assert chromium.unlike(tab) == []
    tab.evaluate("document.querySelector('.value').textContent = '0.31'")
    assert [text for text in chromium.unlike(tab) if text.startswith("changed: ")]
    tab.close()


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


def test_a_page_opened_as_a_file_has_its_styles_and_scripts(site, browser):
    tab = browser.new_page()
    wrong = chromium.watch(tab, "file:")
    tab.goto((site / "variance" / "he" / "index.html").as_uri())
    tab.locator(".md-code__button[data-md-type=copy], .md-clipboard").first.wait_for()   # which a script adds
    assert tab.evaluate("[...document.styleSheets].every(sheet => sheet.href === null || sheet.href.startsWith('file:'))")
    assert tab.evaluate("getComputedStyle(document.querySelector('.listing')).borderTopStyle") == "solid"
    assert [text for text in wrong if text.startswith("policy: ")] == []
    tab.close()


def test_the_copy_button_gives_the_whole_program(address, browser):
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    wrong = chromium.watch(tab, address)
    listing = next(name for name in LISTINGS if name.startswith("variance/he/"))
    tab.goto(f"{address}{os.path.dirname(listing)}/")
    block = tab.locator(f'[data-listing="{listing}"]')
    block.locator(".md-code__button[data-md-type=copy], .md-clipboard").first.click()
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert copied.rstrip() == (ROOT / "snippets" / listing).read_text().rstrip()
    assert wrong == []
    context.close()


def test_nothing_moves_while_a_chapter_loads_and_figures_follow_the_toggle(address, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    wrong = chromium.watch(tab, address)
    chromium.feel(tab)
    tab.goto(f"{address}variance/he/", wait_until="networkidle")
    assert tab.evaluate("window.moved") <= 0.01
    scheme = "getComputedStyle(document.querySelector('figure img')).colorScheme"
    before = tab.evaluate(scheme)
    tab.locator("form[data-md-component=palette] label:visible").first.click()
    assert {before, tab.evaluate(scheme)} == {"light", "dark"}
    assert wrong == [] and kept(tab) == ["__palette"]
    context.close()


def test_search_loads_its_index_only_when_it_is_used_and_finds_a_chapter(address, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    wrong, asked = chromium.watch(tab, address), []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(address, wait_until="networkidle")
    assert not any("search_index" in url for url in asked)
    tab.locator(".md-search__input").click()
    tab.keyboard.type("xavier")
    tab.locator(".md-search-result__link").first.wait_for()
    links = tab.locator(".md-search-result__link").evaluate_all("links => links.slice(0, 3).map(link => link.href)")
    assert any("variance/xavier" in link for link in links)
    tab.keyboard.press("Enter")   # to the first of them
    tab.wait_for_url(re.compile(r"\?h=xavier"))
    assert wrong == [] and kept(tab) == ["__palette"]
    context.close()


def test_the_search_index_holds_text_and_no_markup_of_formulas(site):
    index = json.loads((site / "search" / "search_index.json").read_text())
    text = " ".join(entry["text"] for entry in index["docs"])
    assert "katex" not in text and "mathnormal" not in text
    assert session.SNIPPETS not in text.split("Unit Variance")[0]


def test_every_page_says_that_nobody_is_tracked(site):
    for path in site.rglob("*.html"):
        assert "Nothing on this site tracks you" in path.read_text(), path


def test_every_address_that_was_published_still_leads_where_it_led(site):
    assert addresses.dead(site) == [], "a reader's link is dead: CONTRIBUTING.md says how an address is kept"


def test_every_address_of_the_site_is_written_down(site):
    assert sorted(addresses.current(site) - set(addresses.published())) == [], "new addresses: run python tests/addresses.py"
