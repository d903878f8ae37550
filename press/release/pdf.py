"""The book as one PDF, printed by Chromium from the built site.

The articles become one document, so that links between chapters are links in it, headings its outline, and pages
numbered through. It is printed twice: the first print tells on which pages the headings stand, the second says so.
"""
import io
import json
from html import escape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pypdf
from lxml import html

from press.book import nav
from press.book.sources import Problem, Refused
from press.release import browser
from press.release.addresses import address

STYLE = Path(__file__).with_name("pdf.css")

# Classes of what leads nowhere on paper, or is left to the site: the check of a listing, and how we know its claim.
_ONLINE = ("report", "how", "check", "headerlink", "md-content__button", "md-source-file")
_NAMING = ("id", "for", "name", "aria-labelledby", "aria-describedby", "aria-controls")
_HEADINGS = " | ".join(f".//h{level}" for level in range(1, 7))


def write(target, chromium, site="site", root="."):
    """Print a built site into a file. Returns the number of its pages.

    chromium: a Browser of Playwright. root: where mkdocs.yml is. Raises Problem where the site does not say what the
    book is, and Refused where the pages cannot be counted.
    """
    home = html.parse(Path(site, "index.html")).getroot()
    book = _book(home)
    chapters, before = [], ""
    for part, source in nav.order(root):
        chapters.append(Chapter(site, source, part, book["url"], opens=part != before))
        before = part
    for chapter in chapters:
        chapter.lead({other.address: other for other in chapters})
    sheets = home.xpath("//link[@rel='stylesheet']/@href")
    styles = "".join(f'<link rel="stylesheet" href="/{escape(sheet)}">' for sheet in sheets)
    own = STYLE.read_text(encoding="utf-8") + "".join(chapter.running(book["name"]) for chapter in chapters)
    articles = "".join(html.tostring(chapter.article, encoding="unicode") for chapter in chapters)

    def document(pages):
        """All of it as HTML. pages: {name: page}, as far as they are known."""
        return (
            f'<!doctype html><html lang="{home.get("lang")}"><head><meta charset="utf-8">'
            f'<title>{escape(book["title"])}</title>{styles}<style>{own}</style></head>'
            f'<body dir="ltr" data-md-color-scheme="default">'
            f'<main class="md-typeset">{_title(book)}{_contents(chapters, pages)}{articles}</main></body></html>'
        )

    with browser.serve(site) as host:
        pages = places(_printed(chromium, host, document({})))
        pdf = _printed(chromium, host, document(pages))
    if places(pdf) != pages:
        raise Refused("with their numbers in the contents, the headings stand on other pages")
    return _finish(pdf, book, ["Contents", *(title for chapter in chapters for title in chapter.outline)], Path(target))


def _book(home):
    """What the home page tells search engines of the book, which is what CITATION.cff says."""
    for script in home.xpath("//script[@type='application/ld+json']"):
        said = json.loads(script.text)
        if said.get("@type") == "Book":
            return {
                "name": said["name"], "title": said["alternateName"], "description": said["description"],
                "url": said.get("url", ""), "authors": ", ".join(author["name"] for author in said["author"]),
                "version": f"Version {said['version']}, {said['datePublished']}",
                "day": said["datePublished"].replace("-", ""),
                "rights": " · ".join(Path(license).stem for license in said["license"]),
            }
    raise Problem("CITATION.cff", 1, "what it says stands on the first page of the book, and the site does not tell it")


class Chapter:
    """A page of the site as a part of one document, in which its names begin with its own."""

    def __init__(self, site, source, part, url, opens):
        self.address = address(source)   # below the site's
        self.name = self.address.strip("/").replace("/", "-") or "index"
        self.url = url
        self.article = html.parse(Path(site, self.address, "index.html")).getroot().find(".//article")
        online = [element for name in _ONLINE for element in self.article.find_class(name)]
        for gone in [*self.article.iter("script"), *online]:
            gone.drop_tree()
        for folded in self.article.iter("details"):
            folded.set("open", "")
        self.article.tag = "section"
        self.article.set("class", f"chapter {self.name}")
        self.names = set(self.article.xpath(".//@id"))
        for attribute in _NAMING:
            for element in self.article.xpath(f".//*[@{attribute}]"):
                element.set(attribute, " ".join(map(self.named, element.get(attribute).split())))
        self.article.set("id", self.name)
        self.headings = self.article.xpath(_HEADINGS)
        self.title = self.headings[0].text_content().strip()
        for heading in self.headings:
            level = int(heading.tag[1])
            heading.set("class", f"level-{level}")
            heading.tag = f"h{min(6, level + bool(part))}"   # below its part
        self.part = part if opens else ""
        if self.part:
            self.article.insert(0, html.fragment_fromstring(f'<h1 class="part">{escape(part)}</h1>'))
        self.outline = [heading.text_content().strip() for heading in self.article.xpath(_HEADINGS)]

    def named(self, anchor):
        """What an anchor of this page is called in the document."""
        return f"{self.name}--{anchor}"

    def running(self, book):
        """The style of its pages: at their foot stands what one reads."""
        words = json.dumps(f"{book}  ·  {self.title}", ensure_ascii=False)   # which is how CSS quotes as well
        return f"@page {self.name} {{ @bottom-left {{ content: {words} }} }}\n.{self.name} {{ page: {self.name} }}\n"

    def lead(self, chapters):
        """Have its links lead within the document, and its pictures be found. chapters: {address: Chapter}."""
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
                link.set("href", "#" + (there.named(target.fragment) if target.fragment in there.names else there.name))
            elif self.url:
                link.set("href", urljoin(self.url, path))
            else:
                link.drop_tag()


def _title(book):
    """The first page."""
    said = {name: escape(words) for name, words in book.items()}
    lines = "".join(f"<p>{said[row]}</p>" for row in ("description", "authors", "version"))
    link = book["url"] and f'<p><a href="{said["url"]}">{said["url"]}</a></p>'
    return (
        f'<section class="title"><p class="name">{said["name"]}</p>{lines}{link}'
        f'<p class="rights">{said["rights"]}</p></section>'
    )


def _contents(chapters, pages):
    """The contents: parts, chapters and their sections, with their pages."""
    rows = []
    for chapter in chapters:
        rows += [f'<li class="part">{escape(chapter.part)}</li>'] if chapter.part else []
        for heading in chapter.headings:
            if heading.get("class") in ("level-1", "level-2"):
                name = heading.get("id") if heading is not chapter.headings[0] else chapter.name
                title = escape(heading.text_content().strip())
                rows.append(
                    f'<li class="{heading.get("class")}"><a href="#{name}"><span>{title}</span>'
                    f'<span class="number">{pages.get(name, "")}</span></a></li>'
                )
    return f'<nav class="contents"><h1>Contents</h1><ul>{"".join(rows)}</ul></nav>'


def _printed(chromium, host, document):
    """A document, printed as if it were on a host: the bytes of a PDF."""
    tab = chromium.new_page()
    tab.route(f"{host}book", lambda route: route.fulfill(body=document, content_type="text/html"))
    tab.goto(f"{host}book", wait_until="networkidle")
    pdf = tab.pdf(format="A4", tagged=True, outline=True)
    tab.close()
    return pdf


def places(pdf):
    """On which pages the names of a PDF stand, counted from one: {name: page}."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    named = reader.named_destinations.items()
    return {name.lstrip("/"): reader.get_destination_page_number(place) + 1 for name, place in named}


def _finish(pdf, book, titles, target):
    """Write a PDF that says what it is, and opens with its outline. Returns the number of its pages."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    day = f"D:{book['day']}000000Z"   # of the release, so that two prints are the same
    writer.metadata = {
        "/Title": book["title"], "/Author": book["authors"], "/Subject": book["description"],
        "/CreationDate": day, "/ModDate": day,
    }
    for entry, title in zip(_entries(writer.root_object["/Outlines"]["/First"]), titles, strict=True):
        # Chromium's own has no space where a line ended.
        entry[pypdf.generic.NameObject("/Title")] = pypdf.generic.TextStringObject(title)
    writer.page_mode = "/UseOutlines"
    writer.create_viewer_preferences().display_doctitle = True
    target.parent.mkdir(parents=True, exist_ok=True)
    writer.write(target)
    return len(writer.pages)


def _entries(entry):
    """The entries of an outline from one on, in the order in which they stand."""
    waiting = [entry]
    while waiting:
        entry = waiting.pop()
        yield entry
        waiting += [entry[way] for way in ("/Next", "/First") if way in entry]
