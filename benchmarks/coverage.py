"""Coverage of 95% intervals: how often they contain the true mean of simulated question sets.

Run as ``python benchmarks/coverage.py``; takes about five minutes. Each cell shows the share of
1,000 sets for each of three seeds.
"""

from collections.abc import Callable

import numpy as np
from rich.console import Console
from rich.table import Table

from rag.evaluation.statistics.bootstrap import mean_interval

Draw = Callable[[np.random.Generator, int], "np.typing.NDArray[np.float64]"]

SETS = 1000
SEEDS = (1, 2, 3)
SIZES = (100, 200, 500)
RANKS = 1 / np.arange(1, 11)
FOUND = np.array([0.55, 0.12, 0.06, 0.04, 0.03, 0.02, 0.02, 0.01, 0.01, 0.01])


def share(mean: float) -> Draw:
    """Draws zeros and ones."""
    return lambda random, n: (random.random(n) < mean).astype(np.float64)


def reciprocal_ranks(found: "np.typing.NDArray[np.float64]") -> Draw:
    """Draws 1/rank of the first gold, which has rank k with probability ``found[k - 1]``."""
    chances = np.append(found, 1 - found.sum())
    return lambda random, n: random.choice(np.append(RANKS, 0.0), size=n, p=chances)


def overlaps(none: float, whole: float) -> Draw:
    """Draws values of word F1: 0, 1, or between."""

    def draw(random: np.random.Generator, n: int) -> "np.typing.NDArray[np.float64]":
        where = random.random(n)
        between = random.beta(2, 3, n)
        return np.where(where < none, 0.0, np.where(where < none + whole, 1.0, between))

    return draw


def seconds(spread: float) -> Draw:
    """Draws log-normal times."""
    return lambda random, n: random.lognormal(0, spread, n)


KINDS: dict[str, tuple[Draw, float]] = {
    **{f"share {mean}": (share(mean), mean) for mean in (0.05, 0.1, 0.2, 0.35, 0.5, 0.8, 0.95)},
    "reciprocal rank": (reciprocal_ranks(FOUND), float(FOUND @ RANKS)),
    "reciprocal rank, hard": (reciprocal_ranks(FOUND / 8), float(FOUND @ RANKS) / 8),
    "F1": (overlaps(0.3, 0.4), 0.4 + 0.3 * 0.4),
    "F1, low": (overlaps(0.85, 0.03), 0.03 + 0.12 * 0.4),
    "seconds, skewness 1.0": (seconds(0.31), float(np.exp(0.31**2 / 2))),
    "seconds, skewness 1.8": (seconds(0.5), float(np.exp(0.5**2 / 2))),
}


def coverage(draw: Draw, mean: float, *, n: int, seed: int) -> float:
    """Returns the share of sets of ``n`` values whose interval contains ``mean``."""
    random = np.random.default_rng(seed)
    held = 0
    for _ in range(SETS):
        interval = mean_interval(draw(random, n).tolist())
        held += interval is not None and interval[0] <= mean <= interval[1]
    return held / SETS


def main() -> None:
    """Prints one table."""
    table = Table("values", *(f"n = {n}" for n in SIZES), title="Coverage of 95% intervals")
    for kind, (draw, mean) in KINDS.items():
        cells = (
            " ".join(f"{coverage(draw, mean, n=n, seed=seed):.1%}" for seed in SEEDS) for n in SIZES
        )
        table.add_row(kind, *cells)
    Console().print(table)


if __name__ == "__main__":
    main()
