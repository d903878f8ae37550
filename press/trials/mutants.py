"""press mutants: is every change of a listing seen, by its check or by the tests of its chapter?

A mutant differs from its listing in one operator, constant or function of the arithmetic. What judges is not changed:
assertions, and the whole check cell. Neither is what has no mathematics in it: texts, formats, the seed, the styling of
a figure; what it draws is changed like everything else. And nothing is changed on a line that ends with
`# no mutate: reason`, because no change there could matter.
"""
import ast
import io
import math
import re
import tokenize
from collections import Counter

from press.book import chapter_tests
from press.book.sources import Problem, test_file
from press.trials.tries import Trial

TIMES = 5   # a mutant has so many times the processor time of its listing, or of the tests,
LEAST = 2   # and so many seconds of it in any case
LONGEST = 120   # seconds of processor time that tests may take

OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.MatMult: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.And: ast.Or, ast.Or: ast.And,
    ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}
PAIRS = (   # of functions, each of which becomes the other
    ("sqrt", "cbrt"), ("log", "log2"), ("sin", "cos"), ("sinh", "cosh"), ("mean", "median"), ("sum", "prod"),
    ("std", "var"), ("max", "min"), ("maximum", "minimum"), ("argmax", "argmin"), ("cumsum", "cumprod"),
    ("ones", "zeros"), ("any", "all"), ("floor", "ceil"),
)
FUNCTIONS = dict(PAIRS) | {other: one for one, other in PAIRS} | {
    "log10": "log", "exp": "exp2", "tanh": "arctan", "abs": "float", "diag": "diagflat", "standard_normal": "random",
    "normal": "laplace", "hypot": "maximum",
}
METHODS = {"mean": "sum", "sum": "mean"}   # an array has no median
FIGURES = {"plt", "fig", "ax", "axes", "figure"}   # and the names of what they return
STYLING = set(
    "annotate axis close colorbar figlegend figure grid legend margins minorticks_off minorticks_on set show subplot "
    "subplots subplots_adjust suptitle supxlabel supylabel text tick_params tight_layout title xlabel ylabel".split()
)
DRAWN = set("x y x1 x2 y1 y2 xerr yerr height bottom left slope where weights bins".split())   # keywords of data

_MARK = re.compile(r"#\s*no mutate\b(?::\s*(?P<reason>\S.*))?")


class Mutants(Trial):
    """Every mutant of every listing; it is killed if it fails, or a test that runs the listing, or if its time ends."""

    name, bad, good, share = "mutants", "survivors", "mutants killed", 0.95

    def __init__(self, *options):
        super().__init__(*options)
        self._judged = {}   # listing → its judges

    def place(self, listing):
        """The tests of a chapter answer for the score of the chapter."""
        return test_file(listing.chapter)

    def cases(self, listing):
        """Its mutants. Raises Problem."""
        return mutants(listing)

    def fault(self, listing, name, text):
        """That a mutant survives, or None. Raises Problem where nothing can be judged."""
        if listing not in self._judged:
            self._judged[listing] = self._judges(listing)
        limit, tests, limit_of_tests = self._judged[listing]
        if self.failure(listing, text, limit):
            return None
        if tests and not self.judge.passes(listing, text, tests, limit_of_tests)[0]:
            return None
        return f"{listing.file}:{name} survives"

    def _judges(self, listing):
        """(seconds of processor time for a mutant, the tests that run its listing, seconds for them). Or a Problem."""
        takes, tests_take = self.runners.runner.run(listing.file, listing.text, draw=False).processor, 0
        tests = [test.name for test in chapter_tests.of_chapter(listing.chapter, self.root).running(listing.path)]
        if tests:
            passed, tests_take = self.judge.passes(listing, listing.text, tests, LONGEST)
            if not passed:
                file = test_file(listing.chapter)
                raise Problem(file, 1, f"it fails for {listing.file} as it is, so it can judge no mutant")
        return max(LEAST, math.ceil(TIMES * takes)), tests, max(LEAST, math.ceil(TIMES * tests_take))


def mutants(listing):
    """The mutants of a listing, each program once: {"12: 2 * band → 3 * band": text}. Raises Problem.

    A changed number is told with what it is in. Of changes that read alike the second one is numbered (2).
    """
    try:
        tree = ast.parse(listing.text)
    except SyntaxError as error:
        raise Problem(listing.file, error.lineno or 1, f"SyntaxError: {error.msg}") from None
    left_alone = set(_marked(listing))
    found, texts, times = {}, {ast.unparse(tree)}, Counter()
    for line, node, around in list(_arithmetic(tree)):
        if line in left_alone or 0 < listing.check_line <= line:
            continue
        for field, value in _changes(node):
            original, before = getattr(node, field), ast.unparse(around)
            setattr(node, field, value)
            text, change = ast.unparse(tree), f"{before} → {ast.unparse(around)}"
            setattr(node, field, original)
            if text not in texts:
                texts.add(text)
                times[change] += 1
                found[f"{line}: {change}" + f" ({times[change]})" * (times[change] > 1)] = text
    return found


def _marked(listing):
    """The lines on which nothing is changed."""
    for token in tokenize.generate_tokens(io.StringIO(listing.text).readline):
        if token.type == tokenize.COMMENT and (mark := _MARK.search(token.string)):
            if not mark["reason"]:
                why = "say why no change here could matter: `# no mutate: the width cancels`"
                raise Problem(listing.file, token.start[0], why)
            yield token.start[0]


def _arithmetic(tree):
    """The nodes that may be changed, as (line, node, what to show of it), in the order of the text."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)]
    bound = [target for node in calls if _root(node.value) in FIGURES for target in node.targets]
    figures = FIGURES | {name.id for target in bound for name in ast.walk(target) if isinstance(name, ast.Name)}

    def visit(node, line, parent):
        line = getattr(node, "lineno", line)
        if isinstance(node, ast.Assert | ast.Import | ast.ImportFrom) or _is_text(node):
            return
        yield line, node, parent if isinstance(node, ast.Constant) else node
        index = isinstance(node, ast.Tuple) and isinstance(parent, ast.Subscript)
        one = index or isinstance(node, ast.UnaryOp | ast.Slice | ast.keyword)   # to the reader, as -1 and [:, :8] are
        for child in _inside(node, figures):
            yield from visit(child, line, parent if one else node)

    return visit(tree, 1, tree)


def _inside(node, figures):
    """The parts of a node that hold arithmetic."""
    if isinstance(node, ast.FormattedValue):
        return [node.value]   # not its format
    if isinstance(node, ast.For) and _root(node.iter) in figures:
        return node.body
    if not isinstance(node, ast.Call):
        return ast.iter_child_nodes(node)
    name = _name(node.func)
    if name == "default_rng":
        return []             # its seed: `press seeds`
    if name == "array2string":
        return node.args
    if _root(node.func) not in figures:
        return ast.iter_child_nodes(node)
    if name in STYLING or name.startswith("set_"):
        return []
    return node.args + [keyword.value for keyword in node.keywords if keyword.arg in DRAWN]   # what is drawn, not how


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes | bool | None)


def _name(function):
    """The last name of `np.linalg.norm`, or nothing."""
    return getattr(function, "attr", getattr(function, "id", ""))


def _root(node):
    """The first name of `axes[0].plot`, or nothing."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "id", "")


def _changes(node):
    """What can be changed in a node: a field of it, and the other value of that field."""
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in OPERATORS:
        if not any(isinstance(side, ast.JoinedStr) or _is_text(side) for side in ast.iter_child_nodes(node)):
            yield "op", OPERATORS[type(node.op)]()
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "op", ast.UAdd()
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "operand", ast.UnaryOp(ast.Not(), node.operand)
    elif isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            if type(op) in OPERATORS:
                yield "ops", [*node.ops[:place], OPERATORS[type(op)](), *node.ops[place + 1:]]
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield "value", node.value + 1 if isinstance(node.value, int) else node.value * 1.1 or 0.1
    elif isinstance(node, ast.Call):
        method = isinstance(node.func, ast.Attribute) and _root(node.func) not in ("np", "rng", "math")
        if other := (METHODS if method and _name(node.func) in METHODS else FUNCTIONS).get(_name(node.func)):
            yield "func", ast.Attribute(node.func.value, other) if hasattr(node.func, "value") else ast.Name(other)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield "attr", "real"
