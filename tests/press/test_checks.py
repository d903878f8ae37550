"""What is wrong with a built site, and MkDocs does not see, is told with the line of the source."""
from types import SimpleNamespace

import pytest
from small_project import PAGE, YML

from press.run import figures, runs
from press.run.cache import Cache
from press.site import checks, csp

SVG = '<svg width="72pt" height="36pt"></svg>'
LISTING = f'''<div class="listing" data-listing="part/page/one.py"><pre>print(4)
</pre><pre>4</pre><figure><img alt="A" src="../../assets/figures/{figures.name(SVG)}"></figure><pre>assert 1</pre></div>'''


@pytest.fixture
def problems(tmp_path, monkeypatch):
    """problems(body): what is told of a site whose page part/page has this body."""
    def told(body):
        address = f"site/assets/figures/{figures.name(SVG)}"
        page = f'<html><head>{csp.CHARSET}<title>T</title></head><body id="top"><article>\n{body}</article></body></html>'
        for name, text in {
            "docs/part/page.md": f"# Page\n\n{body}\n", "docs/assets/a.css": "p{}\n@import 'https://example.org/a.css'",
            "snippets/part/page/one.py": "print(4)\n\n# %% check\nassert 1\n", "site/assets/own.css": "p{}", address: SVG,
            "site/part/page/index.html": csp.protect(page), "site/other/index.html": csp.protect(f'{csp.CHARSET}<p id="here">'),
        }.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        run = SimpleNamespace(output="4\n", figures=[SVG])
        made = SimpleNamespace(cache=Cache(tmp_path / "cache.sqlite"), run=lambda path: run)
        monkeypatch.setattr(runs, "current", lambda: made)
        found = list(map(str, checks.problems(tmp_path / "site", tmp_path)))
        assert found == list(map(str, checks.problems(tmp_path / "site", tmp_path)))   # as it is kept
        return found

    return told


@pytest.mark.parametrize("body", [
    LISTING, '<a href="../../other/#here">a</a><a href="#top">b</a><a href="https://example.org/">c</a>',
    "<p>h**2 and <code>$a$ **b**</code></p>", '<img src="data:image/png;base64,a" alt="x"><p style="color: red">x</p>',
    '<link rel="canonical" href="https://example.org/"><script type="application/ld+json">{"@id": "https://schema.org"}</script>',
    '<p style="background: url(\'data:image/svg+xml,<svg xmlns=//w3.org/>\')">x</p><style>/* http://x.y */ p { src: url(../a) }</style>',
    '<input name="a" id="b"><input name="a" id="c">', '<img alt="A" src="../../other/index.html">',
])
def test_a_page_with_nothing_to_mend(problems, body):
    assert problems(body) == []


@pytest.mark.parametrize(("body", "message"), [
    (LISTING.replace("print(4)", "print(5)"), "the page does not show the program part/page/one.py that ran"),
    (LISTING.replace("<pre>4<", "<pre>5<"), "the page does not show the program part/page/one.py that ran, or not what it printed"),
    (LISTING.replace("<pre>assert 1</pre>", ""), "the page does not show the program part/page/one.py"),
    (LISTING.replace("<figure>", "<p>").replace("</figure>", "</p>"), "the page does not show the figures of part/page/one.py"),
    ('Text\n\n<a href="../nowhere/">a</a>', "../nowhere/ leads nowhere"),
    ('<a href="../../other/#there">a</a>', "../../other/#there: there is no such anchor on that page"),
    ('<img alt="A" srcset="a.png 1x, b.png 2x">', "a.png leads nowhere"),
    ('<p id="twice"></p><p id="twice"></p>', "two things on this page have the id twice"),
    ('<img src="../../other/index.html">', "an image without alternative text: ../../other/index.html"),
    ("<p>Some **bold text</p>", "markup that means nothing here is shown as it is: 'Some **bold text'"),
    ("<p>a [word](there)</p>", "markup that means nothing here is shown as it is: 'a [word](there)'"),
    ("<p>costs $5</p>", "markup that means nothing here is shown as it is: 'costs $5'"),
    ('<p onclick="x()"></p>', "<p onclick> holds a program, which no browser runs here"),
    ('<p><a href="javascript:x()">x</a></p>', "<a href> holds a program"),
    ('<img alt="A" src="//example.org/a.png">', "this page fetches from another host: //example.org/a.png"),
    ("<img alt='A' srcset='../../other/ 1x, https://example.org/b.png 2x'>", "this page fetches from another host: https://example.org/b.png"),
    ('<link rel="stylesheet" href="https://example.org/a.css">', "this page fetches from another host: https://example.org/a.css"),
    ('<style>@import "http://example.org/a.css";</style>', "this page fetches from another host: http://example.org/a.css"),
    ('<p style="background: url(data:image/png;base64,a), url(//x.y/a)">x</p>', "this page fetches from another host: //x.y/a"),
    ("<script>fetch('https://example.org/a')</script>", "this page fetches from another host: https://example.org/a"),
])
def test_what_is_wrong_is_told_with_its_line(problems, body, message):
    line = 3 + body.count("\n", 0, max(0, body.find("<a")))
    assert problems(body)[0].startswith(f"docs/part/page.md:{line}: {message}")


def test_a_page_without_a_policy_or_with_another_is_told(problems, tmp_path):
    problems("")
    page = tmp_path / "site/part/page/index.html"
    for text in "<p>By hand.</p>", page.read_text().replace("</body>", "<script>x()</script></body>"):
        page.write_text(text)
        [told] = checks.problems(tmp_path / "site", tmp_path)
        assert told.message.startswith("the policy of this page is not that of its scripts")


def test_a_style_sheet_of_another_host_is_told_with_its_line(problems, tmp_path):
    problems("")
    (tmp_path / "site/assets/a.css").write_text((tmp_path / "docs/assets/a.css").read_text())
    [told] = map(str, checks.problems(tmp_path / "site", tmp_path))
    assert told == "docs/assets/a.css:2: a style sheet names another host: https://example.org/a.css"


def test_a_build_is_refused_for_what_is_wrong_on_its_site(project):
    """A redirect to an anchor that is not there, one over a page, HTML by hand, and the theme's own links."""
    moved = '  - redirects:\n      redirect_maps:\n        part/growth.md: index.md\n'
    project.replace(YML, "  - press\n", f"{moved}  - press\n")
    project.refused(f"{YML}:13: the redirect from 'part/growth.md' takes the place of docs/part/growth.md")
    project.replace(YML, "part/growth.md: index.md", "old.md: part/growth.md#nothing")
    project.replace(PAGE, "- In a list:", '<p id="top"><a href="../nowhere/">a</a></p>\n\n- In a list:')
    project.refused(f"{YML}:13: ../part/growth/#nothing: there is no such anchor on that page", f"{PAGE}:21: ../nowhere/ leads nowhere")
    project.replace(YML, "#nothing", "")
    project.replace(PAGE, '<a href="../nowhere/">a</a>', "")
    done = project.build()
    assert done.returncode == 0 and b"url=../part/growth/" in project.site()["old/index.html"], done.stderr
