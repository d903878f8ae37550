"""press build on a small project: what it publishes, and what it refuses with file and line."""
import contextlib
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from press import program


def test_a_build_shows_program_output_figure_values_and_formulas(cold):
    done = cold.build()
    assert done.returncode == 0, done.stderr
    assert "2 listings, 2 ran, 0 from the cache" in done.stdout
    page = cold.site()["part/growth/index.html"].decode()
    assert re.sub("<[^>]*>", "", page).count("total = 2 + 2") == 1
    assert "<samp>4</samp>" in page
    assert "Two and two are <span class=\"value\">4</span>" in page
    assert 'id="eq-growth-square"' in page and "<math" in page
    figure = re.search(r'<img src="\.\./\.\./(assets/figures/\w+\.svg)" width="614" height="326" loading="lazy"', page)
    assert figure[1] in cold.site()
    assert 'alt="A line that rises from zero to one"' in page


def test_an_explorer_shows_the_figure_of_its_listing_until_a_script_is_there(project):
    project.write("docs/index.md", "---\ndescription: Home.\n---\n# Home\n\n<!-- explorer glance: part/growth/picture -->\n\n[Below](part/growth.md#listing-sum?depth=60).\n")
    done = project.build()
    assert done.returncode == 0, done.stderr
    site = project.site()
    explorer = re.search(
        r'<div class="explorer" data-explorer="glance"[^>]*><figure><img src="(assets/figures/\w+\.svg)"[^>]* '
        r'alt="A line that rises from zero to one"><figcaption>It rises. <a href="part/growth/#listing-picture">',
        site["index.html"].decode(),
    )
    assert explorer[1] in site
    assert f"![A line that rises from zero to one]({explorer[1]})\n\n[Below](part/growth/index.md#listing-sum?depth=60)." in site["index.md"].decode()
    assert b'class="explorer"' not in site["part/growth/index.html"]


@pytest.mark.parametrize(("kinds", "its"), [("glance", ["glance"]), ("phase", ["phase", "explorer"]), ("signal glance", ["glance", "phase", "explorer"])])
def test_an_explorer_gets_its_scripts_on_whichever_page_it_stands(project, kinds, its):
    project.replace(PAGE, "Inside a list:", "\n\n".join(f"<!-- explorer {kind}: part/growth/picture -->" for kind in kinds.split()))
    done = project.build()
    assert done.returncode == 0, done.stderr
    page = project.site()["part/growth/index.html"].decode()
    assert re.findall(r'src="[^"]*explorer/(\w+)\.js"', page) == ["law", "address", "draws", "chart", *its]


def test_a_second_build_runs_nothing_and_writes_the_same_bytes(project):
    project.build()
    first = project.site()
    done = project.build()
    assert "0 ran, 2 from the cache" in done.stdout
    assert project.site() == first


def test_one_changed_listing_is_the_only_one_that_runs(project):
    project.build()
    project.replace("snippets/part/growth/sum.py", "print(total)", "print(total, 'changed')")
    done = project.build()
    assert "1 ran, 1 from the cache" in done.stdout
    assert b"4 changed" in project.site()["part/growth/index.html"]


ROOT = Path(__file__).parents[2]
PAGE, SUM, PICTURE = "docs/part/growth.md", "snippets/part/growth/sum.py", "snippets/part/growth/picture.py"
YML, TEST = "mkdocs.yml", "tests/part/test_growth.py"
QUOTE = '```python\n--8<-- "part/growth/sum.py"\n```'
FAULTS = {
    "a listing that does not hold": (SUM, "2 + 2", "2 + 3", f"{SUM}:3: AssertionError assert total == 4 (shown at {PAGE}:16)"),
    "a listing that is no Python": (SUM, "print(total)", "print(total", f"{SUM}:2: SyntaxError"),
    "a value that no listing has": (PAGE, "{sum.total}", "{sum.product}", f"{PAGE}:8: "),
    "a value of no listing": (PAGE, "{sum.total}", "{difference.total}", f"{PAGE}:8: "),
    "a format that does not fit": (PAGE, "{sum.total}", "{sum.total:.2q}", f"{PAGE}:8: "),
    "a format that adds digits": (PAGE, "{sum.total}", "{sum.total:9>3}", f"{PAGE}:8: "),
    "a formula that is not TeX": (PAGE, "a^2 = b", r"a^2 = \frac{b", f"{PAGE}:11: this formula cannot be set"),
    "an unknown command": (PAGE, "a^2 = b", r"a^2 = \nosuch b", f"{PAGE}:11: this formula cannot be set"),
    "a formula in a heading": (PAGE, "# Growth", "# Growth $x$", f"{PAGE}:5: a heading holds no formula"),
    "a link to no page": (PAGE, "(#listing-sum)", "(nowhere.md)", f"{PAGE}:14: "),
    "a link to no anchor": (PAGE, "(#listing-sum)", "(#listing-product)", f"{PAGE}:14: "),
    "a link to a state of no anchor": (PAGE, "(#listing-sum)", "(#listing-product?depth=60)", f"{PAGE}:14: "),
    "a link to no anchor elsewhere": ("docs/index.md", "#eq-growth-square", "#eq-nothing", "docs/index.md:6: "),
    "a link in HTML that leads nowhere": (PAGE, "Inside a list:", '<a href="../nowhere/">x</a>', f"{PAGE}:20: "),
    "an image that is not there": (PAGE, "Inside a list:", "![x](none.png)", f"{PAGE}:20: "),
    "an image without alternative text": (PAGE, "Inside a list:", '<img src="../../index.html">', f"{PAGE}:20: "),
    "a script from elsewhere": (
        PAGE, "Inside a list:", '<script src="https://example.org/a.js"></script>', f"{PAGE}:20: <script> fetches",
    ),
    "a script that names another host": (
        PAGE, "Inside a list:", '<script>fetch("https://example.org/a")</script>', f"{PAGE}:20: a script names another host",
    ),
    "an inline program": (PAGE, QUOTE, "```python\nprint(1)\n```", f"{PAGE}:16: "),
    "another spelling of a fence": (PAGE, QUOTE, QUOTE.replace("```python", "``` python"), f"{PAGE}:16: "),
    "a fence in a literal block": (PAGE, QUOTE, "\n".join("    " + row for row in QUOTE.split("\n")), f"{PAGE}:16: "),
    "a block of code without a fence": (PAGE, "Inside a list:", "    x = 1", f"{PAGE}:20: a block of code"),
    "a program in HTML": (PAGE, "Inside a list:", "<pre><code>x = 1</code></pre>", f"{PAGE}:20: a block of code"),
    "a quotation of nothing": (PAGE, "growth/sum.py", "growth/product.py", f"{PAGE}:16: there is no snippets/part/growth/product.py"),
    "a listing shown twice": (PAGE, "Inside a list:", QUOTE, f"{PAGE}:20: part/growth/sum.py is shown twice"),
    "a listing that no page shows": (PAGE, QUOTE, "", f"{SUM}:1: no page shows it"),
    "a listing on another page": ("docs/index.md", "To [", f"{QUOTE}\n\nTo [", "docs/index.md:6: part/growth/sum.py belongs on"),
    "a figure without a line below it": (PAGE, ' caption="It rises."', "", f"{PAGE}:24: each figure has a line below it"),
    "a figure without alternative text": (PAGE, ' alt="A line that rises from zero to one"', "", f"{PAGE}:24: "),
    "an empty alternative text": (PAGE, "A line that rises from zero to one", " ", f"{PAGE}:24: "),
    "an explorer of no listing": (
        PAGE, "Inside a list:", "<!-- explorer signal: part/growth/none -->", f"{PAGE}:20: there is no snippets/part/growth/none.py whose figure",
    ),
    "an explorer of a listing that draws nothing": (
        PAGE, "Inside a list:", "<!-- explorer phase: part/growth/sum -->", f"{PAGE}:20: {PAGE} shows no figure of {SUM}",
    ),
    "an explorer of no kind": (PAGE, "Inside a list:", "<!-- explorer signals: part/growth/picture -->", f"{PAGE}:20: an explorer stands on"),
    "an explorer inside a sentence": (PAGE, "Inside a list:", "Inside <!-- explorer signal: part/growth/picture -->", f"{PAGE}:20: an explorer stands"),
    "a figure that is not drawn": (PICTURE, "fig, ax = plt.subplots()\nax.plot([0, 1])\n", "", f"{PAGE}:24: "),
    "a value without its backticks": (PAGE, "`{sum.total}`", "{sum.total}", f"{PAGE}:8: markup that means nothing"),
    "a formula that is not closed": (PAGE, "Inside a list:", "Inside $x a list:", f"{PAGE}:20: markup that means nothing"),
    "a reference that is not defined": (PAGE, "Inside a list:", "Inside [a list][list]:", f"{PAGE}:20: markup that means nothing"),
    "a label used twice": (PAGE, "Inside a list:", "$$\nb\n$$ {#eq-growth-square}", "two things on this page have the id eq-growth-square"),
    "a command that KaTeX does not trust": (PAGE, "a^2 = b", r"a^2 = \href{https://example.org}{b}", f"{PAGE}:11: this formula cannot be set"),
    "a formula between other signs": (PAGE, "Inside a list:", r"Inside \(a = b\):", f"{PAGE}:20: a formula between other signs"),
    "a wrong year": (PAGE, "Inside a list:", "Inside [He 2016](../sources.md#he2015):", f"{PAGE}:20: a wrong year, 2016"),
    "a value that is not finite": (PAGE, "{sum.total}", "{sum.endless}", f"{PAGE}:8: "),
    "a test that does not run a listing": (
        TEST, 'run("part/growth/sum")', 'run("part/growth/picture")', f"{SUM}:1: nothing checks it by another road",
    ),
    "a test that is commented out": (TEST, '    assert run("part/growth/sum")', '    # assert run("part/growth/sum")', f"{SUM}:1: nothing checks it"),
    "a tab in a listing": (SUM, "print(total)", "if total:\n\tprint(total)", f"{SUM}:3: it holds a tab"),
    "a letter without a width": (SUM, "print(total)", "print(total)  # \u200b", f"{SUM}:2: it holds a character that nobody sees, U+200B"),
    "letters that turn the order": (SUM, "print(total)", "print(total)  # \u202e", f"{SUM}:2: it holds a character that nobody sees"),
    "another encoding": (SUM, "total = 2", "# -*- coding: latin-1 -*-\ntotal = 2", f"{SUM}:1: it declares an encoding"),
    "a control character on a page": (PAGE, "Inside a list:", "Inside\x07", f"{PAGE}:20: it holds a character that nobody sees, U+0007"),
    "a NUL on a page": (PAGE, "Inside a list:", "Inside\0", f"{PAGE}:20: it holds a character that nobody sees, U+0000"),
    "the mark of another encoding": (PAGE, "---\ntitle", "\ufeff---\ntitle", f"{PAGE}:1: it holds a character that nobody sees, U+FEFF"),
    "a fence after a space without a width": (PAGE, QUOTE, f"\u200b{QUOTE}", f"{PAGE}:16: it holds a character that nobody sees"),
    "a fence in a fence": (PAGE, QUOTE, f"````text\n{QUOTE}\n````", f"{PAGE}:16: a fence opens with three backticks"),
    "a fence that is never closed": (PAGE, "shown, not run\n```", "shown, not run", f"{PAGE}:28: this fence is not closed"),
    "a fence in a comment": (PAGE, QUOTE, f"<!--\n{QUOTE}\n-->", f"{PAGE}:17: this fence stands in a comment"),
    "a fence in an open comment": (PAGE, QUOTE, f"<!--\n{QUOTE}\n", f"{PAGE}:17: this fence stands in a comment"),
    "a fence that is hidden": (PAGE, QUOTE, f"<div hidden markdown>\n\n{QUOTE}\n\n</div>", f"{PAGE}:16: a page is written in Markdown, without HTML"),
    "a fence that a quote swallows": (PAGE, QUOTE, QUOTE.replace("```python", "> ```python"), f"{PAGE}:16: "),
    "a tab that is not indented": (PAGE, QUOTE, f'=== "A"\n\n  {QUOTE}', f"{PAGE}:18: "),
    "a quotation of a section": (PAGE, 'growth/sum.py"', 'growth/sum.py:a"', f"{PAGE}:16: a python fence holds exactly one quotation"),
    "a quotation of an address": (PAGE, "part/growth/sum.py", "https://example.org/a.py", f"{PAGE}:16: a python fence holds exactly"),
    "a quotation of a block": (PAGE, '--8<-- "part/growth/sum.py"', "--8<--\npart/growth/sum.py\n--8<--", f"{PAGE}:16: a python fence"),
    "a quotation by other scissors": (PAGE, "Inside a list:", '-8<- "part/growth/sum.py"', f"{PAGE}:20: a quotation stands alone"),
    "a quotation from elsewhere on the disk": (PAGE, '"part/growth', '"../snippets/part/growth', f"{PAGE}:16: a python fence"),
    "an option of a fence that is none": (PAGE, "```python\n", '```python linenums="1"\n', f"{PAGE}:16: a python fence has no option"),
    "an output that somebody typed": (PAGE, "Inside a list:", "<samp>5</samp>", f"{PAGE}:20: a page is written in Markdown"),
    "a value that somebody typed": (PAGE, "`{sum.total}`", '<span class="value">5</span>', f"{PAGE}:8: a page is written in Markdown"),
    "a listing that somebody typed": (
        PAGE, "Inside a list:", '<div class="listing" id="listing-a" data-listing="part/growth/sum.py">5</div>', f"{PAGE}:20: ",
    ),
    "HTML between backticks that are none": (PAGE, "Inside a list:", r"\`<samp>5</samp>\`", f"{PAGE}:20: "),
    "a value between two backticks": (PAGE, "`{sum.total}`", "``{sum.total}``", f"{PAGE}:8: a value stands between single backticks"),
    "an entry of a value that is none": (PAGE, "{sum.total}", "{sum.total[0]}", f"{PAGE}:8: "),
    "a value that is computed": (PAGE, "{sum.total}", "{sum.total + 1}", f"{PAGE}:8: "),
    "a value that fills the page": (PAGE, "{sum.total}", "{sum.total:999999999}", f"{PAGE}:8: "),
    "a value in a link": (PAGE, "[square]", "[`{sum.product}`]", f"{PAGE}:14: "),
    "an empty formula": (PAGE, "    a^2 = b\n", "", f"{PAGE}:11: a formula without anything in it"),
    "a formula between other marks": (PAGE, "Inside a list:", r"Inside \(x^2\)", f"{PAGE}:20: a formula stands between dollars"),
    "a formula that begins by itself": (PAGE, "Inside a list:", "\\begin{align}\nx\n\\end{align}", f"{PAGE}:20: a formula stands between"),
    "a label inside a formula": (PAGE, "a^2 = b", r"\label{eq-growth-other} a^2 = b", f"{PAGE}:11: the label of a formula stands behind it"),
    "a label of another kind": (PAGE, "{#eq-growth-square}", "{#square}", f"{PAGE}:12: the label of a formula starts with eq-"),
    "a brace too many": (PAGE, "a^2 = b", "a^2} = b", f"{PAGE}:11: this formula cannot be set"),
    "two subscripts": (PAGE, "a^2 = b", "a_b_c = b", f"{PAGE}:11: this formula cannot be set"),
    "a part of a formula that nobody sees": (PAGE, "a^2 = b", r"a^2 = \phantom{2}b", f"{PAGE}:11: this formula cannot be set: \\phantom can"),
    "a comment in a formula": (PAGE, "a^2 = b", "a^2 = % c\n    b", f"{PAGE}:11: this formula cannot be set: % can show"),
    "a formula over another": (PAGE, "a^2 = b", r"a^2 \rlap{=} b", f"{PAGE}:11: this formula cannot be set: \\rlap can"),
    "a command with another meaning": (PAGE, "a^2 = b", r"\def\a{b} a^2 = b", f"{PAGE}:11: this formula cannot be set: \\def can"),
    "a macro without an end": (PAGE, "a^2 = b", r"\def\a{\a\a} \a", f"{PAGE}:11: this formula cannot be set"),
    "a picture in a formula": (PAGE, "a^2 = b", r"\includegraphics{a.png}", f"{PAGE}:11: this formula cannot be set"),
    "a letter that is no mathematics": (PAGE, "a^2 = b", "é = b", f"{PAGE}:11: this formula cannot be set"),
    "a link to nothing": (PAGE, "(#listing-sum)", "()", f"{PAGE}:14: this address leads nowhere"),
    "a link to a file of this disk": (PAGE, "(#listing-sum)", "(file:///etc/passwd)", f"{PAGE}:14: this address leads nowhere"),
    "a link that is a program": (PAGE, "(#listing-sum)", "(javascript:alert)", f"{PAGE}:14: this address leads nowhere"),
    "a link with capitals": (PAGE, "(#listing-sum)", "(Growth.md)", f"{PAGE}:14: "),
    "a link out of the book": (PAGE, "(#listing-sum)", "(../../../README.md)", f"{PAGE}:14: "),
    "a link from the root": (PAGE, "(#listing-sum)", "(/part/growth/)", f"{PAGE}:14: "),
    "a link to a page of another kind": (PAGE, "(#listing-sum)", "(growth.html)", f"{PAGE}:14: "),
    "a link of a reference": (PAGE, "Inside a list:", "[x][y]\n\n[y]: nowhere.md", f"{PAGE}:22: "),
    "an anchor used twice": (PAGE, "Inside a list:", "## A {#listing-sum}", f"{PAGE}:14: two things on this page have the id"),
    "a footnote that is not there": (PAGE, "Inside a list:", "Inside[^1]", f"{PAGE}:20: markup that means nothing"),
    "an image in Markdown without alternative text": (PAGE, "Inside a list:", "![](https://example.org/a.png)", f"{PAGE}:20: "),
    "front matter that is no YAML": (PAGE, "title: Growth", "title: [Growth", f"{PAGE}:3: the front matter is no YAML"),
    "front matter that does not end": (PAGE, "press.\n---\n", "press.\n", f"{PAGE}:1: the front matter is not closed"),
    "tags that are no list": (PAGE, "title: Growth", "tags: growth", f"{PAGE}:2: tags are what readers search for"),
    "front matter of another kind": (PAGE, "title: Growth", "template: none.html", f"{PAGE}:2: front matter has no template"),
    "a configuration that is no YAML": (YML, "nav:\n", "nav: ]\n", f"{YML}:{{nav: ]}}: "),
    "a configuration with a NUL": (YML, "nav:\n", "# \0\nnav:\n", f"{YML}:{{# \0}}: it holds a character that nobody sees, U+0000"),
    "a setting that is not known": (YML, "strict: true", "stict: true", f"{YML}:{{stict}}: "),
    "a plugin that is not known": (YML, "  - search:\n", "  - serach:\n", f"{YML}:{{serach}}: "),
    "an extension that is not known": (YML, "  - tables\n", "  - tabels\n", f"{YML}:{{tabels}}: "),
    "a function that is not known": (YML, "{name: python, class: listing, validator: !!python/name:press.extension.accept", "{name: python, validator: !!python/name:press.extension.acept", f"{YML}:{{acept}}: "),
    "pages without the press's extension": (YML, "  - press                    # listings", "  # listings", f"{YML}:{{markdown_extensions:}}: 'markdown_extensions' does not name press"),
    "pages without the press's plugin": (YML, "  - press                    # labs", "  # labs", f"{YML}:{{plugins:}}: 'plugins' does not name press"),
    "pages without quotations": (YML, "  - pymdownx.snippets", "  # ", f"{PAGE}:16: "),
    "pages without formulas": (YML, "  - pymdownx.arithmatex", "  # ", f"{PAGE}:"),
    "fences that are code and nothing else": (YML, "        - {name: python", "        # ", f"{PAGE}:16: "),
    "pages from another folder": (YML, "nav:\n", "docs_dir: snippets\nnav:\n", f"{YML}:{{docs_dir}}: the 'docs_dir' of this book is docs/"),
    "a page that is kept out": (YML, "exclude_docs: |\n", "exclude_docs: |\n  growth.md\n", f"{PAGE}:1: no page of the site comes from it"),
    "a configuration that lets pages go": (
        YML, "validation:\n  omitted_files: warn", "nav: [index.md]\nvalidation:\n  omitted_files: ignore", f"{YML}:{{nav:}}: The following pages exist",
    ),
    "a page outside the order": (YML, "  - part/growth.md\n", "", f"{YML}:{{nav:}}: The following pages exist"),
    "a page that is not there": ("mkdocs.yml", "  - index.md\n", "  - index.md\n  - part/shrink.md\n", "mkdocs.yml:"),
    "a program in an attribute": (PAGE, "Inside a list:", '<p onclick="x = 1">x</p>', f"{PAGE}:20: <p onclick> is a program"),
    "a frame from elsewhere": (
        PAGE, "Inside a list:", "<iframe src='https:example.org'></iframe>", f"{PAGE}:20: <iframe> fetches https:example.org",
    ),
    "a style that fetches from elsewhere": (
        PAGE, "Inside a list:", '<p style="background: \\75rl(//example.org/a)">x</p>', f"{PAGE}:20: a style fetches //example.org/a",
    ),
    "a number typed in a sentence": (PAGE, "`{sum.total}`", "4", f"{PAGE}:8: a typed number, 4"),
    "a number typed as a formula": (PAGE, "`{sum.total}`", "$4.0$", f"{PAGE}:8: a typed number, 4.0"),
    "a number typed in an alternative text": (PAGE, "from zero to one", "from 0 to 1", f"{PAGE}:24: a typed number, 0"),
    "an element that is hidden": (PAGE, "Inside a list:", "A caveat.\n{: hidden }\n\nInside a list:", f"{PAGE}:21: an attribute is the name"),
    "an attribute behind a link": (PAGE, "(#listing-sum)", '(#listing-sum){title="0.31"}', f"{PAGE}:14: an attribute is the name"),
    "a comment that a browser ends at once": (PAGE, "Inside a list:", "<!--><b>5</b>-->", f"{PAGE}:20: a page is written in Markdown"),
    "a comment that a browser ends early": (PAGE, "Inside a list:", "<!-- a --!><b>5</b> -->", f"{PAGE}:20: a page is written in Markdown"),
    "a mark of the press": (PAGE, "Inside a list:", "<!--press-->\n\n$x\n\n<!--/press-->", f"{PAGE}:20: a page is written in Markdown"),
    "a character by its name": (PAGE, "Inside a list:", "Inside &frac12; a list:", f"{PAGE}:20: a character is written as it is"),
    "a picture that nothing drew": (PAGE, "Inside a list:", "![A line](../assets/a.svg)", f"{PAGE}:20: a picture is drawn by a listing"),
    "a page without a description": ("docs/index.md", "description:", "title:", "docs/index.md:1: a page says in its front matter"),
    "a page that begins with a name": ("docs/index.md", "---\ndescription: Where one begins.\n---\n", "Note: nobody sees this\n\n", "docs/index.md:1: a page begins with"),
    "front matter over two lines": (PAGE, "description: A", "description: >\n  A", f"{PAGE}:3: front matter is made of lines"),
    "front matter that ends by dots": (PAGE, "press.\n---\n", "press.\n...\n# Another\n---\n", f"{PAGE}:4: front matter is made of lines"),
    "a value in another base": (PAGE, "{sum.total}", "{sum.total:x}", f"{PAGE}:8: "),
    "a number that hides behind a comment in code": (
        PAGE, "Inside a list:", "`<!--` Inside 18 lists: `-->`", f"{PAGE}:20: readers see a typed number, 18 here",
    ),
    "a formula that hides behind a comment in code": (
        PAGE, "Inside a list:", "`<!--` Inside $b^3$: `-->`", f"{PAGE}:20: readers see the formula b^3 here",
    ),
    "a formula behind two strokes": (PAGE, "Inside a list:", r"Inside \\$b^3$ a list:", f"{PAGE}:20: readers see the formula b^3 here"),
    "a sign before a value": (PAGE, "are `{", "are − `{", f"{PAGE}:8: `{{sum.total}}`: with '−' beside it, it is another number"),
    "a number out of two values": (PAGE, "`{sum.total}`,", "`{sum.total}`.`{sum.total}`,", f"{PAGE}:8: `{{sum.total}}`: with '.' beside it"),
    "a power out of two values": (PAGE, "`{sum.total}`,", "`{sum.total}`^`{sum.total}`,", f"{PAGE}:8: `{{sum.total}}`: with '^' beside it"),
    "a value in another unit": (PAGE, "`{sum.total}`,", "`{sum.total}` percent,", f"{PAGE}:8: `{{sum.total}}`: with 'percent' beside it"),
    "a text that is a typed number": (PAGE, "{sum.total}", "{sum.said}", f"{PAGE}:8: `{{sum.said}}`: said is a text, which no format may cut"),
    "a format that rounds to another number": (
        PAGE, "{sum.total}", "{sum.third:.0f}", f"{PAGE}:8: `{{sum.third:.0f}}`: third is 0.3333333333333333, and 0 is another number",
    ),
    "a letter of another alphabet": (PAGE, "Inside a list:", "Inside а list:", f"{PAGE}:20: a letter is Latin or a small Greek one"),
    "a mark over a letter": (PAGE, "Inside a list:", "Inside =\u0338 a list:", f"{PAGE}:20: a letter is Latin or a small Greek one"),
    "a name that looks like another": (SUM, "print(total)", "tоtal = 5\nprint(tоtal)", f"{SUM}:2: it holds о, which looks like another letter"),
    "a share typed in words": (PAGE, "Inside a list:", "Forty percent of a list:", f"{PAGE}:20: a typed share, Forty percent"),
}


@pytest.mark.parametrize(("damage", "message"), [(row[:3], row[3]) for row in FAULTS.values()], ids=FAULTS)
def test_a_fault_is_refused_with_file_and_line(built, damage, message):
    project, done = built[damage].result()
    project.refused(done, message)


def test_every_problem_of_a_build_is_told_at_once(project):
    project.replace(SUM, "2 + 2", "2 + 3")
    project.replace(PICTURE, "plt.show()", "1 / 0")
    project.replace(PAGE, "a^2 = b", r"\frac{b")
    done = project.build(GITHUB_ACTIONS="true")
    for place in (f"{SUM}:3:", f"{PICTURE}:5:", f"{PAGE}:11:"):
        assert re.search(rf"^{place}", done.stderr, re.MULTILINE)
        file, line = place.strip(":").split(":")
        assert f"::error file={file},line={line}::" in done.stderr


def test_a_figure_that_no_listing_drew_takes_the_place_of_none(project, good):
    figure = next(name for name in good.site() if name.endswith(".svg") and name.startswith("assets/figures/"))
    project.write(f"theme/{figure}", good.site()[figure].replace(b"</svg>", b"<text>0.31</text></svg>"))
    project.write("theme/main.html", (ROOT / "theme/main.html").read_text())
    project.replace(YML, f"custom_dir: {ROOT / 'theme'}", "custom_dir: theme")
    project.write("site/index.html", "the last good site")
    project.refused(project.build(), f"{figure}:1: it is not the figure that a listing drew")


def test_assertions_hold_whatever_the_environment_says(project):
    project.replace(SUM, "2 + 2", "2 + 3")
    assert project.build(PYTHONOPTIMIZE="1").returncode == 1


def test_a_listing_that_fails_stops_mkdocs_alone(project):
    project.replace(SUM, "2 + 2", "2 + 3")
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", "other"]
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and f"{PAGE}:16: {SUM}:3: AssertionError" in done.stderr


def test_mkdocs_alone_builds_the_same_pages_and_refuses_the_same_faults(project):
    project.build()
    ours = project.site()
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", "other"]
    subprocess.run(command, cwd=project.folder, check=True, capture_output=True)
    page = (project.folder / "other/part/growth/index.html").read_bytes()
    assert page == ours["part/growth/index.html"]
    project.replace(PAGE, "{sum.total}", "{sum.product}")
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and f"{PAGE}:8:" in done.stderr


def test_two_builds_at_once_do_not_disturb_each_other(cold):
    project = cold
    command = [sys.executable, "-m", "press.command", "build"]
    both = [subprocess.Popen(command, cwd=project.folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    assert [(one.wait(), one.communicate()[1]) for one in both] and all(one.returncode == 0 for one in both)
    first = project.site()
    project.build()
    assert project.site() == first


def test_a_swap_that_was_cut_short_is_mended(project):
    project.build()
    (project.folder / "site").rename(project.folder / ".press" / "site-before")
    project.replace(SUM, "2 + 2", "2 + 3")
    assert project.build().returncode == 1
    assert "index.html" in project.site()


def test_press_run_says_what_a_listing_does(project):
    done = project.build("run", SUM)
    assert done.returncode == 0 and done.stdout.startswith("4\n") and "values: total" in done.stdout
    project.replace(SUM, "2 + 2", "2 + 3")
    done = project.build("run", SUM)
    assert done.returncode == 1 and done.stderr.startswith(f"{SUM}:3: AssertionError")


def test_the_limits_are_the_promised_ones():
    assert (program.SECONDS, program.MEMORY) == (30, 2 * 2**30)


def test_serve_shows_what_is_saved_and_survives_what_is_broken(project):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "press.command", "serve", "--address", address]
    server = subprocess.Popen(command, cwd=project.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def shows(text):
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"http://{address}/part/growth/", timeout=5) as page:
                    if text in page.read().decode():
                        return True
            except OSError:
                pass
            time.sleep(0.25)
        return False

    try:
        assert shows("<samp>4</samp>")
        project.replace(SUM, "print(total)", "print(total, 'again')")
        assert shows("<samp>4 again</samp>")
        project.replace(SUM, "2 + 2", "2 + 3")
        assert shows("AssertionError assert total == 4")
        project.replace(SUM, "2 + 3", "2 + 2")
        assert shows("<samp>4 again</samp>")
        assert server.poll() is None
    finally:
        server.terminate()
        server.wait()


def test_a_terminal_sees_how_far_the_listings_are(cold):
    cold.replace(SUM, "total = 2 + 2", "import time\ntime.sleep(2.2)\ntotal = 2 + 2")
    ours, theirs = pty.openpty()
    build = subprocess.Popen([sys.executable, "-m", "press.command", "build"], cwd=cold.folder, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):   # the terminal is gone when the build is
        while piece := os.read(ours, 4096):
            said += piece
    assert build.wait() == 0
    assert b"1 of 2 listings" in said
    assert re.search(rb"part/growth/sum.py: slow, 2\.\d s", said)


def test_a_book_that_does_not_say_who_wrote_it_is_not_printed(project):
    done = project.build("pdf")
    assert done.returncode == 1 and "CITATION.cff:1: what it says stands on the first page" in done.stderr
    assert not (project.folder / "build").exists()
