"""The mutants of a listing: programs that differ from it in one operator, constant or function of the arithmetic.

Mutation tools for packages mutate imported functions; a listing is a script of thirty lines that runs from top to bottom,
so its mutants are made here, and `press.trials` runs them.

What judges is not mutated: assertions. Neither is what has no mathematics in it: texts, formats, the seed, the styling of
a figure. The data that a figure draws are mutated like everything else.
"""
import ast
import copy
from dataclasses import dataclass, replace

OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.MatMult: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.And: ast.Or, ast.Or: ast.And,
    ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}
FUNCTIONS = {
    "sqrt": "cbrt", "cbrt": "sqrt", "log": "log2", "log2": "log", "log10": "log", "exp": "exp2", "sin": "cos", "cos": "sin",
    "tanh": "arctan", "cosh": "sinh", "sinh": "cosh", "abs": "float", "mean": "median", "median": "mean", "sum": "prod",
    "prod": "sum", "std": "var", "var": "std", "max": "min", "min": "max", "maximum": "minimum", "minimum": "maximum",
    "argmax": "argmin", "argmin": "argmax", "cumsum": "cumprod", "cumprod": "cumsum", "ones": "zeros", "zeros": "ones",
    "any": "all", "all": "any", "floor": "ceil", "ceil": "floor", "diag": "diagflat", "standard_normal": "random",
    "normal": "laplace", "hypot": "maximum",
}
METHODS = {"mean": "sum", "sum": "mean"}          # an array has no median
STYLING = {"annotate", "axis", "close", "colorbar", "figure", "figlegend", "grid", "legend", "margins", "minorticks_off", "minorticks_on", "set",
           "show", "subplot", "subplots", "suptitle", "supxlabel", "supylabel", "text", "tick_params", "tight_layout", "title", "xlabel", "ylabel"}
DRAWN = {"x", "y", "x1", "x2", "y1", "y2", "xerr", "yerr", "height", "bottom", "left", "slope", "where", "weights", "bins"}   # by keyword
FIGURES = {"plt", "fig", "ax", "axes", "figure"}


@dataclass(frozen=True)
class Mutant:
    """A changed program: the line of the listing that was changed, the part before and after, and the whole text.

    A changed number is told with what it stands in: `2 * band → 3 * band`.
    """

    line: int
    before: str
    after: str
    text: str
    time: int = 1   # the first, second … change of its program that reads like this

    def __str__(self):
        return f"{self.line}: {self.change}"

    @property
    def change(self):
        """What was changed into what."""
        return f"{self.before} → {self.after}" + f" ({self.time})" * (self.time > 1)


def mutants(text):
    """Every Mutant of the program `text`, in the order of its lines, each text once."""
    tree = ast.parse(text)
    found, seen = [], {ast.unparse(tree)}
    for place, (line, node, around) in enumerate(_arithmetic(tree)):
        for change in _changes(node):
            changed = copy.deepcopy(tree)
            _, other, around_other = _arithmetic(changed)[place]
            change(other)
            mutated = ast.unparse(changed)
            if mutated not in seen:
                seen.add(mutated)
                before, after = ast.unparse(around), ast.unparse(around_other)
                time = 1 + sum((other.before, other.after) == (before, after) for other in found)
                found.append(Mutant(line, before, after, mutated, time))
    return found


def equations(text):
    """The expressions in EQUATIONS of a chapter's tests: {label: tree}. For a name, what the name was given."""
    given = {
        target.id: node.value for node in ast.parse(text).body if isinstance(node, ast.Assign)
        for target in node.targets if isinstance(target, ast.Name)
    }
    rows = given.get("EQUATIONS", ast.Dict([], []))
    found = {label.value: row.elts[1] for label, row in zip(rows.keys, rows.values, strict=True)}
    return {label: given.get(getattr(tree, "id", ""), tree) for label, tree in found.items()}


def within(text, tree):
    """Every Mutant of the program `text` that differs from it in the expression `tree`."""
    lines = text.encode().splitlines(keepends=True)   # the tree counts bytes
    start, end = (sum(map(len, lines[:line - 1])) + column for line, column in (
        (tree.lineno, tree.col_offset), (tree.end_lineno, tree.end_col_offset)))
    before, after = b"".join(lines)[:start].decode(), b"".join(lines)[end:].decode()
    return [replace(mutant, line=tree.lineno, text=f"{before}({mutant.text}){after}") for mutant in mutants(ast.unparse(tree))]


def _arithmetic(tree):
    """The nodes that are mutated, as (line of their statement, node, what to show of it), always in the same order."""
    nodes = []

    def visit(node, line, parent):
        if isinstance(node, ast.stmt):
            line = node.lineno
        if isinstance(node, ast.Assert | ast.Import | ast.ImportFrom) or _is_text(node):
            return
        nodes.append((line, node, parent if isinstance(node, ast.Constant) else node))
        for child in _inside(node):
            part = isinstance(node, ast.UnaryOp | ast.Slice | ast.keyword) or isinstance(node, ast.Tuple) and isinstance(parent, ast.Subscript)
            visit(child, line, parent if part else node)   # to the reader, -1 and [:, :8] are one thing

    visit(tree, 1, tree)
    return nodes


def _inside(node):
    """The parts of a node that hold arithmetic."""
    if isinstance(node, ast.FormattedValue):
        return [node.value]                           # not its format
    if isinstance(node, ast.Call):
        name = _name(node.func)
        if name == "default_rng":
            return []                                 # `make seeds` changes the seed
        if name == "array2string":
            return node.args
        if _root(node.func) in FIGURES:
            if name in STYLING or name.startswith("set_"):
                return []
            return node.args + [keyword.value for keyword in node.keywords if keyword.arg in DRAWN]   # what is drawn, not how
    if isinstance(node, ast.For) and _root(node.iter) in FIGURES:
        return node.body
    return ast.iter_child_nodes(node)


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
    """What can be changed in a node, as functions that change a copy of it."""
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in OPERATORS:
        if not any(isinstance(side, ast.JoinedStr) or _is_text(side) for side in ast.iter_child_nodes(node)):
            yield lambda other: setattr(other, "op", OPERATORS[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield lambda other: setattr(other, "op", ast.UAdd())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda other: setattr(other, "operand", ast.UnaryOp(ast.Not(), other.operand))
    elif isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            if type(op) in OPERATORS:
                yield lambda other, place=place, op=op: other.ops.__setitem__(place, OPERATORS[type(op)]())
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, int):
            yield lambda other: setattr(other, "value", node.value + 1)
        elif isinstance(node.value, float):
            yield lambda other: setattr(other, "value", node.value * 1.1 or 0.1)
    elif isinstance(node, ast.Call):
        method = isinstance(node.func, ast.Attribute) and _root(node.func) not in ("np", "rng", "math")
        changed = (METHODS if method and _name(node.func) in METHODS else FUNCTIONS).get(_name(node.func))
        if changed:
            yield lambda other: setattr(other.func, "attr" if isinstance(node.func, ast.Attribute) else "id", changed)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield lambda other: setattr(other, "attr", "real")
