"""make bench: the build against MkDocs alone and MyST-NB, and how it grows. Exit status 1 where a limit is missed.

Seconds on a machine that others use mean little: the sides take turns, A B A B, and the best of three counts for each.
Every side is a whole process, imports included, and has the same pages. Those of MkDocs alone hold what a build would
compute: outputs, figures and values typed in, the labs in mkdocs-jupyter's cache. Their formulas stay TeX, for the
reader's browser to set: typed in as HTML they nearly double its time, and nobody writes them so.
"""
import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from textwrap import indent

import jupytext
import lxml.html
import yaml
from memory import Memory

from press.book import listings, sources
from press.pages import fences, values
from press.run import figures
from press.run.runner import Runner
from press.run.runs import Runs

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "build" / "bench"
OTHERS = ROOT / "build" / "bench-venv"   # MyST-NB; stays for the next time
ROUNDS = 3
CORES = len(os.sched_getaffinity(0))
PRESS = [sys.executable, "-P", "-m", "press.cli.main", "build"]
MKDOCS = [sys.executable, "-P", "-m", "mkdocs", "build", "--quiet"]
MYST = [OTHERS / "bin" / "python", "-m", "sphinx", "-q", "-b", "html", "-d", "_build/doctrees", ".", "_build/html"]
HIGHLIGHTED = ["pymdownx.superfences", {"pymdownx.highlight": {"pygments_lang_class": True}}]
LAB = {"mkdocs-jupyter": {"include": ["labs/*.py"], "ignore": ["*.md"], "execute": True}}
missed, said = [], {}   # what is not met; what a build says at its end, by its folder


def main():
    """Print what each side did, and every ratio beside its limit. Returns the exit status."""
    install()
    shutil.rmtree(WORK, ignore_errors=True)
    book = tree("book")
    timed(PRESS, book)
    named = {listing: environment for listing, (environment, _) in fences.quoted(book).items()}
    with contextlib.closing(Runs(book)) as runs:   # which are kept by now
        runs.start(named)
        plain, myst = typed_in(book, runs), notebooks(book, runs)
        computing = sum(runs.run(listing).processor for listing in named) + sum(map(of_lab, labs(book)))
    timed(MKDOCS, plain)   # executes the labs and keeps them
    warm, cold, alone, theirs = [], [], [], []
    for _ in range(ROUNDS):
        warm.append(timed(PRESS, book))
        alone.append(timed(MKDOCS, plain))
    did("press, warm", book / "site", "output")
    for _ in range(ROUNDS):
        shutil.rmtree(book / ".press")
        cold.append(timed(PRESS, book))
        shutil.rmtree(myst / "_build", ignore_errors=True)
        theirs.append(timed(MYST, myst))
        alone.append(timed(MKDOCS, plain))
    did("press, cold", book / "site", "output")
    did("MkDocs", plain / "site", "language-text")
    did("MyST-NB, cold", myst / "_build" / "html", "cell_output")
    large = tenfold(tree("large"))
    with Memory() as memory:
        ten = timed(PRESS, large)   # once, and held against the best of the small ones
    did("press, cold, ten times the chapters", large / "site", "output")

    warm, cold, alone, theirs = map(min, (warm, cold, alone, theirs))
    print(f"seconds: press {warm:.1f} warm, {cold:.1f} cold, {ten:.0f} large; MkDocs {alone:.1f}; MyST-NB {theirs:.1f}")
    print(f"processor time of programs and labs: {computing:.1f} s; {CORES} cores")
    demand("warm build / MkDocs with everything typed in", warm / alone, 1.25)
    demand("cold build / MyST-NB's cold build", cold / theirs, 0.5)
    demand("cold build / (MkDocs + processor time of programs / cores)", cold / (alone + computing / CORES), 1.15)
    demand("cold build of ten times the chapters / cold build", ten / cold, 10)
    demand("GiB of memory for ten times the chapters, besides programs", memory.build / 2**30, 1)
    print("missed: " + "; ".join(missed) if missed else "every limit is met")
    return 1 if missed else 0


def demand(what, value, limit):
    """Print a figure beside its limit."""
    if value > limit:
        missed.append(what)
    print(f"{what:60s} {value:6.2f}   limit {limit:5.2f}   {'missed' if value > limit else 'met'}", flush=True)


def did(side, site, output):
    """Print what a side made. output: the class of a program's output."""
    pages, outputs, size = 0, 0, 0
    for page in site.rglob("*.html"):
        data = page.read_bytes()
        found = lxml.html.document_fromstring(data).xpath(f"//*[contains(concat(' ', @class, ' '), ' {output} ')]")
        pages, outputs, size = pages + 1, outputs + len(found), size + len(data)
    print(f"{side}: {pages} pages, {outputs} outputs, {size / 1e6:.1f} MB. {said.get(site.parent, '')}", flush=True)


def timed(command, folder):
    """The seconds that a command takes in a folder."""
    variables = os.environ | {"NO_MKDOCS_2_WARNING": "1", "OPENBLAS_NUM_THREADS": "1"}
    started = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", env=variables)
    seconds = time.monotonic() - started
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed in {folder}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    said[folder] = done.stdout.strip().rpartition("\n")[2]
    return seconds


def tree(name):
    """A copy of the book's sources."""
    folder = WORK / name
    (folder / "press").mkdir(parents=True)   # mkdocs.yml watches it
    for part in ("docs", "snippets", "tests", "theme", "evidence", "frameworks", "mkdocs.yml", "CITATION.cff"):
        if (ROOT / part).exists():   # evidence/ is not there before the first trial
            (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, folder / part)
    return folder


def rewritten(book, page, runs, shown, indented=True):
    """A page without what only the press knows. shown(fence, Listing, Run): the lines that stand for a listing."""
    text = sources.read(f"docs/{page}", book)
    for fence in reversed(fences.read(text, f"docs/{page}")[0]):
        lines = [f"```{fence.language}", *fence.body, "```"]
        if fence.listing:
            lines = shown(fence, listings.listing(fence.listing, book), runs.run(fence.listing))
        block = indent("\n".join(lines) + "\n", fence.indent if indented else "", lambda line: True)
        text = text[:fence.start] + block + text[fence.end:]
    text = re.sub(r"`\{([^`}]*)\}`", lambda value: values.text(value[1], page, runs), text)
    return re.sub(r"(\$\$)[ \t]+\{#[^}]*\}", r"\1", text)


def typed_in(book, runs):
    """The folder of the same pages for MkDocs alone."""
    folder = tree("plain")
    (pictures := folder / "docs" / "assets" / "figures").mkdir()

    def shown(fence, listing, run):
        yield from ["```python", listing.experiment, "```", "", "```text", run.output.rstrip("\n"), "```", ""]
        for svg, (alt, caption) in zip(run.figures, fence.figures):
            (pictures / figures.name(svg)).write_text(svg, encoding="utf-8")
            yield from [f"![{alt}](../assets/figures/{figures.name(svg)}){{loading=lazy}}", "", caption, ""]
        yield from ['??? note "How this is checked"', "", indent(f"```python\n{listing.check}\n```", "    ")]

    for page in sources.pages(book):
        (folder / "docs" / page).write_text(rewritten(book, page, runs, shown), encoding="utf-8")
    config = yaml.safe_load(re.sub("!ENV .*", '""', (book / "mkdocs.yml").read_text(encoding="utf-8")))
    config |= {"strict": False, "validation": {}, "watch": []}
    config["markdown_extensions"] = [each for each in config["markdown_extensions"] if each != "press"] + HIGHLIGHTED
    config["plugins"] = [each for each in config["plugins"] if each != "press" and "mkdocs-jupyter" not in each] + [LAB]
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    shutil.copy(folder / "docs" / "labs" / "digits.csv.gz", folder)   # where its kernel starts
    return folder


def labs(folder):
    """The labs of a tree."""
    return sorted((folder / "docs" / "labs").glob("*.py"))


def of_lab(lab):
    """Seconds of processor time of a lab, which runs in the folder of its data."""
    text = f"import os; os.chdir({str(lab.parent)!r})\n" + lab.read_text(encoding="utf-8")
    with contextlib.closing(Runner(seconds=300)) as runner:
        return runner.run("lab", text).processor


def notebooks(book, runs):
    """The folder of the same programs, lab and prose for MyST-NB."""
    folder, order = WORK / "myst", [f"labs/{lab.stem}" for lab in labs(book)]
    header = "---\njupytext: {text_representation: {format_name: myst}}\nkernelspec: {name: python3}\n---\n"

    def shown(fence, listing, run):
        return ["```python" if run.environment else "```{code-cell} python", listing.text, "```"]

    for page in sources.pages(book):
        text = rewritten(book, page, runs, shown, indented=False)
        text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
        text = re.sub(r'^ *(?:!!!|\?\?\?\+?|===) *\w* *"(.*)"$', r"**\1**", text, flags=re.MULTILINE)
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        (folder / page).write_text((header if "/" in page else "") + text, encoding="utf-8")
        order.append(page.removesuffix(".md"))
    shutil.copytree(book / "docs" / "labs", folder / "labs")
    for lab in labs(book):
        jupytext.write(jupytext.read(lab), folder / "labs" / f"{lab.stem}.ipynb")
    with open(folder / "index.md", "a", encoding="utf-8") as index:
        index.write("\n".join(["", "```{toctree}", *(page for page in order if page != "index"), "```", ""]))
    (folder / "conf.py").write_text(
        'extensions, html_theme, exclude_patterns = ["myst_nb"], "sphinx_book_theme", ["_build"]\n'
        'nb_execution_mode, nb_execution_raise_on_error, nb_execution_timeout = "cache", True, 300\n'
        'myst_enable_extensions = ["dollarmath", "amsmath", "attrs_inline"]\n')
    return folder


def install():
    """Make the environment of MyST-NB where it is missing, or older than its lock."""
    lock, ready = ROOT / "bench" / "requirements.txt", OTHERS / "ready"
    if not ready.exists() or ready.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([sys.executable, "-m", "venv", "--clear", OTHERS], check=True)
        subprocess.run([OTHERS / "bin/pip", "install", "--quiet", "--require-hashes", "-r", lock], check=True)
        ready.touch()


def tenfold(book):
    """Ten times the chapters, each with programs, labels and tests of its own: a program that is the same runs once."""
    order = []
    for chapter in sorted({path.rpartition("/")[0] for path in listings.listings(book)}):
        part, name = chapter.split("/")
        files = [f"docs/{chapter}.md", sources.test_file(chapter), f"evidence/{chapter}.json"]
        files += [f"snippets/{chapter}/{path}" for path in sources.below(book / "snippets" / chapter)]
        texts = {path: (book / path).read_text(encoding="utf-8") for path in files if (book / path).exists()}
        for copy in range(1, 10):
            other = name + "x" * copy
            for path, text in texts.items():
                text = text.replace(f"{part}/{name}/", f"{part}/{other}/").replace(f"eq-{name}-", f"eq-{other}-")
                if path.startswith("snippets") and path.replace(".py", ".run.json") not in texts:
                    text += f"# copy {copy}\n"   # those of other environments stay as they were run
                target = book / re.sub(rf"\b(test_)?{name}\b", rf"\g<1>{other}", path)
                target.parent.mkdir(exist_ok=True)
                target.write_text(text, encoding="utf-8")
            order.append(f"  - {part}/{other}.md\n")
    config = (book / "mkdocs.yml").read_text(encoding="utf-8")
    (book / "mkdocs.yml").write_text(config.replace("nav:\n", "nav:\n" + "".join(order), 1), encoding="utf-8")
    return book


if __name__ == "__main__":
    sys.exit(main())
