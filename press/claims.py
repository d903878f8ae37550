"""How do we know? What each listing and each labelled formula claims, and how that is checked.

The claims of a chapter stand beside its programs, in snippets/part/chapter/claims.yml. A page takes them all where it has
the line `<!-- claims -->`, and what the site was built from where it has `<!-- inputs -->`.
"""
import ast
import contextlib
import hashlib
import os
import platform
import re
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import yaml

from press import fences, numerals, program, session, trials
from press.judge import parsed, test_file, tests

PAGE = "verification"
FILE = "claims.yml"
# How a claim can be checked. The first word of `check` is one of these.
KINDS = ("exact", "symbolic", "quadrature", "sampling")
NEEDED = {"claim", "check"}
KNOWN = {"claim", "check", "predicted", "measured", "test"}
INPUTS = ("numpy", "matplotlib", "mkdocs", "mkdocs-material", "mkdocs-jupyter", "pymdown-extensions", "pytest", "sybil", "scipy", "sympy")

_FORMULA = re.compile(r"^[ \t]*\$\$\n(?P<tex>(?:(?!\$\$).)*?)\n[ \t]*\$\$[ \t]+\{#(?P<label>eq-[^}\s]*)\}", re.DOTALL | re.MULTILINE)
_VALUE = re.compile(r"\$[^$]*\$|\{(?P<value>[A-Za-z_]\w*(?=[\[:}])[^{}]*)\}")   # in a formula, braces are TeX


@dataclass(frozen=True)
class Claim:
    """One claim: its chapter, the listing or label that it speaks of, its line in claims.yml, and what is written there."""

    chapter: str
    name: str
    line: int
    written: dict

    @property
    def anchor(self):
        """The id of the claim on the verification page."""
        return anchor(self.chapter, self.name)

    @property
    def path(self):
        """The file that it is written in."""
        return f"{session.SNIPPETS}/{self.chapter}/{FILE}"

    @property
    def listing(self):
        """The listing that makes the claim, or nothing for a formula."""
        return "" if self.name.startswith("eq-") else f"{self.chapter}/{self.name}.py"


def anchor(chapter, name):
    """The id of the claim that a listing or a formula of a chapter makes."""
    return f"claim-{name}" if name.startswith("eq-") else f"claim-{chapter.split('/')[-1]}-{name}"


def formulas(page):
    """The labelled formulas of a page's Markdown: {label: TeX}."""
    return {match["label"]: re.sub(r"(?m)^[ \t]+", "", match["tex"]) for match in _FORMULA.finditer(page)}


def read(root="."):
    """The claims of all chapters, in the order in which they are written, and the problems of their files."""
    claims, problems = [], []
    for chapter in chapters(root):
        path = f"{session.SNIPPETS}/{chapter}/{FILE}"
        try:
            top = yaml.compose(fences.text(path, root))
            for name, fields in top.value if top else ():
                written = {key.value: value.value for key, value in fields.value}
                claims.append(Claim(chapter, name.value, name.start_mark.line + 1, written))
        except FileNotFoundError:
            problems.append(fences.Problem(path, 1, "is missing: it says what each listing of the chapter claims"))
        except fences.Unreadable as problem:
            problems.append(problem)
        except (yaml.YAMLError, TypeError, ValueError, AttributeError) as error:
            mark = getattr(error, "problem_mark", None)
            message = getattr(error, "problem", None) or "it maps the name of each listing and formula to its claim"
            problems.append(fences.Problem(path, mark.line + 1 if mark else 1, message))
    return claims, problems


def check(root="."):
    """The problems of the claims: each listing and each labelled formula has one, which says how it is checked."""
    claims, problems = read(root)
    made = {(claim.chapter, claim.name) for claim in claims}
    wanted = _wanted(root)
    for key, (path, line) in wanted.items():
        if key not in made:
            message = f"nobody says what {key[1]} claims: add it to {session.SNIPPETS}/{key[0]}/{FILE}"
            problems.append(fences.Problem(path, line, message))
    for chapter in chapters(root):
        with contextlib.suppress(OSError, fences.Unreadable):   # told elsewhere
            try:
                parsed(root, chapter)
            except SyntaxError as error:
                problems.append(fences.Problem(test_file(chapter), error.lineno or 1, f"it is no Python: {error.msg}"))
    for claim in claims:
        problems += [fences.Problem(claim.path, claim.line, message) for message in _wrong(claim, wanted, root)]
    return problems


def _wanted(root):
    """What must have a claim: {(chapter, listing or label): (path, line)}."""
    wanted = {}
    for listing in session.listings(root):
        wanted[os.path.dirname(listing), Path(listing).stem] = f"{session.SNIPPETS}/{listing}", 1
    for chapter in chapters(root):
        with contextlib.suppress(OSError, fences.Unreadable):   # told elsewhere
            text = fences.text(f"{session.DOCS}/{chapter}.md", root)
            for label in formulas(text):
                line = text.count("\n", 0, text.index(f"{{#{label}}}")) + 1
                wanted[chapter, label] = f"{session.DOCS}/{chapter}.md", line
    return wanted


def _wrong(claim, wanted, root):
    """What is wrong with one claim."""
    known = _tests(root, claim.chapter)
    if not known:
        yield f"{claim.name}: {test_file(claim.chapter)} has no tests"
        return
    if (claim.chapter, claim.name) not in wanted:
        yield f"{claim.name} is neither a listing nor a labelled formula of {claim.chapter}"
        return
    for field in sorted(NEEDED - set(claim.written)):
        yield f"{claim.name} needs `{field}`"
    for field in sorted(set(claim.written) - KNOWN):
        yield f"{claim.name} has no field `{field}`: they are {', '.join(sorted(KNOWN))}"
    if claim.written.get("check", KINDS[0]).split(",")[0].split(" ")[0] not in KINDS:
        yield f"`check` of {claim.name} begins with one of {', '.join(KINDS)}"
    if not claim.listing and "test" not in claim.written:
        yield f"{claim.name} needs `test`, the test that checks the formula by another road"
    for field in sorted(KNOWN & set(claim.written)):
        text = values(lambda value: "", str(claim.written[field]))
        typed = numerals.problems(text, "") if field in {"claim", "predicted", "measured"} else []   # a check names its tolerance
        for problem in [*typed, *fences.markup(text, "")]:
            yield f"`{field}` of {claim.name}: {problem.message}"
    both = [_named(claim, field) for field in ("predicted", "measured")]
    for name in sorted(both[0] & both[1]):
        yield f"`predicted` and `measured` of {claim.name} are both {name}, which agrees with itself"
    for names, field, other in zip(both, ("predicted", "measured"), ("measured", "predicted")):
        for name in sorted(name for name in names if name.startswith(other)):
            yield f"`{field}` of {claim.name} has {name}, whose name says {other}"
    for name in claim.written.get("test", "").split():
        if name not in known:
            yield f"there is no {name} in {test_file(claim.chapter)}"


def _named(claim, field):
    """The values that a field of a claim takes, without their formats."""
    return {match["value"].partition(":")[0] for match in _VALUE.finditer(str(claim.written.get(field, ""))) if match["value"]}


def markdown(root="."):
    """All claims as Markdown, a heading for each chapter."""
    wanted = _wanted(root)
    claims = [   # `check` and the session tell of the others
        claim for claim in read(root)[0] if not any(_wrong(claim, wanted, root)) and _readable(claim.listing, root)
    ]
    shares, deaths = trials.record("seeds", root), trials.record("mutants", root)
    parts = []
    for chapter in dict.fromkeys(claim.chapter for claim in claims):
        page = fences.text(f"{session.DOCS}/{chapter}.md", root)
        title = re.search(r"^# (.+)$", page, re.MULTILINE)
        parts.append(f"## {title[1] if title else chapter} {{: #{chapter.replace('/', '-')} }}")
        tex = formulas(page)
        for claim in (claim for claim in claims if claim.chapter == chapter):
            parts.append(_item(claim, tex, shares, deaths, root))
    return "\n\n".join(parts)


def _readable(listing, root):
    """Whether a listing, if there is one, can be read."""
    try:
        return not listing or bool(session.read(listing, root))
    except (OSError, program.Failure):
        return False


def _item(claim, tex, shares, deaths, root):
    """One claim as an item of a list."""
    written, listing = claim.written, claim.listing

    def filled(field):
        return values(lambda value: f"`{{{claim.chapter}/{claim.name}.{value}}}`", written[field])

    target = f"{claim.chapter}.md#{claim.name if not listing else f'listing-{claim.name}'}"
    facts = {"formula": "" if listing else f"$\\displaystyle {' '.join(tex.get(claim.name, '').split())}$"}
    facts |= {field: filled(field) for field in ("predicted", "measured") if field in written}
    facts["checked"] = written["check"]
    names = written.get("test", "").split() or [name for name in tests(root, listing) if name]
    facts["by another road"] = "; ".join(name.removeprefix("test_").replace("_", " ") for name in names)
    if listing:
        facts["other seeds"] = _share(listing, shares, root)
        facts["mutants"] = _deaths(listing, deaths, root)
    rows = "\n\n".join(f"    {name}\n    :   {fact}" for name, fact in facts.items() if fact)
    return f"- {filled('claim')} [{f'Run {claim.name}' if listing else 'In the text'}]({target})\n  {{: #{claim.anchor} .claim }}\n\n{rows}"


def place(value, root="."):
    """Where a claim is written that takes a value of its listing's run, as (path, line), or None."""
    found = [claim for claim in read(root)[0] if value.startswith(f"{claim.chapter}/{claim.name}.")]
    return (found[0].path, found[0].line) if found else None


def values(made, text):
    """A text with what `made` makes of each value in it."""
    return _VALUE.sub(lambda match: made(match["value"]) if match["value"] else match[0], text)


def _share(listing, shares, root):
    """For which share of other seeds a listing holds, in words."""
    if not trials.seeded(listing, root):
        return "it draws no random numbers"
    found = shares.get(listing)
    if not found or found["text"] != trials.digest(session.read(listing, root)):
        return "not tried since it changed"
    return f"holds for {found['seeds'] - len(found['failed'])} of {found['seeds']}"


def _deaths(listing, deaths, root):
    """How many mutants of a listing are caught, in words."""
    found = deaths.get(listing)
    if not found or found["judged"] != trials.judged(root, listing):
        return "not tried since it changed"
    return f"{found['mutants'] - len(found['survivors'])} of {found['mutants']} caught"


def inputs(root="."):
    """What the site was built from, as a Markdown table."""
    lock = Path(root) / "requirements.txt"
    rows = [("Python", platform.python_version()), ("processor", platform.machine())]
    rows += [(name, version(name)) for name in INPUTS]
    rows.append(("commit", f"`{_commit(root)}`"))
    rows.append(("requirements.txt, SHA-256", f"`{hashlib.sha256(lock.read_bytes()).hexdigest()}`" if lock.exists() else "none"))
    return "\n".join(["| input | version |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows)])


def _commit(root):
    """The commit that is built, and whether files differ from it."""
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout.strip()

    try:
        changed = " with changes" if git("status", "--porcelain", "--", ".") else ""
        return git("rev-parse", "HEAD") + changed
    except (OSError, subprocess.CalledProcessError):
        return "none"


def chapters(root):
    """The chapters that have listings."""
    return sorted({os.path.dirname(listing) for listing in session.listings(root)})


def _tests(root, chapter):
    """The names of the tests of a chapter, none where they cannot be read."""
    try:
        return {node.name for node in parsed(root, chapter).body if isinstance(node, ast.FunctionDef)}
    except (OSError, SyntaxError, fences.Unreadable):
        return set()
