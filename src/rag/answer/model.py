"""The fitted numbers: readable JSON with where they come from, and how they are applied."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from rag.errors import ConfigError

__all__ = ["Model", "logistic", "shipped_model"]


def logistic(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """1 / (1 + exp(-(w · x))), in [0, 1]; the weight "intercept" stands alone."""
    total = weights.get("intercept", 0.0)
    total += sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Weights by feature for a sentence and for a question, and the threshold to answer at.

    ``errors`` pairs thresholds with the share of first sentences shown that were wrong there, on
    the data that the model was fitted on.
    """

    sentence: Mapping[str, float]
    answerability: Mapping[str, float]
    threshold: float
    errors: Sequence[tuple[float, float]]
    provenance: Mapping[str, object]

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
                f"max_error is {max_error}; the lowest error measured at any threshold of the"
                f" shipped model is {best:.2f}: give at least that, or a threshold"
                " up to 1"
            )
        return least


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """The model that ships with the package; ``scripts/fit.py`` writes it."""
    text = resources.files("rag.answer").joinpath("model.json").read_text(encoding="utf-8")
    return Model(**json.loads(text))  # its names against the features': tests/core/test_answer.py
