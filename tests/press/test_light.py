"""A figure in fewer bytes: each point of each path is where it was, and whatever is referred to is still there."""
import re

import numpy as np
import pytest
from lxml import etree

from press.run.light import light, path

ARITY = {"m": 2, "l": 2, "h": 1, "v": 1, "q": 4, "c": 6, "z": 0}


def corners(data):
    """The ends of each stroke of a path of relative or absolute commands, as an array."""
    at, begin, found = np.zeros(2), np.zeros(2), []
    for command, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", data):
        numbers, arity = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", rest)], ARITY[command.lower()]
        for place in range(0, len(numbers) or 1, arity or 1):
            move = np.array(numbers[place:place + arity])
            base = at if command.islower() else np.zeros(2)
            ends = {"h": lambda: [at + [move[0], 0]], "v": lambda: [at + [0, move[0]]], "z": lambda: [begin]}.get(
                command.lower(), lambda: list(move.reshape(-1, 2) + base))()
            at = ends[-1]
            begin = at if command.lower() == "m" else begin
            found += ends
    return np.array(found)


@pytest.mark.parametrize(("step", "digits"), [(0.1, 1), (0.01, 2)])
@pytest.mark.parametrize("seed", range(5))
def test_each_point_stays_where_it_was_to_half_a_step(step, digits, seed):
    rng = np.random.default_rng(seed)
    strokes = ["M 1 2 "]
    for _ in range(200):
        command = rng.choice(list("LQC"))
        strokes.append(f"{command} " + " ".join(f"{number:.2f}" for number in rng.normal(0, 3, ARITY[command.lower()])))
    data = " ".join(strokes) + " z M 5 5 L 6 5 L 6 7 L 0.5 7 z"
    made = path(data, step, digits)
    assert len(made) < 0.85 * len(data)
    before, after = corners(data), corners(made)
    np.testing.assert_allclose(after, before, atol=step / 2 + 1e-9)


def test_a_path_is_short_and_one_of_other_commands_is_left():
    assert path("M 0.5 10 L 0.5 12 L 3.5 12 L 3.5 12 L -1 2.25 z ", 0.1, 1) == "m.5 10v2h3l-4.5-9.8z"
    assert path("M 16 32 L 48 32 Q 64 0 16 16", 16) == "m1 2h2q1-2-2-1"
    assert path("M 1 1 A 2 2 0 0 1 3 3", 0.1, 1) == "M 1 1 A 2 2 0 0 1 3 3"
    assert path("M 3 3 L 3 3", 0.1, 1) == "m3 3v0"   # a dot


def test_only_what_is_referred_to_keeps_its_name():
    root = etree.fromstring(
        '<svg xmlns:x="http://www.w3.org/1999/xlink"><!-- a --><g id="axes"><g id="axis"/><path id="mark" d="M 0 0 L 1 0" style="fill: none"/></g>'
        '<use x:href="#mark"/><g clip-path="url(#box)"/><clipPath id="box"/></svg>'
    )
    light(root)
    assert etree.tostring(root).decode().partition(">")[2] == (
        '<path id="mark" d="m0 0h1" style="fill:none"/><use x:href="#mark"/><g clip-path="url(#box)"/><clipPath id="box"/></svg>')
