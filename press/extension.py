"""The Markdown extension: fences become listings with their runs, values and formulas are set into the text.

It needs nothing of MkDocs but the name of the page, so the same pages build under any generator that runs
Python-Markdown extensions.
"""
import html
import math
import posixpath
import re
import xml.etree.ElementTree as etree
from collections import Counter
from functools import cache
from importlib.metadata import version

from markdown import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from pymdownx.superfences import SuperFencesException

from press import claims, fences, figures, glossary, mathematics, numerals, reading, session, store
from press.program import Failure

FIGURES = "assets/figures"
ROUNDED = 1 / 3   # of a value, that a format may take from it or add: a power of ten is printed with one digit
WIDE = 6   # columns of a table that no phone has room for
ASIDE = "<!--press-->", "<!--/press-->"   # around what no search should read

_HIGHLIGHTED_BY = version("pygments"), version("pymdown-extensions")
_VALUE = re.compile(
    r"(?P<listing>[a-z_]+(?:/[a-z_]+)*)\.(?P<name>[A-Za-z_]\w*)(?P<items>(?:\[[^\]]*\])*)"
    r"(?::(?P<spec>,?(?:\.\d+)?[defgEG%]?))?"   # no fill, which could add digits, and no base but ten
)
# What beside a value makes another number of it: a sign, an operator, a letter, another value, a counting word.
_JOINED_BEFORE = re.compile(r"(?:[-+−√×·/^]\s*|[^\s(\[|*_\"“>])\Z")
_JOINED_BEHIND = re.compile(r"[^\s.,;:?!)\]|*_\"”<]|[.,](?=[`\d])|\s*(?:[×·/^]|(?:per ?cent|dozen|hundred|thousand|[mb]illion)\b)")
EXPONENT = re.compile(r"^(?P<digits>.*?)e(?P<sign>[+-])0*(?P<exponent>\d+)$")
_LABEL = re.compile(r"^(?P<indent>[ \t]*)\$\$[ \t]+\{#(?P<label>[^}\s]*)\}[ \t]*$", re.MULTILINE)
_GENERATED = re.compile(r"^<!-- (?P<what>claims|inputs|reading) -->$", re.MULTILINE)
_GENERATED_BY = {"claims": claims.markdown, "inputs": claims.inputs, "reading": reading.markdown}
EXPLORER = re.compile(r"^<!-- explorer (?P<kind>signal|phase|glance): (?P<listing>[a-z_]+/[a-z_]+/[a-z_]+) -->$", re.MULTILINE)
_SOURCE = re.compile(rf"https?:|(?:.*/)?{re.escape(numerals.SOURCES)}#")
_PLACEHOLDER = re.compile("\x02[^\x03]*\x03")   # Markdown's, for what it has put aside
_LABELLED = re.compile(r"\\label\{(?P<label>[^}]*)\}\s*")


class Page:
    """The page that a Markdown instance is setting: its name, its fences, and what is wrong with it."""

    def __init__(self, md):
        self.md = md
        self.session = session.current()
        self.text = ""      # the Markdown as it was written
        self.expanded = ""  # the same with the claims in it
        self.offset = 0     # lines of front matter, which the generator took off
        self.fences = []
        self.blocks = set()   # the texts that stand in blocks of code because fences put them there
        self.figures = 0      # how many have been set
        self.whole = False

    @property
    def path(self):
        """The page's path below docs/, as the generator tells it."""
        if "relpath" in self.md.treeprocessors:                      # MkDocs
            return self.md.treeprocessors["relpath"].file.src_uri
        for processor in self.md.preprocessors:                     # Zensical
            if hasattr(processor, "page") and not isinstance(processor.page, Page):
                return processor.page.path
        return "page.md"

    @property
    def root(self):
        """The way from this page to the root of the site, with a slash at its end, or nothing."""
        if "relpath" in self.md.treeprocessors:
            url = self.md.treeprocessors["relpath"].file.url
        else:
            stem = self.path.removesuffix(".md")
            url = posixpath.dirname(stem) + "/" if stem.endswith("index") else stem + "/"
        return "../" * url.removeprefix("./").count("/")

    @property
    def is_chapter(self):
        """Whether listings run on this page."""
        return any(fence.quotation for fence in self.fences)

    def way(self, page):
        """The way from this page to the source of another one, which the generator makes an address."""
        return posixpath.relpath(page, posixpath.dirname(self.path) or ".")

    def name(self, anchor):
        """Tell the generator of an anchor that it does not see, so that it can check links to it."""
        for processor in self.md.treeprocessors:
            if hasattr(processor, "present_anchor_ids"):   # MkDocs
                processor.present_anchor_ids.add(anchor)

    def problem(self, where, message, otherwise=None):
        """Note a problem. where: a line of the Markdown, or the text to look for in it. otherwise: a place if it is not there."""
        line, path = where, f"{session.DOCS}/{self.path}"
        if not isinstance(where, int):
            at = self.text.find(where)
            line = self.text.count("\n", 0, at) + 1 if at >= 0 else 1
            if at < 0 and otherwise:
                path, line = otherwise[0], otherwise[1] - self.offset
        problem = fences.Problem(path, line + self.offset, message)
        if "relpath" not in self.md.treeprocessors:
            raise problem
        if problem not in self.session.problems:
            self.session.problems.append(problem)
            session.log.warning("%s", problem)

    def publish(self, name, text):
        """Have a figure written beside the pages."""
        if "relpath" in self.md.treeprocessors:
            from mkdocs.structure.files import File

            here = self.md.treeprocessors["relpath"]
            address = f"{FIGURES}/{name}"
            if here.files.get_file_from_path(address) is None:
                here.files.append(File.generated(here.config, address, content=text))


class Source(Preprocessor):
    """Sees the page as it was written, before anything is quoted into it."""

    def __init__(self, md, page):
        super().__init__(md)
        self.page = page

    def run(self, lines):
        page = self.page
        page.text = "\n".join(lines)
        page.offset = self._front_matter()
        page.fences, problems = fences.read(page.text, f"{session.DOCS}/{page.path}")
        for problem in problems:
            page.problem(problem.line, problem.message)
        written = page.text.split("\n")
        quoted = {fence.line for fence in page.fences if fence.quotation and _exists(page, fence)}
        for fence in page.fences:
            if fence.quotation and fence.line not in quoted:
                page.problem(fence.line, f"there is no {session.SNIPPETS}/{fence.quotation} to quote")
        for number, row in enumerate(written):
            if fences.SCISSORS in row and number not in quoted:
                written[number] = ""   # the build would end here without a line
        text = _LABEL.sub(lambda match: f"{match['indent']}\\label{{{match['label']}}}$$", "\n".join(written))
        page.expanded, text = generated(page.session.root, page.text, text)
        if lost := re.search(r"<!--\W*explorer.*", EXPLORER.sub("", text)):
            page.problem(lost[0], "an explorer stands on a line of its own, <!-- explorer signal: part/chapter/name -->; the others are phase and glance")
        return EXPLORER.sub(self._explorer, text).split("\n")

    def _explorer(self, match):
        """The place of an explorer: the figures of a listing, for which a script puts something to move."""
        page, listing = self.page, match["listing"]
        try:
            shown = described(listing, page.session)
        except LookupError as error:
            page.problem(match[0], str(error))
            return ""
        except (Failure, fences.Unreadable):   # reported with the listing, or the page, itself
            return ""
        parts = [f'<div class="explorer" data-explorer="{match["kind"]}" data-search-exclude>']
        where = f"{page.root}{posixpath.dirname(listing)}/#listing-{posixpath.basename(listing)}"
        for picture, alt, caption in shown:
            file = figures.name(picture)
            page.publish(file, picture)
            parts.append(
                f'<figure>{image(f"{page.root}{FIGURES}/{file}", picture, alt)}'
                f'<figcaption>{html.escape(caption)} <a href="{where}">Its program</a></figcaption></figure>'
            )
        return "".join([*parts, "</div>"])

    def _front_matter(self):
        """How many lines the generator took off the top of the file before Markdown saw it."""
        try:
            whole = (self.page.session.root / session.DOCS / self.page.path).read_text(encoding="utf-8")
        except OSError:
            return 0
        at = whole.rfind(self.page.text.strip("\n"))
        lines = whole.count("\n", 0, at) if at >= 0 else 0
        leading = len(self.page.text) - len(self.page.text.lstrip("\n"))
        return lines - leading


class Agreement(Treeprocessor):
    """Compares what Markdown understood with what the checks read: a formula or a number that only one of them sees is an error."""

    def __init__(self, md, page):
        super().__init__(md)
        self.page = page

    def run(self, root):
        page = self.page
        shown = [" ".join(_tex(element)[1].split()) for element in root.iter() if element.get("class") == "arithmatex"]
        read = [" ".join(tex.split()) for _, tex in numerals.read(page.expanded.replace("](", "] ("))[1]]   # those in links as well
        for tex in Counter(shown) - Counter(read):
            page.problem(tex, f"readers see the formula {tex} here, and no check does: it stands alone between dollars")
        for tex in Counter(read) - Counter(shown):
            page.problem(tex, f"the checks read the formula {tex} here, and no reader sees it: it stands alone between dollars")
        if page.path in (f"{claims.PAGE}.md", numerals.SOURCES) or numerals.problems(page.text, page.path):
            return   # the tolerances of the claims, the years of the sources; or it is told with its line
        generated = {what for _, what in numerals.stated(numerals.read(page.expanded)[0])}   # no other number is left in it
        for _, what in numerals.stated(_PLACEHOLDER.sub(" ", self._prose(root))):
            if what not in generated:
                page.problem(what.rpartition(" ")[2], f"readers see {what} here, and no check does: take it from a run")

    def _prose(self, element):
        """What readers see of an element besides formulas, code, values and what is told of sources."""
        if element.tag == "code" or element.get("class") in ("arithmatex", "value") or _SOURCE.match(element.get("href", "")):
            return " "
        return (element.text or "") + "".join(self._prose(child) + (child.tail or "") for child in element) + "\n"


class Formulas(Treeprocessor):
    """Sets what `arithmatex` found between dollars."""

    def __init__(self, md, page):
        super().__init__(md)
        self.page = page

    def run(self, root):
        number = 0
        for heading in root.iter():
            if heading.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
                for element in heading.iter():
                    if element.get("class") == "arithmatex":
                        self.page.problem(element.text[2:-2], "a heading holds no formula: it could not be searched or listed")
        for element in root.iter():
            if element.get("class") != "arithmatex":
                continue
            display = element.tag == "div"
            label, tex = _tex(element)
            if label:
                if not label["label"].startswith("eq-"):
                    self.page.problem("{#" + label["label"], "the label of a formula starts with eq-")
                element.set("id", label["label"])
                number += 1
            if not tex:
                self.page.problem(label["label"] if label else "$$", "a formula without anything in it")
            try:
                made = mathematics.html(tex, display, self.page.session.store)
            except mathematics.TeXError as error:
                self.page.problem(tex.split("\n")[0], f"this formula cannot be set: {error}")
                made = f"<code>{html.escape(tex)}</code>"
            element.set("data-search-exclude", "")
            if label:
                made += (
                    f'<a class="equation-number" href="#{label["label"]}" '
                    f'aria-label="Link to equation {number}">({number})</a>'
                )
                element.set("class", "arithmatex labelled")
            element.text = AtomicString(self.md.htmlStash.store(made.join(ASIDE)))


def _tex(element):
    """The label of a formula's element, or None, and its TeX."""
    tex = html.unescape(element.text)[2:-2]
    return _LABELLED.search(tex), _LABELLED.sub("", tex).strip()


def _number(text):
    """The number that a printed value says."""
    return float(text.replace(",", "").removesuffix("%")) / (100 if text.endswith("%") else 1)


class Values(InlineProcessor):
    """Puts `{listing.name:format}` into the text as the listing's run has it."""

    def __init__(self, md, page):
        super().__init__(r"`\{([^`{}]+)\}`", md)
        self.page = page

    def handleMatch(self, match, data):
        source = match[1]
        element = etree.Element("span", {"class": "value"})
        try:
            if joined := _JOINED_BEFORE.search(data, 0, match.start()) or _JOINED_BEHIND.match(data, match.end()):
                raise ValueError(f"with {joined[0].strip()!r} beside it, it is another number: let a run have the whole of it")
            text = value(source, self.page.path, self.page.session)
        except (LookupError, ValueError, TypeError, OverflowError) as error:
            self.page.problem("`{" + source + "}`", f"`{{{source}}}`: {error}", claims.place(source, self.page.session.root))
            text = "?"
        except Failure as failure:
            # Reported with the listing itself; the page only says where the number is missing.
            text = f"({failure.name} has no run)"
        exponent = EXPONENT.match(text)
        if exponent:
            sign = "−" if exponent["sign"] == "-" else ""
            element.text = AtomicString(f"{exponent['digits']} × 10".replace("-", "−"))
            power = etree.SubElement(element, "sup")
            power.text = AtomicString(sign + exponent["exponent"])
        else:
            element.text = AtomicString(text.replace("-", "−") if re.match(r"-[\d.i]", text) else text)
        return element, match.start(0), match.end(0)


class Guide(Treeprocessor):
    """Helps the reader of a chapter: what it assumes and how long it takes, below its title; its terms, as links."""

    def __init__(self, md, page):
        super().__init__(md)
        self.page = page

    def run(self, root):
        page = self.page
        if page.is_chapter:
            glossary.mark(root, glossary.read(page.session.root)[0], page.way(glossary.PAGE))
        heading = root.find("h1")
        if heading is not None and (head := reading.head(page.path, page.session.root)):
            assumed, minutes = head
            element = etree.Element("p", {"class": "reading", "data-search-exclude": ""})
            element.text = f"About {minutes} minutes. "
            element.text += "It assumes " if assumed else "It assumes no other chapter."
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
            if len(heads) < WIDE:
                continue
            table.set("data-cards", "")
            for row in table.findall("tbody/tr"):
                for cell, head in zip(row, heads):
                    cell.set("data-head", head)


class Whole(Treeprocessor):
    """Marks that what is put together from now on is the page: until here, postprocessors also see single headings."""

    def __init__(self, md, page):
        super().__init__(md)
        self.page = page

    def run(self, root):
        self.page.whole = True


class Shown(Postprocessor):
    """Compares what is on the page with what was written: a fence that is not shown as one is an error."""

    def __init__(self, md, page):
        super().__init__(md)
        self.page = page

    def run(self, text):
        if not self.page.whole:
            return text
        shown = re.findall(r'<div class="listing" id="[^"]*" data-listing="([^"]*)"', text)
        written = [fence for fence in self.page.fences if fence.quotation and _exists(self.page, fence)]
        for place, fence in enumerate(written):
            if place >= len(shown) or shown[place] != fence.quotation:
                self.page.problem(
                    fence.line,
                    "this fence does not become a block of code here: give it the indentation of its surroundings "
                    "and a blank line before it",
                )
                return text
        for block in re.findall(r"<pre\b.*?</pre>", text, re.DOTALL):
            content = html.unescape(re.sub(r"<[^>]*>", "", block)).strip()
            if content not in self.page.blocks:
                first = content.split("\n")[0].strip()
                self.page.problem(first or 1, f"a block of code that comes from no fence: {first}")
        return text


class PressExtension(Extension):
    """Everything the press does to a page."""

    def extendMarkdown(self, md):
        page = Page(md)
        md.registerExtension(self)
        md.press = page
        md.preprocessors.register(Source(md, page), "press-source", 40)          # before anything is quoted (32)
        md.inlinePatterns.register(Values(md, page), "press-values", 195)        # before inline code (190)
        md.treeprocessors.register(Agreement(md, page), "press-agreement", 16)   # after inline text (20), as below
        md.treeprocessors.register(Formulas(md, page), "press-formulas", 15)     # after inline text (20), before contents (5)
        md.treeprocessors.register(Guide(md, page), "press-guide", 14)           # what it adds is no text of the author's
        md.treeprocessors.register(Cards(md), "press-cards", 13)
        md.treeprocessors.register(Whole(md, page), "press-whole", -100)
        md.postprocessors.register(Shown(md, page), "press-shown", 0)            # on the finished page


def makeExtension(**options):
    """Called by Python-Markdown."""
    return PressExtension(**options)


def value(source, path, runs):
    """A value as it is printed. source: listing.name:format. path: the page that asks, below docs/. runs: the Session.

    Raises LookupError, ValueError or TypeError saying what is wrong with the request, and Failure.
    """
    match = _VALUE.fullmatch(source)
    if not match:
        raise ValueError("write it as {listing.name:format}")
    listing = match["listing"]
    if "/" not in listing:
        listing = f"{path.removesuffix('.md')}/{listing}"
    try:
        values = runs.run(f"{listing}.py").values
    except FileNotFoundError:
        raise LookupError(f"there is no {session.SNIPPETS}/{listing}.py") from None
    if match["name"] not in values:
        raise LookupError(f"{session.SNIPPETS}/{listing}.py leaves no value named {match['name']}")
    found = values[match["name"]]
    for item in re.findall(r"\[([^\]]*)\]", match["items"]):
        try:
            found = found[int(item) if isinstance(found, list) else item]
        except (LookupError, ValueError, TypeError):
            raise LookupError(f"{match['name']} has no entry [{item}]") from None
    if isinstance(found, list | dict):
        raise TypeError(f"{match['name']} is a collection: name one entry of it")
    if isinstance(found, float) and not math.isfinite(found):
        raise ValueError(f"{match['name']} is {found}, which is no number to print")
    if isinstance(found, str) and (match["spec"] or re.search(r"\d", found)):
        raise TypeError(f"{match['name']} is a text, which no format may cut, and which holds no number")
    if re.search(r"\d{3}", match["spec"] or ""):
        raise ValueError("no number is that wide")
    text = format(found, match["spec"] or "")
    if not isinstance(found, str | bool) and abs(_number(text) - found) > ROUNDED * abs(found):
        raise ValueError(f"{match['name']} is {found}, and {text} is another number: print more digits")
    if odd := fences.ODD.search(text):
        raise ValueError(f"{match['name']} holds a character that nobody sees, U+{ord(odd[0]):04X}")
    return text


def described(listing, runs):
    """The figures of a listing, as the page that shows it describes them: [(picture, alternative text, caption)].

    Raises LookupError saying what is missing, and Failure.
    """
    quotation, page = f"{listing}.py", f"{session.DOCS}/{posixpath.dirname(listing)}.md"
    try:
        pictures = runs.run(quotation).figures
        found = fences.read(fences.text(page, runs.root), page)[0]
    except FileNotFoundError as error:
        raise LookupError(f"there is no {session.SNIPPETS}/{quotation} whose figure could stand here") from error
    shown = [drawn for each in found if each.quotation == quotation for drawn in zip(pictures, each.alts, each.captions)]
    if not shown:
        raise LookupError(f"{page} shows no figure of {session.SNIPPETS}/{quotation} that could stand here")
    return shown


def generated(root, *texts):
    """Markdown texts of a page with what the press writes into them: the claims, and what the site was built from."""
    made = cache(lambda what: _GENERATED_BY[what](root))
    return [_GENERATED.sub(lambda match: made(match["what"]), text) for text in texts]


def accept(language, inputs, options, attrs, md):
    """The validator of every fence: `fences.read` has already refused what may not be."""
    options.update(inputs)
    return True


def listing(source, language, class_name, options, md, **kwargs):
    """A python fence as program, output and figures."""
    try:
        return _listing(md.press, source, options, md, kwargs)
    except Exception as error:   # SuperFences hides every other kind
        raise SuperFencesException(f"{md.press.path}: {type(error).__name__}: {error}") from error


def _listing(page, source, options, md, kwargs):
    fence = next((fence for fence in page.fences if fence.quotation and _same(page, fence, source)), None)
    if fence is None:
        return ""   # `Shown` tells which fence of the page has lost its program
    name = posixpath.basename(fence.quotation).removesuffix(".py")
    anchor = f"listing-{name}"
    page.name(anchor)
    wanted = {"title": f"{session.SNIPPETS}/{fence.quotation}"}
    if "hl_lines" in options:
        wanted["hl_lines"] = options["hl_lines"]
    parts = [shown(source, "python", "", wanted, md, **kwargs)]
    try:
        run = page.session.run(fence.quotation)
    except Failure as failure:
        page.problem(fence.line, str(failure))
        page.blocks.add(str(failure).strip())
        parts.append(f'<div class="output failure"><pre><samp>{html.escape(str(failure))}</samp></pre></div>')
    else:
        page.blocks.add(run.output.strip())
        if run.output.strip():
            parts.append(
                f'<div class="output" role="group" aria-label="Output of {name}.py">'
                f'<pre><samp>{html.escape(run.output.rstrip())}</samp></pre></div>'
            )
        if len(fence.alts) != len(run.figures):
            page.problem(
                fence.line,
                f'{fence.quotation} leaves {len(run.figures)} figures open and the fence describes {len(fence.alts)}: '
                'give each its alt="…", alt2="…"',
            )
        if len(fence.captions) != len(fence.alts) or not all(map(str.strip, fence.captions)):
            page.problem(fence.line, 'each figure has a line below it that says what to see in it: give it a caption="…"')
        for number, (alt, caption, picture) in enumerate(zip(fence.alts, fence.captions, run.figures)):
            if not alt.strip():
                page.problem(fence.line, "an alternative text says what the figure shows; this one is empty")
            parts.append(_figure(page, f"figure-{name}-{number + 1}" if number else f"figure-{name}", picture, alt, caption))
    how = f"{page.root}{claims.PAGE}/#{claims.anchor(posixpath.dirname(fence.quotation), name)}"
    parts.append(f'<p class="how"><a href="{how}">How do we know?</a></p>')
    inside = "".join(parts).join(ASIDE)
    return f'<div class="listing" id="{anchor}" data-listing="{fence.quotation}" data-search-exclude>{inside}</div>'


def _exists(page, fence):
    """Whether the program that a fence quotes is there and can be read."""
    try:
        return bool(page.session.text(fence.quotation))
    except (FileNotFoundError, Failure):
        return False


def _same(page, fence, source):
    """Whether a fence's quotation is the program that stands here. Quoting drops white space at the end."""
    try:
        return page.session.text(fence.quotation).strip() == source.strip()
    except (FileNotFoundError, Failure):
        return False


def _figure(page, anchor, picture, alt, caption):
    """A figure of a listing, published, as HTML with its number."""
    file = figures.name(picture)
    page.publish(file, picture)
    page.name(anchor)
    page.figures += 1
    return (
        f'<figure id="{anchor}">{image(f"{page.root}{FIGURES}/{file}", picture, alt)}'
        f'<figcaption><a href="#{anchor}">Figure {page.figures}</a> {html.escape(caption)}</figcaption></figure>'
    )


def image(address, picture, alt):
    """A picture as <img>: sized, so that nothing moves when it arrives, and loaded when it comes into view."""
    width, height = figures.size(picture)
    return (
        f'<img src="{address}" width="{width}" height="{height}" loading="lazy" decoding="async" '
        f'alt="{html.escape(alt)}">'
    )


def shown(source, language, class_name, options, md, **kwargs):
    """A fence that is shown and not run, and the program of one that is."""
    md.press.blocks.add(source.strip())
    settings = next(known.getConfigs() for known in md.registeredExtensions if type(known).__name__ == "HighlightExtension")
    asked = repr((sorted(options.items()), sorted(settings.items())))
    kept, key = md.press.session.store, store.key("code", source, language, asked, *_HIGHLIGHTED_BY)
    done = kept.get(key)
    if done is None:
        highlight = md.preprocessors["fenced_code_block"].highlight
        kwargs.update(classes=[], id_value="", attrs={})
        done = highlight(src=source, language=language, options=dict(options), md=md, **kwargs)
        kept.put(key, done)
    return done
