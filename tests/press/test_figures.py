"""A figure made light is the same figure."""
import random
import re

from press import figures

DRAWN = random.Random(1)


def places(line):
    """Where a line of moves and steps goes."""
    found, here, start = [], (0.0, 0.0), None
    for command, *numbers in re.findall(r"([MLlz])\s*(?:(-?[\d.]+) (-?[\d.]+))?", line):
        if command == "z":
            here = start
            continue
        step = tuple(map(float, numbers))
        here = (here[0] + step[0], here[1] + step[1]) if command == "l" else step
        start = here if command == "M" else start
        found.append(here)
    return found


def test_the_places_of_a_line_stay_where_they_are_though_it_is_long():
    numbers = [f"{DRAWN.uniform(-50, 900):.6f}" for _ in range(4000)]
    steps = [f"{command} {x} {y} \n" for command, x, y in zip("MLL" + "L" * 1997, numbers[::2], numbers[1::2])]
    line = "".join(steps[:3]) + "z\n" + "".join(steps[3:])   # closed, and drawn on from where it began
    made = re.search('d="([^"]*)"', figures.light(f'<path d="{line}"/>'))[1]
    assert len(made) < 0.7 * len(line)
    assert len(places(made)) == len(places(line)) == 2000
    for (x, y), (u, v) in zip(places(line), places(made)):
        assert abs(x - u) < 0.0051 and abs(y - v) < 0.0051


def test_curves_letters_and_small_numbers_stay_as_they_are():
    for text in ('<path d="M 2 3 \nQ 1 2 3 4 \nz\n" transform="scale(0.015625)"/>', '<g transform="translate(0.123456 -0.5)"/>'):
        assert figures.light(text) == text
    assert figures.light('<use x="58.141656" y="-208.797182"/>') == '<use x="58.14" y="-208.80"/>'
