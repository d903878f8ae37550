r"""Numbers in prose: each comes from a run, stands beside what it is the value of, or links to its source.

A number that somebody typed is right on the day on which it is typed. So a digit of a sentence, a heading, a table or an
alternative text is part of a name (float16, ResNet-50), a day (2025-01-31), code, a formula, or the text of a link to a
source. A formula is no place to hide one: `$0.18$` is refused, and `$2^{-5/2} \approx 0.18$` is not, because
tests/test_equations.py evaluates it. And the year in the text of a link to a source is the one in its anchor.
"""
import html
import re

from press import fences

SOURCES = "sources.md"   # the page of references is made of years, volumes and identifiers

_FIGURES = r"\d" + "".join(filter(str.isnumeric, map(chr, range(0x80, 0x3400))))   # ², ½, Ⅳ and ③ as well
_FRONT_MATTER = re.compile(r"\A---\n.*?^---$", re.DOTALL | re.MULTILINE)
_PUBLISHED = re.compile(r"^(?:title|description):(.*)$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_BARE_CODE = re.compile(r"[-+−\d.,\s%eE×^*/]*\d[-+−\d.,\s%eE×^*/]*")
_SOURCE = re.compile(rf"\[[^\]]*\]\((?:https?:[^)\s]*|[^)\s]*{re.escape(SOURCES)}#[^)\s]*)\)")
_FORMULA = re.compile(r"\$\$(?P<display>(?:(?!\$\$).)*)\$\$|(?<!\\)\$(?!\s)(?P<inline>(?:\\.|[^\\$])+?)(?<!\s)\$", re.DOTALL)
_OTHER_SIGNS = re.compile(r"(?<!\\)\\[(\[]|\\begin\b")
_CITED = re.compile(rf"\[([^\]]*)\]\([^)\s]*{re.escape(SOURCES)}#([^)\s]*)\)")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_ENTITY = re.compile(r"&#?\w+;")
_TAG = re.compile(r"</?[A-Za-z][^>]*>")
_READ = re.compile(r'\b(?:(?:alt|caption)\d*|title)="([^"]*)"')
_NO_NUMBER = re.compile(
    r"\]\([^)\"]*|\{[:#][^}\n]*\}"            # addresses, attributes and labels
    r"|\b\d{4}-\d\d-\d\d\b"                    # a day
    rf"|\b[A-Z]\w*-\d\w*|\b(?![{_FIGURES}]|[xX]\d)[^\W_]\w*",   # a name, with the digits that belong to it
    re.MULTILINE,
)
_ITEM = re.compile(r"^[ \t>]*\d+[.)](?=[ \t])", re.MULTILINE)
_LIST = re.compile(rf"(?<![^\n]\n){_ITEM.pattern}.*(?:\n.+)*", re.MULTILINE)   # elsewhere, a line that begins so is a sentence
_NUMBER = re.compile(rf"[{_FIGURES}](?:\S*[{_FIGURES}])?")
_SHARE = re.compile(r"[%‰]|\b(?!(?:[Oo]ne|few) )[\w-]+ per ?cent\b")

_TEX = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
_RELATION = re.compile(r"=|<|>|\\(?:leq?|geq?|neq?|approx)(?![A-Za-z])")
_BREAKS = {",", ";", r"\quad", r"\qquad", r"\\", r"\text"}
_ALIGNMENT = re.compile(rf"\\(?:begin|end)\{{aligned\}}|(?<!\\)&|\\\\(?=[\s&]*(?:{_RELATION.pattern}))")
_SPACE = re.compile(r"(?:(?<!\\)\\[,;:! ]|~|\\(?:left|right)(?![A-Za-z])|\s)+")
_NUMERIC = re.compile(
    r"(?:\\(?:[dt]?frac|sqrt|pi|psi|ln|exp|cdot|times|ldots|operatorname\{erfc?\})(?![A-Za-z])"
    r"|(?<![A-Za-z\\])e(?![A-Za-z])|[\d\s.+\-/^{}()'])+"
)
_DRESS = re.compile(r"[{}()\[\]]|(?<!\d)\s|\s(?!\d)|\\(?=%)|\\(?:pm|mathrm|mathbf|boldsymbol)(?![A-Za-z])")
_BARE = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)?(?:(?:\\cdot|\\times)?10\^[-+]?\d+)?%?")


def problems(text, path):
    """The typed numbers of a page. text: its Markdown. path: its name in messages."""
    if path.endswith(f"/{SOURCES}"):
        return []
    found = []

    def refuse(offset, what, advice="take it from a run, `{listing.name:format}`, or make it the text of a link to its source"):
        found.append(fences.Problem(path, text.count("\n", 0, offset) + 1, f"{what}: {advice}"))

    sentences, formulas = read(text)
    sentences = _LIST.sub(lambda items: _ITEM.sub(blank, items[0]), sentences)
    for offset, what in stated(sentences):
        refuse(offset, what)
    for offset, tex in formulas:
        for number in typed(tex):
            refuse(offset + max(0, tex.find(number)), f"a typed number, {number}, beside no formula that it is the value of")
    for match in _OTHER_SIGNS.finditer(sentences):
        refuse(match.start(), f"a formula between other signs, {match[0]}", "it stands between dollars, where it is read")
    for match in _CITED.finditer(text):
        for year in _YEAR.finditer(match[1]):
            if not match[2].endswith(year[0]):
                refuse(match.start(1) + year.start(), f"a wrong year, {year[0]}", f"the source is #{match[2]}")
    return sorted(found, key=lambda problem: problem.line)


def stated(sentences):
    """The numbers and shares that stand in sentences: [(offset, what it is)]."""
    for match in _NUMBER.finditer(_NO_NUMBER.sub(blank, sentences)):
        yield match.start(), f"a typed number, {match[0]}"
    for match in _SHARE.finditer(sentences):
        yield match.start(), f"a typed share, {match[0]}"


def read(text):
    """What of a page is read as sentences, and its formulas.

    Returns (the Markdown with all else blank, [(offset, TeX)]). The text of a link to a source is blank, with its formulas.
    """
    formulas = []

    def formula(match):
        tex = match[match.lastgroup]
        formulas.append((match.start(match.lastgroup) + len(tex) - len(tex.lstrip()), tex.strip()))
        return blank(match)

    for fence in fences.read(text, "")[0]:
        opening, _, body = text[fence.start:fence.end].partition("\n")
        # In a text fence somebody could type an output. Its marks are no Markdown, and pair with none behind it.
        shown = re.sub(r"[$`<>\[\]{}]", " ", body) if fence.language == "text" else blank(body)
        text = text[:fence.start] + _only(_READ, opening) + "\n" + shown + text[fence.end:]
    text = _FRONT_MATTER.sub(lambda match: _only(_PUBLISHED, match[0]), text)
    text = _COMMENT.sub(blank, text)
    text = CODE.sub(lambda match: match[0] if _BARE_CODE.fullmatch(match[2]) else blank(match), text)
    text = _SOURCE.sub(blank, text)
    text = _FORMULA.sub(formula, text)
    text = _TAG.sub(lambda match: _only(_READ, match[0]), text)
    text = _ENTITY.sub(lambda match: html.unescape(match[0]).ljust(len(match[0])), text)   # as its readers see it
    return text, formulas


def chains(tex):
    """The chains of relations in a formula, each a list of sides and relations in turn: [side, relation, side, …]."""
    found, side, depth = [[]], "", 0
    for token in _TEX.findall(_ALIGNMENT.sub(" ", tex)):
        depth = max(0, depth + (token in {"{", "[", "(", r"\begin"}) - (token in {"}", "]", ")", r"\end"}))
        if depth or not (token in _BREAKS or _RELATION.fullmatch(token)):
            side += token
            continue
        found[-1].append(_SPACE.sub(" ", side).strip(" ."))
        side = ""
        if token in _BREAKS:
            found.append([])
        else:
            found[-1].append(token)
    found[-1].append(_SPACE.sub(" ", side).strip(" ."))
    return found


def relations(tex):
    """Each relation of a formula with its sides: [(side, relation, side)]."""
    return [triple for chain in chains(tex) for triple in zip(chain[::2], chain[1::2], chain[2::2])]


def typed(tex):
    """The sides of a formula that hold a typed number, and do not stand beside a calculation of it."""
    computed = {
        side for left, relation, right in relations(tex)
        if relation in {"=", r"\approx"} and numeric(left) and numeric(right) and not (bare(left) and bare(right))
        for side in (left, right)
    }
    return [side for chain in chains(tex) for side in chain[::2] if _suspect(side) and side not in computed]


def numeric(side):
    """Whether a side is a calculation with numbers alone. `tests/test_equations.py` evaluates the relations between such."""
    return bool(_NUMERIC.fullmatch(side) and re.search(r"\d|\\pi|e", side.replace(r"\operatorname", "")))


def bare(side):
    """Whether a side is a number and no more: digits, with a sign, a point, a power of ten or a percent sign."""
    return any(character.isdigit() for character in side) and bool(_BARE.fullmatch(_DRESS.sub("", side)))


def _suspect(side):
    """Whether a side holds a number that must come from somewhere. One digit is a symbol, and exact."""
    return bool(re.search(r"\.\d|\{[.,]\}\d|%", side)) or bare(side) and len(re.findall(r"\d", side)) > 1


def blank(found):
    """A match, or a text, as white space with the same lines."""
    return re.sub(r"[^\n]", " ", found if isinstance(found, str) else found[0])


def _only(pattern, text):
    """A text with everything blank but the first group of a pattern."""
    kept = blank(text)
    for match in pattern.finditer(text):
        kept = kept[:match.start(1)] + match[1] + kept[match.end(1):]
    return kept
