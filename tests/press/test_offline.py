"""The book as a zip: what is in it, and that its pages ask nothing of a server. tests/test_disk.py opens it in a browser."""
import io
import json
import zipfile

import pytest

from press.run.cache import Cache
from press.site import csp, offline

HEAD = f"<html><head>{csp.CHARSET}"
FILES = {"index.html": b"", "a/index.html": b"", "b/index.html": b"", "b/b.py": b""}


@pytest.mark.parametrize(("markup", "expected"), [
    ('<a href="./?q=1"><a href="../b/b.py">', '<a href="./index.html?q=1"><a href="../b/b.py">'),
    ('<script>location.href="../b/"</script><a href="../b/">', '<script>location.href="../b/index.html"</script><a href="../b/index.html">'),
    ('<script type="application/json">{"base": ".."}</script><a href="..">', '<script type="application/json">{"base": ".."}</script><a href="../index.html">'),
    ('1<!--online--><link rel="preload" href="x">\n<!--/online-->2', "12"),
    ('<script src="../assets/search.js">', '<script src="../assets/disk.js"></script><script src="../assets/search.js">'),
])
def test_links_lead_to_files_and_what_needs_a_network_is_left_out(markup, expected):
    made = offline.page("a/index.html", csp.protect(HEAD + markup), FILES)
    assert made.endswith(expected)
    assert csp.protect(made) == made


def test_the_search_index_is_a_script_that_names_files():
    index = json.dumps({"docs": [{"location": "a/#b", "text": "t"}, {"location": "", "text": "u"}]})
    script = offline.index(index)
    assert script.startswith("var __index = ") and [entry["location"] for entry in json.loads(script[14:-2])["docs"]] == ["a/index.html#b", "index.html"]


def test_the_zip_is_kept_as_long_as_the_site_is_the_same(tmp_path):
    site, cache = tmp_path / "site", Cache(tmp_path / "cache.sqlite")
    for name, text in {"index.html": HEAD, "404.html": HEAD, "a.map": "", "search/search_index.json": '{"docs": []}', "listings.zip": "z"}.items():
        (site / name).parent.mkdir(exist_ok=True, parents=True)
        (site / name).write_text(text)
    offline.write(site, cache)
    made = (site / "unit-variance.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        assert file.namelist() == [f"unit-variance/{name}" for name in ("index.html", "listings.zip", "search/search_index.js")]
    (site / "unit-variance.zip").unlink()
    offline.write(site, cache)
    assert (site / "unit-variance.zip").read_bytes() == made
    (site / "index.html").write_text(f"{HEAD}changed")
    offline.write(site, cache)
    assert (site / "unit-variance.zip").read_bytes() != made
