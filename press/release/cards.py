"""The card of a page, card.png: the picture beside a link to it elsewhere, with its title and its first formula.

It is made from the built page alone, and drawn with Matplotlib's own letters, so it is the same bytes on every machine.
"""
import io
import json
import math
import re
import textwrap
from pathlib import Path

from lxml import html
from matplotlib import style
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser
from PIL import Image

from press.pages.formulas import expanded

SIZE = 1200, 630   # pixels, what a card is asked to have
NAME = "card.png"

# What Matplotlib calls otherwise, and fractions in full size.
_NAMES = {
    r"\lVert": r"\Vert", r"\rVert": r"\Vert", r"\lvert": r"\vert", r"\rvert": r"\vert",
    r"\le": r"\leq", r"\ge": r"\geq", r"\frac": r"\dfrac",
}
_INK, _SOFT, _PAPER, _WARM = "#ffffff", "#a9bdd2", "#17324d", "#ffc79a"   # of the site's head, and its accent
_LEFT, _WIDTH = 84, 1032   # pixels


def write(site="site"):
    """Put its card beside every page that names one: those of a site that knows its address. Returns how many."""
    pages = sorted(Path(site).rglob("index.html"))
    return sum(_write(page) for page in pages)


def _write(page):
    """Whether a page has a card now."""
    root = html.parse(page).getroot()
    said = {element.get("property"): element.get("content") for element in root.xpath("//meta[@property]")}
    if not said.get("og:image", "").endswith(f"/{NAME}"):
        return False
    place = "  ·  ".join([said["og:site_name"], *_part(root)])
    page.with_name(NAME).write_bytes(png(place, said["og:title"], formula(root), said["og:description"]))
    return True


def _part(page):
    """The title of the part that a page is in, as its breadcrumbs tell it, in a list that may be empty."""
    for script in page.xpath("//script[@type='application/ld+json']"):
        for told in json.loads(script.text).get("@graph", []):
            if told["@type"] == "BreadcrumbList":
                return [step["name"] for step in told["itemListElement"][1:-1]][-1:]
    return []


def formula(page):
    """The first labelled formula of a page as Matplotlib understands it, or "" where there is none."""
    found = page.xpath("//article//*[starts-with(@id, 'eq-')]//annotation[@encoding='application/x-tex']")
    if not found:
        return ""
    tex = " ".join(expanded(found[0].text).split())
    tex = re.sub(r"\\[A-Za-z]+", lambda command: _NAMES.get(command[0], command[0]), tex)
    try:
        MathTextParser("agg").parse(f"${tex}$")
    except ValueError:   # it knows less of TeX than KaTeX
        return ""
    return f"${tex}$"


def png(place, title, tex, description):
    """A card as PNG: the book and its part, the title of the page, and its formula or else its description."""
    with style.context("default"):
        figure = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100)
        _curves(figure)
        _text(figure, 95, place, 22, color=_SOFT)
        title = title if len(title) < 26 else textwrap.fill(title, math.ceil(len(title) / 2) + 6)
        _text(figure, 205 if "\n" in title else 190, title, 50, color=_INK, weight="bold")
        if tex:
            _text(figure, 400, tex, 42, color=_WARM, math_fontfamily="cm")
        else:
            _text(figure, 400, textwrap.fill(description, 52), 25, color=_WARM, linespacing=1.5)
        drawn, small = io.BytesIO(), io.BytesIO()
        figure.savefig(drawn, facecolor=_PAPER, metadata={"Software": None})
    Image.open(drawn).convert("RGB").quantize(48, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def _text(figure, top, words, size, **look):
    """Words with their middle so many pixels below the top, smaller where they would be too wide."""
    text = figure.text(_LEFT / SIZE[0], 1 - top / SIZE[1], words, size=size, va="center", **look)
    text.set_size(size * min(1, _WIDTH / text.get_window_extent().width))


def _curves(figure):
    """What the book is about: thirty layers that each multiply by a little more than one, by one, by a little less."""
    axes = figure.add_axes((0, 0.03, 1, 0.19))
    axes.set(xlim=(0, 30), ylim=(0.2, 2.5))
    axes.axis("off")
    for factor in (1.03, 1.0, 0.97):
        axes.plot(range(31), [factor**layer for layer in range(31)], color=_SOFT, alpha=0.5, linewidth=3)
