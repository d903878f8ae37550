"""How do we know? What each listing and labelled formula claims, and how that is checked.

The claim of a listing is its docstring, that of a formula the docstring of a test that checks it. All are where a page
has the line `<!-- claims -->`, and what the site was built from where it has `<!-- inputs -->`.
"""
import hashlib
import html
import math
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

from press.book import chapter_tests, evidence, listings, nav
from press.book.sources import DOCS, EVIDENCE, SNIPPETS, Problem, Unreadable, pages, read, test_file
from press.pages import fences, formulas, reading
from press.pages.listings import claim
from press.run import cache, runs

FORM = "1"   # raised by hand when the same sources would give other claims
MOST = 6     # entries of a value that is shown
INPUTS = ["numpy", "matplotlib", "mkdocs", "mkdocs-material", "mkdocs-jupyter", "pymdown-extensions"]
TESTED = ["pytest", "sybil", "scipy", "sympy"]


def markdown(root="."):
    """All claims as Markdown, a heading for each chapter."""
    parts = []
    for chapter in _chapters(root):
        if items := _claims(chapter, root)["items"]:
            title = reading.facts(_text(f"{DOCS}/{chapter}.md", root)).title or chapter
            parts += [f"## {title} {{: #{chapter.replace('/', '-')} }}", *(_item(*item) for item in items)]
    return "\n\n".join(parts)


def problems(root="."):
    """Listings that no test runs, and labelled formulas that no test with a docstring checks."""
    for chapter in _chapters(root):
        for problem in _claims(chapter, root)["problems"]:
            yield Problem(*problem)


def _chapters(root):
    """The chapters, "part/chapter", in the order of nav."""
    known = pages(root)
    named = [page for _, page in nav.order(root) if page in known] or known
    return [page.removesuffix(".md") for page in named if page.count("/") == 1]


def _text(path, root):
    """The text of a source, or nothing where it cannot be read, which is told elsewhere."""
    try:
        return read(path, root)
    except (FileNotFoundError, Unreadable):
        return ""


def _claims(chapter, root):
    """What a chapter claims, without values of runs: {"items": […], "problems": [[path, line, message]]}.

    Kept by its sources: reading the code of the tests takes longer than setting the page.
    """
    page = _text(f"{DOCS}/{chapter}.md", root)
    found = [(fence.line, fence.listing, "") for fence in fences.read(page, "")[0] if fence.listing]
    texts = [_text(f"{SNIPPETS}/{path}", root) for _, path, _ in found]
    found = [each for each, text in zip(found, texts) if text]
    found += [(line, label, tex) for label, tex, line in formulas.labelled(fences.prose(page))]
    texts += page, _text(test_file(chapter), root), _text(f"{EVIDENCE}/{chapter}.json", root)
    kept, name = runs.current().cache, cache.key("claims", FORM, chapter, *texts)
    made = kept.get(name) if found else {"items": [], "problems": []}
    if made is None:
        made = _made(chapter, sorted(found), root)
        kept.put(name, made)
    return made


def _made(chapter, found, root):
    """The same from the sources. found: [(line, listing or label, "" or the formula)]."""
    path, items, problems = test_file(chapter), [], []
    try:
        tests = chapter_tests.of_chapter(chapter, root)
    except FileNotFoundError:
        tests = chapter_tests.ChapterTests(path, (), "")
    except SyntaxError as error:
        return {"items": [], "problems": [[path, error.lineno or 1, f"it is no Python: {error.msg}"]]}
    except Unreadable as problem:
        return {"items": [], "problems": [[path, problem.line, problem.message]]}
    for line, name, tex in found:
        using = tests.checking(name) if tex else tests.running(name)
        facts = {"by another road": _words("; ".join(test.title for test in using))}
        if tex:
            said = next(filter(None, (test.claim(name) for test in using)), "")
            facts = {"formula": f"$\\displaystyle {' '.join(tex.split())}$"} | facts
            items.append([f"claim-{name}", said, f"[In the text]({chapter}.md#{name})", "", facts])
            if not said:
                how = f'one of {path} has "{name}" in its code, and the claim as its docstring'
                problems.append([f"{DOCS}/{chapter}.md", line, f"no test says what {name} claims: {how}"])
        else:
            listing = listings.listing(name, root)
            facts = {"checked": _words(_reasons(listing.check))} | facts | _tried(listing, root)
            way = f"[Run {listing.name}]({chapter}.md#listing-{listing.name})"
            items.append([claim(name), listing.claim, way, name, facts])
            if not using:
                how = f'one of {path} takes values from run("{name.removesuffix(".py")}")'
                problems.append([listing.file, 1, f"no test checks it in another way: {how}"])
    return {"items": items, "problems": problems}


def _tried(listing, root):
    """Under how many other seeds a listing holds, and how many of its mutants are caught, in words."""
    seeds, mutants = (evidence.of_listing(kind, listing, root) for kind in ("seeds", "mutants"))
    held = seeds and f"holds for {seeds['tried'] - len(seeds['failed'])} of {seeds['tried']}"
    caught = mutants and f"{mutants['tried'] - len(mutants['survivors'])} of {mutants['tried']} caught"
    held = held or evidence.STALE if listing.seeded else "it draws no random numbers"
    return {"other seeds": held, "mutants": caught or evidence.STALE}


def _reasons(check):
    """What a check says of its assertions: the comments on lines of their own, and behind assertions."""
    reasons = []
    for block in re.findall(r"(?:^[ \t]*#.*\n?)+|^[ \t]*assert [^#\"'\n]*#.*", check, re.MULTILINE):
        reason = " ".join(re.sub(r"^[^#\n]*#", "", block, flags=re.MULTILINE).split())
        if "no mutate" not in reason:
            reasons.append(reason if reason.endswith((".", "!", "?")) else f"{reason}.")
    return " ".join(reasons)


def _words(text):
    """Plain words as Markdown."""
    return re.sub(r"([\\`*_{}\[\]#$])", r"\\\1", html.escape(text, quote=False))


def _item(anchor, said, way, listing, facts):
    """One claim as an item of a list."""
    facts = (_values(listing) if listing else {}) | facts
    rows = "\n\n".join(f"    {name}\n    :   {fact}" for name, fact in facts.items() if fact)
    return f"- {_words(said)} {way}\n  {{: #{anchor} .claim }}\n\n{rows}"


def _values(listing):
    """What a listing predicted and measured, as Markdown: small values whose names begin so and then go on alike."""
    try:
        values = runs.current().run(listing).values
    except (FileNotFoundError, Problem):   # told where it is quoted
        return {}
    both = {"predicted": [], "measured": []}
    for end in [name.removeprefix("predicted") for name in values if name.startswith("predicted")]:
        names = {kind: f"{kind}{end}" for kind in both}
        pair = {kind: _shown(f"{listing.removesuffix('.py')}.{name}", values.get(name)) for kind, name in names.items()}
        for kind, text in pair.items() if all(pair.values()) else ():
            both[kind].append(": ".join(filter(None, [_words(end.replace("_", " ").strip()), text])))
    return {kind: "; ".join(texts) for kind, texts in both.items()}


def _shown(name, value):
    """A value as Markdown that the page sets from the run, or "" where it is not a number or a few."""
    one = not isinstance(value, dict | list)
    entries = value if isinstance(value, dict) else dict(enumerate([value] if one else value))
    numbers = all(isinstance(number, int | float) and math.isfinite(number) for number in entries.values())
    if not numbers or not 0 < len(entries) <= MOST or re.search(r"[\[\]`{}]", "".join(map(str, entries))):
        return ""
    texts = []
    for key, number in entries.items():
        named, place = f"{_words(str(key))} " if isinstance(value, dict) else "", "" if one else f"[{key}]"
        texts.append(f"{named}`{{{name}{place}{':.4g' if isinstance(number, float) else ''}}}`")
    return ", ".join(texts)


def inputs(root="."):
    """What the site was built from, as a Markdown table."""
    rows = [("Python", platform.python_version()), ("processor", platform.machine())]
    rows += [(name, version(name)) for name in INPUTS + TESTED]
    lock = Path(root, "requirements.txt")
    digest = f"`{hashlib.sha256(lock.read_bytes()).hexdigest()}`" if lock.exists() else "none"
    rows += [("commit", f"`{_commit(root)}`"), ("requirements.txt, SHA-256", digest)]
    return "\n".join(["| input | version |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows)])


def _commit(root):
    """The commit that is built, and whether files differ. A repository around this folder is another project's."""
    if not Path(root, ".git").exists():
        return "none"
    command = ["git", "status", "--porcelain=v2", "--branch"]
    try:
        asked = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", errors="replace", check=True)
    except (OSError, subprocess.CalledProcessError):
        return "none"
    said = asked.stdout.splitlines()
    commit = next(row.split()[-1] for row in said if row.startswith("# branch.oid "))
    return commit + (" with changes" if any(not row.startswith("#") for row in said) else "")
