"""How the book is cited. CITATION.cff says it once, for readers as BibTeX and for search engines as data of schema.org."""
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from press.fences import Problem, text

FILE = "CITATION.cff"


@dataclass(frozen=True)
class Book:
    """What CITATION.cff says. authors: of each, what schema.org calls it, and its name. released: a day, 2025-01-31."""

    title: str
    authors: tuple
    version: str
    released: str
    licenses: tuple


def read(root="."):
    """The Book, or None where there is no such file. Raises Problem."""
    if not Path(root, FILE).exists():
        return None
    try:
        said = yaml.safe_load(text(FILE, root))
        authors = tuple(
            ("Organization", each["name"]) if "name" in each else ("Person", f"{each['given-names']} {each['family-names']}")
            for each in said["authors"]
        )
        licenses = said["license"] if isinstance(said["license"], list) else [said["license"]]
        return Book(said["title"], authors, str(said["version"]), str(said["date-released"]), tuple(licenses))
    except yaml.YAMLError as error:
        line = error.problem_mark.line + 1 if getattr(error, "problem_mark", None) else 1
        raise Problem(FILE, line, f"it is no YAML: {error}") from None
    except KeyError as error:
        raise Problem(FILE, 1, f"it does not say {error}, without which nobody can cite the book") from None
    except TypeError:
        raise Problem(FILE, 1, "it has fields, and its authors are a list of entries with `name`, or `given-names` and `family-names`") from None


def bibtex(book, page):
    """A chapter as an entry of BibTeX."""
    year = book.released[:4]
    fields = {
        "author": " and ".join(_tex(name) if kind == "Person" else f"{{{_tex(name)}}}" for kind, name in book.authors),
        "title": f"{{{_tex(page.title)}}}",
        "booktitle": f"{{{_tex(book.title)}}}",
        "year": year,
        "note": f"Version {_tex(book.version)}",
    }
    if page.canonical_url:
        fields["url"] = page.canonical_url
    rows = [f"  {name:<9} = {{{said}}}," for name, said in fields.items()]
    return "\n".join([f"@incollection{{unitvariance{year}{page.file.name.replace('_', '')},", *rows, "}"])


def data(book, page, name, site):
    """A page for search engines. name: the book's on its site. site: its address, or nothing; then no address is told."""
    whole = {
        "@type": "Book", "name": name, "alternateName": book.title, "inLanguage": "en", "version": book.version,
        "datePublished": book.released, **_rights(book), **({"url": site} if site else {}),
    }
    if page.is_homepage:
        return {"@context": "https://schema.org", **whole, "description": page.meta["description"]}
    kind = ["TechArticle", "Chapter"] if "cited" in page.meta else "WebPage"
    told = {
        "@type": kind, "name": page.title, "description": page.meta["description"], "inLanguage": "en",
        **({"url": page.canonical_url} if site else {}), **_rights(book), "isPartOf": whole,
    }
    way = [(name, site), *((part.title, _first(part)) for part in page.ancestors[::-1]), (page.title, page.canonical_url)]
    steps = [{"@type": "ListItem", "position": i, "name": step, "item": address} for i, (step, address) in enumerate(way, 1)]
    trail = [{"@type": "BreadcrumbList", "itemListElement": steps}] if site else []
    return {"@context": "https://schema.org", "@graph": [told, *trail]}


def _rights(book):
    """Who wrote it, and what others may do with it."""
    return {
        "author": [{"@type": kind, "name": name} for kind, name in book.authors],
        "license": [f"https://spdx.org/licenses/{license}.html" for license in book.licenses],
    }


def _first(part):
    """Where the name of a part leads in the head of the site: to its first page."""
    return next(child.canonical_url for child in part.children if child.is_page)


def _tex(words):
    """Words of which no letter means anything to TeX."""
    return re.sub(r"([&%$#_{}])", r"\\\1", words)
