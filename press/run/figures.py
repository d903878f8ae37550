"""Matplotlib figures as SVG: one file for light and dark, the same bytes on every build.

What is neutral is drawn in black on nothing. Afterwards black becomes a CSS variable that follows the color scheme of
the page, also where the file is shown by <img>. What stands on a picture or a bar of the figure keeps its color.
"""
import contextlib
import hashlib
import io
import re
import warnings

LARGEST = 1_500_000   # bytes of one figure

# Mid-tones with a contrast of at least 3:1 on white and on the dark theme's background, apart for the color-blind
# (after Okabe and Ito), and never alone: each comes with its own line style.
COLORS = ["#2f7fc1", "#d1662c", "#18956f", "#b8609b", "#8f7a1f", "#6b7785"]
DASHES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1))]

STYLE = {
    "axes.edgecolor": "black",
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "none",
    "figure.figsize": (6.4, 3.4),
    "figure.max_open_warning": 0,
    "font.size": 11,
    "grid.alpha": 0.18,
    "grid.color": "black",
    "legend.facecolor": "none",
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 5.5,
    "savefig.facecolor": "none",
}
FILE = {"svg.fonttype": "path", "svg.hashsalt": "unit variance", "svg.id": None}
RESOLUTION = 144   # dots per inch of what is rasterized

_SCHEME = (
    "<style>:root{--fg:#1f2328;--bg:#fff}"
    "@media (prefers-color-scheme:dark){:root{--fg:#dfe2e7;--bg:#1e2129}}</style>"
)
# Shades of black and white that no scheme changes.
_FIXED = {"#000000": "#000001", "#ffffff": "#fffffe"}

_NUMBER = re.compile(r"(?<![\d.])[1-9]\d*\.\d{3,}")
_LINE = re.compile(r'(?<=\sd=")[MLz\d.\s-]+(?=")')
_STEP = re.compile(r"([MLz])\s*(?:(-?[\d.]+)\s+(-?[\d.]+))?")


class Unfit(ValueError):
    """Why a figure cannot be on a page: "is empty: …"."""


class _File(io.StringIO):
    """An SVG that is being written; far beyond its limit it is not worth the time."""

    def write(self, text):
        if self.tell() > 10 * LARGEST:
            raise _too_large(self.tell())
        return super().write(text)


def _too_large(size):
    advice = "draw fewer points, or give what has so many rasterized=True"
    return Unfit(f"is {size / 1e6:.1f} MB or more; every reader loads it: {LARGEST / 1e6:g} MB at most; {advice}")


def style(rc):
    """Set the book's style in the Matplotlib parameters `rc`. The margins are left to `svg`."""
    from cycler import cycler

    rc.update(STYLE)
    rc["axes.prop_cycle"] = cycler(color=COLORS) + cycler(linestyle=DASHES)


def svg(figure):
    """A Matplotlib figure as the text of an SVG file of at most LARGEST bytes. Raises Unfit."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    if len(figure.get_children()) == 1:   # its background
        raise Unfit("is empty: draw into it, or do not make it")
    before = figure.canvas, figure.dpi, figure.get_layout_engine()
    canvas, file = FigureCanvasSVG(figure), _File()
    try:
        with matplotlib.rc_context(FILE):
            # Matplotlib would draw once to find the margins and once more for the file. Here the margins are found
            # first, with the letters of the file, and then it draws once.
            figure.set_dpi(72)
            _arrange(figure)
            with _fixed(figure):
                figure.set_dpi(RESOLUTION)
                canvas.print_svg(file, metadata={"Date": None, "Creator": None})
    finally:
        for restore, value in zip((figure.set_canvas, figure.set_dpi, figure.set_layout_engine), before):
            if value:
                restore(value)
    text = light(neutral(file.getvalue()))
    if (size := len(text.encode())) > LARGEST:
        raise _too_large(size)
    return text


def _arrange(figure):
    """Find the margins, once: as the program said; where it said nothing, with the constrained layout, if it can."""
    from matplotlib.gridspec import SubplotParams
    from matplotlib.layout_engine import ConstrainedLayoutEngine, TightLayoutEngine

    if engine := figure.get_layout_engine():
        engine.execute(figure)
        figure.set_layout_engine("none")
    elif vars(figure.subplotpars) == vars(SubplotParams()) and any(axes.get_subplotspec() for axes in figure.axes):
        bars = [each.colorbar for axes in figure.axes for each in (*axes.images, *axes.collections) if each.colorbar]
        gridded = any(bar.ax.get_subplotspec() for bar in bars)   # which the constrained layout cannot move
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")   # the program did not ask for these engines
            engines = [TightLayoutEngine()] * 2 if gridded else [ConstrainedLayoutEngine()]
            for engine in engines:   # pictures settle at the second
                engine.execute(figure)


@contextlib.contextmanager
def _fixed(figure):
    """While a figure is drawn, black and white on a ground of its own have shades that no scheme changes."""
    from matplotlib.artist import getp
    from matplotlib.collections import Collection
    from matplotlib.colors import to_hex, to_rgba_array

    changed = []
    for artist in [artist for axes in figure.axes for artist in _on_own_ground(axes)]:
        for kind in ("edgecolor", "facecolor") if isinstance(artist, Collection) else ("color",):
            before = getp(artist, kind)
            colors = {to_hex(color) for color in to_rgba_array(before)}
            if len(colors) == 1 and colors <= _FIXED.keys():
                artist.set(**{kind: _FIXED[colors.pop()]})
                changed.append((artist, kind, before))
    try:
        yield
    finally:
        for artist, kind, before in changed:
            artist.set(**{kind: before})


def _on_own_ground(axes):
    """The letters and lines of axes that stand on a picture, a mesh or a filled shape, and not on the page."""
    from matplotlib.collections import QuadMesh
    from matplotlib.colors import to_hex

    meshes = [each for each in axes.collections if isinstance(each, QuadMesh) or getattr(each, "filled", False)]
    shapes = [
        shape for shape in axes.patches
        if shape.get_fill() and shape.get_facecolor()[3] > 0.5 and to_hex(shape.get_facecolor()) not in _FIXED
    ]
    if axes.images or meshes:
        shapes.append(axes.patch)
        yield from axes.lines
        yield from (each for each in axes.collections if each not in meshes and each.get_array() is None)
    for text in axes.texts if shapes else ():
        box = text.get_window_extent()
        if any(shape.contains_point(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)) for shape in shapes):
            yield text


def neutral(text):
    """The SVG with black and white as variables that follow the color scheme, and without what only XML tools read."""
    text = text[text.index("<svg"):]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    for color, variable in (("#000000", "var(--fg)"), ("#ffffff", "var(--bg)")):
        text = text.replace(f"stroke: {color}", f"stroke: {variable}").replace(f"fill: {color}", f"fill: {variable}")
    # Letters are paths without a color of their own: they take the root's.
    text = text.replace("<svg", '<svg style="fill:var(--fg)"', 1)
    return text.replace("<defs>", f"{_SCHEME}<defs>", 1)


def light(text):
    """The SVG with places in hundredths of a point, and lines as steps: two thirds of the bytes, and no eye sees it."""
    return _LINE.sub(lambda line: _steps(line[0]), _NUMBER.sub(lambda number: f"{float(number[0]):.2f}", text))


def _steps(line):
    """A line, each place as the step from the one before: steps of rounded places, so that errors do not add up."""
    steps, start, here = [], (0, 0), (0, 0)
    for command, *place in _STEP.findall(line):
        if command == "z":
            steps.append("z")
            here = start
            continue
        there = tuple(round(100 * float(number)) for number in place)
        if command == "M":
            steps.append(f"M{there[0] / 100:g} {there[1] / 100:g}")
            start = there
        else:
            steps.append(f"l{(there[0] - here[0]) / 100:g} {(there[1] - here[1]) / 100:g}")
        here = there
    return "".join(steps)


def size(text):
    """Width and height of an SVG in CSS pixels, rounded."""
    width, height = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', text).groups()
    return round(float(width) * 4 / 3), round(float(height) * 4 / 3)


def name(text):
    """The file name of an SVG: its content decides, so that an address never shows another picture."""
    return hashlib.sha256(text.encode()).hexdigest()[:16] + ".svg"
