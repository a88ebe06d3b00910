"""The short thing that a question asks for, inside the sentence that holds it.

A number, a date or a name. Every stretch of the sentence that may be it gets its probability from a
small fitted model, in which "none of them" stands among the choices: the stretches compete, so two
that are about as good leave neither clear.
"""

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources

from rag.answer.spans import Span, sort_asked, spans

__all__ = ["likeliest", "probabilities", "short_span"]

_CLEAR = 0.4  # from it on, half or more of every sort were right on held-out questions


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, Mapping[str, float]]:
    """The weights by sort and feature; ``scripts/fit_short.py`` writes them."""
    text = resources.files("rag.answer").joinpath("short.json").read_text(encoding="utf-8")
    fitted: Mapping[str, Mapping[str, float]] = json.loads(text)["weights"]
    return fitted


def probabilities(found: Sequence[Span], weights: Mapping[str, float]) -> list[float]:
    """The probability of each stretch to be the answer: exp(w · x) / (1 + the sum of all exp).

    The 1 stands for none of them. The weight "intercept" is added to each w · x.
    """
    scores = [
        weights["intercept"]
        + sum(weights.get(name, 0.0) * value for name, value in span.features.items())
        for span in found
    ]
    top = max([0.0, *scores])
    powers = [math.exp(score - top) for score in scores]
    total = math.exp(-top) + sum(powers)
    return [power / total for power in powers]


def likeliest(found: Sequence[Span], chances: Sequence[float]) -> tuple[int, float]:
    """The place of the likeliest stretch, the first of equals, and the chance that it is there.

    Stretches that overlap it ("Bern" and "Bern, Texas") add theirs, but not one that joins it to
    another by "and".
    """
    place = max(range(len(found)), key=lambda n: (chances[n], -found[n].start))
    best = found[place]
    return place, sum(
        chance
        for chance, span in zip(chances, found, strict=True)
        if span.overlaps(best) and span.features["and"] == best.features["and"]
    )


def short_span(question: str, sentence: str, *, least: float = _CLEAR) -> tuple[int, int] | None:
    """Where in ``sentence`` the words stand that answer ``question`` by themselves, or None.

    None too where the question asks for no such thing, and where the likeliest stretch and those
    that overlap it do not reach the probability ``least``, as where two would do.
    """
    sort = sort_asked(question)
    found = spans(question, sentence, sort) if sort else []
    if sort is None or not found:
        return None
    place, chance = likeliest(found, probabilities(found, _weights()[sort]))
    return (found[place].start, found[place].end) if chance >= least else None
