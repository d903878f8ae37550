"""A page as Markdown that needs nothing of this book, for programs that read and for notebooks.

Listings are in it with what they printed, values are filled in, and formulas are TeX without macros.
"""
import posixpath
import re
from itertools import count

from press.book import listings
from press.book.sources import DOCS
from press.pages import extension, fences, formulas, tiles, values
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
    r"|(?P<dropped><!--.*?-->|</?div\b[^>]*>\n*|<a id=\"[\w-]+\"></a>|[ \t]*\{(?:: ?)?[#.][^}\n]*\})"
    r"|\[(?P<words>(?:`[^`]*`|[^\[\]`])*)\]\((?P<target>[^)\s]+)\)",
    re.DOTALL,
)


def as_markdown(pieces):
    """The pieces of a page as one text."""
    return "\n\n".join(FORMS[kind].format(text) for kind, text in pieces) + "\n"


def pieces(page, files, address, runs):
    """What a page that MkDocs has read is made of, in its order, as (kind, text); the kinds are those of FORMS.

    address: what tells where a file of MkDocs is, or ""; then of a link to it the words remain. runs: the Runs.
    Raises Failure, and what `values.text` and `described` raise.
    """
    path, root, numbers = page.file.src_uri, "../" * page.url.count("/"), count(1)

    def plain(found):
        """A piece of Markdown that is more than its letters."""
        if found["value"]:
            digits, exponent = values.typeset(printed := values.text(found["value"], path, runs))
            return rf"${digits} \times 10^{{{exponent}}}$".replace("−", "-") if exponent else printed
        if found["display"]:
            tag = rf" \tag{{{next(numbers)}}}" if found["label"] else ""
            return f"$${formulas.expanded(found['display'])}{tag}{found['space']}$$"
        if found["inline"]:
            return f"${formulas.expanded(found['inline'])}$"
        return link(_TOKEN.sub(plain, found["words"]), found["target"]) if found["target"] else found["code"] or ""

    def link(words, target):
        place, mark, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            return f"[{words}]({target})"
        source = posixpath.normpath(posixpath.join(posixpath.dirname(path), place))
        file = files.get_file_from_path(source) if place else page.file
        return f"[{words}]({where}{mark}{anchor})" if file and (where := address(file)) else words

    def prose(text):
        """Sentences, and figures in the places of explorers."""
        parts = re.split(extension.EXPLORER, text)   # text, kind, listing, text, …
        for text, listing in zip(parts[::3], [*parts[2::3], None]):
            if text := _TOKEN.sub(plain, text).strip("\n"):
                yield "text", text
            for svg, alt, _ in described(f"{listing}.py", runs) if listing else ():
                yield figure(svg, alt, root)

    text = tiles.MARKER.sub(lambda match: tiles.listed(match, runs.root), extension.generated(page.markdown, runs.root))
    text, at = _unboxed(text), 0
    for fence in fences.read(text, f"{DOCS}/{path}")[0]:
        yield from prose(text[at:fence.start])
        if fence.listing:
            yield from _listing(fence, root, runs)
        else:
            yield "text", "\n".join([f"```{fence.language}", *fence.body, "```"])
        at = fence.end
    yield from prose(text[at:])


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


def figure(svg, alt, root):
    """A figure of the site as a piece. root: the way from the page to the site's root."""
    return "figure", f"![{alt}]({root}{FIGURES}/{figures.name(svg)})"


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
