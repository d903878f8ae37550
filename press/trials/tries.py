"""What seeds and mutants share: which listings are tried, the work on every core, what is written and told of it."""
import platform
import sys
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from press.book import evidence, listings
from press.book.commit import git
from press.book.sources import EVIDENCE, SNIPPETS, Problem, test_file
from press.run.runner import SECONDS, Failure, Runners
from press.trials.judge import Judge

WAITED = 300   # seconds after which a case is stopped that waits for something; one that computes has processor time


class Trial:
    """Tries listings in many cases, each a changed text, on every core.

    A kind of trial has a name, the words of evidence/ for cases that go wrong (bad) and of messages for the others
    (good), the share of good ones that is needed, and the file that answers for it (place). It says which cases a
    listing has (cases, {name: text}), and what goes wrong in one (fault): a text or None.
    """

    def __init__(self, root="."):
        self.root, self._closed = root, False
        libraries = {name: version(name) for name in ("numpy", "matplotlib", "scipy", "sympy")}
        self.versions = {"python": ".".join(platform.python_version_tuple()[:2])} | libraries
        self.runners, self.judge = Runners(seconds=WAITED), Judge(root)

    def faults(self, tried):
        """What goes wrong in each (listing, name, text)."""
        return list(self.runners.map(lambda case: self.fault(*case), tried))

    def failure(self, listing, text, processor=SECONDS):
        """Why a text in the place of a listing fails, or None. processor: the seconds of processor time that it has."""
        try:
            self.runners.runner.run(listing.file, text, processor, draw=False, wanted=lambda: not self._closed)
        except Failure as failure:
            return str(failure)
        return None

    def close(self):
        """End everything, also what still runs."""
        self._closed = True
        self.runners.shutdown(wait=False, cancel_futures=True)
        self.judge.close()
        self.runners.close()


def attempt(kind, root=".", names=(), revision="", everything=False):
    """Try listings, print what goes wrong, and write it into evidence/. Returns the exit status, 1 if something does.

    kind: Seeds or Mutants. names: listings, part/chapter/name.py, to try in any case. Otherwise what evidence/ does
    not cover is tried; revision: of git, and of that only what differs from it. everything: what evidence/ covers too.
    """
    def own(path):   # or it runs in another environment, where frameworks are
        return not Path(root, SNIPPETS, path).with_suffix(".run.json").exists()

    if revision and git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}") is None:
        print(f"press: git knows no {revision} here: what {EVIDENCE}/ does not cover is tried", file=sys.stderr)
        revision = ""
    known = list(filter(own, listings.listings(root)))
    changed = _since(revision, kind.name, known, root) if revision else known
    paths = [name.removeprefix(f"{SNIPPETS}/") for name in names] or changed
    unknown = [path for path in paths if path not in known]
    problems = [f"press: {path} is no listing to try: name one as part/chapter/name.py" for path in unknown]
    trial, cases, covered = kind(root), {}, set()
    try:
        for path in filter(known.__contains__, sorted(paths)):
            try:
                listing = listings.listing(path, root)
                cases[listing] = trial.cases(listing)
            except Problem as problem:
                problems.append(problem)
                continue
            record = evidence.of_listing(kind.name, listing, root)
            if record and record["tried"] == len(cases[listing]):
                covered.add(listing)
        for listing in cases:
            if cases[listing] and (names or everything or listing not in covered):
                problems += _try(trial, listing, cases[listing])
        problems += _totals(trial, {listing.chapter for listing in cases})
    except Problem as problem:   # of what else a chapter has
        problems.append(problem)
    finally:
        trial.close()
    for problem in problems:
        print(problem, file=sys.stderr)
    return int(bool(problems))


def _try(trial, listing, cases):
    """Try a listing, and write down what is found. Returns the Problem, if there is one, why it cannot be tried."""
    began, subject = time.monotonic(), evidence.subject(trial.name, listing, trial.root)
    try:
        faults = trial.faults([(listing, name, text) for name, text in cases.items()])
    except Problem as problem:
        return [problem]
    for fault in filter(None, faults):
        print(fault, flush=True)
    bad = [name for name, fault in zip(cases, faults) if fault]
    known, folder = evidence.read(listing.chapter, trial.root), Path(trial.root, listing.file).parent
    record = {"program": subject, "tried": len(cases), trial.bad: bad, "versions": trial.versions}
    known.setdefault(f"{listing.name}.py", {})[trial.name] = record
    evidence.write(listing.chapter, {name: known[name] for name in known if (folder / name).exists()}, trial.root)
    seconds = time.monotonic() - began
    print(f"{listing.file}: {len(cases)} {trial.name}, {len(bad)} {trial.bad}, {seconds:.1f} s", file=sys.stderr)
    return []


def _totals(trial, chapters):
    """Tell what evidence/ says of chapters now. Returns the problems: where too small a share is good."""
    tried, good, places = Counter(), Counter(), set()
    for path in listings.listings(trial.root):
        listing = path.rpartition("/")[0] in chapters and listings.listing(path, trial.root)
        if record := listing and evidence.of_listing(trial.name, listing, trial.root):
            places.add(trial.place(listing))
            for place in trial.place(listing), listing.chapter, "in all":
                tried[place] += record["tried"]
                good[place] += record["tried"] - len(record[trial.bad])
    said = {place: f"{good[place]} of {tried[place]} {trial.good}" for place in tried}
    for place in filter(said.get, [*sorted(chapters), "in all"]):
        print(f"press: {place}: {said[place]}, {good[place] / tried[place]:.1%}")
    if not said:
        print(f"press: no {trial.name} to try")
    low = [place for place in sorted(places) if good[place] < trial.share * tried[place]]
    return [Problem(place, 1, f"{said[place]}: {trial.share:.0%} are needed") for place in low]


def _since(revision, kind, paths, root):
    """Those of the listings that differ from a revision of git or, for mutants, whose tests do."""
    commands = ("diff", "--name-only", "--relative", revision), ("ls-files", "--others", "--exclude-standard")
    touched = {file for command in commands for file in (git(root, *command) or "").splitlines()}
    tested = kind == "mutants"
    return [
        path for path in paths
        if f"{SNIPPETS}/{path}" in touched or tested and test_file(path.rpartition("/")[0]) in touched
    ]
