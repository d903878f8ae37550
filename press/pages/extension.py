"""The Markdown extension: fences, explorers, what is made from the book; values, formulas; what helps a reader."""
import posixpath
import re
import xml.etree.ElementTree as etree
from functools import cache

from markdown import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from press.book.sources import DOCS, Problem, Unreadable, read
from press.pages import fences, formulas, glossary, listings, numbers, reading, values, verification
from press.run import runs

WIDE = 6   # columns of a table that no phone has room for
# The figures of a listing on another page than its own: as they are, or until the script of an explorer takes their place.
EXPLORER = re.compile(r"^<!-- (?:figure|explorer (?P<kind>signal|phase|glance)): (?P<listing>\w+/\w+/\w+) -->$", re.MULTILINE)

_LOST = re.compile(r"<!--\W*explorer.*")
_GENERATED = re.compile(r"^<!-- (claims|inputs|reading) -->$", re.MULTILINE)
_PLACEHOLDER = re.compile("\x02wzxhzdk:\\d+\x03")   # Markdown's, in the text, for HTML that was put aside

problems = {}   # of each page, as it was last set: {path below docs/: [Problem]}


def generated(text, root="."):
    """A page's Markdown with the claims, what the site was built from, what chapters assume, where it asks for them."""
    makers = {"claims": verification.markdown, "inputs": verification.inputs, "reading": reading.markdown}
    return _GENERATED.sub(lambda match: makers[match[1]](root), text)


@cache
def _begin(found):
    """Begin the runs of some Runs where no plugin of the press does: with the environments that pages name."""
    found.start({path: environment for path, (environment, _) in fences.quoted(found.root).items()})


class Page:
    """The page that a Markdown instance sets: its name, its fences, and what is wrong with it."""

    def __init__(self, md, text):
        self.md = md
        self.text = text   # the Markdown as it was written, without its front matter
        self.runs = runs.current()
        self.figures = 0   # how many have been set
        self.placed = {}   # the fence of each placeholder
        self.mkdocs = md.treeprocessors["relpath"] if "relpath" in md.treeprocessors else None
        if self.mkdocs:
            self.path = self.mkdocs.file.src_uri
        else:
            _begin(self.runs)
            zensical = [processor.page for processor in md.preprocessors if hasattr(processor, "page")]
            self.path = zensical[0].path if zensical else "page.md"
        self.fences, found = fences.read(text, f"{DOCS}/{self.path}")
        try:   # the generator took the front matter off: the lines that the text has not
            whole = read(f"{DOCS}/{self.path}", self.runs.root)
            self.offset = max(0, whole.rstrip().count("\n") - text.rstrip().count("\n"))
        except (FileNotFoundError, Unreadable):
            self.offset = 0
        problems.pop(self.path, None)
        for problem in found:
            self.problem(problem.line, problem.message)

    @property
    def root(self):
        """The way from this page to the root of the site, with a slash at its end, or nothing."""
        if self.mkdocs:
            return "../" * self.mkdocs.file.url.removeprefix("./").count("/")
        return "../" * (self.path.count("/") + (posixpath.basename(self.path) != "index.md"))

    def way(self, page):
        """The way from this page to the source of another, which the generator makes an address."""
        return posixpath.relpath(page, posixpath.dirname(self.path) or ".")

    def problem(self, where, message):
        """Note a problem. where: a line of the Markdown, or a text in it. Raises it where no generator gathers them."""
        if not isinstance(where, int):
            at, made = self.text.find(where), _GENERATED.search(self.text)
            where = self.text.count("\n", 0, at if at >= 0 else made.start() if made else 0) + 1
        problem = Problem(f"{DOCS}/{self.path}", where + self.offset, message)
        if not self.mkdocs:
            raise problem
        found = problems.setdefault(self.path, [])
        if problem not in found:
            found.append(problem)

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
            page.placed[placeholder] = fence
            # A paragraph of its own in whatever the fence is in: with a blank line on each side, where there is none.
            above, below = text[:fence.start].splitlines()[-1:], text[fence.end:].splitlines()[:1]
            sides = [f"{fence.indent.rstrip()}\n" if "".join(row).strip(" \t>") else "" for row in (above, below)]
            parts += [self._between(text[at:fence.start]), sides[0], f"{fence.indent}{placeholder}\n", sides[1]]
            at = fence.end
        return "".join([*parts, self._between(text[at:])]).split("\n")

    def _between(self, text):
        """What is between two fences."""
        page = self.md.press
        text = EXPLORER.sub(self._explorer, generated(formulas.with_labels(text), page.runs.root))
        for lost in _LOST.findall(text):
            page.problem(lost, "an explorer is a line <!-- explorer signal: part/chapter/name -->, or phase, or glance")
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


class Misplaced(Treeprocessor):
    """Refuses a fence that Markdown takes for a piece of indented code."""

    def run(self, root):
        page = self.md.press
        for placeholder in (each for element in root.iter("code") for each in _PLACEHOLDER.findall(element.text or "")):
            if fence := page.placed.get(placeholder):
                page.problem(fence.line, "this fence is indented by more than four spaces for each box or list it is in")


class Numbers(Treeprocessor):
    """Refuses measured numbers that somebody typed, also in what is said of figures."""

    def run(self, root):
        page = self.md.press
        said = [(fence.line, " ".join(texts)) for fence in page.fences for texts in fence.figures]
        found = [(line, number) for line, text in said for number in numbers.measured(text)]
        for where, number in [*numbers.typed(root, page.text), *found] if page.path not in numbers.FREE else ():
            page.problem(where, f"{number} {numbers.ADVICE}")


class Guide(Treeprocessor):
    """Helps the reader of a chapter: what it assumes and how long it takes, below its title; its terms, as links."""

    def run(self, root):
        page = self.md.press
        if any(fence.listing for fence in page.fences):
            glossary.mark(root, glossary.read(page.runs.root), page.way(glossary.PAGE))
        heading, head = root.find("h1"), reading.head(page.path, page.runs.root)
        if heading is None or head is None:
            return
        assumed, minutes = head
        element = etree.Element("p", {"class": "reading", "data-search-exclude": ""})
        element.text = f"About {minutes} minutes. " + ("It assumes " if assumed else "It assumes no other chapter.")
        for number, (path, title) in enumerate(assumed, 1):
            link = etree.SubElement(element, "a", {"href": page.way(path)})
            link.text = title
            link.tail = "." if number == len(assumed) else " and " if number == len(assumed) - 1 else ", "
        root.insert(list(root).index(heading) + 1, element)


class Cards(Treeprocessor):
    """Tells each cell of a wide table the head of its column, so that the style can show a row as a card on a phone."""

    def run(self, root):
        for table in root.iter("table"):
            heads = ["".join(head.itertext()) for head in table.iter("th")]
            if len(heads) >= WIDE:
                table.set("data-cards", "")
                for row in table.findall("tbody/tr"):
                    for cell, head in zip(row, heads):
                        cell.set("data-head", head)


class PressExtension(Extension):
    """Everything that the press does to a page. Formulas are found by pymdownx.arithmatex, with `generic: true`."""

    def extendMarkdown(self, md):
        md.registerExtension(self)
        md.preprocessors.register(Blocks(md), "press-blocks", 28)   # with white space in order (30), before fences (25)
        md.inlinePatterns.register(values.Values(md), "press-values", 195)   # before inline code (190)
        # After inline text (20), before the contents (5).
        for priority, processor in enumerate((Cards, Guide, formulas.Formulas, Numbers, Misplaced), 13):
            md.treeprocessors.register(processor(md), f"press-{processor.__name__.lower()}", priority)


def makeExtension(**options):
    """Called by Python-Markdown."""
    return PressExtension(**options)
