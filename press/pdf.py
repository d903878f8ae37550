"""The book as one PDF: press pdf.

Chromium prints the articles of the built site as one document, so that links between chapters are links in it, headings
its outline, and its pages numbered through. It does so twice: the first print tells on which pages the headings stand,
the second has them in its contents.
"""
import io
import json
import os
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pypdf
from lxml import html

from press import browser

STYLE = Path(__file__).with_name("pdf.css")

_ONLINE = ("report", "how", "headerlink", "md-content__button", "md-source-file")   # classes of what leads nowhere on paper
_NAMING = ("id", "for", "aria-labelledby", "aria-describedby", "aria-controls")


def write(site, config, book, target, chromium):
    """Print a built site into a file. config: that of MkDocs. book: what CITATION.cff says. Returns the number of pages."""
    chapters, before = [], ""
    for part, source in order(config.nav):
        chapters.append(Chapter(site, source, part, config.site_url or "", opens=part != before))
        before = part
    for chapter in chapters:
        chapter.lead({other.address: other for other in chapters})
    styles = html.parse(site / "index.html").getroot().xpath("//link[@rel='stylesheet']/@href")

    def document(pages):
        """All of it as HTML. pages: {name: page}, as far as they are known."""
        head = "".join(f'<link rel="stylesheet" href="/{escape(style)}">' for style in styles)
        style = STYLE.read_text(encoding="utf-8") + "".join(chapter.running(config.site_name) for chapter in chapters)
        body = _title(config, book) + _contents(chapters, pages) + "".join(html.tostring(chapter.article, encoding="unicode") for chapter in chapters)
        return (
            f'<!doctype html><html lang="{config.theme["language"]}"><head><meta charset="utf-8"><title>{escape(book.title)}</title>{head}'
            f'<style>{style}</style></head><body dir="ltr" data-md-color-scheme="default"><main class="md-typeset">{body}</main></body></html>'
        )

    with browser.serve(site) as address:
        pages = places(printed(chromium, address, document({})))
        pdf = printed(chromium, address, document(pages))
    if places(pdf) != pages:
        raise RuntimeError("with their numbers in the contents, the headings stand on other pages")
    target.parent.mkdir(exist_ok=True)
    titles = ["Contents", *(heading.text_content().strip() for chapter in chapters for heading in chapter.entries)]
    return finished(pdf, config, book, titles, target)


def order(nav, part=""):
    """The pages of the book as (the title of their part or nothing, source), from the nav of mkdocs.yml."""
    for entry in nav:
        if isinstance(entry, str):
            yield part, entry
            continue
        for title, inside in entry.items():
            if isinstance(inside, str):
                yield part, inside
            else:
                yield from order(inside, title)


class Chapter:
    """A page of the site as a part of one document, in which its names begin with its own."""

    def __init__(self, site, source, part, root, opens):
        stem = source.rpartition(".")[0]
        self.part, self.root = part, root
        self.address = "" if stem == "index" else f"{stem}/"   # below the site's
        self.name = stem.replace("/", "-")
        self.article = html.parse(site / self.address / "index.html").getroot().find(".//article")
        for gone in self.article.xpath(".//script | " + " | ".join(f".//*[contains(concat(' ', @class, ' '), ' {name} ')]" for name in _ONLINE)):
            gone.drop_tree()
        self.article.tag = "section"
        self.article.set("class", f"chapter {self.name}")
        self.names = set(self.article.xpath(".//@id"))
        for attribute in _NAMING:
            for element in self.article.xpath(f".//*[@{attribute}]"):
                element.set(attribute, " ".join(map(self.named, element.get(attribute).split())))
        self.article.set("id", self.name)
        self.headings = self.article.xpath(".//h1 | .//h2 | .//h3")
        for heading in self.headings:
            level = int(heading.tag[1])
            heading.set("class", f"level-{level}")
            heading.tag = f"h{level + bool(part)}"   # below its part
        if part and opens:
            self.article.insert(0, html.fragment_fromstring(f'<h1 class="part">{escape(part)}</h1>'))
        self.entries = self.article.xpath(".//h1 | .//h2 | .//h3 | .//h4")   # of the outline
        self.title = self.headings[0].text_content().strip()

    def named(self, anchor):
        """What an anchor of this page is called in the document."""
        return f"{self.name}--{anchor}"

    def running(self, book):
        """The style of its pages: at their foot stands what one reads."""
        words = json.dumps(f"{book}  ·  {self.title}", ensure_ascii=False)   # which is how CSS quotes as well
        return f"@page {self.name} {{ @bottom-left {{ content: {words} }} }}\n.{self.name} {{ page: {self.name} }}\n"

    def lead(self, chapters):
        """Have its links lead where they are in the document, and its pictures be found. chapters: {address: Chapter}."""
        for image in self.article.iter("img"):
            image.set("src", urljoin(f"/{self.address}", image.get("src")))
            image.set("loading", "eager")
        for link in self.article.xpath(".//a[@href]"):
            target = urlsplit(link.get("href"))
            if target.scheme:
                continue
            path = urljoin(f"/{self.address}", target.path)[1:]
            there = chapters.get(path)
            if there:
                known = target.fragment in there.names
                link.set("href", "#" + (there.named(target.fragment) if known else there.name))
            elif self.root:
                link.set("href", urljoin(self.root, path))
            else:
                link.drop_tag()


def _title(config, book):
    """The first page."""
    rows = [config.site_description, ", ".join(name for _, name in book.authors), f"Version {book.version}, {book.released}"]
    lines = "".join(f"<p>{escape(row)}</p>" for row in rows)
    address = f'<p><a href="{escape(config.site_url)}">{escape(config.site_url)}</a></p>' if config.site_url else ""
    rights = f'<p class="rights">{escape(" · ".join(book.licenses))}</p>'
    return f'<section class="title"><p class="name">{escape(config.site_name)}</p>{lines}{address}{rights}</section>'


def _contents(chapters, pages):
    """The contents: parts, chapters and their sections, with their pages."""
    rows = []
    for chapter in chapters:
        rows += [f"<li class=part>{part.text}</li>" for part in chapter.article.find_class("part")]
        for heading in chapter.headings:
            if heading.get("class") != "level-3":
                name = heading.get("id") if heading is not chapter.headings[0] else chapter.name
                rows.append(
                    f'<li class="{heading.get("class")}"><a href="#{name}"><span>{escape(heading.text_content().strip())}</span>'
                    f'<span class="number">{pages.get(name, "")}</span></a></li>'
                )
    return f'<nav class="contents"><h1>Contents</h1><ul>{"".join(rows)}</ul></nav>'


def printed(chromium, address, document):
    """A document that stands at an address, printed: the bytes of a PDF."""
    tab = chromium.new_page()
    tab.route(f"{address}book", lambda route: route.fulfill(body=document, content_type="text/html"))
    tab.goto(f"{address}book", wait_until="networkidle")
    pdf = tab.pdf(format="A4", tagged=True, outline=True)
    tab.close()
    return pdf


def places(pdf):
    """On which pages the names of a PDF stand, counted from one: {name: page}."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return {name.lstrip("/"): reader.get_destination_page_number(place) + 1 for name, place in reader.named_destinations.items()}


def finished(pdf, config, book, titles, target):
    """Write a PDF that says what it is, and opens with its outline. Returns the number of its pages."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    day = f"D:{datetime.fromtimestamp(int(os.environ['SOURCE_DATE_EPOCH']), UTC):%Y%m%d%H%M%S}Z"   # of the commit
    writer.metadata = {
        "/Title": book.title, "/Author": ", ".join(name for _, name in book.authors), "/Subject": config.site_description,
        "/CreationDate": day, "/ModDate": day,
    }
    for entry, title in zip(_entries(writer.root_object["/Outlines"]["/First"]), titles, strict=True):
        entry[pypdf.generic.NameObject("/Title")] = pypdf.generic.TextStringObject(title)   # Chromium's has no space where a line ended
    writer.page_mode = "/UseOutlines"
    writer.create_viewer_preferences().display_doctitle = True
    writer.write(target)
    return len(writer.pages)


def _entries(entry):
    """The entries of an outline from one on, in the order in which they stand."""
    yield entry
    for way in "/First", "/Next":
        if way in entry:
            yield from _entries(entry[way])
