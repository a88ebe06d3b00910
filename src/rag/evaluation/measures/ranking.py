"""Ranking measures by passage and by article, computed with ``ir_measures``.

The score passed to ``ir_measures`` is 1 / rank, because its ``pytrec_eval`` backend ignores ranks
and breaks ties by id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures import RR, R, Success, nDCG

from rag.evaluation.records import Gold, Prediction, Unit

MEASURES = (
    *(Success @ cutoff for cutoff in (1, 3, 5, 10)),
    RR @ 10,
    nDCG @ 10,
    *(R @ cutoff for cutoff in (5, 10, 20)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Relevance of each retrieved document, best first, and the number of relevant ones missed."""

    marks: tuple[bool, ...]
    missed: int

    @property
    def has_gold(self) -> bool:
        """Whether any document is relevant; if not, the question does not count."""
        return self.missed > 0 or any(self.marks)

    @property
    def first(self) -> int | None:
        """The rank of the first relevant document found; None if none was found."""
        return self.marks.index(True) + 1 if any(self.marks) else None


def by_passage(prediction: Prediction, units: Sequence[Unit], *, is_lost: bool = False) -> Judged:
    """Judges the retrieved passages by the gold units that they overlap.

    Each unit is assigned to the best hit that overlaps it; the units of one hit count as one
    relevant document. A hit without units is not relevant, so a passage that repeats a better one
    earns nothing. Each unassigned unit counts as one missed document. ``is_lost`` adds another
    missed document: the gold is in articles that were not indexed.
    """
    free = list(units)
    marks = []
    for hit in sorted(prediction.hits, key=lambda hit: hit.rank):
        left = [unit for unit in free if not hit.overlaps(unit)]
        marks.append(len(left) < len(free))
        free = left
    return Judged(marks=tuple(marks), missed=len(free) + is_lost)


def has_links(rows: Sequence[tuple[Prediction, Gold]]) -> bool:
    """Whether any question has articles linked by people."""
    return any(gold.gold_human for _, gold in rows)


def gold_articles(gold: Gold, *, links: bool) -> tuple[str, ...]:
    """The gold articles of a question.

    If people linked articles to any question (``links``), only such links count, and a question
    without links has no gold articles.
    """
    return gold.gold_human if links else gold.articles


def by_article(prediction: Prediction, articles: Sequence[str]) -> Judged:
    """Judges the retrieved articles, ranked by their best passage, by the gold ``articles``.

    This ranking is known as MaxP: Dai and Callan 2019, https://arxiv.org/abs/1905.09217.
    """
    hits = sorted(prediction.hits, key=lambda hit: hit.rank)
    ranking = dict.fromkeys(hit.article_id for hit in hits)
    missed = set(articles).difference(ranking)
    return Judged(marks=tuple(name in articles for name in ranking), missed=len(missed))


def rank_values(judged: Mapping[str, Judged]) -> dict[str, dict[str, float]]:
    """The value of each measure for each question, keyed by measure name, then question id.

    The formulas are those of https://ir-measur.es/en/latest/measures.html. Questions without gold
    are left out; a question for which nothing was found gets 0.
    """
    asked = {question: one for question, one in judged.items() if one.has_gold}
    # Equal rankings have equal values, so each distinct ranking is measured once.
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
    """The relevant documents; those found use their rank as id."""
    found = {str(rank): 1 for rank, mark in enumerate(one.marks, start=1) if mark}
    return found | {f"missed-{number}": 1 for number in range(one.missed)}
