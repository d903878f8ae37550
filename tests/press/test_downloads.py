"""What readers take along: scripts, notebooks, zips, and the book for programs that read."""
import io
import json
import zipfile

import nbformat
from small_project import PAGE

from press.site import downloads

CELLS = [downloads.prose("# One\n\nText."), downloads.code("x = 1\nprint(x)")]


def test_a_script_and_a_notebook_have_the_same_cells():
    assert downloads.script(CELLS) == "# %% [markdown]\n# # One\n#\n# Text.\n\n# %%\nx = 1\nprint(x)\n"
    made = downloads.notebook(CELLS)
    assert made == downloads.notebook(CELLS) and made.endswith("}\n") and '"nbformat_minor": 4' in made
    nbformat.validate(json.loads(made))
    assert [cell["source"] for cell in json.loads(made)["cells"]] == ["# One\n\nText.", "x = 1\nprint(x)"]


def test_a_zip_has_the_same_bytes_whatever_the_order_and_the_day():
    made = downloads.zipped({"b": b"2", "a/c": b"1"})
    assert made == downloads.zipped({"a/c": b"1", "b": b"2"})
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        assert [(entry.filename, entry.date_time[0], entry.external_attr >> 16) for entry in file.infolist()] == [("a/c", 1980, 0o644), ("b", 1980, 0o644)]


def test_the_site_has_every_page_and_chapter_to_take_along(good):
    site = good.site()
    assert site.keys() >= {"index.md", "verification/index.md", "robots.txt", "unit-variance.zip"}
    script, notebook, text = (site[f"part/growth/{name}"].decode() for name in ("growth.py", "growth.ipynb", "index.md"))
    compile(script, "growth.py", "exec")
    assert "# Two and two are 4, and\n" in script and "# %%\nassert total == 4\n" in script and "# Code under the MIT license" in script
    assert [cell["cell_type"] for cell in json.loads(notebook)["cells"]].count("code") == 4   # two listings, each with its check
    assert "The [square](index.md#eq-growth-square) and" in text and "\\tag{1}" in text
    with zipfile.ZipFile(io.BytesIO(site["listings.zip"])) as file:
        assert file.namelist() == ["listings/part/growth/picture.py", "listings/part/growth/sum.py"]
    llms, whole = site["llms.txt"].decode(), site["llms-full.txt"].decode()
    assert "- [Growth](part/growth/index.md): A page for the tests of the press." in llms and text in whole
    assert site["robots.txt"] == b"User-agent: *\nAllow: /\n"


def test_what_is_kept_is_that_of_the_page_as_it_is(project, good):
    before = good.site()
    project.replace(PAGE, "Two and two", "Twice two")
    assert project.build().returncode == 0
    after = project.site()
    assert "Twice two" in after["part/growth/growth.py"].decode() and after["index.md"] == before["index.md"]
