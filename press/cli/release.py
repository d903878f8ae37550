"""press pdf and press release: what a published book has besides its site, made from site/ as it stands."""
from pathlib import Path

from press.book.sources import Refused
from press.cli.messages import say
from press.release import addresses, browser, cards, pdf

PDF = "build/unit-variance.pdf"


def print_book():
    """Print the site as one book. Raises Refused where there is no site, or nothing to print it with."""
    _site()
    with browser.started() as chromium:
        pages = pdf.write(PDF, chromium)
    say(f"press: {PDF}, {pages} pages")


def release(previous, first=False):
    """Put cards beside the pages, and follow every address of the last release, see `addresses.check`."""
    _site()
    say(f"press: {cards.write()} cards")
    return addresses.check(previous, first=first)


def _site():
    if not Path("site/index.html").is_file():
        raise Refused("there is no site/ here: make site")
