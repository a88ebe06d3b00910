"""Ranking, by passage and by article, with ``ir_measures``.

A ranking is a list of document names, best first; judgements are the names that are relevant.
``ir_measures`` is fed 1/rank as the score: its ``pytrec_eval`` ignores ranks and breaks ties by id.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures import RR, R, Success, nDCG

from rag.evaluation.records import Prediction, Unit

__all__ = ["MEASURES", "Judged", "by_article", "by_passage", "rank_values"]

MEASURES = (
    *(Success @ cutoff for cutoff in (1, 3, 5, 10)),
    RR @ 10,
    nDCG @ 10,
    *(R @ cutoff for cutoff in (5, 10, 20)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was found for one question, best first, and all that is relevant to it."""

    ranking: tuple[str, ...]
    relevant: frozenset[str]


def by_passage(prediction: Prediction, units: Sequence[Unit]) -> Judged:
    """The passages found, judged by the gold units that they overlap.

    A hit takes the units that it overlaps and no better hit took; together they count as one
    document. A hit that takes none is not relevant: a passage that says again what a better one
    said earns nothing. A unit that no hit took is a relevant document that was not found.
    """
    free = list(units)
    ranking = []
    for hit in sorted(prediction.hits, key=lambda hit: hit.rank):
        taken = [unit for unit in free if hit.overlaps(unit)]
        free = [unit for unit in free if unit not in taken]
        ranking.append(f"{'gold' if taken else 'other'}-{hit.rank}")
    missed = [f"missed-{number}" for number, _ in enumerate(free, start=1)]
    found = [name for name in ranking if name.startswith("gold")]
    return Judged(ranking=tuple(ranking), relevant=frozenset([*found, *missed]))


def by_article(prediction: Prediction, articles: Sequence[str]) -> Judged:
    """The articles found, each at the place of its best passage, judged by ``articles``.

    Known as MaxP: Dai and Callan 2019, https://arxiv.org/abs/1905.09217.
    """
    hits = sorted(prediction.hits, key=lambda hit: hit.rank)
    ranking = dict.fromkeys(hit.article_id for hit in hits)
    return Judged(ranking=tuple(ranking), relevant=frozenset(articles))


def rank_values(judged: Mapping[str, Judged]) -> dict[str, dict[str, float]]:
    """Each measure's value for each question, by the measure's name and the question's id.

    The formulas are those of https://ir-measur.es/en/latest/measures.html. Questions without
    anything relevant are left out; one for which nothing was found gets 0.
    """
    relevant = {name: one for name, one in judged.items() if one.relevant}
    judgements = {name: dict.fromkeys(one.relevant, 1) for name, one in relevant.items()}
    run = {name: _scores(one.ranking) for name, one in relevant.items()}
    values: dict[str, dict[str, float]] = defaultdict(dict)
    for measure in MEASURES:
        values[str(measure)] = {}
    if relevant:
        for value in ir_measures.iter_calc(MEASURES, judgements, run):
            values[str(value.measure)][value.query_id] = value.value
    return dict(values)


def _scores(ranking: Sequence[str]) -> dict[str, float]:
    return {name: 1 / rank for rank, name in enumerate(ranking, start=1)}
