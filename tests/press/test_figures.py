"""A figure stands on a light page and a dark one, has its margins, and is the same after it was made light."""
import re

import matplotlib
import pytest

matplotlib.use("agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb

from press.run import figures

POINTS = np.random.default_rng(0).normal(size=(2, 3000))


@pytest.fixture(autouse=True)
def styled():
    """The style of the book, for one test."""
    with matplotlib.rc_context():
        figures.style(plt.rcParams)
        yield
    plt.close("all")


def colors(svg):
    """The colors of an SVG but for those of its scheme."""
    return set(re.findall(r"(?:fill|stroke): ?(#\w+|var\(--\w+\))", svg))


def test_what_stands_on_the_page_follows_its_scheme_and_what_stands_on_the_figure_does_not():
    fig, ax = plt.subplots()
    ax.plot([0, 1], "k-")
    ax.text(0.5, 0.5, "black", color="black")
    assert colors(figures.svg(fig)) == {"var(--fg)"}
    fig, (picture, bars) = plt.subplots(1, 2)
    picture.imshow(np.eye(3))
    picture.text(1, 1, "white", color="white")
    picture.plot([0, 1], [0, 1], "k--")
    bars.bar([0, 1], [2, 1], color=["#ffee00", "white"], edgecolor="black")
    bars.text(0, 1, "black"), bars.text(0, 2.5, "above"), bars.text(1, 0.5, "on white")
    svg = figures.svg(fig)
    assert svg.count("#ffffff") == 1   # the letters on the picture
    assert svg.count("stroke:#000000") == 1 and svg.count('style="fill:#000000"') == 3   # the line, those on a bar
    assert "var(--bg)" in colors(svg)  # a white bar, with which its letters go
    assert "prefers-color-scheme:dark" in svg


@pytest.mark.parametrize("color", [*figures.COLORS, "0.4", "0.45", "0.5"])
def test_letters_in_the_color_of_a_line_have_the_contrast_that_letters_need(color):
    fig, ax = plt.subplots()
    ax.text(0.5, 0.5, "named", color=color)
    line, share = re.search(r"color-mix\(in srgb,(#\w+) (\d+)%,var\(--fg\)\)", figures.svg(fig)).groups()
    for ground, letters in ("#ffffff", "#1f2328"), ("#1e2129", "#dfe2e7"):   # light and dark
        assert f"--fg:{letters};" in figures.SCHEME
        mixed = np.average([to_rgb(line), to_rgb(letters)], axis=0, weights=[int(share), 100 - int(share)])
        dark, bright = sorted(_luminance(color) for color in (mixed, to_rgb(ground)))
        assert (bright + 0.05) / (dark + 0.05) >= 4.5


def _luminance(rgb):
    rgb = np.asarray(rgb)
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


LAYOUTS = {
    "tight": lambda fig: fig.tight_layout(),
    "adjusted": lambda fig: fig.subplots_adjust(left=0.4, wspace=0.5),
    "placed": lambda fig: fig.add_axes([0.3, 0.3, 0.4, 0.4]).plot([1, 2]),
    "constrained": lambda fig: fig.set_layout_engine("constrained"),
    "styled": lambda fig: plt.style.use("default"),
    "with letters only": lambda fig: [ax.remove() for ax in fig.axes] and fig.text(0.5, 0.5, "only"),
    "with a spy": lambda fig: fig.axes[0].spy(np.eye(3), marker="o"),
    "with a bar of colors": lambda fig: fig.colorbar(fig.axes[0].imshow(np.eye(3)), label="value"),
    "with such a bar, tight": lambda fig: [fig.colorbar(fig.axes[0].imshow(np.eye(3))), fig.tight_layout()],
}


@pytest.mark.parametrize("change", LAYOUTS.values(), ids=LAYOUTS)
def test_a_program_may_lay_out_as_it_likes(change):
    made = []
    for _ in range(2):
        figures.style(plt.rcParams)
        fig, _ = plt.subplots(1, 2)
        change(fig)
        before = fig.canvas, fig.dpi, fig.get_layout_engine()
        made.append(figures.svg(fig))   # a warning is an error
        assert (fig.canvas, fig.dpi, fig.get_layout_engine()) == before
    assert made[0] == made[1]


def test_the_press_finds_the_margins_only_where_the_program_did_not():
    wide, own = plt.subplots()[0], plt.subplots()[0]
    own.subplots_adjust(left=0.4)
    figures.svg(wide), figures.svg(own)
    assert wide.axes[0].get_position().x0 < 0.1 and own.axes[0].get_position().x0 == 0.4


def test_a_figure_is_neither_empty_nor_too_large(monkeypatch):
    with pytest.raises(figures.Unfit, match="is empty"):
        figures.svg(plt.figure())
    fig, ax = plt.subplots()
    ax.plot(*POINTS, ".")
    monkeypatch.setattr(figures, "LARGEST", 20_000)
    with pytest.raises(figures.Unfit, match="is 0.. MB.*0.02 MB at most.*rasterized=True"):
        figures.svg(fig)
    ax.lines[0].set_rasterized(True)
    monkeypatch.setattr(figures, "LARGEST", 100_000)
    assert "<image" in figures.svg(fig)


def test_a_figure_says_its_size_and_its_name_is_that_of_its_content():
    svg = figures.svg(plt.subplots(figsize=(4.5, 3))[0])
    assert figures.size(svg) == (432, 288)
    assert re.fullmatch(r"[0-9a-f]{16}\.svg", figures.name(svg)) and figures.name(svg) != figures.name(svg + " ")
