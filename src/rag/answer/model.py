"""The fitted numbers: readable JSON with where they come from, and how they are applied."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

__all__ = ["Model", "logistic", "shipped_model"]


def logistic(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """1 / (1 + exp(-(w · x))), in [0, 1]; the weight "intercept" stands alone."""
    total = weights.get("intercept", 0.0)
    total += sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Weights by feature for a sentence and for a question, and the threshold to answer at."""

    sentence: Mapping[str, float]
    answerability: Mapping[str, float]
    threshold: float
    provenance: Mapping[str, object]


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """The model that ships with the package; ``scripts/fit.py`` writes it."""
    text = resources.files("rag.answer").joinpath("model.json").read_text(encoding="utf-8")
    return Model(**json.loads(text))  # its names against the features': tests/core/test_answer.py
