"""The fences of a page: found at their lines in whatever they are in; any that is not known to be run or shown is refused."""
import pytest

from press.pages import fences

QUOTED = '```python\n--8<-- "a/b/c.py"\n```\n'
PAGE = "docs/a/b.md"


def quoting(options):
    return QUOTED.replace("python", f"python {options}")


@pytest.mark.parametrize("indent", ["", "    ", "> ", "        ", "> > ", ">     "])
def test_a_fence_is_found_in_whatever_it_is_in(indent):
    inside = "".join(f"{indent}{line}\n" for line in QUOTED.splitlines())
    text = f"before\n\n{inside}\nbehind\n"
    [fence], problems = fences.read(text, PAGE)
    assert (fence.line, fence.listing, fence.indent, problems) == (3, "a/b/c.py", indent, ())
    assert text[fence.start:fence.end] == inside
    assert fences.prose(text) == "before\n\n\n\n\n\nbehind\n"


def test_options_are_words_and_keys_and_figures_go_by_number():
    described = " ".join(f'alt{n}="A {n}" caption{n}="C {n}"' for n in ["", *range(12, 1, -1)])
    [fence], problems = fences.read(quoting(f'picture env="torch" {described}'), PAGE)
    assert not problems and fence.options["picture"] == "" and fence.options["env"] == "torch"
    assert fence.figures == [("A", "C"), *((f"A {n}", f"C {n}") for n in range(2, 13))]


@pytest.mark.parametrize("info", [
    "text", "bash", "yaml", "bibtex", "toml", "javascript", "c++", "python shown", 'python shown title="a.py" hl_lines="1"',
])
def test_what_may_be_shown(info):
    [fence], problems = fences.read(f"```{info}\nx = 1\n```\n", PAGE)
    assert not problems and not fence.listing and fence.body == ("x = 1",)


def test_a_fence_within_a_longer_one_and_code_between_backticks_are_text():
    [fence], problems = fences.read(f"````markdown\n{QUOTED}<!-- open\n````\n", PAGE)
    assert fence.language == "markdown" and fence.body[:3] == tuple(QUOTED.splitlines()) and not problems
    [fence], problems = fences.read(f"A `<!--` and ``` `x` ``` and `--8<-- \"a/b/c.py\"`.\n\n{QUOTED}", PAGE)
    assert fence.line == 3 and not problems


@pytest.mark.parametrize(("text", "line", "message"), [
    *((f"```{name}\nx\n```", 1, 'write "```python"') for name in ("py", "Python", "python3 shown", "pycon")),
    *((f"```{info}\nx\n```", 1, "begins with its language") for info in (" python", "{.python}", "", "python title=bare")),
    ("```pyhton\nx\n```", 1, "no language that Pygments knows"),
    ("```python\nx = 1\n```", 1, "nothing runs this Python"),
    ('```python\n--8<-- "a/b/c.py"\nx = 1\n```', 1, "nothing runs this Python"),
    ('```python\n--8<-- "c.py"\n```', 1, "nothing runs this Python"),
    ('```text\n--8<-- "a/b/c.py"\n```', 1, 'a "```python" fence'), (quoting("shown"), 1, "without `shown`"),
    ('one\n--8<-- "a/b/c.py"\n', 2, "alone in a"), ("~~~text\nx\n~~~", 1, "backticks here, not of tildes"),
    ("one\n\n```text\nx\n", 3, "not closed"), ("- one\n\n    ```text\n    x\nout", 3, "not closed"),
    ("> ```text\n> x\n\n```text\ny\n```", 1, "not closed"), ("- ```text\n  x\n  ```", 1, "below the marker of its list"),
    (f"<!-- away\n\n{QUOTED}-->", 3, "in a comment"), ('```text title="a" title="b"\nx\n```', 1, "given twice"),
    ("```text picture\nx\n```", 1, "no option picture"), (quoting('title="a"'), 1, "no option title"),
    (quoting('env="theano"'), 1, 'no env="theano"'), (quoting('alt="A"'), 1, "each figure has"),
    (quoting('caption="C"'), 1, "each figure has"), (quoting('alt=" " caption="C"'), 1, "each figure has"),
    (quoting('alt="A" caption="C" alt3="A" caption3="C"'), 1, "each figure has"),
    (QUOTED + "\n" + QUOTED, 5, "in line 1 already"), (QUOTED.replace("a/b", "a/other"), 1, "belongs on docs/a/other.md"),
])
def test_every_other_spelling_is_refused_with_its_line(text, line, message):
    [problem] = fences.read(text, PAGE)[1]
    assert problem.line == line and message in problem.message


def test_a_listing_that_no_page_quotes(tmp_path):
    for path, text in {PAGE: QUOTED, "snippets/a/b/c.py": "x = 1", "snippets/a/b/d.py": "x = 1"}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert [(problem.path, problem.line) for problem in fences.problems(tmp_path)] == [("snippets/a/b/d.py", 1)]
    assert fences.quoted(tmp_path) == {"a/b/c.py": ("", [(PAGE, 1)])}
    (tmp_path / "docs/a/e.md").write_bytes(b"\xff")
    assert [problem.path for problem in fences.problems(tmp_path)] == ["docs/a/e.md"]
