"""Where to abstain: the shipped threshold, and the share of errors measured at each."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from rag.errors import ConfigError

__all__ = ["Thresholds", "shipped_threshold", "thresholds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The answerability below which Byline abstains, and what each such border costs.

    ``errors`` pairs thresholds with the share of first sentences shown that were wrong there, on
    questions that the reader was not trained on, half of which cannot be answered.
    """

    shipped: float
    errors: Sequence[tuple[float, float]]

    def threshold_for(self, max_error: float) -> float:
        """The least threshold at and above which the share of errors was at most ``max_error``.

        Raises:
            ConfigError: no threshold reached so small a share.
        """
        worst, least = 0.0, None
        for threshold, share in sorted(self.errors, reverse=True):
            worst = max(worst, share)
            least = threshold if worst <= max_error else least
        if least is None:
            best = math.ceil(100 * min(share for _, share in self.errors)) / 100
            raise ConfigError(
                f"max_error is {max_error}; the lowest error measured at any threshold is"
                f" {best:.2f}: give at least that, or a threshold up to 1"
            )
        return least


@lru_cache(maxsize=1)
def thresholds() -> Thresholds:
    """The thresholds that ship with the package; ``training/calibrate.py`` writes them."""
    text = resources.files("rag.answer").joinpath("thresholds.json").read_text(encoding="utf-8")
    kept = json.loads(text)
    return Thresholds(shipped=kept["shipped"], errors=kept["errors"])


def shipped_threshold() -> float:
    """The answerability below which Byline abstains by default."""
    return thresholds().shipped
