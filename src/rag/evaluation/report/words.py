"""The sentences of the report: the summary of the run, groups of questions, explanations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.evaluation.measuring.figures import Figure, Metrics
from rag.evaluation.measuring.rows import GROUPS, NOT_JUDGED, RIGHT, QuestionRow
from rag.evaluation.report.captions import questions
from rag.evaluation.report.compact import ALL_GROUPS
from rag.evaluation.report.facts import threshold

NO_DATA = "no data"
MEANINGS = {
    RIGHT: ("Answered with an accepted answer, or correctly left unanswered.", ""),
    GROUPS[0]: (
        "The gold article was rejected when the articles were indexed.",
        "Check whether the article was skipped or indexed without this part.",
    ),
    GROUPS[1]: (
        "The gold is not among the passages found.",
        "Compare the wording of question and passage; try another model or more candidates.",
    ),
    GROUPS[2]: (
        "The gold was found, but ranked too low to be read.",
        "Check what ranks above it; byline sweep tries other dense_weight and reader_weight.",
    ),
    GROUPS[3]: (
        "The gold was ranked high, but the answer shown is not an accepted one.",
        "Check the wording; byline sweep … --by answers/contains_shown tries reader_weight.",
    ),
    GROUPS[4]: (
        "The articles do not say, but an answer was shown.",
        "A higher threshold{than} abstains more often; the risk chart shows the trade-off.",
    ),
    GROUPS[5]: (
        "The gold was ranked high, but nothing was shown.",
        "A lower threshold{than} answers more questions; the risk chart shows the trade-off.",
    ),
    NOT_JUDGED: (
        "It is unknown whether the answer shown is right, or whether the question is answerable.",
        "",
    ),
}
"""The meaning of each group and what to do next; ``{than}`` becomes the run's threshold."""

TERMS = {
    "gold": "the passage or article that is known to answer a question",
    "answerability": "Byline's confidence, from 0 to 1, that the articles answer the question;"
    " below the threshold it abstains",
    "dense": "search by meaning: passages whose vectors are nearest to the question's",
    "lexical": "search by words: passages with the highest BM25 scores",
}
GLOSSARY = {
    "Success@1": "the share of questions whose first passage (or article) contains gold; @5: one of"
    " the first five does",
    "RR@10": "1 / the rank of the first gold, 0 below rank 10; the mean is MRR@10",
    "nDCG@10": "how close the first ten are to the ideal ranking; gold counts less at lower ranks",
    "R@5": "the share of a question's gold that is among the first five; likewise for 10 and 20",
    "EM": "whether the short answer or, without one, the whole first sentence equals an accepted"
    " answer, ignoring case, punctuation and articles",
    "F1": "the word overlap of the short answer or, without one, the whole first sentence with the"
    " closest accepted answer",
    "contains_first": "whether the first sentence shown contains an accepted answer",
    "contains_shown": "whether the whole answer shown contains an accepted answer",
    "contains_closest": "the same, where an abstention counts with its closest sentence",
    "words_shown": "the length of an answer in words",
    "quotes_exact": "the share of citations that match their article character by character",
    "span_precision": "the share of citations that overlap a gold sentence",
    "span_recall": "the share of gold sentences that a citation overlaps",
    "unanswerable_abstained": "the share of unanswerable questions that were left unanswered",
    "unanswerable_silent": "the share of unanswerable questions for which not even a closest"
    " sentence was shown",
    "answerable_lost": "the share of answerable questions that were left unanswered",
    "AUROC": "how often an answerable question gets a higher answerability than an unanswerable"
    " one; 0.5 is chance",
    "AURC": "the share answered wrongly, averaged over all thresholds",
    "coverage_at_5": "the largest share of questions that can be answered with at most 5% errors",
}


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
    """Formats a share with three decimals, another number with one, and None as "no data"."""
    if value is None:
        return NO_DATA
    return f"{value:.3f}" if is_share else f"{value:,.1f}"


def interval(figure: Figure, *, is_share: bool = True) -> str:
    """Formats the 95% interval as in "0.782–0.905"; empty if there is none."""
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
    """Summarises the run in one or two sentences."""
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
    """Names the kinds of labels that no question has."""
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
    """Yields one sentence each on retrieval, answers and abstention, if there is data."""
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
