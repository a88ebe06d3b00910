"""The shipped abstention threshold, and the error rates measured at each threshold."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from rag.config import Config
from rag.errors import ConfigError

__all__ = ["Thresholds", "shipped_threshold", "threshold_of", "thresholds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The answerability below which Byline abstains, and the error rate at each threshold.

    An abstention shows its closest sentence if the answerability is at least ``closest``.
    ``errors`` pairs each threshold with the share of first sentences shown that were wrong. It was
    measured on questions that the reader was not trained on; half of them have no answer.
    """

    shipped: float
    closest: float
    errors: Sequence[tuple[float, float]]

    def threshold_for(self, max_error: float) -> float:
        """Returns the lowest threshold from which on the error rate is at most ``max_error``.

        Raises:
            ConfigError: no threshold has such a low error rate.
        """
        worst, least = 0.0, None
        for threshold, share in sorted(self.errors, reverse=True):
            worst = max(worst, share)
            least = threshold if worst <= max_error else least
        if least is None:
            best = math.ceil(100 * max(self.errors)[1]) / 100  # the rate at the highest threshold
            raise ConfigError(
                f"max_error is {max_error}; the lowest error measured at any threshold is"
                f" {best:.2f}: set max_error to at least that, or set threshold instead"
            )
        return least


@lru_cache(maxsize=1)
def thresholds() -> Thresholds:
    """Returns the shipped thresholds, which ``training/calibrate.py`` writes."""
    text = resources.files("rag.answer").joinpath("thresholds.json").read_text(encoding="utf-8")
    kept = json.loads(text)
    return Thresholds(**kept)


def shipped_threshold() -> float:
    """Returns the answerability below which Byline abstains by default."""
    return thresholds().shipped


def threshold_of(config: Config) -> float:
    """Returns the answerability below which Byline abstains with these settings.

    Raises:
        ConfigError: no threshold has an error rate of at most ``max_error``.
    """
    if config.max_error >= 0:
        return thresholds().threshold_for(config.max_error)
    return config.threshold if config.threshold >= 0 else shipped_threshold()
