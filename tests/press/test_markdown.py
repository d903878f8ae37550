"""A page as Markdown: nothing of this book's own syntax is left in it."""
from types import SimpleNamespace

import pytest

from press.run import figures
from press.site import markdown

SVG = '<svg width="72pt" height="36pt"></svg>'
LISTING = '"""It doubles."""\nprint(4)\n\n# %% check\nassert 2 + 2 == 4\n'
NAME = f"../assets/figures/{figures.name(SVG)}"


@pytest.fixture
def shown(tmp_path):
    """shown(text): a page docs/part/page.md with this text, as Markdown."""
    def as_markdown(text, environment=""):
        for name, content in {"docs/part/page.md": text, "snippets/part/page/twice.py": LISTING}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content, encoding="utf-8")
        run = SimpleNamespace(output="4\n", figures=[SVG], values={"small": 1.25e-7, "half": -0.5}, unkept={}, environment=environment)
        runs = SimpleNamespace(root=tmp_path, run=lambda path: run)
        page = SimpleNamespace(markdown=text, url="part/page/", file=SimpleNamespace(src_uri="part/page.md", url="part/page/"))
        other = SimpleNamespace(url="part/other/")
        files = SimpleNamespace(get_file_from_path={"part/other.md": other}.get)
        return markdown.as_markdown(markdown.pieces(page, files, lambda file: file.url, runs))

    return as_markdown


@pytest.mark.parametrize(("text", "expected"), [
    ("It is `{twice.half:.1f}`.", "It is -0.5."),
    ("It is `{twice.small:.0e}`.", r"It is $1 \times 10^{-7}$."),
    ("`{x}` and ``a ` b``", None),
    ("$\\E[x]$", r"$\operatorname{E}[x]$"),
    ("$$\na\n$$ {#eq-a}\n\n$$\nb\n$$\n\n$$\nc\n$$ {#eq-c}", "$$\na \\tag{1}\n$$\n\n$$\nb\n$$\n\n$$\nc \\tag{2}\n$$"),
    ("## A heading {#name}\n\n<!-- a remark -->Text.<a id=\"old\"></a>", "## A heading\n\nText."),
    ("[it](other.md#x), [none](gone.md), [here](#a), [there](https://example.org)",
     "[it](part/other/#x), none, [here](part/page/#a), [there](https://example.org)"),
    ('??? note "Going further"\n\n    Deep\n\n    === "One"\n\n        in it\n\nOut', "**Going further**\n\n\nDeep\n\n**One**\n\n\nin it\n\nOut"),
    ("- a\n\n    ```text\n    as it is {x} $y$\n    ```\n", "- a\n\n```text\nas it is {x} $y$\n```"),
])
def test_what_only_this_book_knows_is_written_out(shown, text, expected):
    if expected is None:
        with pytest.raises(ValueError, match="write it as"):
            shown(text)
    else:
        assert shown(text) == expected + "\n"


def test_a_listing_is_its_experiment_its_output_its_figure_and_its_check(shown):
    text = 'First.\n\n```python alt="A line" caption="It rises."\n--8<-- "part/page/twice.py"\n```\n\nThen.'
    assert shown(text) == (
        'First.\n\n`snippets/part/page/twice.py`:\n\n```python\n"""It doubles."""\nprint(4)\n```\n\nOutput:\n\n```text\n4\n```\n\n'
        f"![A line](../{NAME})\n\nHow this is checked:\n\n```python\nassert 2 + 2 == 4\n```\n\nThen.\n"
    )
    assert "<!--" not in shown(f"{text}\n\n<!-- explorer signal: part/page/twice -->\n") and shown(
        f"{text}\n\n<!-- explorer signal: part/page/twice -->\n").count(f"![A line](../{NAME})") == 2


def test_a_listing_of_another_environment_says_what_it_needs(shown):
    assert '```python\n# needs PyTorch\n"""It doubles."""' in shown('```python env="torch"\n--8<-- "part/page/twice.py"\n```', "PyTorch 2.9")
