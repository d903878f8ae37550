"""TeX as HTML for the eye and MathML for screen readers, set by KaTeX while the site is built."""
import atexit
import json
import re
from functools import cache
from pathlib import Path

from press import store

KATEX = Path(__file__).parent / "katex"

_SET = """
(formulas, macros) => JSON.stringify(formulas.map(([tex, display]) => {
    const options = {displayMode: display, output: "htmlAndMathml", throwOnError: true, strict: "error", macros: {...macros}};
    try { return {html: katex.renderToString(tex, options)} }
    catch (error) { return {error: error.message.replace("KaTeX parse error: ", "")} }
}))
"""


_GROUP = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"   # an argument, which holds braces in braces in braces
# Comments, what is set without being seen or over something else, new commands, colors and sizes.
_HIDDEN = re.compile(
    r"(?<!\\)%|\\(?:[hv]?phantom|smash|(?:math)?[lrc]lap|[hm]?(?:kern|skip|space)|raisebox|(?:text|f|big)?color(?:box)?|[gex]?def|let|futurelet"
    r"|(?:re|provide)?newcommand|char|tag|[bx]?cancel|sout|not|rule|tiny|scriptsize|footnotesize|small|[lL]arge|LARGE|[hH]uge)(?![A-Za-z])"
)
_REFUSED = "#cc0000"   # the color in which KaTeX prints a command that it does not trust


class TeXError(ValueError):
    """A formula that cannot be set, with KaTeX's reason."""


@cache
def _macros():
    return (KATEX / "macros.json").read_text(encoding="utf-8")


@cache
def _script():
    return (KATEX / "katex.min.js").read_text(encoding="utf-8")


@cache
def _engine():
    """KaTeX in a JavaScript engine of this process. Started by the first formula that is not kept."""
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    atexit.register(engine.close)   # left to the end of the interpreter, its thread would be waited for in vain
    engine.eval(_script())
    return engine


@cache
def _version():
    return store.key(_script(), _macros(), _SET)


def html(tex, display, kept):
    """A formula as HTML with MathML. tex: without dollars. kept: the store. Raises TeXError."""
    if hidden := _HIDDEN.search(tex):
        raise TeXError(f"{hidden[0]} can show another formula than the one that is read here")
    key = store.key("formula", tex, str(display), _version())
    done = kept.get(key)
    if done is None:
        # The call is written out as JSON, which is JavaScript: nothing of the formula is ever run.
        call = f"({_SET})({json.dumps([[tex, display]])}, {_macros()})"
        done = json.loads(_engine().eval(call))[0]
        if "html" in done:
            kept.put(key, done)
    if "error" in done:
        raise TeXError(done["error"])
    if _REFUSED in done["html"]:
        raise TeXError("KaTeX does not set this command here")
    return done["html"]


def expanded(tex):
    """A formula without the macros of this book, for whoever does not know them."""
    for name, meaning in json.loads(_macros()).items():
        arguments = meaning.count("#")
        pattern = re.compile(re.escape(name) + r"(?![A-Za-z])" + rf"\s*{_GROUP}" * arguments)
        while pattern.search(tex):
            tex = pattern.sub(lambda match: _filled(meaning, match.groups()), tex)
    return tex


def _filled(meaning, arguments):
    """What a macro stands for, with its arguments in their places."""
    return re.sub(r"#(\d)", lambda place: arguments[int(place[1]) - 1], meaning)
