"""What a program leaves under its names, as JSON knows it. What cannot be kept fails no program."""
import itertools

ENTRIES, LETTERS, DIGITS = 1000, 10_000, 4000   # at most: in all, in a text, in an integer


def kept(names):
    """({name: value}, {name: why its value is not kept}) of a program's names, but for those that begin with _."""
    values, unkept = {}, {}
    for name, value in names.items():
        if not name.startswith("_"):
            try:
                values[name] = _json(value, itertools.count(1))
            except Exception as error:   # a value may be anything
                unkept[name] = str(error) or type(error).__name__
    return values, unkept


def _json(value, entries, within=()):
    """A value as JSON knows it. entries: counts those of the whole. within: what it is in. Raises ValueError."""
    import numpy as np

    if isinstance(value, np.generic | np.ndarray) and value.dtype.kind in "biufU" and value.dtype != np.longdouble:
        if value.size > ENTRIES:
            raise ValueError(f"it has more than {ENTRIES} entries")
        value = value.tolist()
    if isinstance(value, bool | int | float | str):
        if next(entries) > ENTRIES:
            raise ValueError(f"it has more than {ENTRIES} entries")
        if isinstance(value, str) and len(value) > LETTERS:
            raise ValueError(f"it is a text of more than {LETTERS} characters")
        if isinstance(value, int) and abs(value) >= 10**DIGITS:
            raise ValueError(f"it is an integer of more than {DIGITS} digits")
        return value
    if id(value) in within:
        raise ValueError("it holds itself")
    within = (*within, id(value))
    if isinstance(value, list | tuple):
        return [_json(item, entries, within) for item in value]
    if isinstance(value, dict):
        return {str(key): _json(item, entries, within) for key, item in value.items()}
    raise ValueError(f"it is no number, no text and no collection of these, but a {type(value).__name__}")
