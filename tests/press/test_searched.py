"""What the search reads of a page: formulas of a sentence as plain words, and tags where their answer is."""
import json
from types import SimpleNamespace

import pytest

from press.pages import formulas
from press.site import search


@pytest.mark.parametrize(("tex", "words"), [
    (r"\sigma^2 = 2/(\fanin + \fanout)", "σ² = 2/(fan_in + fan_out)"), (r"\frac{1}{n} \le \frac12", "1/n ≤ 1/2"),
    (r"a = \sqrt5", "a = √5"), (r"\sqrt{6/n}", "√(6/n)"), (r"10^{-16}\,x", "10⁻¹⁶ x"), (r"\ln\lVert h_l\rVert", "ln h_l"),
    (r"\E[\phi(z)^2]", "E[φ(z)²]"),
])
def test_a_formula_as_one_would_type_it(tex, words):
    assert formulas.plain(tex) == words


def test_what_is_put_aside_is_put_back():
    def formula(tag, tex):
        inside = f'<math><annotation encoding="application/x-tex">{tex}</annotation></math>'
        return f'<{tag} class="arithmatex" data-search-exclude="">{inside.join(formulas.ASIDE)}</{tag}>'

    page = f"<p>Then {formula('span', 'n &lt; 2')} holds.</p>{formula('div', 'n')}<div>{'code'.join(formulas.ASIDE)}</div>"
    shown, aside = search.put_aside(page)
    assert '<span class="arithmatex">n &lt; 2' in shown and "math" not in shown and "code" not in shown
    assert search.put_back(f"<html>{shown}</html>", aside) == f"<html>{page.replace('<!--press-->', '').replace('<!--/press-->', '')}</html>"


def test_tags_of_a_page_are_not_those_of_all_its_sections(tmp_path):
    (tmp_path / "search").mkdir()
    docs = [{"location": f"a/{anchor}", "text": "x", "tags": ["one"]} for anchor in ("", "#b", "#c")]
    (tmp_path / "search/search_index.json").write_text(json.dumps({"docs": docs}))
    search.write(tmp_path, [SimpleNamespace(url="a/", meta={"answers": {"b": ["two"]}}), SimpleNamespace(url="d/", meta={})])
    found = json.loads((tmp_path / "search/search_index.json").read_text())["docs"]
    assert [entry.get("tags") for entry in found] == [["one"], ["two"], None]
