"""Ranking, by passage and by article, with ``ir_measures``.

``ir_measures`` is fed 1/rank as the score: its ``pytrec_eval`` ignores ranks and breaks ties by id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures import RR, R, Success, nDCG

from rag.evaluation.records import Gold, Prediction, Unit

__all__ = [
    "MEASURES",
    "Judged",
    "by_article",
    "by_passage",
    "gold_articles",
    "has_links",
    "rank_values",
]

MEASURES = (
    *(Success @ cutoff for cutoff in (1, 3, 5, 10)),
    RR @ 10,
    nDCG @ 10,
    *(R @ cutoff for cutoff in (5, 10, 20)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Whether each document found is relevant, best first, and how many relevant ones were not."""

    marks: tuple[bool, ...]
    missed: int

    @property
    def has_gold(self) -> bool:
        """Whether anything is relevant; else the question does not count."""
        return self.missed > 0 or any(self.marks)

    @property
    def first(self) -> int | None:
        """The rank of the first relevant document found; None where none was."""
        return self.marks.index(True) + 1 if any(self.marks) else None


def by_passage(prediction: Prediction, units: Sequence[Unit], *, is_lost: bool = False) -> Judged:
    """The passages found, judged by the gold units that they overlap.

    A hit takes the units that it overlaps and no better hit took; together they count as one
    document. A hit that takes none is not relevant: a passage that says again what a better one
    said earns nothing. A unit that no hit took is a relevant document that was not found, and
    so is gold that ``is_lost``: no passage could be of it.
    """
    free = list(units)
    marks = []
    for hit in sorted(prediction.hits, key=lambda hit: hit.rank):
        left = [unit for unit in free if not hit.overlaps(unit)]
        marks.append(len(left) < len(free))
        free = left
    return Judged(marks=tuple(marks), missed=len(free) + is_lost)


def has_links(rows: Sequence[tuple[Prediction, Gold]]) -> bool:
    """Whether people linked articles to any question."""
    return any(gold.gold_human for _, gold in rows)


def gold_articles(gold: Gold, *, links: bool) -> tuple[str, ...]:
    """The articles that are right for a question.

    Where people linked articles to any question (``links``), their links alone are, and a question
    without one does not count.
    """
    return gold.gold_human if links else gold.articles


def by_article(prediction: Prediction, articles: Sequence[str]) -> Judged:
    """The articles found, each at the place of its best passage, judged by ``articles``.

    Known as MaxP: Dai and Callan 2019, https://arxiv.org/abs/1905.09217.
    """
    hits = sorted(prediction.hits, key=lambda hit: hit.rank)
    ranking = dict.fromkeys(hit.article_id for hit in hits)
    missed = set(articles).difference(ranking)
    return Judged(marks=tuple(name in articles for name in ranking), missed=len(missed))


def rank_values(judged: Mapping[str, Judged]) -> dict[str, dict[str, float]]:
    """Each measure's value for each question, by the measure's name and the question's id.

    The formulas are those of https://ir-measur.es/en/latest/measures.html. Questions without
    anything relevant are left out; one for which nothing was found gets 0.
    """
    asked = {question: one for question, one in judged.items() if one.has_gold}
    # What was found alike is worth alike: each kind of ranking is measured once.
    worth = _measure(list(dict.fromkeys(asked.values())))
    return {
        str(measure): {question: worth[one][str(measure)] for question, one in asked.items()}
        for measure in MEASURES
    }


def _measure(kinds: Sequence[Judged]) -> dict[Judged, dict[str, float]]:
    if not kinds:
        return {}
    worth: dict[Judged, dict[str, float]] = {one: {} for one in kinds}
    judgements = {str(place): _judgements(one) for place, one in enumerate(kinds)}
    run = {
        str(place): {str(rank): 1 / rank for rank, _ in enumerate(one.marks, start=1)}
        for place, one in enumerate(kinds)
    }
    for value in ir_measures.iter_calc(MEASURES, judgements, run):
        worth[kinds[int(value.query_id)]][str(value.measure)] = value.value
    return worth


def _judgements(one: Judged) -> dict[str, int]:
    """The relevant documents: those found are named by rank."""
    found = {str(rank): 1 for rank, mark in enumerate(one.marks, start=1) if mark}
    return found | {f"missed-{number}": 1 for number in range(one.missed)}
