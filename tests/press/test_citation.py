"""What search engines are told of the book, and from which commit it is built. tests/test_outputs.py has the BibTeX."""
import os
import subprocess
from types import SimpleNamespace

import pytest

from press.book import commit
from press.book.sources import Problem
from press.site import citation

CFF = """title: "Numbers & signs"
version: 1.0
date-released: 2026-01-31
license: [MIT, CC-BY-4.0]
authors:
  - name: The authors
  - {given-names: A, family-names: B}
"""


def page(**known):
    file = SimpleNamespace(name="one_two")
    return SimpleNamespace(**{"title": "A_1", "canonical_url": "", "is_homepage": False, "ancestors": [], "file": file} | known)


@pytest.fixture
def book(tmp_path):
    (tmp_path / citation.FILE).write_text(CFF)
    return citation.book(tmp_path)


def test_search_engines_are_told_of_the_page_and_its_way(book):
    part = SimpleNamespace(title="Part", children=[SimpleNamespace(is_page=True, canonical_url="first")])
    cited = page(meta={"description": "d", "cited": True}, canonical_url="here", ancestors=[part])
    told, trail = citation.data(book, cited, "Book", "top")["@graph"]
    assert told["@type"] == ["TechArticle", "Chapter"] and told["isPartOf"]["url"] == "top"
    assert [(step["name"], step["item"]) for step in trail["itemListElement"]] == [("Book", "top"), ("Part", "first"), ("A_1", "here")]
    [alone] = citation.data(book, page(meta={"description": "d"}), "Book", "")["@graph"]
    assert alone["@type"] == "WebPage" and "url" not in alone


@pytest.mark.parametrize(("old", "new", "line", "said"), [
    ("version: 1.0\n", "", 1, "'version'"), ("authors:", "writers:", 1, "'authors'"), ("MIT,", "MIT, [", 5, "license"), (CFF, "a text", 1, "YAML"),
])
def test_a_citation_that_lacks_something_is_a_problem(tmp_path, old, new, line, said):
    (tmp_path / citation.FILE).write_text(CFF.replace(old, new))
    with pytest.raises(Problem, match=said) as caught:
        citation.book(tmp_path)
    assert (caught.value.path, caught.value.line) == (citation.FILE, line)


def git(folder, *arguments):
    dated = {"GIT_COMMITTER_DATE": "1700000000 +0000", "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=b", *arguments], cwd=folder, check=True, env=os.environ | dated)


def test_a_repository_counts_only_if_it_is_that_of_the_project(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q")
    assert commit.commit(tmp_path) == ("", "")   # nothing is committed
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "first")
    found, seconds = commit.commit(tmp_path)
    assert len(found) == 40 and seconds == "1700000000"
    inside = tmp_path / "unpacked"
    inside.mkdir()
    assert commit.commit(inside) == ("", "")
    for given, set_to in ("", "1700000000"), ("today", "1700000000"), ("12", "12"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
        commit.set_date(tmp_path)
        assert os.environ["SOURCE_DATE_EPOCH"] == set_to
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    commit.set_date(inside)
    assert os.environ["SOURCE_DATE_EPOCH"] == "0"
    monkeypatch.setenv("PATH", "")
    assert commit.commit(tmp_path) == ("", "")   # no git
