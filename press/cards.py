"""The card of a page: the picture that stands beside a link to it elsewhere, with its title and the formula of its claim.

Drawn with Matplotlib's own letters, so it is the same bytes wherever the versions are, and kept by what stands on it.
"""
import base64
import io
import math
import re
import textwrap
from importlib.metadata import version
from pathlib import Path

from press import mathematics, store

SIZE = 1200, 630   # pixels, what a card is asked to have
NAME = "card.png"

_CLAIM = re.compile(r"^    \$\$((?:(?!\$\$).)*)\$\$ \{#eq-", re.DOTALL | re.MULTILINE)   # in its box
# What Matplotlib calls otherwise, and fractions in full size.
_NAMES = {r"\lVert": r"\Vert", r"\rVert": r"\Vert", r"\lvert": r"\vert", r"\rvert": r"\vert", r"\le": r"\leq", r"\ge": r"\geq", r"\frac": r"\dfrac"}
_INK, _SOFT, _PAPER, _WARM = "#ffffff", "#a9bdd2", "#17324d", "#ffc79a"   # of the site's head, and its accent
_LEFT, _WIDTH = 84, 1032   # pixels
_MADE_WITH = version("matplotlib"), version("pillow"), Path(__file__).read_text(encoding="utf-8")


def write(site, page, book, kept):
    """Put a page's card beside it in a built site. book: the name of the book. kept: the store."""
    part = page.parent.title if page.parent else ""
    words = (f"{book}  ·  {part}" if part else book, page.meta.get("title", page.title), formula(page.markdown or ""), page.meta["description"])
    name = store.key("card", *words, *_MADE_WITH)
    made = kept.get(name)
    if made is None:
        made = base64.b64encode(png(*words)).decode()
        kept.put(name, made)
    (site / page.url / NAME).write_bytes(base64.b64decode(made))


def formula(markdown):
    """The formula of a chapter's claim, as Matplotlib understands it, or nothing."""
    found = _CLAIM.search(markdown)
    tex = " ".join(mathematics.expanded(found[1]).split()) if found else ""
    return tex and "$" + re.sub(r"\\[A-Za-z]+", lambda command: _NAMES.get(command[0], command[0]), tex) + "$"


def png(place, title, tex, description):
    """A card as PNG: the book and its part, the title of the page, and its formula or, where it has none, its description."""
    from matplotlib import style
    from matplotlib.figure import Figure
    from PIL import Image

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


def _text(figure, top, words, size, **style):
    """Words with their middle so many pixels below the top, smaller where they would be too wide."""
    text = figure.text(_LEFT / SIZE[0], 1 - top / SIZE[1], words, size=size, va="center", **style)
    text.set_size(size * min(1, _WIDTH / text.get_window_extent().width))


def _curves(figure):
    """What the book is about: thirty layers that each multiply by a little more than one, by one, by a little less."""
    axes = figure.add_axes((0, 0.03, 1, 0.19))
    axes.set(xlim=(0, 30), ylim=(0.2, 2.5))
    axes.axis("off")
    for factor in (1.03, 1.0, 0.97):
        axes.plot(range(31), [factor**layer for layer in range(31)], color=_SOFT, alpha=0.5, linewidth=3)
