"""The text of each chart: its title, its main finding, and an alternative text with its numbers.

A chart without data has a sentence that says why it is not drawn.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rag.evaluation.measuring.figures import Curves, Figures, Metrics
from rag.evaluation.report.facts import threshold

RANK_GROUPS = (*(str(rank) for rank in range(1, 11)), "11+", "none")
NOT_FOUND = "not found"
TOLD = (1, 3, 5, 10)
NO_GOLD = "No question has gold to look for."
Told = tuple[str, str] | str
"""The finding and the alternative text of a chart, or why it is not drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """The text of a chart; ``name`` is its file name, ``missing`` says why it is not drawn."""

    name: str
    title: str
    finding: str = ""
    alt: str = ""
    missing: str = ""


def captions(metrics: Metrics) -> Iterator[Caption]:
    """Yields the text of every chart, in page order."""
    curves, view = metrics.curves, metrics.curves.view
    for name, title, told in (
        ("ranks", f"Rank of the first gold {view}", _ranks(curves)),
        ("success", f"Success@k: a gold {view} is among the first k", _success(curves)),
        ("risk-coverage", "Risk and coverage", _risk(metrics)),
        ("reliability", "Reliability of answerability", _reliability(curves)),
        ("latency", "Latency by stage", _latency(metrics.scores.latency)),
    ):
        if isinstance(told, str):
            yield Caption(name=name, title=title, missing=told)
        else:
            yield Caption(name=name, title=title, finding=told[0], alt=told[1])


def rank_counts(curves: Curves) -> dict[str, int]:
    """The number of questions in each of ``RANK_GROUPS``."""
    counts = dict.fromkeys(RANK_GROUPS, 0)
    for rank, count in curves.ranks.items():
        inside = "none" if rank == NOT_FOUND else rank if rank in counts else "11+"
        counts[inside] += count
    return counts


def questions(number: int) -> str:
    """Formats a number of questions, as in "1 question" or "1,200 questions"."""
    return f"{number:,} question{'s' if number != 1 else ''}"


def duration(seconds: float) -> str:
    """Formats a time in seconds or milliseconds."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    thousandths = seconds * 1000
    if thousandths < 0.1:
        return "< 0.1 ms"
    return f"{thousandths:.0f} ms" if thousandths >= 10 else f"{thousandths:.1f} ms"


def stage_times(latency: Mapping[str, Figures]) -> dict[str, tuple[float, float]]:
    """The median and the 95th percentile of each timed stage, in seconds."""
    return {
        stage: (half, most)
        for stage, figures in latency.items()
        if (half := figures["p50"].value) is not None and (most := figures["p95"].value) is not None
    }


def _ranks(curves: Curves) -> Told:
    counts = rank_counts(curves)
    total = sum(counts.values())
    if not total:
        return NO_GOLD
    found = "; ".join(f"{rank}: {count:,}" for rank, count in counts.items() if count)
    first = f"First for {counts['1']:,} of {questions(total)}"
    return (
        f"{first}; not among the 20 found for {counts['none']:,}.",
        f"Bar chart of questions by rank of the first gold {curves.view}. {found}.",
    )


def _success(curves: Curves) -> Told:
    shares = {name: share for name, share in curves.success.items() if share}
    if not shares:
        return NO_GOLD
    first = ", ".join(f"{name} {share[0]:.0%}" for name, share in shares.items())
    told = "; ".join(f"{name}: {_at_k(share)}" for name, share in shares.items())
    return f"At k = 1: {first}.", f"Line chart of Success@k. {told}."


def _at_k(share: tuple[float, ...]) -> str:
    return ", ".join(f"{share[k - 1]:.3f} at {k}" for k in TOLD if k <= len(share))


def _risk(metrics: Metrics) -> Told:
    curves, least = metrics.curves, threshold(metrics.run)
    if not curves.risk:
        return "No question has an answerability label and an answer that can be judged."
    shipped, last = curves.shipped, curves.risk[-1]
    finding = f"If every question were answered, {last.risk:.0%} would be wrong."
    if shipped:
        start = "At the threshold used" if least is None else f"At threshold {least:.2f}"
        finding = (
            f"{start}, {shipped.coverage:.0%} of questions are answered, {shipped.risk:.0%} of"
            f" them wrongly. {finding}"
        )
    places = sorted({round(part * (len(curves.risk) - 1) / 4) for part in range(5)})
    points = [curves.risk[place] for place in places]
    told = ", ".join(f"{point.risk:.3f} at {point.coverage:.2f}" for point in points)
    return finding, f"Line chart of risk by coverage: {told}. {finding}"


def _reliability(curves: Curves) -> Told:
    bins = [one for one in curves.reliability if one.answerable.value is not None]
    if not bins:
        return "No question has an answerability label."
    total = sum(one.answerable.n for one in bins)
    given = sum(one.mean * one.answerable.n for one in bins) / total
    proved = sum((one.answerable.value or 0) * one.answerable.n for one in bins) / total
    told = "; ".join(
        f"{one.low:.1f} to {one.high:.1f}: {one.answerable.value:.2f} of {one.answerable.n:,}"
        for one in bins
    )
    return (
        f"Mean answerability is {given:.2f}; {proved:.0%} of questions are answerable.",
        f"Chart of the share of answerable questions by predicted answerability. {told}.",
    )


def _latency(latency: Mapping[str, Figures]) -> Told:
    timed = stage_times(latency)
    if not timed:
        return "No times were recorded."
    told = [f"{name} {duration(half)} and {duration(most)}" for name, (half, most) in timed.items()]
    half, most = next(iter(timed.values()))
    usual = f"Half of the questions take less than {duration(half)}"
    return (
        f"{usual}, and 95% take less than {duration(most)}.",
        f"Bar chart of median and 95th percentile by stage: {'; '.join(told)}.",
    )
