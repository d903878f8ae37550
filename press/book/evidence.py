"""What trials found: evidence/part/chapter.json, one file per chapter, written by `press seeds` and `press mutants`.

    {"name.py": {"seeds": {"program": digest, "tried": 200, "failed": [1017], "versions": {"python": "3.11", …}},
                 "mutants": {"program": digest, "tried": 41, "survivors": ["12: a + b → a - b"], "versions": {…}}}}

A record belongs to the program whose digest it has. One of an older text is kept, and shown as what it is.
"""
import contextlib
import hashlib
import json
from pathlib import Path

from press.book import chapter_tests, sources
from press.book.sources import EVIDENCE, Unreadable

STALE = "not tried since its last change"


def subject(kind, listing, root="."):
    """The digest of what a record, of "seeds" or "mutants", depends on: the program, and what judges its mutants."""
    texts = [listing.text]
    with contextlib.suppress(Unreadable):
        if kind == "mutants":
            tests = chapter_tests.of_chapter(listing.chapter, root)
            texts += [tests.rest, *(test.source for test in tests.running(listing.path))]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def read(chapter, root="."):
    """The records of a chapter, {"name.py": {kind: record}}; {} where there are none, or a merge has marked them."""
    try:
        return json.loads(Path(root, EVIDENCE, f"{chapter}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def of_listing(kind, listing, root="."):
    """The record of a kind for a listing as it is now, or None where it was not tried since its last change."""
    record = read(listing.chapter, root).get(f"{listing.name}.py", {}).get(kind)
    return record if record and record["program"] == subject(kind, listing, root) else None


def write(chapter, records, root="."):
    """Write the records of a chapter, one listing after the other in the order of their names."""
    text = json.dumps(dict(sorted(records.items())), indent=1, ensure_ascii=False) + "\n"
    sources.write(Path(root, EVIDENCE, f"{chapter}.json"), text)
