"""A page as Markdown that needs nothing of this book, for programs that read and for notebooks.

Listings are in it with what they printed, values are filled in, and formulas are TeX without macros.
"""
import posixpath
import re

from press.book import listings
from press.book.sources import DOCS
from press.pages import extension, fences, formulas, values
from press.pages.listings import FIGURES, described
from press.run import figures

FORMS = {   # how a piece of each kind is shown
    "text": "{}",
    "name": "`{}`:",
    "program": "```python\n{}\n```",
    "output": "Output:\n\n```text\n{}\n```",
    "figure": "{}",
    "check": "How this is checked:\n\n```python\n{}\n```",
}

_BOX = re.compile(r'^(?P<indent> *)(?:!!!|\?\?\?\+?|===[!+]*)(?: [\w-]+)* "(?P<title>[^"]*)"[ \t]*$')
_TOKEN = re.compile(
    r"`\{(?P<value>[^`{}]+)\}`"
    r"|(?P<code>(?<!\\)(?P<ticks>`+)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`))"
    r"|\$\$(?P<display>.*?)(?P<space>\s*)\$\$(?:[ \t]+\{#(?P<label>[^}\s]*)\})?"
    r"|(?<!\\)\$(?P<inline>[^$\n]+)\$"
    r"|(?P<dropped><!--.*?-->|<a id=\"[\w-]+\"></a>|[ \t]*\{(?:: ?)?[#.][^}\n]*\})"
    r"|\[(?P<words>(?:`[^`]*`|[^\[\]`])*)\]\((?P<target>[^)\s]+)\)",
    re.DOTALL,
)


def as_markdown(pieces):
    """The pieces of a page as one text."""
    return "\n\n".join(FORMS[kind].format(text) for kind, text in pieces) + "\n"


def pieces(page, link, runs):
    """What a page that MkDocs has read is made of, in its order, as (kind, text); the kinds are those of FORMS.

    link: what makes (words, target) of a link, the target as the page has it, into Markdown. runs: the Runs.
    Raises Failure, and what `values.text` and `described` raise.
    """
    path, root, at = page.file.src_uri, "../" * page.url.count("/"), 0
    text = _unboxed(extension.generated(page.markdown, runs.root))
    token = _Token(path, link, runs)
    for fence in fences.read(text, f"{DOCS}/{path}")[0]:
        yield from _prose(text[at:fence.start], token, root)
        if fence.listing:
            yield from _listing(fence, root, runs)
        else:
            yield "text", "\n".join([f"```{fence.language}", *fence.body, "```"])
        at = fence.end
    yield from _prose(text[at:], token, root)


def _prose(text, token, root):
    """What is between two fences: sentences, and figures in the places of explorers."""
    parts = re.split(extension.EXPLORER, text)   # text, kind, listing, text, …
    for number in range(0, len(parts), 3):
        if plain := _TOKEN.sub(token, parts[number]).strip("\n"):
            yield "text", plain
        for listing in parts[number + 2:number + 3]:
            yield from (figure(svg, alt, root) for svg, alt, _ in described(f"{listing}.py", token.runs))


def _listing(fence, root, runs):
    """The listing of a fence."""
    listing, run = listings.listing(fence.listing, runs.root), runs.run(fence.listing)
    needs = run.environment.partition(" ")[0]   # the first word of what it ran with, where that is not this environment
    yield "name", listing.file
    yield "program", f"# needs {needs}\n{listing.experiment}" if needs else listing.experiment
    if output := run.output.rstrip():
        yield "output", output
    yield from (figure(svg, alt, root) for svg, (alt, _) in zip(run.figures, fence.figures))
    if listing.check:
        yield "check", listing.check


class _Token:
    """Makes a piece of Markdown that is more than its letters plain. Counts the labelled formulas of its page."""

    def __init__(self, path, link, runs):
        self.path, self.link, self.runs, self.number = path, link, runs, 0

    def __call__(self, found):
        if found["value"]:
            printed = values.text(found["value"], self.path, self.runs)
            digits, exponent = values.typeset(printed)
            return rf"${digits} \times 10^{{{exponent}}}$".replace("−", "-") if exponent else printed
        if found["display"]:
            self.number += bool(found["label"])
            tag = rf" \tag{{{self.number}}}" if found["label"] else ""
            return f"$${formulas.expanded(found['display'])}{tag}{found['space']}$$"
        if found["inline"]:
            return f"${formulas.expanded(found['inline'])}$"
        if found["target"]:
            return self.link(_TOKEN.sub(self, found["words"]), found["target"])
        return found["code"] or ""


def figure(svg, alt, root):
    """A figure of the site as a piece. root: the way from the page to the site's root."""
    return "figure", f"![{alt}]({root}{FIGURES}/{figures.name(svg)})"


def linker(page, files, address):
    """What makes the words and the target of a link of a page into Markdown.

    address: what tells the address of a file of MkDocs, or "" where there is none; then the words alone remain.
    """
    def link(words, target):
        place, mark, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            return f"[{words}]({target})"
        source = posixpath.normpath(posixpath.join(posixpath.dirname(page.file.src_uri), place))
        file = files.get_file_from_path(source) if place else page.file
        found = file and address(file)
        return f"[{words}]({found}{mark}{anchor})" if found else words

    return link


def _unboxed(text):
    """Boxes and tabs as their titles in bold, and what they hold without its indentation."""
    rows, boxes = [], []   # boxes: the indentation of each that is open
    for row in text.split("\n"):
        while boxes and row.strip() and not row.startswith(" " * (boxes[-1] + 4)):
            boxes.pop()
        box, row = _BOX.match(row), row.removeprefix("    " * len(boxes))
        if box:
            boxes.append(len(box["indent"]))
            rows += [f"{row[:row.index(row.strip())]}**{box['title']}**", ""]
        else:
            rows.append(row)
    return "\n".join(rows)
