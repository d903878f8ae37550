"""The Markdown extension: listings, shown code and explorers in their places, with what is wrong with them."""
import re
from types import SimpleNamespace

import markdown
import pytest
import sybil_items
from lxml import html
from typesetting import QUOTED, SVG, book   # noqa: F401

from press.book.sources import Problem
from press.run.runner import Failure

DRAWN = ' alt="A line" caption="It rises & falls."'


def boxes(made, kind="listing"):
    return html.fragment_fromstring(made, create_parent=True).find_class(kind)


def kinds(element):
    return [child.get("class") or child.tag for child in element if isinstance(child.tag, str)]


def test_a_listing_is_its_program_its_output_its_figures_and_its_check(book):
    book.listing(output="3 < 4\n", figures=[SVG])
    made, problems = book.set(QUOTED.format(DRAWN + ' hl_lines="2-3"'))
    [listing] = boxes(made)
    assert not problems and kinds(listing) == ["language-python highlight", "output", "figure", "check", "how"]
    path = "part/chapter/one.py"
    named = f'class="listing" id="listing-one" data-listing="{path}" data-search-exclude><!--press--><div class="language-py'
    assert made.startswith(f"<div {named}") and made.endswith("<!--/press--></div>")
    program, check = listing.findall(".//pre")[0], listing.find_class("check")[0]
    assert program.text_content().strip() == '"""It is so."""\na = 1\nb = 2'
    assert [line.text_content() for line in program.find_class("hll")] == ["a = 1\n", "b = 2\n"]
    assert listing.find_class("filename")[0].text == f"snippets/{path}"
    assert check.text_content() == "How this is checked# Exact.\nassert a < b\n"
    assert listing.find_class("output")[0].text_content() == "3 < 4"
    image, figure = listing.find(".//img"), listing.find("figure")
    assert [image.get(name) for name in ("width", "height", "loading", "alt")] == ["96", "48", "lazy", "A line"]
    assert figure.text_content() == "Figure 1 It rises & falls." and figure.get("id") == "figure-one"
    assert listing.find_class("how")[0][0].get("href") == "../../verification/#claim-chapter-one"
    [(address, file)] = book.published.items()
    assert image.get("src") == f"../../{address}" and file.content_string == SVG
    assert {"listing-one", "figure-one"} <= book.anchors


def test_the_picture_first_and_another_environment(book):
    book.listing(output="said", figures=[SVG], environment="PyTorch 2.13.0")
    [listing] = boxes(book.set(QUOTED.format(f' picture env="torch"{DRAWN}'))[0])
    assert listing.get("class") == "listing picture" and kinds(listing) == ["figure", "output", "program", "how"]
    program = listing.find_class("program")[0]
    assert program.find("summary").text == "How this picture was made"
    assert kinds(program) == ["summary", "language-python highlight", "environment", "check"]
    assert program.find("p").text == "Run with PyTorch 2.13.0."


@pytest.mark.parametrize(("around", "inside"), [
    ("!!! note\n    {}", "div.admonition"), ("??? note\n    text\n    {}", "details"), ("> one\n> {}\n> two", "blockquote"),
    ('=== "A"\n\n    {}\n=== "B"\n\n    text\n', "div.tabbed-block"), ("- one\n\n    {}", "li"), ("1. one\n    {}\n2. two", "li"),
    ('=== "A"\n\n    !!! note\n        {}', "div.admonition"), ('<div class="x" markdown>\n{}</div>', "div.x"), ("one\n{}two", "div"),
])
def test_a_fence_may_be_anywhere(book, around, inside):
    book.listing(output="<said> & done\n\n\nlast")
    before = re.search(r"^.*(?=\{)", around, re.MULTILINE)[0]
    made, problems = book.set(around.format(("\n" + before).join(QUOTED.format("").splitlines()) + "\n"))
    [listing] = boxes(made)
    above = [".".join([each.tag, *(each.get("class") or "").split()]) for each in listing.iterancestors()]
    assert not problems and any(name.startswith(inside) for name in above) and "p" not in above
    assert boxes(made, "output")[0].text_content() == "<said> & done\n\n\nlast" and "\x02" not in made and "```" not in made


def test_two_listings_with_one_text_and_code_that_is_only_shown(book):
    book.listing(output="first")
    book.listing("two", output="second")
    shown = '```python shown title="a.py"\nx = "<b>"\n```\n````markdown\n```py\n```\n````\n'
    made, problems = book.set(QUOTED.format("") + QUOTED.format("").replace("one", "two") + shown)
    assert not problems and [each.get("id") for each in boxes(made)] == ["listing-one", "listing-two"]
    assert [each.text_content() for each in boxes(made, "output")] == ["first", "second"]
    assert [each.text_content().strip() for each in boxes(made, "shown")] == ['a.pyx = "<b>"', "```py\n```"]


def test_a_failure_is_on_the_page_and_at_the_line_of_the_fence(book):
    assert book.set("\n\n" + QUOTED.format(""))[1] == ["3: there is no snippets/part/chapter/one.py to quote"]
    book.listing()
    indented = "one\n\n    " + QUOTED.format("").replace("\n", "\n    ")   # and no list is there
    assert book.set(indented)[1][0].startswith("3: this fence is indented by more than")
    book.ran["part/chapter/one.py"] = Failure("snippets/part/chapter/one.py", 3, "AssertionError")
    made, problems = book.set("\n# T\n\n" + QUOTED.format(""), matter="---\ntitle: T\n---\n")
    assert problems == ["7: snippets/part/chapter/one.py:3: AssertionError"] and "one.py:3: AssertionError</samp>" in made


@pytest.mark.parametrize(("options", "message"), [
    ("", "shows 1 figures, the fence describes 0"), (DRAWN + DRAWN.replace("=", "2="), "describes 2"),
    (DRAWN + ' hl_lines="4"', 'hl_lines="4" is not among the 3 lines'), (DRAWN + ' hl_lines="3-2"', 'hl_lines="3-2"'),
    (DRAWN + ' hl_lines="a"', 'hl_lines="a"'), (DRAWN.replace("A line", "A line at 12.34 of it"), "12.34 looks measured"),
])
def test_what_a_fence_says_of_its_listing_is_true(book, options, message):
    book.listing(figures=[SVG])
    [problem] = book.set(QUOTED.format(options))[1]
    assert problem.startswith("1: ") and message in problem


def test_problems_are_those_of_the_page_as_it_is_now_and_raised_where_nobody_gathers_them(book):
    assert book.set("```\n```\n")[1] and not book.set("mended\n")[1]
    with pytest.raises(Problem, match="page.md:1: a fence begins with"):
        markdown.markdown("```\n```\n", extensions=["press"])


def test_an_explorer_has_the_figures_of_its_listing(book):
    book.listing(figures=[SVG])
    book.write("docs/part/chapter.md", QUOTED.format(DRAWN))
    made, problems = book.set("<!-- explorer signal: part/chapter/one -->\n", page="index.md")
    assert not problems and 'href="part/chapter/#listing-one"' in made
    assert '<div class="explorer" data-explorer="signal" data-search-exclude><figure><img src="assets/' in made
    for text, problem in {"\n<!-- explorer glance: a/b/c -->": "2: there is no", "one <!-- explorer glance: a/b/c -->": "1: an "}.items():
        assert book.set(text, page="index.md")[1][0].startswith(problem)


def test_wide_tables_know_their_heads(book):
    row = "| 1 | 2 | 3 | 4 | 5 | 6 |\n"
    assert '<td data-head="3">3</td>' in book.set(row + re.sub(r"\d", "-", row) + row)[0]
    heads = row.replace("3", r"the $\sigma^2$ of *w*")   # a formula as one would type it
    assert '<td data-head="the σ² of w">3</td>' in book.set(heads + re.sub(r"\d", "-", row) + row)[0]


def test_a_listing_is_an_item_that_runs_afresh_elsewhere(book):
    texts = {"one": "print(1)\n", "two": "print(2)\nassert 1 == 2\n", "three": "print(set('abcdefghijklmnop'))\n"}
    for name, text in texts.items():
        book.listing(name, text)
    text = "".join(QUOTED.format("").replace("one", name) for name in texts)
    one, two, three = sybil_items.regions(SimpleNamespace(path=f"{book.root}/docs/part/chapter.md", text=text))
    one.evaluator(one)
    for region, wrong in (two, "two.py:2: AssertionError"), (three, "three.py:1: .*left to chance"):
        with pytest.raises(sybil_items.Disproved, match=wrong):
            region.evaluator(region)


def test_what_is_said_to_who_tries_mutants_is_not_shown(book):
    book.listing(text='"""It is."""\nn = 400  # no mutate: a size\nprint(n)  # its size\n', output="400\n")
    assert [block.text_content().strip() for block in boxes(book.set(QUOTED.format(""))[0])[0].iter("pre")] == [
        '"""It is."""\nn = 400\nprint(n)  # its size', "400",
    ]
