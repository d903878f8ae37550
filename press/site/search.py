"""What the search reads: formulas in a sentence as plain words, and tags only where their answer is.

A page says in its front matter what people type and it words otherwise, `tags: [glorot_uniform]`, and which of its
sections answers, `answers: {normal-uniform-truncated: [trunc_normal_]}`.
"""
import json
import re
from html import escape, unescape

from press.pages.formulas import ASIDE, plain

MARK = "\ue000"   # a private character, which no page holds, in the place of what is put aside

_SENTENCE = '<span class="arithmatex" data-search-exclude="">'
_PLAIN = '<span class="arithmatex">'
_TEX = re.compile(r'<annotation encoding="application/x-tex">(.*?)</annotation>', re.DOTALL)


def put_aside(content):
    """(A page's HTML as the search reads it, what of it was put aside)."""
    shown, *parts = content.split(ASIDE[0])
    aside = []
    for part in parts:
        inside, _, behind = part.partition(ASIDE[1])
        if shown.endswith(_SENTENCE) and (tex := _TEX.search(inside)):
            shown = shown.removesuffix(_SENTENCE) + _PLAIN + escape(plain(unescape(tex[1])))
        shown += MARK + behind
        aside.append(inside)
    return shown, aside


def put_back(output, aside):
    """A page with what was put aside."""
    parts = iter(aside)
    pattern = rf"{_PLAIN}[^<>{MARK}]*{MARK}|{MARK}"
    return re.sub(pattern, lambda found: (_SENTENCE if found[0] != MARK else "") + next(parts), output)


def answers(page):
    """{anchor: tags} of a page of MkDocs, that it says in its front matter."""
    said = page.meta.get("answers")
    return said if isinstance(said, dict) else {}


def write(site, pages):
    """Give the index of a built site the tags of pages to pages, and those of sections to sections."""
    file, told = site / "search/search_index.json", {page.url: answers(page) for page in pages}
    index = json.loads(file.read_text(encoding="utf-8"))
    for entry in index["docs"]:
        place, section, anchor = entry["location"].partition("#")
        if section:
            entry.pop("tags", None)
            if tags := told.get(place, {}).get(anchor):
                entry["tags"] = tags
    file.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
