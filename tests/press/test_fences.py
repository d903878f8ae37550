"""Every fence is found at its line, and every other spelling is refused at its line."""
import pytest

from press import fences

QUOTE = '--8<-- "part/chapter/name.py"'
GOOD = {
    "plain": f"\n```python\n{QUOTE}\n```\n",
    "with its figure": f'\n```python alt="a curve"\n{QUOTE}\n```\n',
    "with two figures and lines": f'\n```python alt="a curve" alt2="b" hl_lines="1 3"\n{QUOTE}\n```\n',
    "in an admonition": f"!!! note\n    ```python\n    {QUOTE}\n    ```\n",
    "in a tab of a list": f"- one\n    ```python\n    {QUOTE}\n    ```\n",
    "in a quote": f"\n> ```python\n> {QUOTE}\n> ```\n",
}
BAD = {
    "an inline program": "\n```python\nprint(1)\n```\n",
    "two quotations": f"\n```python\n{QUOTE}\n{QUOTE}\n```\n",
    "nothing in it": "\n```python\n```\n",
    "a section of a file": '\n```python\n--8<-- "part/chapter/name.py:start"\n```\n',
    "a space before the language": f"\n``` python\n{QUOTE}\n```\n",
    "a short name": f"\n```py\n{QUOTE}\n```\n",
    "another case": f"\n```Python\n{QUOTE}\n```\n",
    "braces": f"\n```{{.python}}\n{QUOTE}\n```\n",
    "a prompt": "\n```pycon\n>>> 1\n```\n",
    "a title": f'\n```python title="a"\n{QUOTE}\n```\n',
    "an option without quotes": f"\n```python alt=a\n{QUOTE}\n```\n",
    "an option given twice": f'\n```python alt="a" alt="b"\n{QUOTE}\n```\n',
    "no language": "\n```\nx\n```\n",
    "an unknown language": "\n```julia\nx\n```\n",
    "an option of what only shows": '\n```text alt="a"\nx\n```\n',
    "tildes": f"\n~~~python\n{QUOTE}\n~~~\n",
    "four backticks": f"\n````python\n{QUOTE}\n````\n",
    "no end": f"\n```python\n{QUOTE}\n",
    "a comment around it": f"\n<!--\n```python\n{QUOTE}\n```\n-->\n",
    "a list marker before it": f"\n- ```python\n  {QUOTE}\n  ```\n",
    "a quotation outside": f"\n{QUOTE}\n",
    "a quotation in text": f"\n```text\n{QUOTE}\n```\n",
}


@pytest.mark.parametrize("page", GOOD.values(), ids=GOOD)
def test_a_good_fence_is_found_at_its_line(page):
    found, problems = fences.read(page, "docs/a.md")
    assert not problems
    assert [(fence.line, fence.quotation) for fence in found] == [(2, "part/chapter/name.py")]
    assert page[found[0].start:found[0].end].count("```") == 2


@pytest.mark.parametrize("page", BAD.values(), ids=BAD)
def test_any_other_spelling_is_refused_at_its_line(page):
    found, problems = fences.read(page, "docs/a.md")
    assert problems and not [fence for fence in found if fence.quotation]
    line = 3 if "<!--" in page else 2
    assert str(problems[0]).startswith(f"docs/a.md:{line}: ")


def test_alternative_texts_keep_the_order_of_the_figures():
    page = f'\n```python alt="first" alt2="second"\n{QUOTE}\n```\n'
    assert fences.read(page, "a")[0][0].alts == ["first", "second"]
