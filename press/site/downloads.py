"""What readers take along: chapters as scripts, notebooks and Markdown, programs in one zip; llms.txt, robots.txt."""
import io
import json
import posixpath
import zipfile
from itertools import groupby

from press.book import listings
from press.run.runner import versions
from press.site import kept, markdown

CLOSING = """---
This chapter is a part of the book *Unit Variance*.
{where}The numbers in its text were computed with NumPy {numpy} and Matplotlib {matplotlib}.
Code under the MIT license, text under CC BY 4.0."""


def prose(text, **metadata):
    """Text as a cell of a notebook."""
    return {"cell_type": "markdown", "source": text, "metadata": metadata}


def code(text, **metadata):
    """A program as a cell of a notebook."""
    return {"cell_type": "code", "metadata": metadata, "execution_count": None, "source": text, "outputs": []}


def notebook(cells, **metadata):
    """Cells as a notebook, of the version whose cells have no random names: the same cells give the same bytes."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = {"nbformat": 4, "nbformat_minor": 4, "metadata": {"kernelspec": kernel} | metadata, "cells": cells}
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def script(cells):
    """Cells as a program: text in comments."""
    parts = [
        f"# %%\n{cell['source']}" if cell["cell_type"] == "code"
        else "\n".join(["# %% [markdown]", *(f"# {row}".rstrip() for row in cell["source"].split("\n"))])
        for cell in cells
    ]
    return "\n\n".join(parts) + "\n"


def zipped(files):
    """A zip of {path: bytes}, the same bytes on every machine."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path)   # dated 1980
            entry.external_attr = 0o644 << 16
            file.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def bundle(root="."):
    """Every listing in one zip."""
    return zipped({f"listings/{path}": listings.listing(path, root).text.encode() for path in listings.listings(root)})


def of_page(page, html, files, address, runs):
    """A page as {name: text} of the files beside it; a chapter as script and notebook too. Raises as `markdown.pieces`.

    html: what it is in the site, in which are the runs, values and addresses that are in these files too.
    address: the site's, or "" where it has none.
    """
    def make():
        def beside(file):
            return posixpath.relpath(f"{file.url}index.md", page.url or ".")

        made = {"index.md": markdown.as_markdown(markdown.pieces(page, files, beside, runs))}
        if chapter := page.meta.get("download"):
            pieces = markdown.pieces(page, files, lambda file: f"{address}{file.url}" if address else "", runs)
            kinds = {"text": prose, "program": code, "check": code}
            cells = [kinds[kind](text) for kind, text in pieces if kind in kinds]
            where = f"It is read at [{address}{page.url}]({address}{page.url}).\n" if address else ""
            cells.append(prose(CLOSING.format(where=where, **versions())))
            made |= {f"{chapter}.py": script(cells), f"{chapter}.ipynb": notebook(cells)}
        return made

    return kept(runs.cache, ("downloads", page.markdown, html, address, *versions().values()), make)


def write_llms(site, texts, nav, config):
    """Put llms.txt, with all pages by their parts, and robots.txt into a built site. texts: the pages as Markdown."""
    address = config.site_url or ""
    rows = [
        f"# {config.site_name}", "", f"> {config.site_description}", "",
        "Each page below is Markdown: the text with its formulas in TeX, the programs, and what they printed.",
        f"All of them in one file: [llms-full.txt]({address}llms-full.txt).",
    ]
    for title, pages in groupby(nav.pages, lambda page: page.parent.title if page.parent else page.title):
        rows += ["", f"## {title}", ""]
        for page in pages:
            rows.append(f"- [{page.title}]({address}{page.url}index.md): {page.meta['description']}")
    sitemap = f"Sitemap: {address}sitemap.xml\n" if address else ""
    (site / "llms.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (site / "llms-full.txt").write_text("\n\n".join(texts), encoding="utf-8")
    (site / "robots.txt").write_text(f"User-agent: *\nAllow: /\n{sitemap}", encoding="utf-8")
