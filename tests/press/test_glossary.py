"""The terms of the field: read from their page, and linked where a chapter first uses them."""
import xml.etree.ElementTree as etree

import pytest

from press import glossary

TERMS = [
    glossary.Term(("gain",), "gain", "The factor.", 3),
    glossary.Term(("He initialization", "Kaiming"), "he", "Twice the variance.", 7),
]
GAIN = '<a class="term" href="../glossary.md#gain" title="The factor.">'
HE = '<a class="term" href="../glossary.md#he" title="Twice the variance.">'
MARKED = {
    "the first use and no other": ("<p>a gain, and a gain</p><p>gain</p>", f"<p>a {GAIN}gain</a>, and a gain</p><p>gain</p>"),
    "a plural at the start": ("<p>Gains of two</p>", f"<p>{GAIN}Gains</a> of two</p>"),
    "one term under any of its names": ("<p>Kaiming or He initialization</p>", f"<p>{HE}Kaiming</a> or He initialization</p>"),
    "across the end of a line": ("<p>By He\ninitialization.</p>", f"<p>By {HE}He\ninitialization</a>.</p>"),
    "two in one text": ("<p>gain of Kaiming, twice</p>", f"<p>{GAIN}gain</a> of {HE}Kaiming</a>, twice</p>"),
    "inside an emphasis, and behind it": (
        "<p>a <em>gain</em> of Kaiming.</p>", f"<p>a <em>{GAIN}gain</a></em> of {HE}Kaiming</a>.</p>",
    ),
    "no part of a word": ("<p>regain again gain-like</p>", "<p>regain again gain-like</p>"),
    "no code, link, formula or value": (
        '<p><code>gain</code><a href="#x">gain</a><span class="arithmatex">gain</span><span class="value">gain</span></p>',
        '<p><code>gain</code><a href="#x">gain</a><span class="arithmatex">gain</span><span class="value">gain</span></p>',
    ),
    "no heading, table or title of a box": (
        '<h2>gain</h2><table><tr><td>gain</td></tr></table><p class="admonition-title">gain</p>',
        '<h2>gain</h2><table><tr><td>gain</td></tr></table><p class="admonition-title">gain</p>',
    ),
}


@pytest.mark.parametrize("before, after", MARKED.values(), ids=MARKED)
def test_the_first_use_of_a_term_in_a_paragraph_leads_to_it(before, after):
    root = etree.fromstring(f"<div>{before}</div>")
    glossary.mark(root, TERMS, "../glossary.md")
    assert etree.tostring(root, encoding="unicode") == f"<div>{after}</div>"


PAGE = """---
description: Terms.
---

# Glossary

### total {#total}

What a sum `adds` up to, in [words](part/growth.md).

### list, lists of things {#list}

Items in a row.
A [growth](part/growth.md) of $n$.
"""
FAULTS = {
    "no address": (" {#total}", "", 7, "total has no address of its own"),
    "one address twice": ("{#list}", "{#total}", 11, "#total stands in line 7 already"),
    "one name twice": ("lists of things", "Total", 11, "Total stands in line 7 already"),
    "a formula in the sentence": ("Items in", "Items $n$ in", 11, "in one sentence of words"),
    "no sentence": ("Items in a row.\n", "", 11, "in one sentence of words"),
    "no link": ("[words](part/growth.md)", "words", 7, "total has no link"),
    "a term that no chapter uses": ("### total", "### product", 7, "no chapter uses product"),
}


def write(project):
    project.write("docs/glossary.md", PAGE)
    project.replace("docs/part/growth.md", "Two and two are", "The total of two and two is")
    project.replace("docs/part/growth.md", "Inside a list:", "Inside a list of things:")
    project.replace("mkdocs.yml", "  - verification.md\n", "  - verification.md\n  - glossary.md\n")


def test_a_page_of_terms_is_published_and_linked(project):
    write(project)
    done = project.build()
    assert done.returncode == 0, done.stderr
    page = project.site()["part/growth/index.html"].decode()
    assert 'The <a class="term" href="../../glossary/#total" title="What a sum adds up to, in words.">total</a> of two' in page
    assert 'Inside a <a class="term" href="../../glossary/#list" title="Items in a row.">list</a> of things' in page
    assert b'class="term"' not in project.site()["glossary/index.html"] + project.site()["verification/index.html"]
    assert b"The total of two and two is" in project.site()["search/search_index.json"]


@pytest.mark.parametrize("old, new, line, message", FAULTS.values(), ids=FAULTS)
def test_a_faulty_glossary_is_refused(project, old, new, line, message):
    write(project)
    project.replace("docs/glossary.md", old, new)
    done = project.build()
    assert done.returncode == 1
    assert any(row.startswith(f"docs/glossary.md:{line}: ") and message in row for row in done.stderr.splitlines()), done.stderr
