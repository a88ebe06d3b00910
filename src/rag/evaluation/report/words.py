"""The sentences of the report: the summary of the run, and the groups of questions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.evaluation.measuring.figures import Figure, Metrics
from rag.evaluation.measuring.rows import GROUPS, NOT_JUDGED, RIGHT, QuestionRow
from rag.evaluation.report.captions import questions
from rag.evaluation.report.compact import ALL_GROUPS
from rag.evaluation.report.facts import threshold
from rag.evaluation.report.glossary import MEANINGS

NO_DATA = "no data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of questions by outcome, with its size, its meaning and what to do next."""

    number: int
    name: str
    count: int
    share: float
    meaning: str
    remedy: str


def number(value: float | None, *, is_share: bool = True) -> str:
    """Format a share with three decimals, another number with one, and None as "no data"."""
    if value is None:
        return NO_DATA
    return f"{value:.3f}" if is_share else f"{value:,.1f}"


def interval(figure: Figure, *, is_share: bool = True) -> str:
    """Format the 95% interval as in "0.782–0.905"; empty if there is none."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{number(figure.low, is_share=is_share)}–{number(figure.high, is_share=is_share)}"


def groups(metrics: Metrics) -> tuple[Group, ...]:
    """All groups: right, then the failures in the order of the stages, then not judged.

    Empty groups are kept, so that reports can be compared; only an empty "not judged" is left out.
    """
    total = sum(metrics.lost.values()) or 1
    least = threshold(metrics.run)
    than = "" if least is None else f" than {least:.2f}"
    return tuple(
        Group(
            number=place,
            name=name,
            count=metrics.lost.get(name, 0),
            share=metrics.lost.get(name, 0) / total,
            meaning=MEANINGS[name][0],
            remedy=MEANINGS[name][1].format(than=than),
        )
        for place, name in enumerate(ALL_GROUPS)
        if name != NOT_JUDGED or metrics.lost.get(name)
    )


def lead(metrics: Metrics, rows: Sequence[QuestionRow]) -> str:
    """Summarise the run in one or two sentences."""
    judged = sum(count for name, count in metrics.lost.items() if name != NOT_JUDGED)
    if not judged:
        return f"None of {questions(metrics.scores.n)} can be judged{_missing(rows)}."
    right = metrics.lost.get(RIGHT, 0)
    start = f"{right:,} of {questions(judged)} came out right."
    most = max(metrics.lost.get(name, 0) for name in GROUPS)
    if not most:
        return start
    largest = [f"{most:,} {name}" for name in GROUPS if metrics.lost.get(name) == most]
    return f"{start} The largest loss{'es' * (len(largest) > 1)}: {_listed(largest, 'and')}."


def _missing(rows: Sequence[QuestionRow]) -> str:
    """Name the kinds of labels that no question has."""
    has = {
        "gold": any(row.gold or row.gold_articles for row in rows),
        "an accepted answer": any(row.answers for row in rows),
        "an answerability label": any(row.answerable is not None for row in rows),
    }
    missing = [name for name, there in has.items() if not there]
    return f": none has {_listed(missing, 'or')}" if missing else ""


def _listed(items: Sequence[str], word: str) -> str:
    *others, last = items
    return f"{', '.join(others)} {word} {last}" if others else last


def verdict(metrics: Metrics) -> Iterator[str]:
    """Yield one sentence each on retrieval, answers and abstention, if there is data."""
    view = metrics.curves.view
    ranking, said, kept = metrics.scores.retrieval[view], metrics.scores.answers, metrics.scores
    first, five = ranking["Success@1"], ranking["Success@5"]
    if first.value is not None and five.value is not None:
        yield (
            f"Of {questions(first.n)} that the articles answer, the right {view} comes first for"
            f" {_count(first):,} and is among the first five for {_count(five):,}."
        )
    share = said["contains_shown"]
    if share.value is not None:
        yield f"The answer shown contains an accepted answer for {_count(share):,} of {share.n:,}."
    left = kept.abstention["unanswerable_abstained"]
    if left.value is not None:
        yield (
            f"Of {questions(left.n)} that the articles do not answer, {_count(left):,}"
            f" {'was' if _count(left) == 1 else 'were'} correctly left unanswered."
        )


def _count(figure: Figure) -> int:
    return round((figure.value or 0) * figure.n)
