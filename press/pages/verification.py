"""How do we know? What each listing and labelled formula claims, and how that is checked.

The claim of a listing is its docstring, that of a formula the docstring of a test that checks it. All are where a page
has the line `<!-- claims -->`, a dot for each where it has `<!-- overview -->`, and what the site was built from where it
has `<!-- inputs -->`.
"""
import hashlib
import html
import math
import platform
import re
import textwrap
from importlib.metadata import version
from pathlib import Path

from press.book import chapter_tests, commit, evidence, listings, nav
from press.book.sources import DOCS, EVIDENCE, SNIPPETS, Problem, Unreadable, pages, test_file, text_of
from press.pages import fences, formulas, reading
from press.pages.listings import claim
from press.run import runs

FORM = "3"   # raised by hand when the same sources would give other claims
MOST = 6     # entries of a value that is shown
NAMED = 40   # letters of a claim that its dot shows
INPUTS = (
    "numpy", "matplotlib", "mkdocs", "mkdocs-material", "mkdocs-jupyter", "pymdown-extensions",
    "pytest", "sybil", "scipy", "sympy",
)


def markdown(root="."):
    """All claims as Markdown: a heading for each chapter, and below it its claims, folded."""
    parts = []
    for chapter, title, rows in _claimed(root):
        parts.append(f"## {title} {{: #{chapter.replace('/', '-')} }}")
        parts.append(f'??? note "{len(rows)} claim{"s" * (len(rows) > 1)}: {_words(title)}"')
        parts += [textwrap.indent(_entry(row), "    ") for row in rows]
    return "\n\n".join(parts)


def overview(root="."):
    """How many claims there are and what became of all trials; for each chapter a dot for every claim, a link to it."""
    claimed, tried = list(_claimed(root)), {"seeds": [0, 0], "mutants": [0, 0]}
    rows = [row for _, _, own in claimed for row in own]
    for kind, (good, all) in (trial for row in rows for trial in row["tried"].items()):
        tried[kind] = [tried[kind][0] + good, tried[kind][1] + all]
    programs = sum(bool(row["listing"]) for row in rows)
    totals = "".join(f"<li><strong>{number}</strong> {what}</li>" for number, what in (
        (f"{programs:,}", "programs, run by this build"),
        (f"{len(rows) - programs:,}", "key formulas, compared with their tests"),
        ("{:,} of {:,}".format(*tried["seeds"]), "runs under other seeds held"),
        ("{:,} of {:,}".format(*tried["mutants"]), "changed programs were caught"),
    ))
    dots = "".join(
        f'<dt><a href="#{chapter.replace("/", "-")}">{html.escape(title)}</a></dt><dd class="dots">' + " ".join(
            f'<a class="{row["state"]}" href="#{row["anchor"]}" title="{_named(row["claim"])}"></a>' for row in own
        ) + "</dd>" for chapter, title, own in claimed
    )
    return f'<ul class="totals" markdown="0">{totals}</ul>\n\n<dl class="claimed" markdown="0">{dots}</dl>'


def _named(claimed):
    """The beginning of a claim, as an attribute."""
    return html.escape(textwrap.shorten(claimed, NAMED, placeholder=" …"))


def _claimed(root):
    """The chapters that claim something: ("part/chapter", title, rows)."""
    for chapter, text in _chapters(root):
        if rows := _claims(chapter, text, root)["rows"]:
            yield chapter, reading.facts(text).title or chapter, rows


def _entry(row):
    """A claim as an entry of a list, with what is known of it."""
    facts = (_values(row["listing"]) if row["listing"] else {}) | row["facts"]
    told = [f"    {name}\n    :   {fact}" for name, fact in facts.items() if fact]
    return "\n\n".join([f"- {_words(row['claim'])} {row['way']}\n  {{: #{row['anchor']} .claim }}", *told])


def problems(root="."):
    """Listings that no test runs, and labelled formulas that no test with a docstring checks."""
    return [Problem(*row) for chapter, text in _chapters(root) for row in _claims(chapter, text, root)["problems"]]


def _chapters(root):
    """The chapters, "part/chapter", in the order of nav, with their texts."""
    known = pages(root)
    for page in [page for _, page in nav.order(root) if page in known] or known:
        if page.count("/") == 1 and (text := text_of(f"{DOCS}/{page}", root)):
            yield page.removesuffix(".md"), text


def _claims(chapter, text, root):
    """What a chapter claims: {"rows": [what `_row` says of each], "problems": [[path, line, why]]}.

    Kept by its sources: reading the code of the tests takes longer than setting the page.
    """
    found = [(fence.line, fence.listing, "") for fence in fences.read(text, "")[0] if fence.listing]
    texts = [text_of(f"{SNIPPETS}/{path}", root) for _, path, _ in found]
    found = [each for each, text in zip(found, texts) if text]
    found += [(line, label, tex) for label, tex, line in formulas.labelled(fences.prose(text))]
    texts += text, text_of(test_file(chapter), root), text_of(f"{EVIDENCE}/{chapter}.json", root)

    def make():
        try:
            tests = chapter_tests.of_chapter(chapter, root) if found else None
            made = [_row(chapter, line, name, tex, tests.running(name), root) for line, name, tex in sorted(found)]
        except Unreadable as problem:
            return {"rows": [], "problems": [[problem.path, problem.line, problem.message]]}
        return {"rows": [row for row, _ in made], "problems": [problem for _, problem in made if problem]}

    return runs.current().cache.made(("claims", FORM, chapter, *texts), make)


def _row(chapter, line, name, tex, tests, root):
    """What is claimed by a labelled formula or, without tex, by a listing, and the problem with it, or None."""
    facts = {"by another road": _words("; ".join(test.name.removeprefix("test_").replace("_", " ") for test in tests))}
    if tex:
        said = next(filter(None, (test.claim(name) for test in tests)), "")
        facts = {"formula": f"$\\displaystyle {' '.join(tex.split())}$"} | facts
        how = f'one of {test_file(chapter)} has "{name}" in its code, and the claim as its docstring'
        problem = [f"{DOCS}/{chapter}.md", line, f"no test says what {name} claims: {how}"]
        way = f"[In the text]({chapter}.md#{name})"
        row = {"anchor": f"claim-{name}", "claim": said, "way": way, "listing": "", "facts": facts, "tried": {}}
        return row | {"state": "formula"}, None if said else problem
    listing = listings.listing(name, root)
    seeds, mutants = (evidence.of_listing(kind, listing, root) for kind in ("seeds", "mutants"))
    tried = {}
    if seeds:
        tried["seeds"] = seeds["tried"] - len(seeds["failed"]), seeds["tried"]
    if mutants:
        tried["mutants"] = mutants["tried"] - len(mutants["survivors"]), mutants["tried"]
    facts = {"checked": _words(_reasons(listing.check))} | facts | {
        "other seeds": _told(tried, "seeds", "holds for {} of {}") if listing.seeded else "it draws no random numbers",
        "mutants": _told(tried, "mutants", "{} of {} caught"),
    }
    whole = mutants and (seeds or not listing.seeded)
    how = f'one of {test_file(chapter)} takes values from run("{name.removesuffix(".py")}")'
    problem = [listing.file, 1, f"no test checks it in another way: {how}"]
    way = f"[Run {listing.name}]({chapter}.md#listing-{listing.name})"
    row = {"anchor": claim(name), "claim": listing.claim, "way": way, "listing": name, "facts": facts, "tried": tried}
    return row | {"state": "tried" if whole else "untried"}, None if tests else problem


def _told(tried, kind, how):
    """What became of the trials of a kind, or that there are none of the listing as it is."""
    return how.format(*tried[kind]) if kind in tried else evidence.STALE


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


def _values(listing):
    """What a listing predicted and measured, as Markdown: small values whose names begin so and then go on alike."""
    try:
        values = runs.current().run(listing).values
    except (FileNotFoundError, Problem):   # told where it is quoted
        return {}
    both = {"predicted": [], "measured": []}
    for end in [name.removeprefix("predicted") for name in values if name.startswith("predicted")]:
        pair = [_shown(f"{listing.removesuffix('.py')}.{kind}{end}", values.get(f"{kind}{end}")) for kind in both]
        for texts, text in zip(both.values(), pair) if all(pair) else ():
            texts.append(": ".join(filter(None, [_words(end.replace("_", " ").strip()), text])))
    return {kind: "; ".join(texts) for kind, texts in both.items()}


def _shown(name, value):
    """A value as Markdown that the page sets from the run, or "" where it is not a number or a few."""
    named, one = isinstance(value, dict), not isinstance(value, dict | list)
    entries = value if named else dict(enumerate([value] if one else value))
    numbers = all(isinstance(number, int | float) and math.isfinite(number) for number in entries.values())
    if not numbers or not 0 < len(entries) <= MOST or re.search(r"[\[\]`{}]", "".join(map(str, entries))):
        return ""
    return ", ".join(
        (f"{_words(key)} " if named else "")
        + f"`{{{name}{'' if one else f'[{key}]'}{':.4g' if isinstance(number, float) else ''}}}`"
        for key, number in entries.items()
    )


def inputs(root="."):
    """What the site was built from, as a Markdown table."""
    lock, found = Path(root, "requirements.txt"), commit.commit(root)[0] or "none"
    digest = f"`{hashlib.sha256(lock.read_bytes()).hexdigest()}`" if lock.exists() else "none"
    changed = " with changes" if found != "none" and commit.changed(root) else ""
    rows = {"input": "version", "---": "---", "Python": platform.python_version(), "processor": platform.machine()}
    rows |= {name: version(name) for name in INPUTS}
    rows |= {"commit": f"`{found}{changed}`", "requirements.txt, SHA-256": digest}
    return "\n".join(f"| {name} | {value} |" for name, value in rows.items())
