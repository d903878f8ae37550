"""The Markdown extension: fences, explorers, what is made from the book; values, formulas; what helps a reader."""
import posixpath
import re
from functools import cache

from markdown import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from press.book.sources import DOCS, Problem, line_of, text_of
from press.pages import fences, formulas, glossary, listings, numbers, reading, tiles, values, verification
from press.run import runs

WIDE = 6   # columns of a table that no phone has room for
# The figures of a listing on another page: as they are, or until the script of an explorer takes their place.
EXPLORER = re.compile(
    r"^<!-- (?:figure|explorer (?P<kind>signal|glance)): (?P<listing>\w+/\w+/\w+) -->$", re.MULTILINE
)

_LOST = re.compile(r"<!--\W*explorer.*")
_GENERATED = re.compile(r"^<!-- (claims|overview|inputs|reading) -->$", re.MULTILINE)
_PLACEHOLDER = re.compile("\x02wzxhzdk:\\d+\x03")   # Markdown's, in the text, for HTML that was put aside

problems = {}   # of each page, as it was last set: {path below docs/: [Problem]}


def generated(text, root="."):
    """A page's Markdown with the claims, what the site was built from, what chapters assume, where it asks for them."""
    makers = {
        "claims": verification.markdown, "overview": verification.overview, "inputs": verification.inputs,
        "reading": reading.markdown,
    }
    return _GENERATED.sub(lambda match: makers[match[1]](root), text)


@cache
def _begin(found):
    """Begin the runs of some Runs where no plugin of the press does: with the environments that pages name."""
    found.start(fences.environments(found.root))


class Page:
    """The page that a Markdown instance sets: its name, its fences, and what is wrong with it."""

    def __init__(self, md, text):
        self.md = md
        self.text = text   # the Markdown as it was written, without its front matter
        self.runs = runs.current()
        self.figures = 0   # how many have been set
        self.placed = {}   # the line of the fence of each placeholder
        self.mkdocs = md.treeprocessors["relpath"] if "relpath" in md.treeprocessors else None
        if self.mkdocs:
            self.path = self.mkdocs.file.src_uri
        else:
            _begin(self.runs)
            zensical = (processor.page.path for processor in md.preprocessors if hasattr(processor, "page"))
            self.path = next(zensical, "page.md")
        # The way from this page to the root of the site, with a slash at its end, or nothing.
        self.root = "../" * (self.path.count("/") + (posixpath.basename(self.path) != "index.md"))
        # The generator took the front matter off: the lines that the text has not.
        whole = text_of(f"{DOCS}/{self.path}", self.runs.root)
        self.offset = max(0, whole.rstrip().count("\n") - text.rstrip().count("\n"))
        problems.pop(self.path, None)
        self.fences, found = fences.read(text, f"{DOCS}/{self.path}")
        for problem in found:
            self.problem(problem.line, problem.message)

    def way(self, page):
        """The way from this page to the source of another, which the generator makes an address."""
        return posixpath.relpath(page, posixpath.dirname(self.path) or ".")

    def problem(self, where, message):
        """Note a problem. where: a line of the Markdown, or a text in it. Raises it where no generator gathers them."""
        if not isinstance(where, int):
            made = _GENERATED.search(self.text)
            where = line_of(self.text, self.text.find(where) if where in self.text or not made else made.start())
        problem = Problem(f"{DOCS}/{self.path}", where + self.offset, message)
        if not self.mkdocs:
            raise problem
        if problem not in problems.setdefault(self.path, []):
            problems[self.path].append(problem)

    def note_anchor(self, anchor):
        """Tell MkDocs of an anchor in HTML that it does not read, so that it can check links to it."""
        for processor in self.md.treeprocessors:
            if hasattr(processor, "present_anchor_ids"):
                processor.present_anchor_ids.add(anchor)

    def publish(self, name, svg):
        """Have a figure written beside the pages."""
        address = f"{listings.FIGURES}/{name}"
        if self.mkdocs and self.mkdocs.files.get_file_from_path(address) is None:
            from mkdocs.structure.files import File

            self.mkdocs.files.append(File.generated(self.mkdocs.config, address, content=svg))


class Blocks(Preprocessor):
    """Sets what is on lines of its own: each fence in its place, explorers, and what is made from the book."""

    def run(self, lines):
        page = self.md.press = Page(self.md, "\n".join(lines))
        text, parts, at = page.text, [], 0
        for fence in page.fences:
            placeholder = self.md.htmlStash.store((listings.html if fence.listing else listings.shown)(page, fence))
            page.placed[placeholder] = fence.line
            # A paragraph of its own in whatever the fence is in: with a blank line on each side, where there is none.
            above, below = text[:fence.start].splitlines()[-1:], text[fence.end:].splitlines()[:1]
            sides = [f"{fence.indent.rstrip()}\n" if "".join(row).strip(" \t>") else "" for row in (above, below)]
            parts += [self._between(text[at:fence.start]), sides[0], f"{fence.indent}{placeholder}\n", sides[1]]
            at = fence.end
        return "".join([*parts, self._between(text[at:])]).split("\n")

    def _between(self, text):
        """What is between two fences."""
        page = self.md.press
        text = tiles.MARKER.sub(lambda match: self.md.htmlStash.store(tiles.made(page, match)), text)
        text = EXPLORER.sub(self._explorer, generated(formulas.with_labels(text), page.runs.root))
        for lost in _LOST.findall(text):
            page.problem(lost, "an explorer is a line <!-- explorer signal: part/chapter/name -->, or glance")
        return text

    def _explorer(self, match):
        page = self.md.press
        try:
            return self.md.htmlStash.store(listings.explorer(page, match["kind"], f"{match['listing']}.py"))
        except LookupError as error:
            page.problem(match[0], str(error))
        except Problem:   # told with the listing, or the page, itself
            pass
        return ""


class Tree(Treeprocessor):
    """Sets what needs the page as Markdown has read it: formulas, the rule on numbers, what helps a reader."""

    def run(self, root):
        page = self.md.press
        for code in root.iter("code"):
            for line in map(page.placed.get, _PLACEHOLDER.findall(code.text or "")):
                if line:
                    page.problem(line, "this fence is indented by more than four spaces for each box or list it is in")
        for where, number in numbers.typed(root, page):
            page.problem(where, f"{number} {numbers.ADVICE}")
        for table in root.iter("table"):   # the style shows a row as a card on a phone, with the heads of its cells
            heads = [_words(head) for head in table.iter("th")]
            if len(heads) >= WIDE:
                table.set("data-cards", "")
                for row in table.findall("tbody/tr"):
                    for cell, head in zip(row, heads):
                        cell.set("data-head", head)
        formulas.place(root, page)
        if any(fence.listing for fence in page.fences):
            glossary.mark(root, page)
        reading.below_title(root, page)


def _words(element):
    """What an element says, its formulas as one would type them."""
    own = formulas.plain(formulas.tex(element)[1]) if element.get("class") == "arithmatex" else element.text or ""
    return own + "".join(_words(part) + (part.tail or "") for part in element)


class PressExtension(Extension):
    """Everything that the press does to a page. Formulas are found by pymdownx.arithmatex, with `generic: true`."""

    def extendMarkdown(self, md):
        md.registerExtension(self)
        md.preprocessors.register(Blocks(md), "press-blocks", 28)   # with white space in order (30), before fences (25)
        md.inlinePatterns.register(values.Values(md), "press-values", 195)   # before inline code (190)
        md.treeprocessors.register(Tree(md), "press-tree", 15)   # after inline text (20), before the contents (5)
