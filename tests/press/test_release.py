"""What a release adds to the built site, on a small one made up: addresses that stay, cards, the book as PDF."""
import io
import json
import os
import shutil
import subprocess
import sys

import pypdf
import pytest
from lxml import html
from PIL import Image

from press.book.sources import Problem
from press.release import addresses, cards, pdf

HOME = '<html lang="en"><head>%s</head><body><article>%s</article></body></html>'
DATA = '<script type="application/ld+json">%s</script>'
BOOK = json.dumps({
    "@type": "Book", "name": "The Book", "alternateName": "The book: a title", "description": "What it is about.",
    "author": [{"name": "Its authors"}], "version": "2.0", "datePublished": "2026-12-01",
    "license": [f"https://spdx.org/licenses/{name}.html" for name in ("MIT", "CC-BY-4.0")],
})
STEPS = [{"name": name} for name in ("The Book", "Part", "He")]
TRAIL = json.dumps({"@graph": [{"@type": "BreadcrumbList", "itemListElement": STEPS}]})
OPEN = {"image": "https://a.org/part/he/card.png", "site_name": "The Book", "title": "He", "description": "Words."}
CARD = "".join(f'<meta property="og:{name}" content="{said}">' for name, said in OPEN.items())
FORMULA = '<div id="eq-he"><math><annotation encoding="application/x-tex">%s</annotation></math></div>'
PAGE = '''<h1 id="he">He<a class="headerlink" href="#he">¶</a></h1>
<p id="old"><a href="../../#why">why</a> <a href="#he">up</a> <a href="../xavier/">no page</a> <a href="../..">home</a>
<div class="listing"><details class="check"><summary>How this is checked</summary>assert</details>
<p class="how">How do we know?</p></div><h2 id="exercises">Exercises</h2><details><summary></summary>folded</details>
<div class="tabbed-set"><input type="radio" name="__tabbed_1" id="__tabbed_1_1"></div>''' + FORMULA % r"\fanin"
REDIRECT = '<html><head><meta http-equiv="refresh" content="0; url=%s"></head></html>'
NAV = "nav:\n  - Home: index.md\n  - Part:\n      - part/he.md\nplugins:\n  - redirects:\n      redirect_maps: {}\n"


@pytest.fixture
def site(tmp_path):
    """A site of two pages and a download, below the folder of its mkdocs.yml."""
    (tmp_path / "site/part/he").mkdir(parents=True)
    (tmp_path / "mkdocs.yml").write_text(NAV)
    (tmp_path / "site/part/he/he.py").write_text("")
    (tmp_path / "site/index.html").write_text(HOME % (DATA % BOOK, '<h1 id="home">Home</h1><h2 id="why">Why</h2>'))
    (tmp_path / "site/part/he/index.html").write_text(HOME % (CARD + DATA % TRAIL, PAGE))
    return tmp_path / "site"


def test_an_address_that_leads_nowhere_is_named_with_the_way_out(site, tmp_path, capsys):
    old = shutil.copytree(site, tmp_path / "old")
    assert addresses.check(str(old), site, tmp_path) == 0
    assert "3 addresses and 6 anchors of the last release, 0 of them lead nowhere" in capsys.readouterr().out
    shutil.move(site / "part/he", site / "part/kaiming")
    assert addresses.check(str(old), site, tmp_path) == 1
    said = capsys.readouterr().err
    assert "mkdocs.yml:7: /part/he/ of the last release" in said and "redirect_maps" in said and "part/he.md" in said
    assert "mkdocs.yml:7: /part/he/he.py of the last release leads nowhere: keep a file of this name" in said
    (site / "part/he").mkdir()
    (site / "part/he/he.py").write_text("")
    (site / "part/he/index.html").write_text(REDIRECT % "../kaiming/")
    assert addresses.check(str(old), site, tmp_path) == 0   # and its anchors are where it leads
    (site / "part/kaiming/index.html").write_text(HOME % ("", PAGE.replace('id="old"', "")))
    (tmp_path / "mkdocs.yml").write_text(NAV.replace("he.md", "kaiming.md"))
    assert addresses.check(str(old), site, tmp_path) == 1
    said = capsys.readouterr().err
    assert "docs/part/kaiming.md:1: /part/he/#old of the last" in said and '<a id="old"></a>' in said
    (site / "part/he/index.html").write_text(REDIRECT % "https://elsewhere.org/he/")
    assert addresses.check(str(old), site, tmp_path) == 0


def test_a_release_is_known_from_its_sitemap_and_the_zip_beside_it(site, tmp_path, capsys):
    places = "".join(f"<url><loc>https://a.org/b/{place}</loc></url>" for place in ("part/he/", ""))
    (site / "sitemap.xml").write_text(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>')
    assert addresses.released(site.as_uri()) == {"": addresses.Page(), "part/he/": addresses.Page()}
    assert "no anchors are compared" in capsys.readouterr().err
    shutil.copytree(site, tmp_path / "zipped/book")
    archive = shutil.make_archive(str(site / "unit-variance"), "zip", tmp_path / "zipped")
    assert "old" in addresses.released(site.as_uri())["part/he/"].anchors
    assert "old" in addresses.released(archive)["part/he/"].anchors
    nowhere = "http://127.0.0.1:9/"
    assert addresses.check(nowhere, site) == 1 and addresses.check(nowhere, site, first=True) == 0
    assert capsys.readouterr().err.count(f"cannot be read at {nowhere}") == 2


def test_a_page_that_names_its_card_gets_one(site, monkeypatch):
    drawn = []
    monkeypatch.setattr(cards, "png", lambda *words, png=cards.png: drawn.append(words) or png(*words))
    assert cards.write(site) == 1
    assert drawn == [("The Book  ·  Part", "He", r"$\text{fan}_{\text{in}}$", "Words.")]
    first = (site / "part/he/card.png").read_bytes()
    assert Image.open(io.BytesIO(first)).size == (1200, 630)
    assert cards.write(site) == 1 and (site / "part/he/card.png").read_bytes() == first
    unknown = html.fromstring("<body><article>" + FORMULA % r"\begin{cases}1\end{cases}" + "</article></body>")
    assert cards.formula(unknown) == ""   # Matplotlib does not


@pytest.mark.nightly
def test_the_book_is_printed_with_outline_links_and_contents(site, browser, tmp_path):
    target = tmp_path / "build/book.pdf"
    assert pdf.write(target, browser, site, tmp_path) == 4
    reader = pypdf.PdfReader(target)
    title, contents, home, he = [page.extract_text() for page in reader.pages]
    assert "The Book" in title and "Version 2.0, 2026-12-01" in title and "MIT · CC-BY-4.0" in title
    assert "folded" in he and "How do we know?" not in he and "assert" not in he and "¶" not in he
    assert [line for line in contents.splitlines() if line[-1].isdigit()][-2:] == ["He 4", "Exercises 4"]
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)] == ["Contents", "Home", "Part"]
    leads = [note.get_object()["/Dest"] for note in reader.pages[3]["/Annots"]]
    assert leads == ["/index--why", "/part-he--he", "/index"]
    assert reader.metadata.title == "The book: a title" and reader.metadata.creation_date.year == 2026
    (site / "index.html").write_text(HOME % ("", "<h1>Home</h1>"))
    with pytest.raises(Problem, match="CITATION.cff:1: "):
        pdf.write(target, browser, site, tmp_path)


@pytest.mark.nightly
def test_without_a_chromium_nothing_is_installed(tmp_path):
    found = "from press.release.browser import executable; executable()"
    nowhere = os.environ | {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", found], env=nowhere, capture_output=True, text=True)
    assert "Refused: there is no Chromium: install" in done.stderr and list(tmp_path.iterdir()) == []
