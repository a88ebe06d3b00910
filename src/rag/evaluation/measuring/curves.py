"""Computes the data of the charts."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from rag.evaluation.measures.abstention import risk_coverage
from rag.evaluation.measures.ranking import Judged
from rag.evaluation.measuring.figures import Bin, Curves, RiskPoint
from rag.evaluation.measuring.scores import decided, mean
from rag.evaluation.measuring.values import Decision, Valued

BYLINE = "byline"
DEEPEST = 20
POINTS = 200
BINS = 10


def curves(ours: Valued, systems: Mapping[str, Valued], *, view: str) -> Curves:
    """The curves of a run; ``view``, "passage" or "article", selects the ranking.

    ``success`` includes a system only if it has rankings for the same questions as Byline.
    """
    judged = _with_gold(ours, view)
    complete = {
        name: rankings
        for name, valued in systems.items()
        if (rankings := _with_gold(valued, view)).keys() == judged.keys()
    }
    return Curves(
        view=view,
        ranks=_ranks(judged),
        success={
            name: _success(rankings) for name, rankings in {BYLINE: judged, **complete}.items()
        }
        if judged
        else {},
        risk=_risk(ours),
        shipped=_shipped(list(ours.decisions.values())),
        reliability=_reliability(list(ours.decisions.values())),
    )


def _with_gold(valued: Valued, view: str) -> dict[str, Judged]:
    return {name: one for name, one in valued.judged[view].items() if one.has_gold}


def _ranks(judged: Mapping[str, Judged]) -> dict[str, int]:
    counts = Counter(one.first for one in judged.values())
    ranks = {str(rank): counts[rank] for rank in range(1, DEEPEST + 1)}
    return {**ranks, "not found": len(judged) - sum(ranks.values())} if judged else {}


def _success(judged: Mapping[str, Judged]) -> tuple[float, ...]:
    """Success@k for k from 1 to 20."""
    counts = Counter(one.first for one in judged.values())
    found = np.cumsum([counts[rank] for rank in range(1, DEEPEST + 1)])
    return tuple((found / len(judged)).tolist())


def _risk(ours: Valued) -> tuple[RiskPoint, ...]:
    """The risk-coverage curve, thinned evenly to at most 200 points; both ends are kept."""
    coverage, risk = risk_coverage(decided(ours, ours.decisions))
    if not risk.size:
        return ()
    kept = np.unique(np.linspace(0, risk.size - 1, POINTS).round().astype(int))
    points = zip(coverage[kept].tolist(), risk[kept].tolist(), strict=True)
    return tuple(RiskPoint(coverage=answered, risk=wrong) for answered, wrong in points)


def _shipped(decisions: Sequence[Decision]) -> RiskPoint | None:
    """Coverage and risk of the run's own decisions; None if nothing was answered."""
    known = [one for one in decisions if one.right is not None]
    answered = [one for one in known if not one.abstained]
    if not answered:
        return None
    wrong = sum(not one.right for one in answered)
    return RiskPoint(coverage=len(answered) / len(known), risk=wrong / len(answered))


def _reliability(decisions: Sequence[Decision]) -> tuple[Bin, ...]:
    """Reliability in ten bins of equal width, without empty bins.

    An answerability of 1 belongs to the last bin. Source: DeGroot and Fienberg 1983,
    https://doi.org/10.2307/2987588.
    """
    members: dict[int, list[Decision]] = {place: [] for place in range(BINS)}
    for one in decisions:
        members[min(max(int(one.answerability * BINS), 0), BINS - 1)].append(one)
    return tuple(
        Bin(
            low=place / BINS,
            high=(place + 1) / BINS,
            mean=sum(one.answerability for one in inside) / len(inside),
            answerable=mean([float(one.answerable) for one in inside]),
        )
        for place, inside in members.items()
        if inside
    )
