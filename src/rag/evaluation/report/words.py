"""What the report says in sentences: the verdict, the facts of the run, what each group means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import rag
from rag.evaluation.measuring.figures import Figure, Metrics
from rag.evaluation.measuring.rows import GROUPS, NOT_JUDGED, RIGHT
from rag.evaluation.report.compact import ALL_GROUPS

__all__ = ["Group", "Notice", "facts", "groups", "interval", "lead", "notices", "number", "verdict"]

NO_DATA = "no data"
LISTED = 50
NOT_SHOWN = ("corpus", "index", "host", "port", "model")
NOTICES = {
    "faults": ("faulty line was left out", "faulty lines were left out"),
    "skipped": ("article file was not indexed", "article files were not indexed"),
    "warnings": ("warning about the data set", "warnings about the data set"),
}
MEANINGS = {
    RIGHT: ("Answered with an accepted answer, or rightly left unanswered.", ""),
    GROUPS[0]: (
        "No passage of the index holds the gold.",
        "See whether its article was skipped, or was read without this part.",
    ),
    GROUPS[1]: (
        "The gold is not among the passages found.",
        "Compare the words of question and passage; try another model or more candidates.",
    ),
    GROUPS[2]: (
        "The gold was found, but too far down to be read.",
        "See what stands above it, and sweep dense_weight and sentence_weight.",
    ),
    GROUPS[3]: (
        "The gold was among the first, but what was shown is no accepted answer.",
        "Read a few: a wrong sentence, or a right one in other words? Sweep word_weight.",
    ),
    GROUPS[4]: (
        "The articles do not say, and yet something was shown.",
        "A higher threshold abstains more; the picture of risk shows the price.",
    ),
    GROUPS[5]: (
        "The gold was among the first, and nothing was shown.",
        "A lower threshold answers more; the picture of risk shows the price.",
    ),
    NOT_JUDGED: (
        "There is no gold, no accepted answer, or no word on whether it is answerable.",
        "",
    ),
}
GLOSSARY = {
    "Success@1": "the share of questions whose first passage (or article) holds gold; @5: of whose"
    " first five one does",
    "RR@10": "1 / the rank of the first gold, 0 below rank 10; the mean is MRR@10",
    "nDCG@10": "how near the first ten are to the best order of all; gold counts less further down",
    "EM": "the short answer is an accepted answer, but for case, punctuation and articles",
    "F1": "how many words the short answer shares with the closest accepted answer",
    "contains_first": "an accepted answer stands in the first sentence shown",
    "contains_shown": "an accepted answer stands in what is shown",
    "words_shown": "the length of an answer in words",
    "quotes_exact": "the share of citations that stand in their article letter by letter",
    "span_precision": "the share of citations that touch a gold sentence",
    "span_recall": "the share of gold sentences that a citation touches",
    "unanswerable_abstained": "the share of unanswerable questions that were left unanswered",
    "answerable_lost": "the share of answerable questions that were left unanswered",
    "AUROC": "how often an answerable question gets a higher answerability than an unanswerable"
    " one; 0.5 is chance",
    "AURC": "the share answered wrongly, averaged over all thresholds",
    "coverage_at_5": "the share of questions that can be answered with at most 5% of them wrong",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Where questions were lost, how many, what that means and what to do next."""

    number: int
    name: str
    count: int
    share: float
    meaning: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that was left out or looked odd: a headline, and a line for each case."""

    headline: str
    lines: tuple[str, ...]
    more: int


def number(value: float | None, *, is_share: bool = True) -> str:
    """A share to three decimals, another number to one; "no data" for None."""
    if value is None:
        return NO_DATA
    return f"{value:.3f}" if is_share else f"{value:,.1f}"


def interval(figure: Figure, *, is_share: bool = True) -> str:
    """The 95% interval, "0.782–0.905"; empty where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{number(figure.low, is_share=is_share)}–{number(figure.high, is_share=is_share)}"


def groups(metrics: Metrics) -> tuple[Group, ...]:
    """Right, then each group in the order in which a question passes by, then those not judged.

    Groups without a question stay, so that reports can be compared; the last goes when empty.
    """
    total = sum(metrics.lost.values()) or 1
    return tuple(
        Group(
            number=place,
            name=name,
            count=metrics.lost.get(name, 0),
            share=metrics.lost.get(name, 0) / total,
            meaning=MEANINGS[name][0],
            remedy=MEANINGS[name][1],
        )
        for place, name in enumerate(ALL_GROUPS)
        if name != NOT_JUDGED or metrics.lost.get(name)
    )


def lead(metrics: Metrics) -> str:
    """The whole run in one sentence."""
    judged = sum(count for name, count in metrics.lost.items() if name != NOT_JUDGED)
    if not judged:
        return f"None of the {metrics.scores.n:,} questions can be judged: there is no gold."
    right = metrics.lost.get(RIGHT, 0)
    lost = {name: metrics.lost.get(name, 0) for name in GROUPS}
    most = max(GROUPS, key=lambda name: lost[name])
    start = f"{right:,} of {judged:,} questions came out right."
    return f"{start} The largest loss: {lost[most]:,} {most}." if lost[most] else start


def verdict(metrics: Metrics) -> Iterator[str]:
    """A sentence each for what was found, said and withheld, where there is data."""
    view = metrics.curves.view
    ranking, said, kept = metrics.scores.retrieval[view], metrics.scores.answers, metrics.scores
    first, five = ranking["Success@1"], ranking["Success@5"]
    if first.value is not None and five.value is not None:
        yield (
            f"Of {first.n:,} questions that the articles answer, the right {view} comes first for"
            f" {_count(first)} and is among the first five for {_count(five)}."
        )
    if said["contains_shown"].value is not None:
        share = said["contains_shown"]
        yield f"What is shown contains an accepted answer for {_count(share)} of {share.n:,}."
    left = kept.abstention["unanswerable_abstained"]
    if left.value is not None:
        yield (
            f"Of {left.n:,} questions that the articles do not answer, {_count(left)} were left"
            " unanswered, as they should be."
        )


def _count(figure: Figure) -> str:
    return f"{round((figure.value or 0) * figure.n):,}"


def facts(metrics: Metrics) -> Iterator[tuple[str, str]]:
    """What ran, when, on what and with which settings, as pairs of name and value."""
    run = metrics.run
    yield "questions", f"{metrics.scores.n:,}"
    if isinstance(run.get("articles"), int):
        yield "articles", f"{run['articles']:,}"
    if started := _moment(run.get("started")):
        yield "started", started
    if isinstance(seconds := run.get("seconds"), int | float):
        yield "took", _duration(seconds)
    if model := run.get("model"):
        yield "model", str(model)
    yield "settings", _settings(run.get("settings"))


def _moment(value: object) -> str:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return ""
    return f"{moment.day} {moment:%B %Y, %H:%M} {moment.tzname() or ''}".strip()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _settings(settings: object) -> str:
    """The settings that differ from the shipped ones, each with its default."""
    if not isinstance(settings, Mapping):
        return "not recorded"
    shipped = rag.Config()
    changed = [
        f"{name} {value} (shipped: {getattr(shipped, name)})"
        for name, value in settings.items()
        if name not in NOT_SHOWN and hasattr(shipped, name) and value != getattr(shipped, name)
    ]
    return ", ".join(changed) or "as shipped"


def notices(metrics: Metrics) -> Iterator[Notice]:
    """What was left out of the run, and what looked odd in the data set."""
    for name, (one, many) in NOTICES.items():
        found = metrics.run.get(name)
        lines = [_line(item) for item in found] if isinstance(found, list | tuple) else []
        if lines:
            yield Notice(
                headline=f"{len(lines):,} {one if len(lines) == 1 else many}",
                lines=tuple(lines[:LISTED]),
                more=max(0, len(lines) - LISTED),
            )


def _line(item: object) -> str:
    if isinstance(item, Mapping):
        item = list(item.values())
    return ": ".join(map(str, item)) if isinstance(item, list | tuple) else str(item)
