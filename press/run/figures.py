"""Matplotlib figures as SVG: one file for light and dark, the same bytes on every build.

What is neutral is drawn in black on nothing. Afterwards black becomes a CSS variable that follows the color scheme of
the page, also where the file is shown by <img>. What stands on a picture or a bar of the figure keeps its color.
"""
import hashlib
import io
import re
import warnings

from lxml import etree

from press.run.light import light

LARGEST = 1_500_000   # bytes of one figure
RESOLUTION = 144      # dots per inch of what is rasterized

# Mid-tones with a contrast of at least 3:1 on white and on the dark theme's background, apart for the color-blind
# (after Okabe and Ito), and never alone: each comes with its own line style.
COLORS = ["#2f7fc1", "#d1662c", "#18956f", "#b8609b", "#8f7a1f", "#6b7785"]
DASHES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1))]

STYLE = {
    "axes.edgecolor": "black", "axes.facecolor": "none", "axes.grid": True,
    "axes.spines.right": False, "axes.spines.top": False,
    "figure.facecolor": "none", "figure.figsize": (6.4, 3.4), "figure.max_open_warning": 0, "savefig.facecolor": "none",
    "font.size": 11, "grid.alpha": 0.18, "grid.color": "black", "legend.facecolor": "none", "legend.frameon": False,
    "lines.linewidth": 1.8, "lines.markersize": 5.5,
}
FILE = {"svg.fonttype": "path", "svg.hashsalt": "unit variance", "svg.id": None}

NEUTRAL = {"#000000": "var(--fg)", "#ffffff": "var(--bg)"}
SCHEME = ":root{--fg:#1f2328;--bg:#fff}@media (prefers-color-scheme:dark){:root{--fg:#dfe2e7;--bg:#1e2129}}"
LETTERS = "color-mix(in srgb,{} 70%,var(--fg))"   # the color of a line, for letters, which need a contrast of 4.5:1
_OWN = "own"   # begins the id of what stands on a ground of its own


class Unfit(ValueError):
    """Why a figure cannot be on a page: "is empty: …"."""


def style(rc):
    """Set the book's style in the Matplotlib parameters `rc`. The margins are left to `svg`."""
    from cycler import cycler

    rc.update(STYLE)
    rc["axes.prop_cycle"] = cycler(color=COLORS) + cycler(linestyle=DASHES)


def svg(figure):
    """A Matplotlib figure as the text of an SVG file of at most LARGEST bytes. Raises Unfit."""
    import matplotlib
    from matplotlib.figure import SubplotParams

    if len(figure.get_children()) == 1:   # its background
        raise Unfit("is empty: draw into it, or do not make it")
    for number, artist in enumerate(artist for axes in figure.axes for artist in _on_own_ground(axes)):
        artist.set_gid(f"{_OWN}{number}")
    file, layout = io.StringIO(), figure.get_layout_engine()
    with matplotlib.rc_context(FILE), warnings.catch_warnings():
        if not layout and vars(figure.subplotpars) == vars(SubplotParams()):   # the program left it to us
            bars = any(axes.get_label() == "<colorbar>" for axes in figure.axes)
            figure.set_layout_engine("tight" if bars else "constrained")   # which cannot move bars that are there
            warnings.filterwarnings("ignore", ".*(layout|tight)")
        figure.savefig(file, format="svg", dpi=RESOLUTION, metadata={"Date": None, "Creator": None})
    figure.set_layout_engine(layout)
    text = neutral(re.sub(r"\b[1-9]\d*\.\d{2,}", _short, file.getvalue()))
    if (size := len(text.encode())) > LARGEST:
        advice = "draw fewer points, or give what has so many rasterized=True"
        raise Unfit(f"is {size / 1e6:.1f} MB; every reader loads it: {LARGEST / 1e6:g} MB at most; {advice}")
    return text


def _short(number):
    """A number of an SVG file with the digits that can be seen: a tenth of a point is a seventh of a pixel."""
    value = float(number[0])
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _on_own_ground(axes):
    """The letters, lines and points of axes that stand on a picture, a mesh or a filled shape, and not on the page."""
    from matplotlib.collections import QuadMesh
    from matplotlib.colors import to_hex

    meshes = [each for each in axes.collections if isinstance(each, QuadMesh) or getattr(each, "filled", False)]
    shapes = [
        shape for shape in axes.patches
        if shape.get_fill() and shape.get_facecolor()[3] > 0.5 and to_hex(shape.get_facecolor()) not in NEUTRAL
    ]
    if axes.images or meshes:
        shapes.append(axes.patch)
        yield from (each for each in (*axes.lines, *axes.collections) if each not in meshes)
    for text in axes.texts:
        box = text.get_window_extent()
        if any(shape.contains_point(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)) for shape in shapes):
            yield text


def neutral(text):
    """The SVG with black and white as variables that follow the color scheme, and without what only XML tools read."""
    root = etree.fromstring(text.encode())
    etree.strip_elements(root, "{*}metadata")
    for part in root.xpath(f"//*[@style][not(ancestor::*[starts-with(@id, '{_OWN}')])]"):
        part.set("style", re.sub("|".join(NEUTRAL), lambda color: NEUTRAL[color[0]], part.get("style")))
    for part in root.xpath("//*[starts-with(@id, 'text')]//*[@style][*[local-name()='use']]"):
        part.set("style", re.sub(r"#\w{6}", lambda color: LETTERS.format(color[0]), part.get("style")))
    for part in root.xpath(f"//*[starts-with(@id, '{_OWN}')]"):
        part.set("style", "fill:#000000")
    root.set("style", "fill:var(--fg)")   # letters that are black have no color of their own
    root.find(".//{*}style").text += SCHEME
    light(root)
    return etree.tostring(root, encoding="unicode")


def size(text):
    """Width and height of an SVG in CSS pixels, rounded."""
    width, height = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', text).groups()
    return round(float(width) * 4 / 3), round(float(height) * 4 / 3)


def name(text):
    """The file name of an SVG: its content decides, so that an address never shows another picture."""
    return hashlib.sha256(text.encode()).hexdigest()[:16] + ".svg"
