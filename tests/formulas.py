"""The formulas of the book as somebody read them last, in formulas.txt: page by page, in their order, one letter alone left out.

`python tests/formulas.py` writes the list anew. To do so is to say: I derived again what changed.
"""
import re
from difflib import SequenceMatcher
from pathlib import Path

from press import claims, numerals

LIST = Path(__file__).with_suffix(".txt")
ROOT = Path(__file__).parent.parent

_LETTER = re.compile(r"\\?[A-Za-z]|\\[A-Za-z]+|\d")


def signed():
    """The list: {file: [(line of the list, formula)]}."""
    found = {}
    for number, row in enumerate(LIST.read_text(encoding="utf-8").split("\n"), 1):
        if row.startswith("# "):
            formulas = found.setdefault(row[2:], [])
        elif row:
            formulas.append((number, row))
    return found


def current(root=ROOT):
    """The formulas of the pages and of claims.yml as they stand: {file: [(line, formula)]}."""
    found = {}
    for path in sorted((root / "docs").rglob("*.md")):
        found[path.relative_to(root).as_posix()] = read(path.read_text(encoding="utf-8"))
    for claim in claims.read(root)[0]:
        shown = [(claim.line, formula) for text in claim.written.values() for _, formula in read(text)]
        found.setdefault(claim.path, []).extend(shown)
    return {file: formulas for file, formulas in found.items() if formulas}


def read(text):
    """The formulas of a text with more than one letter: [(line, TeX with single spaces)]."""
    text = text.replace("](", "] (")   # those in the text of a link to a source too
    formulas = sorted((text.count("\n", 0, offset) + 1, offset, " ".join(tex.split())) for offset, tex in numerals.read(text)[1])
    return [(line, tex) for line, _, tex in formulas if not _LETTER.fullmatch(tex)]


def differences(old, new):
    """What the list does not have, and what it has and the book has not, with file and line."""
    found = []
    for file in sorted({*old, *new}):
        gone, come = old.get(file, []), new.get(file, [])
        pairs = SequenceMatcher(None, [tex for _, tex in gone], [tex for _, tex in come], autojunk=False)
        for kind, start, end, first, last in pairs.get_opcodes():
            if kind != "equal":
                found += [f"{file}:{line}: {tex}: a formula that nobody has read since it changed: derive it again, then run "
                          "python tests/formulas.py" for line, tex in come[first:last]]
                found += [f"tests/formulas.txt:{line}: {tex}: gone from {file}" for line, tex in gone[start:end]]
    return found


def write(root=ROOT):
    """Write the list anew."""
    parts = ["\n".join([f"# {file}", *(tex for _, tex in formulas)]) for file, formulas in current(root).items()]
    LIST.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
