"""Scores the wording of a claim by a logistic regression over features of claim and sources."""

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import accumulate, pairwise

from rag.check.alignment import Run, common_runs
from rag.check.along import Along
from rag.check.facts import Sentence
from rag.check.seams import SEAMS, seams

__all__ = ["FAULTS", "Model", "features", "load_model"]

FAULTS = ("is_broken", "is_loose", *SEAMS)
"""The features that speak against a claim."""

_WHOLE = 3  # minimum words of a run that must come from one sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A logistic regression over the features of a claim.

    A claim whose score is at least ``threshold`` is supported, if no reason speaks against it.
    """

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    def score(self, found: Mapping[str, float]) -> float:
        """The probability, in [0, 1], that a claim with these features is supported."""
        total = self.intercept + sum(w * found[name] for name, w in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@lru_cache(maxsize=1)
def load_model() -> Model:
    """The fitted model, which ``training/check.py`` writes."""
    text = resources.files("rag.check").joinpath("support.json").read_text(encoding="utf-8")
    kept = json.loads(text)
    return Model(**kept)


def features(
    asked: Sentence, everything: Sequence[Sentence], chosen: Sequence[Sentence], along: Along
) -> dict[str, float]:
    """The features of a claim, each in [0, 1].

    ``triples`` is the share of the claim's three-word sequences that a sentence contains; only
    strict checks use it. ``is_broken`` and ``is_loose`` are 1 if ``_breaks`` returns "broken" or
    "loose". The others are those of ``seams``.
    """
    breaks = _breaks(common_runs(asked.stems, _joined(chosen)), chosen)
    return {
        "triples": _grams(asked, everything, 3),
        "is_broken": float("broken" in breaks),
        "is_loose": float("loose" in breaks),
        **seams(asked, everything, along),
    }


def _breaks(runs: Sequence[Run], chosen: Sequence[Sentence]) -> list[str]:
    """How each run of the claim follows the one before it in the sources.

    Within a sentence, "on" if it comes later there, or "back" if earlier. Between two sentences,
    "clean" if the first run ends its sentence or the second one begins its own; "loose" if one of
    the runs has fewer than three words and may come from anywhere; else "broken", as when the start
    of one sentence is joined to the end of another.
    """
    ends = list(accumulate(len(one.stems) + 1 for one in chosen))
    found = []
    for run, after in pairwise(runs):
        at, then = bisect_right(ends, run.place), bisect_right(ends, after.place)
        if at == then:
            found.append("on" if after.place >= run.end else "back")
            continue
        start = ends[then] - len(chosen[then].stems) - 1
        short = min(run.last - run.first, after.last - after.first) < _WHOLE
        clean = after.place - start <= 1 or ends[at] - 1 - run.end <= 1
        found.append("clean" if clean else "loose" if short else "broken")
    return found


def _joined(chosen: Sequence[Sentence]) -> tuple[str, ...]:
    """The stems of all sentences in a row, separated by a marker that no claim contains."""
    return tuple(stem for one in chosen for stem in (*one.stems, "\n"))


def _grams(asked: Sentence, everything: Sequence[Sentence], size: int) -> float:
    """The share of the claim's sequences of ``size`` words that a source sentence contains."""
    wanted = set(zip(*(asked.stems[n:] for n in range(size)), strict=False))
    if not wanted:
        return 1.0
    known = {
        run
        for one in everything
        for run in zip(*(one.stems[n:] for n in range(size)), strict=False)
    }
    return len(wanted & known) / len(wanted)
