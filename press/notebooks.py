"""Chapters to download: as a script and as a notebook, and the programs of the whole book in one zip."""
import io
import zipfile
from importlib.metadata import version

from press import labs, plain, session, store


def write(site, page, files, address):
    """Put a chapter's script and notebook beside its page. address: the site's, or nothing where it has none."""
    text = script(page, files, address)
    beside = site / page.url / name(page)
    beside.with_suffix(".py").write_text(text, encoding="utf-8")
    beside.with_suffix(".ipynb").write_text(_notebook(text), encoding="utf-8")


def name(page):
    """What the downloads of a chapter are called, without what says their kind."""
    return page.file.name


def script(page, files, address):
    """A chapter as a program in cells: its text in comments, its listings between them."""
    link = plain.linker(page, files, lambda file: f"{address}{file.url}" if address else "")
    cells = []
    for piece in plain.parts(page, link):
        if isinstance(piece, plain.Program):
            cells.append(f"# %%\n{piece.text}")
        elif isinstance(piece, plain.Text) and piece.markdown:   # a program draws its pictures itself
            cells.append(_prose(piece.markdown))
    versions = session.versions()
    made = f"NumPy {versions['numpy']} and Matplotlib {versions['matplotlib']}"
    source = f"It is read at [{address}{page.url}]({address}{page.url}).\n" if address else ""
    cells.append(_prose(
        f"---\nThis chapter is a part of the book *Unit Variance*.\n{source}"
        f"The numbers in its text were computed with {made}.\nCode under the MIT license, text under CC BY 4.0."
    ))
    return "\n\n".join(cells) + "\n"


def bundle(listings):
    """Programs as a zip. listings: {path: text}."""
    return zipped({f"listings/{path}": text.encode() for path, text in listings.items()})


def zipped(files):
    """A zip of {path: bytes}, the same bytes on every machine."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path)   # dated 1980
            entry.external_attr = 0o644 << 16
            file.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _prose(markdown):
    """A cell of text."""
    return "# %% [markdown]\n" + "\n".join(f"# {row}".rstrip() for row in markdown.split("\n"))


def _notebook(text):
    """A script as a notebook, kept: what makes them takes a second to load."""
    kept, key = session.current().store, store.key("notebook", text, version("jupytext"))
    made = kept.get(key)
    if made is None:
        made = labs.notebook(text)
        kept.put(key, made)
    return made
