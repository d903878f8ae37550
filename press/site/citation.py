"""How the book is cited. CITATION.cff says it once, for readers as BibTeX, for search engines as data of schema.org."""
import re
from collections import namedtuple

import yaml

from press.book.sources import Problem, read

FILE = "CITATION.cff"

# authors: of each, what schema.org calls it, and its name. released: a day, 2025-01-31.
Book = namedtuple("Book", "title authors version released licenses")


def book(root="."):
    """The Book, or None where there is no such file. Raises Problem."""
    try:
        said = yaml.safe_load(read(FILE, root))
        authors = [
            ("Organization", author["name"]) if "name" in author
            else ("Person", f"{author['given-names']} {author['family-names']}") for author in said["authors"]
        ]
        licenses = said["license"] if isinstance(said["license"], list) else [said["license"]]
        return Book(said["title"], authors, str(said["version"]), str(said["date-released"]), licenses)
    except FileNotFoundError:
        return None
    except (yaml.YAMLError, KeyError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        needed = "to be cited, the book needs title, version, date-released, license and authors here, as YAML"
        raise Problem(FILE, mark.line + 1 if mark else 1, f"{needed}: {error}") from None


def bibtex(book, page):
    """A chapter, given by its page of MkDocs, as an entry of BibTeX."""
    year = book.released[:4]
    fields = {
        "author": " and ".join(_tex(name) if kind == "Person" else f"{{{_tex(name)}}}" for kind, name in book.authors),
        "title": f"{{{_tex(page.title)}}}",
        "booktitle": f"{{{_tex(book.title)}}}",
        "year": year,
        "note": f"Version {_tex(book.version)}",
        "url": page.canonical_url,
    }
    rows = [f"  {name:<9} = {{{said}}}," for name, said in fields.items() if said]
    return "\n".join([f"@incollection{{unitvariance{year}{page.file.name.replace('_', '')},", *rows, "}"])


def _tex(words):
    """Words of which no letter means anything to TeX."""
    return re.sub(r"([&%$#_{}])", r"\\\1", words)


def data(book, page, name, site):
    """A page for search engines. name: the book's on its site. site: its address, or ""; then no address is told."""
    rights = {
        "author": [{"@type": kind, "name": author} for kind, author in book.authors],
        "license": [f"https://spdx.org/licenses/{license}.html" for license in book.licenses],
    }
    whole = {
        "@type": "Book", "name": name, "alternateName": book.title, "inLanguage": "en", "version": book.version,
        "datePublished": book.released, **rights, **({"url": site} if site else {}),
    }
    if page.is_homepage:
        return {"@context": "https://schema.org", **whole, "description": page.meta["description"]}
    told = {
        "@type": ["TechArticle", "Chapter"] if "cited" in page.meta else "WebPage", "name": page.title,
        "description": page.meta["description"], "inLanguage": "en",
        **({"url": page.canonical_url} if site else {}), **rights, "isPartOf": whole,
    }
    graph, way = [told], [(name, site)]
    for part in reversed(page.ancestors):   # whose name leads to its first page; what holds only parts has none
        way += [(part.title, child.canonical_url) for child in part.children if child.is_page][:1]
    steps = [
        {"@type": "ListItem", "position": number, "name": step, "item": address}
        for number, (step, address) in enumerate([*way, (page.title, page.canonical_url)], 1)
    ]
    if site:
        graph.append({"@type": "BreadcrumbList", "itemListElement": steps})
    return {"@context": "https://schema.org", "@graph": graph}
