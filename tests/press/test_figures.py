"""A figure stands on a light page and a dark one, has its margins, and is the same after it was made light."""
import re

import matplotlib
import pytest

matplotlib.use("agg")
import matplotlib.pyplot as plt
import numpy as np

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
    on, above, inside = bars.text(0, 1, "black"), bars.text(0, 2.5, "above"), bars.text(1, 0.5, "on white")
    svg = figures.svg(fig)
    assert svg.count("#fffffe") == 1                                          # the letters on the picture
    assert svg.count("#000001") == 2                                          # the line on it, and the letters on a bar
    assert "var(--bg)" in colors(svg)                                         # a white bar, with which its letters go
    assert {text.get_color() for text in (on, above, inside)} == {"black"}   # the figure itself is as it was
    assert "prefers-color-scheme:dark" in svg


LAYOUTS = {
    "tight": lambda fig: fig.tight_layout(),
    "adjusted": lambda fig: fig.subplots_adjust(left=0.4, wspace=0.5),
    "placed": lambda fig: fig.add_axes([0.3, 0.3, 0.4, 0.4]).plot([1, 2]),
    "placed only": lambda fig: [ax.remove() for ax in fig.axes] and fig.add_axes([0.3, 0.3, 0.4, 0.4]).plot([1, 2]),
    "constrained": lambda fig: fig.set_layout_engine("constrained"),
    "styled": lambda fig: plt.style.use("default"),
    "with letters only": lambda fig: [ax.remove() for ax in fig.axes] and fig.text(0.5, 0.5, "only"),
    "with a spy": lambda fig: fig.axes[0].spy(np.eye(3), marker="o"),
    "upside down": lambda fig: fig.axes[0].invert_yaxis(),
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
    with pytest.raises(figures.Unfit, match="is 0.2 MB or more.*0.02 MB at most.*rasterized=True"):
        figures.svg(fig)
    ax.lines[0].set_rasterized(True)
    monkeypatch.setattr(figures, "LARGEST", 100_000)
    assert "<image" in figures.svg(fig)


def test_a_figure_says_its_size_and_its_name_is_that_of_its_content():
    svg = figures.svg(plt.subplots(figsize=(4.5, 3))[0])
    assert figures.size(svg) == (432, 288)
    assert re.fullmatch(r"[0-9a-f]{16}\.svg", figures.name(svg)) and figures.name(svg) != figures.name(svg + " ")


def test_the_places_of_a_long_line_stay_where_they_are():
    drawn = POINTS.T * 100
    line = "L ".join(f"{x:.6f} {y:.6f} \n" for x, y in drawn)
    made = re.search('d="M([^"]*)"', figures.light(f'<path d="M {line}"/>'))[1]
    assert len(made) < 0.7 * len(line)
    steps = np.array([step.split() for step in made.split("l")], float)
    assert np.abs(steps.cumsum(axis=0) - drawn).max() < 0.0051


def test_curves_letters_and_small_numbers_stay_as_they_are():
    curve = '<path d="M 2 3 \nQ 1 2 3 4 \nz\n" transform="scale(0.015625)"/>'
    for text in (curve, '<g transform="translate(0.123456 -0.5)"/>'):
        assert figures.light(text) == text
    assert figures.light('<path d="M 1 2 \nL 3 2 \nz\nL 3 3 \n"/>') == '<path d="M1 2l2 0zl2 1"/>'
    assert figures.light('<use x="58.141656" y="-208.797182"/>') == '<use x="58.14" y="-208.80"/>'
