"""A figure of Matplotlib in three fifths of its bytes, and to the eye the same.

Matplotlib writes each point of a path with its whole coordinates, each letter in units of a hundredth of what can be
seen, and names groups that nothing refers to. Here a path goes from point to point, in whole steps, so that no rounding
adds up.
"""
import re

from lxml import etree

LETTER = "scale(0.015625)"   # how Matplotlib scales the outline of a letter, whose em is 6,400
COARSE = 16                  # units of an outline in one step: 400 steps an em, and 15 pixels
NEEDLESS = "needless"        # the tag of a group that says nothing

_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_KNOWN = set("MLQCz")
_REFERRED = re.compile(r'(?:href="#|url\(#)([^")]+)')


def light(root):
    """Make an SVG, an lxml element, light in place. What it is styled by, refers to and shows stays."""
    referred = set(_REFERRED.findall(etree.tostring(root, encoding="unicode")))
    etree.strip_tags(root, etree.Comment)
    for part in root.iter():
        if part.get("id") not in referred:
            part.attrib.pop("id", None)
        if part.get("transform") == LETTER and part.get("d"):
            part.set("d", path(part.get("d"), COARSE))
            part.set("transform", f"scale({COARSE / 64:g})")
        elif part.get("d"):
            part.set("d", path(part.get("d"), *_step(part.get("d"))))
        if part.get("style"):
            part.set("style", re.sub(r"([:;]) ", r"\1", part.get("style")))
        part.text, part.tail = ((text or "").strip() or None for text in (part.text, part.tail))
    for group in root.findall(".//{*}g"):
        if not group.attrib:   # what it holds takes its place
            group.tag = NEEDLESS
    etree.strip_tags(root, NEEDLESS)


def _step(data):
    """(step, digits) of a path: a tenth of a point, or a hundredth where it is the small one of a mark."""
    return (0.01, 2) if all(abs(float(number)) < 10 for number in re.findall(r"-?[\d.]+", data)) else (0.1, 1)


def path(data, step, digits=None):
    """The data of a path, absolute with the commands M, L, Q, C and z, as relative ones. Others stay as they are.

    step: to whose multiples points are rounded. digits: after the point, to write them in the path's own units;
    None to write how many steps they are.
    """
    commands = _COMMAND.findall(data)
    if {command for command, _ in commands} - _KNOWN:
        return data
    made, at, begin, before = [], (0, 0), (0, 0), ""
    for command, numbers in commands:
        steps = [round(float(number) / step) for number in numbers.split()]
        points = list(zip(steps[::2], steps[1::2]))
        moves = [number - origin for point in points for number, origin in zip(point, at)]
        command = command.lower()
        if command == "l" and 0 in moves:
            if not any(moves) and before != "m":   # as the first, it is a dot where ends are round
                continue
            command, moves = ("h", moves[:1]) if moves[0] else ("v", moves[1:])
        repeated = command == before and command != "m" or (before, command) == ("m", "l")
        made.append(("" if repeated else command) + _joined([_written(move, digits) for move in moves], repeated))
        at = points[-1] if points else begin
        begin, before = at if command == "m" else begin, command
    return "".join(made)


def _written(steps, digits):
    """A number of steps, without the zero before its point."""
    text = f"{steps / 10 ** digits:.{digits}f}".rstrip("0").rstrip(".") if digits else str(steps)
    return re.sub(r"^(-?)0\.", r"\1.", text)


def _joined(numbers, apart):
    """The numbers, with a space where no sign begins one. apart: whether the first follows another number."""
    return "".join(" " * (not number.startswith("-") and (place > 0 or apart)) + number for place, number in enumerate(numbers))
