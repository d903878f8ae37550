"""Signs of how a chapter reads: a table that informs, and forbids nothing.

    .venv/bin/python audit/signs.py

Words, sentences and semicolons are counted outside of folded parts, formulas and code. What is asked of a chapter
(1,200 to 2,200 words, five pictures of three forms, three exercises, a semicolon in 300 words, programs of at most
20 lines, a median sentence of 14 to 20 words) are signs and no goals: where one makes a page worse, do the better thing.
"""
import re
import statistics

from press.book import listings, nav
from press.book.sources import DOCS, read
from press.pages import fences

FOLDED = re.compile(r"^\?\?\? .*\n(?:(?: {4}.*)?\n)*", re.MULTILINE)
SILENT = re.compile(
    r"\A---\n.*?^---\n|<!--.*?-->|<[^>]+>|\{[:#][^}]*\}|^\|[^\n]*|^[!?]{3}[^\n]*|^#[^\n]*",
    re.DOTALL | re.MULTILINE,
)
# What a drawing is, by the calls of Matplotlib that make it.
FORMS = {
    "heat map": r"\.(imshow|pcolormesh|matshow)\(", "histogram": r"\.hist\(", "violin": r"\.(violinplot|boxplot)\(",
    "bars": r"\.barh?\(|\.broken_barh\(", "points": r"\.scatter\(|\"[os]\"|marker=", "contour": r"\.contourf?\(",
    "arrows": r"\.(quiver|arrow)\(|arrowprops|FancyArrow", "area": r"\.(fill_between|fill_betweenx|fill|stackplot)\(",
    "stems": r"\.(stem|vlines|hlines)\(", "drawing": r"\.add_patch\(|Circle\(|Ellipse\(|Rectangle\(",
    "line": r"\.(plot|semilogy|semilogx|loglog|step|axline)\(",
}


def prose(text):
    """What of a page is read as sentences, outside of folded parts."""
    text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|`+[^`]*`+", "x", fences.prose(FOLDED.sub("", text)), flags=re.DOTALL)
    return re.sub(r"\[([^\]]*)\]\([^)]*\)|[*_]", r"\1", SILENT.sub("\n\n", text))


def signs(page):
    """The signs of a chapter, a page below docs/."""
    whole = read(f"{DOCS}/{page}")
    read_ = prose(whole)
    sentences = [len(each.split()) for each in re.split(r"[.!?](?=\s)|\n\s*\n", read_) if len(each.split()) > 3]
    quoted = [fence for fence in fences.read(whole, "")[0] if fence.listing]
    drawn = [fence for fence in quoted if fence.figures]
    codes = [listings.listing(fence.listing).text for fence in drawn]
    forms = {form for code in codes for form, calls in FORMS.items() if re.search(calls, code)}
    shown = [
        len(listings.listing(fence.listing).experiment.splitlines()) for fence in quoted
        if "picture" not in fence.options and not fence.indent
    ]
    words = len(read_.split())
    exercises = whole.partition("## Exercises")[2].partition("\n## ")[0].count("\n### ")
    return (
        words, len([figure for fence in drawn for figure in fence.figures]), len(forms), exercises,
        round(300 * read_.count(";") / max(words, 1), 1), max(shown, default=0), statistics.median(sentences or [0]),
    )


def main():
    print(f"{'chapter':26}words pictures forms exercises ;/300 longest median")
    for _, page in nav.order():
        if page.endswith(".md") and re.search(r"^assumes:", read(f"{DOCS}/{page}"), re.MULTILINE):
            print("{:26}{:5} {:8} {:5} {:9} {:5} {:7} {:6}".format(page.removesuffix(".md"), *signs(page)))


if __name__ == "__main__":
    main()
