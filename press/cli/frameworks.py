"""press frameworks: runs the listings of other environments (torch, jax, keras), and keeps their runs beside them."""
import json
import sys

from press.book import listings
from press.book.sources import Problem, Refused
from press.cli.messages import report, say
from press.pages import fences
from press.run import environments
from press.run.runner import Failure


def run(root=".", names=(), everything=False):
    """Run the listings that have no fresh record, and tell every failure. Returns the exit status.

    names: of environments and listings, "torch" or "part/chapter/name"; without them, all. everything: run also
    what has a fresh record, and compare. Raises Refused where a name is none.
    """
    ran, problems = 0, []
    chosen = {path: environment for path, environment in sorted(fences.environments(root).items()) if environment}
    if unknown := set(names) - set(environments.ENVIRONMENTS) - {path.removesuffix(".py") for path in chosen}:
        raise Refused(f"{min(unknown)} is neither an environment nor a listing whose fence names one")
    if names:
        chosen = {path: name for path, name in chosen.items() if {name, path.removesuffix(".py")} & set(names)}
    for path, environment in chosen.items():
        try:
            listing = listings.listing(path, root)
            if everything or not fresh(listing, environment, root):
                _run(listing, environment, root)
                say(f"{listing.file}: ran in {environment}")
                ran += 1
        except FileNotFoundError:   # the build tells it, at the fence
            continue
        except Problem as problem:
            problems.append(problem)
    report(problems, fences.quoted(root))
    say(f"press: {len(chosen)} listings of other environments, {ran} ran", to=sys.stderr if problems else None)
    return 1 if problems else 0


def fresh(listing, environment, root="."):
    """Whether a Listing has a record that the build takes."""
    try:
        return bool(environments.recorded(listing, environment, root))
    except Failure:
        return False


def _run(listing, environment, root):
    """Run a Listing, twice, and keep its record. Where there is a fresh one, compare with it. Raises Failure."""
    made = environments.run(listing, environment, root)
    if made != environments.run(listing, environment, root):
        raise Failure(listing.file, 1, "it does something else each time: call the framework's own seed first")
    if not fresh(listing, environment, root):
        environments.keep(made, listing, root)
    elif _rounded(made) != _rounded(environments.kept(listing, root)):
        way = "if the new one is right, remove that file and run it again"
        raise Failure(listing.file, 1, f"it does something else than its .run.json says: {way}")


def _rounded(record):
    """A record of which single precision, on another processor, changes nothing."""
    def rounded(number):
        return f"{float(number):.4g}"

    return json.loads(json.dumps(record), parse_float=rounded, parse_int=rounded)
