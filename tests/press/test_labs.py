"""Labs: they run as listings do, cell by cell, and their pages are those of the book."""
import io
import json
import os
import re
import signal
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from small_project import ROOT, YML

from press.book.sources import Problem
from press.run.runner import Runner
from press.site import labs

FILE = "docs/labs/one.py"
LAB = '''# %% [markdown] description="What one is."
# # One lab
#
# With *text*, h < 1 & so on, $a_b < c$.

# %%
import matplotlib.pyplot as plt
with open("one.txt") as file: one = int(file.read())
print("one is", one)

# %% [markdown]
# ## How it looks

# %% alt="A line" caption="It rises." alt2="Another"
for end in 1, 2:
    plt.plot([0, end])
    plt.show()

# %%
1 + 1
'''


@pytest.fixture(scope="module")
def runner():
    made = Runner(seconds=20)
    yield made
    made.close()


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """lab(text): a lab with that text, and with a file beside it, in the folder at hand."""
    def made(text=LAB):
        (tmp_path / "docs/labs").mkdir(parents=True, exist_ok=True)
        for name, content in {"one.py": text, "one.txt": "1\n"}.items():
            (tmp_path / "docs/labs" / name).write_text(content)
        return labs.read("labs/one.py")

    monkeypatch.chdir(tmp_path)
    return made


def test_each_cell_has_what_it_printed_and_drew(lab, runner):
    made = lab().run(runner)
    assert [part["output"] for part in made] == ["one is 1\n", "", ""]
    assert [len(part["figures"]) for part in made] == [0, 2, 0]
    pieces = list(labs.pieces(lab(), made, SimpleNamespace(url="labs/one/")))
    assert [kind for kind, _ in pieces] == ["text", "program", "output", "text", "program", "figure", "figure", "program"]
    assert pieces[0][1] == "# One lab\n\nWith *text*, h < 1 & so on, $a_b < c$." and pieces[5][1].startswith("![A line](../../assets/figures/")


@pytest.mark.parametrize(("old", "new", "line", "message"), [
    ("1 + 1", "one = 1 / 0", 20, "ZeroDivisionError"),
    ("1 + 1", "import sys; print('warned', file=sys.stderr)", 20, "it writes to standard error, which no page shows: warned"),
    ("1 + 1", "import random; random.random()", 20, "random.random draws unseeded numbers"),
    ("1 + 1", "import warnings; warnings.warn('so')", 20, "UserWarning: so"),
    (' alt2="Another"', "", 14, 'it draws 2 figures and describes 1: a cell that draws says what its figures show, # %% alt="…"'),
    ("plt.show()", "plt.close()", 14, "it draws 0 figures and describes 2"),
])
def test_what_a_listing_may_not_do_a_lab_may_not_either(lab, runner, old, new, line, message):
    with pytest.raises(Problem) as caught:
        lab(LAB.replace(old, new)).run(runner)
    assert (caught.value.path, caught.value.line) == (FILE, line) and message in caught.value.message


@pytest.mark.parametrize(("old", "new", "line", "message"), [
    ("# %% [markdown] d", "# d", 1, "a lab begins with"),
])
def test_a_lab_that_cannot_be_read_is_a_problem_with_its_line(lab, old, new, line, message):
    with pytest.raises(Problem, match=message) as caught:
        lab(LAB.replace(old, new, 1))
    assert (caught.value.path, caught.value.line) == (FILE, line)


def test_the_zip_holds_the_notebook_and_its_data_(lab):
    with zipfile.ZipFile(io.BytesIO(lab().bundle())) as file:
        assert file.namelist() == ["one/one.ipynb", "one/one.txt"]
        cells = json.loads(file.read("one/one.ipynb"))["cells"]
    assert [cell["cell_type"] for cell in cells] == ["markdown", "code", "markdown", "code", "code"]
    assert cells[3]["source"].startswith("for end") and cells[3]["metadata"] == {"alt": "A line", "caption": "It rises.", "alt2": "Another"} and not cells[3]["outputs"]


def test_a_lab_takes_along_the_files_beside_it_that_it_names_and_no_others(lab):
    lab()   # makes the folder
    for name in "shared.csv", "unnamed.csv":
        Path("docs/labs", name).write_text("1")
    assert lab(LAB + 'open("shared.csv").close()\n').data.keys() == {"one.txt", "shared.csv"}


@pytest.fixture
def book(project):
    """The small project with a lab."""
    settings = (ROOT / YML).read_text()
    jupyter = settings[settings.index("  - mkdocs-jupyter"):settings.index("  - redirects")]
    project.replace(YML, "  - press\n", f"{jupyter}  - press\n")
    project.replace(YML, "  - verification.md\n", "  - labs/one.py\n  - verification.md\n")
    project.write(FILE, LAB)
    project.write("docs/labs/one.txt", "1")
    return project


def test_the_page_of_a_lab_is_one_of_the_book_and_is_made_anew_when_its_data_change(book):
    done = book.build()
    assert done.returncode == 0, done.stderr
    site = book.site()
    page = site["labs/one/index.html"].decode()
    article = page[page.index("<article"):page.index("</article>")]
    assert "jp-" not in page and len(page) < 40_000
    assert '<h1 id="one-lab">One lab</h1><p class="reading">About 10 minutes. <a href="../../labs/one.zip" download>' in article
    assert "With <em>text</em>, h &lt; 1 &amp; so on, " in article and '<annotation encoding="application/x-tex">a_b &lt; c</annotation>' in article
    assert '<figcaption><a href="#figure-1">Figure 1</a> It rises.</figcaption>' in article and '<h2 id="how-it-looks">How it looks</h2>' in article
    assert re.findall(r"<samp>(.*?)\s*</samp>", article, re.DOTALL) == ["one is 1"]
    images = re.findall(r'<figure id="figure-[12]"><img [^>]*>', article)
    assert ['alt="A line"' in images[0], 'alt="Another"' in images[1], len(images)] == [True, True, 2]
    assert {re.search(r'src="../../(.*?)"', image)[1] for image in images} <= site.keys()
    assert '<meta name="description" content="What one is.">' in page and 'href="#how-it-looks"' in page
    assert 'href="../labs/one/"' in site["verification/index.html"].decode() and b"Output:\n\n```text\none is 1\n```" in site["labs/one/index.md"]
    assert (book.folder / "docs/labs/one.txt").read_text() == "1"
    book.write("docs/labs/one.txt", "2")
    assert book.build().returncode == 0 and "one is 2" in book.site()["labs/one/index.html"].decode()


@pytest.mark.nightly
def test_a_page_of_a_lab_that_is_kept_half_is_made_anew(book):
    assert book.build().returncode == 0
    site = book.site()
    half = next((book.folder / ".press/labs/rendered").glob("*.json"))   # as a build leaves it that is killed while it writes
    half.write_text(half.read_text(encoding="utf-8")[:1000], encoding="utf-8")
    assert book.build().returncode == 0 and book.site() == site


def test_a_lab_that_fails_is_refused_with_its_line(book):
    book.replace(YML, "  - labs/one.py\n", "  - labs/one.py\n  - labs/two.py\n")
    book.write("docs/labs/two.py", LAB.replace("$a_b < c$", r"$\frac{a$"))
    book.replace(FILE, "1 + 1", "assert one == 2")
    book.refused(f"{FILE}:20: AssertionError", "docs/labs/two.py:4: this formula cannot be set")


@pytest.mark.nightly
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_build_that_is_stopped_ends_its_lab_and_leaves_nothing(book, stop):
    book.replace(FILE, "1 + 1", "import time; time.sleep(60)")
    temporary = book.folder / "tmp"
    temporary.mkdir()
    process = book.start("build", env=os.environ | {"TMPDIR": str(temporary)})
    while not list(temporary.glob("press-*/empty")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    started = time.monotonic()
    process.send_signal(stop)
    process.communicate(timeout=20)
    assert time.monotonic() - started < 15 and process.returncode in (130, 143)
    assert list(temporary.iterdir()) == []


@pytest.mark.nightly
@pytest.mark.filterwarnings("default")   # those of Jupyter are not ours
@pytest.mark.parametrize("name", [path.name for path in sorted((ROOT / "docs/labs").glob("*.py"))])
def test_a_notebook_prints_in_jupyter_what_the_page_of_its_lab_shows(tmp_path, monkeypatch, name):
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.chdir(ROOT)
    lab = labs.read(f"labs/{name}")
    with zipfile.ZipFile(io.BytesIO(lab.bundle())) as file:
        file.extractall(tmp_path)
    [notebook] = tmp_path.glob("*/*.ipynb")
    made = NotebookClient(nbformat.read(notebook, 4), timeout=300, resources={"metadata": {"path": str(notebook.parent)}}).execute()
    printed = ["".join(output["text"] for output in cell["outputs"] if "text" in output) for cell in made.cells if cell.cell_type == "code"]
    runner = Runner(seconds=labs.SECONDS)
    try:
        assert printed == [part["output"] for part in lab.run(runner)]
    finally:
        runner.close()
