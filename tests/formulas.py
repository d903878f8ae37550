"""What the book states as somebody read it last, in formulas.txt, file by file in its order: whatever is not words alone.

Formulas; code, with the values that a sentence takes from a run; words that hold a digit, or say a number; the names that
listings give to what they print and draw. `python tests/formulas.py` writes the list anew. To do so is to say: I derived again
what changed.
"""
import ast
import io
import re
import tokenize
from difflib import SequenceMatcher
from pathlib import Path

from press import claims, fences, numerals

LIST = Path(__file__).with_suffix(".txt")
ROOT = Path(__file__).parent.parent

_ADDRESS = re.compile(r"\] \([^)\s]*|\{[:#][^}\n]*\}|<https?:[^>\s]*>")
_ONES = "two three four five six seven eight nine ten eleven twelve twice double dozen half halves third quarter million".split()
_NUMBER = re.compile(
    rf"[^\s()\[\]|*\"“”]*\d[^\s()\[\]|*\"“”]*|\b(?:{'|'.join(_ONES)}|[a-z]+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"|hundred|thousand|per ?cent)(?:s|ths?)?\b", re.IGNORECASE,
)
_COLOR = re.compile(r"C\d\S*")   # and marker, of a line in a figure


def signed():
    """The list: {file: [(line of the list, statement)]}."""
    found = {}
    for number, row in enumerate(LIST.read_text(encoding="utf-8").split("\n"), 1):
        if row.startswith("## "):
            statements = found.setdefault(row[3:], [])
        elif row:
            statements.append((number, row))
    return found


def current(root=ROOT):
    """What the pages, the labs, the listings, claims.yml and mkdocs.yml state as they stand: {file: [(line, statement)]}."""
    found = {}
    for path in sorted([*(root / "docs").rglob("*.md"), *(root / "docs").glob("labs/*.py"), *(root / "snippets").rglob("*.py")]):
        name, text = path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
        found[name] = listing(text) if name.startswith("snippets/") else read(lab(text) if name.endswith(".py") else text)
    found["mkdocs.yml"] = read((root / "mkdocs.yml").read_text(encoding="utf-8").partition("\ntheme:")[0])   # titles, and what every page says
    for claim in claims.read(root)[0]:
        written = [claims.values(lambda value: f"`{{{value}}}`", text) for text in claim.written.values()]
        found.setdefault(claim.path, []).extend((claim.line, statement) for text in written for _, statement in read(text))
    return {file: statements for file, statements in found.items() if statements}


def read(text):
    """What a page states: [(line, statement with single spaces)]."""
    text = text.replace("](", "] (")   # what stands in the text of a link to a source too
    sentences, found = numerals.read(text)
    for fence in fences.read(text, "")[0]:
        if fence.language not in ("python", "text"):
                found += [(text.index(row, fence.start), row) for row in fence.body if row.strip()]
        text = text[:fence.start] + numerals.blank(text[fence.start:fence.end]) + text[fence.end:]
    found += [(match.start(), match[0]) for match in numerals.CODE.finditer(text)]
    found += [(match.start(), match[0].strip(".,;:?!")) for match in _NUMBER.finditer(_ADDRESS.sub(numerals.blank, sentences))]
    return [(text.count("\n", 0, offset) + 1, " ".join(statement.split())) for offset, statement in sorted(found)]


def lab(text):
    """The sentences of a lab and the alternative texts of its figures, at their lines."""
    rows, sentences = [], False
    for row in text.split("\n"):
        if row.startswith("# %%"):
            sentences = "[markdown]" in row
            rows.append(" ".join(re.findall(r'\balt\d*="([^"]*)"', row)))
        else:
            rows.append(row[2:] if sentences else "")
    return "\n".join(rows)


def listing(text):
    """The texts of a listing, which name what it prints and draws, and its remarks with a digit."""
    tree = ast.parse(text)
    formats = {part for node in ast.walk(tree) if isinstance(node, ast.FormattedValue) and node.format_spec for part in ast.walk(node.format_spec)}
    found = [
        (node.lineno, node.value) for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in formats and not _COLOR.fullmatch(node.value)
    ]
    remarks = [token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT]
    found += [(remark.start[0], remark.string) for remark in remarks if re.search(r"\d", remark.string)]
    return [   # in the order of the tree, which is the same in every version of Python; the lines of a text in many are not
        (line, " ".join(statement.split())) for line, statement in found if re.search(r"\w", statement)
    ]


def differences(old, new):
    """What the list does not have, and what it has and the book has not, with file and line."""
    found = []
    for file in sorted({*old, *new}):
        gone, come = old.get(file, []), new.get(file, [])
        pairs = SequenceMatcher(None, [statement for _, statement in gone], [statement for _, statement in come], autojunk=False)
        for kind, start, end, first, last in pairs.get_opcodes():
            if kind != "equal":
                found += [f"{file}:{line}: {statement}: nobody has read this since it changed: derive it again, then run "
                          "python tests/formulas.py" for line, statement in come[first:last]]
                found += [f"tests/formulas.txt:{line}: {statement}: gone from {file}" for line, statement in gone[start:end]]
    return found


def write(root=ROOT):
    """Write the list anew."""
    parts = ["\n".join([f"## {file}", *(statement for _, statement in found)]) for file, found in current(root).items()]
    LIST.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
