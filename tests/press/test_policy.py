"""The policy of pages, and redirects, which are pages that the press does not write."""
import base64
import hashlib
import re
import socket
import subprocess
import sys
import time
import urllib.request

import addresses
import chromium
import pytest

from press import policy
from press.browser import serve

HEAD = '<!doctype html><html><head><meta charset="utf-8"></head><body>{}</body></html>'
MOVED = "plugins:\n  - redirects:\n      redirect_maps:\n        {}\n"


def scripts(page):
    """What a page's policy says of scripts."""
    return re.search(r'content="[^"]*script-src ([^;]*);', page)[1]


def test_the_policy_has_the_hash_of_each_inline_script_and_no_other():
    program = "\n  let x = '<b>'\n"
    page = policy.protect(HEAD.format(
        f'<script>{program}</script><script src="a.js"></script><script type="application/json">{{}}</script>'
    ))
    digest = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
    assert scripts(page) == f"'self' 'sha256-{digest}'"
    assert page.index("Content-Security-Policy") < page.index("</head>")
    assert policy.protect(page) == page and list(policy.problems(page)) == []
    changed = page.replace("let x", "let y")
    assert [message for _, message in policy.problems(changed)] == ["the policy of this page is not that of its scripts"]


@pytest.mark.parametrize(("markup", "message"), {
    '<svg onload="x()"></svg>': "<svg onload> is a program in an attribute",
    '<a href="java&#10;script:x()">x</a>': "<a> has the address java\nscript:x()",
    "<img src=//example.org/a.png>": "<img> fetches //example.org/a.png from another host",
    "<img srcset='a.png 1x, https://example.org/b.png 2x'>": "<img> fetches a.png 1x, https://example.org/b.png 2x",
    '<link rel="stylesheet" href="https:example.org/a.css">': "<link> fetches https:example.org/a.css",
    '<form action="\\\\example.org">': "<form> fetches \\\\example.org",
    '<base href="https://example.org/">': "<base> fetches https://example.org/",
    '<style>@import "http://example.org/a.css";</style>': "a style fetches http://example.org/a.css",
    '<p style="background: url(data:image/png;base64,a), url(//example.org/a)">x</p>': "a style fetches //example.org/a",
}.items())
def test_what_the_policy_forbids_is_seen_before_a_browser_sees_it(markup, message):
    [(_, told)] = policy.problems(policy.protect(HEAD.format(markup)))
    assert told.startswith(message)


def test_links_and_data_are_no_breach():
    markup = (
        '<a href="https://example.org/">x</a><img src="data:image/png;base64,a" alt="x"><p style="color: red">x</p>'
        '<link rel="canonical" href="https://example.org/">'
    )
    assert list(policy.problems(policy.protect(HEAD.format(markup)))) == []


def test_a_style_sheet_may_hold_data_and_name_its_own_files():
    assert policy.elsewhere("a { background: url('data:image/svg+xml,<svg xmlns=\"http://w3.org\"/>') } /* http://x.y */") is None
    assert policy.elsewhere("@font-face { src: url(fonts/a.woff2) }") is None
    for style in ('@import "http://x.y/a.css"', "a{b:url(//x.y)}", r"a{b:url(http\3a //x.y)}", 'a{b:image-set("https://x.y" 1x)}'):
        assert "//x.y" in policy.elsewhere(style), style


def test_a_page_without_a_place_for_the_policy_is_refused(project):
    project.write("docs/raw.html", "<p>A page that somebody wrote by hand.</p>")
    done = project.build()
    assert done.returncode == 1
    assert 'docs/raw.html:1: a page says <meta charset="utf-8"> in its head' in done.stderr and "Traceback" not in done.stderr


def test_a_style_sheet_that_fetches_from_elsewhere_is_refused(project):
    project.write("docs/more.css", "p { color: red }\np { background: url(https://example.org/a.png) }\n")
    done = project.build()
    assert done.returncode == 1
    assert "docs/more.css:2: a style sheet fetches https://example.org/a.png from another host" in done.stderr


def test_a_page_that_moved_can_be_reached_at_its_old_address(project, browser, monkeypatch, tmp_path):
    project.replace("mkdocs.yml", "plugins:\n", MOVED.format("old/growth.md: part/growth.md"))
    project.replace("docs/part/growth.md", "Inside a list:", '<a id="old-name"></a>\n\nInside a list:')
    done = project.build()
    assert done.returncode == 0, done.stderr
    site = project.folder / "site"
    monkeypatch.setattr(addresses, "LIST", tmp_path / "list.txt")
    addresses.LIST.write_text("/nowhere/\n/old/growth/\n/old/growth/#eq-growth-square\n/old/growth/#nothing\n/old/growth/#old-name\n")
    assert addresses.dead(site) == ["/nowhere/", "/old/growth/#nothing"]
    assert "/old/growth/" not in addresses.current(site)
    addresses.add(site)
    assert {"/", "/nowhere/", "/part/growth/#listing-sum"} < set(addresses.published())
    with serve(site) as address:
        tab = browser.new_page()
        wrong = chromium.watch(tab, address)
        tab.goto(f"{address}old/growth/#eq-growth-square")
        tab.wait_for_url(f"{address}part/growth/#eq-growth-square")
        assert wrong == []
        tab.close()


@pytest.mark.parametrize(("redirect", "message"), [
    ("old.md: part/shrink.md#sum", "Redirect target 'part/shrink.md#sum' does not exist"),
    ("old.md: part/growth.md#nothing", "../part/growth/#nothing: there is no such anchor"),
    ("part/growth.md: index.md", "the redirect from 'part/growth.md' would take the place of the page part/growth.md"),
])
def test_a_redirect_to_nowhere_is_refused(project, redirect, message):
    project.write("site/index.html", "the last good site")
    project.replace("mkdocs.yml", "plugins:\n", MOVED.format(redirect))
    lines = (project.folder / "mkdocs.yml").read_text().split("\n")
    piece = redirect.removeprefix("old.md: ").partition(":")[0]
    line = next(number for number, row in enumerate(lines, 1) if piece in row)
    done = project.build()
    assert done.returncode == 1
    assert f"mkdocs.yml:{line}: {message}" in done.stderr, done.stderr
    assert project.site() == {"index.html": b"the last good site"}


def test_the_server_loads_a_page_anew_when_it_is_saved(project, browser):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
    command = [sys.executable, "-m", "press.command", "serve", "--address", address.split("/")[2]]
    server = subprocess.Popen(command, cwd=project.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(address, timeout=5).close()
                break
            except OSError:
                time.sleep(0.25)
        tab = browser.new_page()
        wrong = chromium.watch(tab, address)
        tab.goto(address)
        project.replace("docs/index.md", "# Home", "# House")
        tab.get_by_role("heading", name="House").wait_for(timeout=60_000)
        assert wrong == []
        tab.close()
    finally:
        server.terminate()
        server.wait()
