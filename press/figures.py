"""Matplotlib figures as SVG: one file for light and dark, the same bytes on every build.

Lines and letters that are neutral are drawn in black on nothing. Afterwards black becomes a CSS variable that follows
the color scheme of the page, also where the file is shown by <img>.
"""
import hashlib
import io
import re

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
    "figure.constrained_layout.use": True,
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
    "svg.fonttype": "path",
    "svg.hashsalt": "unit variance",
}

_SCHEME = (
    "<style>:root{--fg:#1f2328;--bg:#fff}"
    "@media (prefers-color-scheme:dark){:root{--fg:#dfe2e7;--bg:#1e2129}}</style>"
)

_NUMBER = re.compile(r"(?<![\d.])[1-9]\d*\.\d{3,}")
_LINE = re.compile(r'(?<=\sd=")[MLz\d.\s-]+(?=")')
_STEP = re.compile(r"([MLz])\s*(?:(-?[\d.]+)\s+(-?[\d.]+))?")


def style(rc):
    """Set the book's style in the Matplotlib parameters `rc`."""
    from cycler import cycler

    rc.update(STYLE)
    rc["axes.prop_cycle"] = cycler(color=COLORS) + cycler(linestyle=DASHES)


def svg(figure):
    """A Matplotlib figure as the text of an SVG file. Raises ValueError where an axis does not say what stands on it."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            _honest(axis, axes)

    # Matplotlib would draw once to find the margins and once more for the file. Here the margins are found first, with
    # the letters of the file, and then it draws once.
    canvas = FigureCanvasSVG(figure)
    figure.set_dpi(72)
    if engine := figure.get_layout_engine():
        engine.execute(figure)
        figure.set_layout_engine("none")
    buffer = io.StringIO()
    canvas.print_svg(buffer, metadata={"Date": None, "Creator": None})
    return light(neutral(buffer.getvalue()))


def _honest(axis, axes):
    """Raise ValueError where an axis runs backwards, but for that of a picture, or where a tick says another number than its own."""
    from matplotlib import ticker

    if axis.get_inverted() and not axes.images:
        raise ValueError("an axis runs from large to small: a curve that rises would fall")
    formatter = axis.get_major_formatter()
    if not isinstance(formatter, ticker.FixedFormatter | ticker.FuncFormatter):   # Matplotlib's own say where they are
        return
    for place, label in zip(axis.get_ticklocs(), formatter.format_ticks(axis.get_ticklocs())):
        number = re.fullmatch(r"[-−]?[\d.]+(?:e[-−+]?\d+)?", label)   # and no name
        if number and abs(float(label.replace("−", "-")) - place) > 1e-2 * abs(place):
            raise ValueError(f"a tick says {label} at {place:g}")


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
    """The SVG with places in hundredths of a point and lines as steps: two thirds of the bytes, and no eye sees it."""
    return _LINE.sub(lambda line: _steps(line[0]), _NUMBER.sub(lambda number: f"{float(number[0]):.2f}", text))


def _steps(line):
    """A line, each place as the step from the one before. They add up to what is rounded, not to the errors of rounding."""
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
