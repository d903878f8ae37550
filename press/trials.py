"""Tries the claims: every listing under other seeds (`press seeds`), and every mutant of every listing (`press mutants`)
and of every expression that a formula of the pages is compared with, which the tests that its claim names must see.

Both keep the verdict of every single run in the store, so that they go on where they were stopped and only what changed
runs again. What they find is written into evidence/, which is part of the repository: a build shows it beside the claim,
and `make test` refuses it when it no longer belongs to the listing as it is.
"""
import hashlib
import json
import math
import os
import random
import re
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import yaml

from press import fences, mutants, program, session, store
from press.judge import Judge, named, test_file, tests

EVIDENCE = "evidence"
SEEDS = range(1001, 1201)   # the other seeds: no listing has one of them for its own
SHARE = 0.99                # of them for which a claim must hold
SCORE = 0.95                # of the mutants that must be killed
TIMES = 5                   # a mutant is stopped after so many times its listing's own time
LEAST = 2                   # seconds of processor time that it has in any case

_SEED = re.compile(r"(?<=default_rng\()\d+(?=\))")


def digest(*parts):
    """A short name for texts, which changes when one of them does."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def judged(root, listing):
    """What a verdict on a listing's mutants depends on, besides the mutant: the tests that run it."""
    return digest(session.read(listing, root), *tests(root, listing).values())


def record(kind, root="."):
    """What evidence/ holds of a kind: {listing: its entry} of "seeds" and "mutants", {label: its entry} of "formulas"."""
    try:
        return json.loads((Path(root) / EVIDENCE / f"{kind}.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):   # not made yet, or marked by a merge
        return {}


def survivors(root="."):
    """The survivors that snippets/part/chapter/survivors.yml gives a reason for: {(listing, change): reason}."""
    found = {}
    for path in sorted((Path(root) / session.SNIPPETS).rglob("survivors.yml")):
        chapter = path.parent.relative_to(Path(root) / session.SNIPPETS).as_posix()
        for name, reasons in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            found |= {(f"{chapter}/{name}.py", change): reason for change, reason in reasons.items()}
    return found


@dataclass(frozen=True)
class Formula:
    """The expression of a labelled formula: its chapter, the tests that its claim names ({name: source}), its mutants."""

    chapter: str
    tests: dict
    mutants: list

    @property
    def judged(self):
        """What a verdict on its mutants depends on, besides the mutant."""
        return digest(*self.tests.values())


def formulas(root="."):
    """The labelled formulas that have an expression in their chapter's tests: {label: Formula}."""
    from press import claims   # which shows what is found here

    found = {}
    for claim in claims.read(root)[0]:
        if not claim.listing:
            text = (Path(root) / test_file(claim.chapter)).read_text(encoding="utf-8")
            if tree := mutants.equations(text).get(claim.name):
                judges = named(root, claim.chapter, claim.written.get("test", "").split())
                found[claim.name] = Formula(claim.chapter, judges, mutants.within(text, tree))
    return found


def seeded(listing, root="."):
    """Whether a listing draws random numbers."""
    return bool(_SEED.search(session.read(listing, root)))


class Trials:
    """Runs what is asked for on every core, and keeps the verdicts. root: the project."""

    def __init__(self, root=".", fresh=False):
        self.root, self.fresh = Path(root), fresh
        self.store = store.Store(self.root / session.CACHE)
        self._mine = threading.local()
        self._opened = []

    def close(self):
        """Stop the processes."""
        for each in self._opened:
            each.close()

    def each(self, jobs):
        """The results of jobs, called on every core, in their order. Says how far they are."""
        done, began = 0, time.monotonic()
        results = []
        with ThreadPoolExecutor(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()) as pool:
            try:
                for result in pool.map(lambda job: job(), jobs):
                    results.append(result)
                    done += 1
                    if sys.stderr.isatty() or done % 500 == 0:
                        print(f"{done} of {len(jobs)}, {time.monotonic() - began:.0f} s", file=sys.stderr)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return results

    def seed(self, listing, seed):
        """None if the claims of a listing hold under another seed, else what failed."""
        text = _SEED.sub(str(seed), session.read(listing, self.root))
        return self._kept(("seed", text), lambda: self._failure(listing, text))

    def mutant(self, listing, mutant):
        """How a mutant of a listing ended: "listing" or "test", which killed it, or None if it survived."""
        limit = max(LEAST, math.ceil(TIMES * self._seconds(listing)))
        if self._kept(("mutant", mutant.text), lambda: self._failure(listing, mutant.text, limit)):
            return "listing"
        names = tuple(name for name in tests(self.root, listing) if name)
        if names and self._kept(("judged", mutant.text, judged(self.root, listing)), lambda: self._judge(listing, mutant.text, names)):
            return "test"
        return None

    def formula(self, formula, mutant):
        """Whether a mutant of a formula's expression is killed by the tests that its claim names."""
        names = tuple(name for name in formula.tests if name)
        run = lambda: self._judge(test_file(formula.chapter), mutant.text, names, formula.chapter)   # noqa: E731
        return bool(names and self._kept(("formula", f"{mutant}", formula.judged), run))

    def _kept(self, parts, run):
        """The result of a run, from the store if it is there."""
        name = store.key(*parts, sys.version, *map(version, ("numpy", "matplotlib", "scipy", "sympy")))
        kept = None if self.fresh else self.store.get(name)
        if kept is None:
            kept = [run()]
            self.store.put(name, kept)
        return kept[0]

    def _open(self, name, make):
        """What each thread has for itself: a worker, and a judge for each chapter."""
        if not hasattr(self._mine, name):
            setattr(self._mine, name, make())
            self._opened.append(getattr(self._mine, name))
        return getattr(self._mine, name)

    def _failure(self, listing, text, processor=None):
        """None, or why a program fails."""
        try:
            self._open("worker", program.Worker).run(f"{session.SNIPPETS}/{listing}", text, processor=processor, draw=False)
        except program.Failure as failure:
            return str(failure)
        return None

    def _judge(self, changed, text, names, chapter=None):
        """Whether tests fail with this text in the place of a listing, or of the chapter's tests themselves."""
        chapter = chapter or os.path.dirname(changed)
        limit = max(LEAST, math.ceil(TIMES * self._tests_take(changed, names, chapter)))
        return self._chapter(chapter).verdict(changed, text, names, limit)

    def _chapter(self, chapter):
        return self._open(chapter, lambda: Judge(self.root, chapter))

    @cache
    def _seconds(self, listing):
        """How long a listing itself takes."""
        began = time.monotonic()
        if wrong := self._failure(listing, session.read(listing, self.root)):
            raise RuntimeError(wrong)
        return time.monotonic() - began

    @cache
    def _tests_take(self, changed, names, chapter):
        """How long the tests of a listing or a formula take; they must pass for it to be judged by them."""
        path = self.root / (changed if changed == test_file(chapter) else f"{session.SNIPPETS}/{changed}")
        text = path.read_text(encoding="utf-8")
        self._chapter(chapter).verdict(changed, text, names[:1], 120)   # it starts here
        began = time.monotonic()
        if self._chapter(chapter).verdict(changed, text, names, 120):
            raise RuntimeError(f"{test_file(chapter)} fails for {changed} as it is")
        return time.monotonic() - began


def attempt(kind, root=".", only=(), sample=0):
    """press seeds and press mutants. Returns the exit status."""
    for listing in only:
        if not (Path(root) / session.SNIPPETS / listing).is_file():
            print(f"press: there is no {session.SNIPPETS}/{listing}; name a listing as part/chapter/name.py", file=sys.stderr)
            return 1
    try:
        if kind == "seeds":
            return try_seeds(root, only, sample)
        return try_mutants(root, only, sample) | (0 if only else try_formulas(root, sample))
    except (RuntimeError, program.Failure) as error:
        print(error, file=sys.stderr)
        return 1


def try_seeds(root=".", only=(), sample=0):
    """Run listings under other seeds and print the shares. Returns the exit status.

    only: listings, or all. sample: how many seeds of each run now, and never from the store; 0 for all of them.
    """
    trials = Trials(root, fresh=bool(sample))
    chosen = [listing for listing in only or session.listings(root) if seeded(listing, root)]
    some = random.Random(_commit(root)).sample(SEEDS, sample) if sample else SEEDS
    try:
        jobs = [lambda listing=listing, seed=seed: trials.seed(listing, seed) for listing in chosen for seed in some]
        results = iter(trials.each(jobs))
    finally:
        trials.close()
    known, wrong, runs = record("seeds", root), [], 0
    for listing in chosen:
        failed = {seed: why for seed in some if (why := next(results))}
        runs += len(some)
        if sample:
            new = [seed for seed in failed if seed not in known.get(listing, {}).get("failed", [])]
            wrong += [f"{failed[seed]} (with seed {seed}, where it held before)" for seed in new]
            continue
        known[listing] = {"text": digest(session.read(listing, root)), "seeds": len(some), "failed": sorted(failed)}
        for seed, why in failed.items():
            print(f"seed {seed}: {why}")
        if len(failed) > (1 - SHARE) * len(some):
            wrong.append(f"{session.SNIPPETS}/{listing}:1: its claims hold for {len(some) - len(failed)} of {len(some)} seeds only")
    if not sample:
        _write("seeds", root, known)
    print("\n".join(wrong), end="\n" if wrong else "")
    print(f"press: {len(chosen)} listings under {len(some)} other seeds, {runs} runs; {len(wrong)} problems")
    return int(bool(wrong))


def try_mutants(root=".", only=(), sample=0):
    """Run the mutants of listings and print the survivors. Returns the exit status.

    only: listings, or all. sample: how many mutants run now, and never from the store; 0 for all of them.
    """
    trials = Trials(root, fresh=bool(sample))
    chosen = list(only or session.listings(root))
    whole = [(listing, mutant) for listing in chosen for mutant in mutants.mutants(session.read(listing, root))]
    pairs = random.Random(_commit(root)).sample(whole, min(sample, len(whole))) if sample else whole
    try:
        ends = trials.each([lambda listing=listing, mutant=mutant: trials.mutant(listing, mutant) for listing, mutant in pairs])
    finally:
        trials.close()
    known, made = record("mutants", root), Counter(listing for listing, _ in whole)
    reasons, wrong = survivors(root), []
    alive = [pair for pair, end in zip(pairs, ends) if end is None]
    for listing, mutant in alive:
        told = not sample or f"{mutant}" in known.get(listing, {}).get("survivors", [f"{mutant}"])   # which nobody wrote by hand
        if not (told and reasons.get((listing, mutant.change))):
            wrong.append(f"{session.SNIPPETS}/{listing}:{mutant}")
    if sample:
        wrong += [
            f"{session.SNIPPETS}/{listing}:1: it has {made[listing]} mutants, not {known[listing]['mutants']}: make mutants"
            for listing in chosen if listing in known and known[listing]["mutants"] != made[listing]
        ]
    else:
        for listing in chosen:
            known[listing] = {
                "judged": judged(root, listing),
                "mutants": made[listing],
                "survivors": [f"{mutant}" for other, mutant in alive if other == listing],
            }
        _write("mutants", root, known)
    print("\n".join(wrong), end="\n" if wrong else "")
    killed = len(pairs) - len(alive)
    by_tests = sum(end == "test" for end in ends)
    print(
        f"press: {killed} of {len(pairs)} mutants killed, {killed / max(1, len(pairs)):.1%}, {by_tests} of them by the chapter's "
        f"tests; {len(alive)} survived, {len(wrong)} of them without a reason in its chapter's survivors.yml"
    )
    return int(bool(wrong) or not sample and killed < SCORE * len(pairs))


def try_formulas(root=".", sample=0):
    """Run the mutants of the formulas' expressions and print the survivors. Returns the exit status.

    sample: how many mutants run now, and never from the store; 0 for all of them.
    """
    trials, known = Trials(root, fresh=bool(sample)), formulas(root)
    pairs = [(label, mutant) for label, formula in known.items() for mutant in formula.mutants]
    if sample:
        pairs = random.Random(_commit(root)).sample(pairs, min(sample, len(pairs)))
    try:
        killed = trials.each([lambda label=label, mutant=mutant: trials.formula(known[label], mutant) for label, mutant in pairs])
    finally:
        trials.close()
    alive = [pair for pair, end in zip(pairs, killed) if not end]
    for label, mutant in alive:
        print(f"{test_file(known[label].chapter)}:{mutant.line}: no test that the claim of {label} names sees {mutant.change}")
    if not sample:
        _write("formulas", root, {
            label: {
                "judged": formula.judged,
                "mutants": len(formula.mutants),
                "survivors": [mutant.change for other, mutant in alive if other == label],
            } for label, formula in known.items()
        }, known)
    print(f"press: {len(pairs) - len(alive)} of {len(pairs)} mutants of the formulas killed by the tests that their claims name")
    return int(bool(alive))


def _write(kind, root, known, names=()):
    """Write a record, one listing or name a line, without those that are gone."""
    folder = Path(root) / EVIDENCE
    folder.mkdir(exist_ok=True)
    names = names or session.listings(root)
    rows = [f"{json.dumps(name)}: {json.dumps(known[name], ensure_ascii=False)}" for name in names if name in known]
    new = folder / f".{kind}.json"
    new.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    new.replace(folder / f"{kind}.json")


def _commit(root):
    """A text that every commit changes: what a sample is drawn by."""
    import subprocess

    try:
        return subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def check(root="."):
    """The problems of what evidence/ and the survivors' reasons say: what is missing, stale, too low, or without need."""
    problems = []
    shares, deaths, reasons = record("seeds", root), record("mutants", root), survivors(root)
    for listing in session.listings(root):
        def wrong(message, listing=listing):
            problems.append(fences.Problem(f"{session.SNIPPETS}/{listing}", 1, message))

        found = shares.get(listing)
        if seeded(listing, root):
            if not found or found["text"] != digest(session.read(listing, root)) or found["seeds"] < len(SEEDS):
                wrong("not tried under other seeds since it changed: make seeds")
            elif len(found["failed"]) > (1 - SHARE) * found["seeds"]:
                wrong(f"its claims fail under {len(found['failed'])} of {found['seeds']} other seeds")
        found = deaths.get(listing)
        if not found or found["judged"] != judged(root, listing):
            wrong("its mutants were not tried since it or its tests changed: make mutants")
            continue
        alive = {survivor.partition(": ")[2] for survivor in found["survivors"]}
        for change in sorted(alive):
            if not reasons.get((listing, change)):
                wrong(f"a mutant survives without a reason: {change}")
        for change in sorted(change for other, change in reasons if other == listing and change not in alive):
            wrong(f"survivors.yml has a reason for what does not survive: {change}")
    for listing in sorted({listing for listing, _ in reasons} - set(session.listings(root))):
        problems.append(fences.Problem(f"{session.SNIPPETS}/{os.path.dirname(listing)}/survivors.yml", 1, f"there is no {listing}"))
    seen = record("formulas", root)
    for label, formula in formulas(root).items():
        found, path = seen.get(label), test_file(formula.chapter)
        if not found or (found["judged"], found["mutants"]) != (formula.judged, len(formula.mutants)):
            problems.append(fences.Problem(path, 1, f"the mutants of {label} were not tried since it or its tests changed: make mutants"))
        elif found["survivors"] or not found["mutants"]:
            problems.append(fences.Problem(path, 1, f"no test of {label} sees {', '.join(found['survivors']) or 'a mutant: it has none'}"))
    total, alive = figures(root)[1:3]
    if total - alive < SCORE * total:
        problems.append(fences.Problem(f"{EVIDENCE}/mutants.json", 1, f"{total - alive} of {total} mutants killed: {SCORE:.0%} are needed"))
    return problems


def figures(root="."):
    """(the smallest share of seeds for which a listing holds, mutants, survivors), of the whole book."""
    shares, deaths = record("seeds", root).values(), record("mutants", root).values()
    smallest = min((1 - len(found["failed"]) / found["seeds"] for found in shares), default=0)
    return smallest, sum(found["mutants"] for found in deaths), sum(len(found["survivors"]) for found in deaths)
