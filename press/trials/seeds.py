"""press seeds: does the check of a listing hold when its random numbers are others?"""
from operator import attrgetter

from press.trials.tries import Trial

SEEDS = range(1001, 1201)   # no listing has one of them for its own


class Seeds(Trial):
    """Every listing that draws, under each of the other seeds."""

    name, bad, good, share, place = "seeds", "failed", "runs under other seeds hold", 0.99, attrgetter("file")

    def cases(self, listing):
        """{seed: the listing with this seed}."""
        return {seed: listing.with_seed(seed) for seed in SEEDS} if listing.seeded else {}

    def fault(self, listing, seed, text):
        """Why it fails under a seed, or None."""
        failure = self.failure(listing, text)
        return failure and f"{failure}\n    seed = {seed}"
