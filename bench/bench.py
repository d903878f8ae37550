"""make bench: the build against MyST-NB and against MkDocs alone, and how it grows. Ratios within one run.

Absolute seconds on a shared machine mean little; every line compares two things that were measured minutes apart on
the same one. Exit status 1 if a promised ratio is missed.
"""
import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import jupytext
import psutil

from press import fences, session

ROOT = Path(__file__).parent.parent
WORK = ROOT / "build" / "bench"
OTHERS = ROOT / "build" / "bench-venv"
CHAPTERS = [page for page in fences.pages(ROOT / "docs") if "/" in page]
missed = []


def main():
    """Print every ratio."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    book = tree("book")
    cold, first = best_press(book, cold=True)
    warm, second = best_press(book)
    assert " 0 ran" in second, second
    listing = next((book / "snippets").rglob("*.py"))
    listing.write_text(listing.read_text() + "# changed\n")
    _, changed = press(book)
    print(f"listings that run: all {count(first)}, again {count(second)}, after one change {count(changed)}")
    demand("listings that run after one changed", count(changed), 1)

    with_runs = plain(book)
    alone = min(timed([sys.executable, "-m", "mkdocs", "build", "-q"], with_runs) for _ in range(3))
    myst = notebooks(book)
    myst_cold = timed(sphinx(myst), myst)
    for made in ("html", "doctrees"):   # its cache of runs stays, as ours does; both set every page anew
        shutil.rmtree(myst / "_build" / made)
    myst_warm = timed(sphinx(myst), myst)
    demand("cold build / MyST-NB's cold build", cold / myst_cold, 0.20)
    demand("warm build / MyST-NB's warm build", warm / myst_warm, 0.50)
    demand("warm build / MkDocs with the runs already on its pages", warm / alone, 1.25)

    large = tenfold(tree("large"))
    ten, said, memory, programs = watched(large)
    print(f"ten times the chapters: {count(said)} listings")
    demand("cold build of ten times the chapters / cold build", ten / cold, 10.0)
    demand("resident memory of the build besides its listings, GiB", memory, 1.0)
    print(f"(the listings themselves: at most {programs:.2f} GiB at once)")

    print(f"(seconds, for what they are worth here: cold {cold:.1f}, MyST-NB {myst_cold:.1f}; warm {warm:.1f}, MyST-NB {myst_warm:.1f}, MkDocs {alone:.1f})")
    print("missed: " + "; ".join(missed) if missed else "all met")
    return 1 if missed else 0


def demand(what, value, limit):
    """Print a figure beside its limit."""
    met = value <= limit
    if not met:
        missed.append(what)
    print(f"{what:62s} {value:8.2f}   limit {limit:g}{'' if met else '   MISSED'}", flush=True)


def tree(name):
    """A copy of the book's sources."""
    folder = WORK / name
    (folder / "press").mkdir(parents=True)   # mkdocs.yml watches it
    for part in ("docs", "snippets", "tests", "theme", "evidence", "mkdocs.yml", "CITATION.cff"):
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / part)
    return folder


def timed(command, folder):
    """Seconds that a command takes in a folder."""
    started = time.monotonic()
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    timed.said = done.stdout
    return time.monotonic() - started


def press(folder):
    """One build by the press: (seconds, what it said)."""
    return timed([sys.executable, "-m", "press.command", "build"], folder), timed.said


def best_press(folder, cold=False):
    """The faster of two builds."""
    results = []
    for _ in range(2):
        if cold:
            shutil.rmtree(folder / ".press", ignore_errors=True)
        results.append(press(folder))
    return min(results)


def count(said):
    """How many listings a build ran."""
    return int(re.search(r"(\d+) ran", said)[1])


def program(quotation, folder):
    return (folder / "snippets" / quotation).read_text().rstrip()


def without_values(text):
    """A page with its values as plain text."""
    return re.sub(r"`\{[^`}]*\}`", "1.0", re.sub(r"(\$\$)[ \t]+\{#[^}]*\}", r"\1", text))


def plain(book):
    """The same pages for MkDocs alone: programs, outputs and figures stand in them as text and files."""
    folder = WORK / "plain"
    shutil.copytree(book, folder, ignore=shutil.ignore_patterns(".press", "site"))
    site = book / "site"
    with contextlib.chdir(book):
        runs = session.Session()
    figures = site / "assets" / "figures"
    shutil.copytree(figures, folder / "docs" / "assets" / "figures")
    for page in fences.pages(folder / "docs"):
        path = folder / "docs" / page
        text = path.read_text()
        for fence in reversed(fences.read(text, page)[0]):
            if not fence.quotation:
                continue
            run = runs_of(book, fence.quotation, runs)
            made = [f"```python\n{program(fence.quotation, book)}\n```", f"```text\n{run.output.rstrip()}\n```"]
            from press import figures as drawn
            up = "../" * page.count("/")
            made += [f"![{alt}]({up}assets/figures/{drawn.name(svg)}){{loading=lazy}}" for alt, svg in zip(fence.alts, run.figures)]
            text = text[:fence.start] + "\n\n".join(made) + "\n" + text[fence.end:]
        text = re.sub(r"#(listing|eq)-[a-z-]+\)", ")", without_values(text)).replace("]()", "](#)")
        path.write_text(text)
    config = (folder / "mkdocs.yml").read_text()
    config = re.sub(r"  - press .*\n", "", config).replace("strict: true", "strict: false")
    config = re.sub(r"  - press  .*\n", "", config)
    config = re.sub(r"      # The kinds of fence.*?(?=  - pymdownx.tabbed)", "", config, flags=re.DOTALL)
    config = config.replace("  - pymdownx.superfences:\n", "  - pymdownx.superfences\n")
    (folder / "mkdocs.yml").write_text(config)
    environment = os.environ | {"MPLBACKEND": ""}
    environment.pop("MPLBACKEND")
    shutil.copy(folder / "docs/labs/digits.csv.gz", folder)   # its kernel starts here
    timed([sys.executable, "-m", "mkdocs", "build", "-q"], folder)   # mkdocs-jupyter fills its cache
    return folder


def runs_of(book, quotation, runs):
    """A kept run of the book."""
    with contextlib.chdir(book):
        return runs.run(quotation)


def notebooks(book):
    """The same programs, labs and prose for MyST-NB."""
    folder = WORK / "myst"
    pages = []
    header = "---\njupytext: {text_representation: {format_name: myst}}\nkernelspec: {name: python3, display_name: Python 3}\n---\n"
    for page in fences.pages(book / "docs"):
        text = re.sub(r"\A---\n.*?\n---\n", "", (book / "docs" / page).read_text(), flags=re.DOTALL)
        for fence in reversed(fences.read(text, page)[0]):
            if fence.quotation:
                cell = f"```{{code-cell}} python\n{program(fence.quotation, book)}\n```\n"
                text = text[:fence.start] + cell + text[fence.end:]
        text = re.sub(r'^!!! \w+ "(.*)"$', r"**\1**", without_values(text), flags=re.MULTILINE)
        path = folder / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((header if "/" in page else "") + text)
        pages.append(page.removesuffix(".md"))
    for lab in (book / "docs" / "labs").glob("*.py"):
        (folder / "labs").mkdir(exist_ok=True)
        jupytext.write(jupytext.read(lab), folder / "labs" / f"{lab.stem}.ipynb")
        shutil.copy(lab.with_suffix(".csv.gz"), folder / "labs")
        pages.append(f"labs/{lab.stem}")
    order = "\n".join(page for page in pages if page != "index")
    (folder / "index.md").write_text((folder / "index.md").read_text() + f"\n```{{toctree}}\n{order}\n```\n")
    (folder / "conf.py").write_text(
        'project = "book"\nextensions = ["myst_nb"]\nhtml_theme = "sphinx_book_theme"\n'
        'nb_execution_mode = "cache"\nnb_execution_raise_on_error = True\nnb_execution_timeout = 300\n'
        'myst_enable_extensions = ["dollarmath", "amsmath", "attrs_inline"]\nexclude_patterns = ["_build"]\n'
    )
    return folder


def sphinx(folder):
    """The command that builds the MyST-NB book, its environment made first."""
    if not (OTHERS / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", OTHERS], check=True)
        lock = ROOT / "bench" / "requirements.txt"
        subprocess.run([OTHERS / "bin/python", "-m", "pip", "install", "-q", "--require-hashes", "-r", lock], check=True)
        (OTHERS / "ready").touch()
    return [OTHERS / "bin/python", "-m", "sphinx", "-q", "-b", "html", ".", "_build/html", "-d", "_build/doctrees"]


def tenfold(book):
    """Ten times the chapters: each with programs, labels and tests of its own, since a program that is the same would run once."""
    order = []
    for page in CHAPTERS:
        part, name = page.removesuffix(".md").split("/")
        chapter = [book / "docs" / page, book / "tests" / part / f"test_{name}.py", *(book / "snippets" / part / name).iterdir()]
        texts = {path.relative_to(book).as_posix(): path.read_text() for path in chapter if path.is_file()}
        for copy in range(1, 10):
            other = name + "x" * copy
            for path, text in texts.items():
                target = book / re.sub(rf"\b(test_)?{name}\b", rf"\g<1>{other}", path)
                target.parent.mkdir(exist_ok=True)
                text = text.replace(f"{part}/{name}/", f"{part}/{other}/").replace(f"eq-{name}-", f"eq-{other}-")
                target.write_text(text + (f"# copy {copy}\n" if path.startswith("snippets/") else ""))
            order.append(f"  - {part}/{other}.md\n")
    config = (book / "mkdocs.yml").read_text()
    (book / "mkdocs.yml").write_text(config.replace("nav:\n", "nav:\n" + "".join(order)))
    return book


def watched(folder):
    """A build with its memory: (seconds, what it said, GiB besides the listings, GiB of the listings)."""
    peak = {"build": 0, "listings": 0}
    done = threading.Event()

    def watch():
        me = psutil.Process()
        while not done.wait(0.1):
            sizes = {"build": 0, "listings": 0}
            for process in me.children(recursive=True):
                with contextlib.suppress(psutil.Error, ProcessLookupError):
                    group = os.getpgid(process.pid) == process.pid and any("press/worker.py" in word for word in process.cmdline())
                    sizes["listings" if group else "build"] += process.memory_info().rss
            for kind, size in sizes.items():
                peak[kind] = max(peak[kind], size)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        seconds, said = press(folder)
    finally:
        done.set()
        thread.join()
    return seconds, said, peak["build"] / 2**30, peak["listings"] / 2**30


if __name__ == "__main__":
    sys.exit(main())
