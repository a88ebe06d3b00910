"""The value of each measure for each question, where the question counts for that measure.

Means, and later intervals and paired comparisons, are all made of these numbers.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from rag.evaluation.measures.answers import contains, exact_match, token_f1, words
from rag.evaluation.measures.citations import span_precision, span_recall
from rag.evaluation.measures.ranking import by_article, by_passage, rank_values
from rag.evaluation.records import Gold, Prediction

__all__ = [
    "Row",
    "Values",
    "abstention_values",
    "answer_values",
    "article_values",
    "passage_values",
    "seconds_values",
    "span_values",
]

Row = tuple[Prediction, Gold]
Values = Mapping[str, Mapping[str, float]]
"""A number by the measure's name and the question's id."""


def passage_values(rows: Sequence[Row]) -> Values:
    """Ranking by passage, for questions with gold."""
    return rank_values({gold.id: by_passage(shown, gold.units) for shown, gold in rows})


def article_values(rows: Sequence[Row]) -> Values:
    """Ranking by article, for questions with gold.

    Where people linked articles to any question (``gold_human``), their links alone are the gold,
    and questions without one do not count.
    """
    human = any(gold.gold_human for _, gold in rows)
    return rank_values(
        {
            gold.id: by_article(shown, gold.gold_human if human else gold.articles)
            for shown, gold in rows
        }
    )


def answer_values(rows: Sequence[Row]) -> Values:
    """The words of the answer, for answerable questions with accepted answers; abstained gets 0.

    EM and F1 judge the short answer, or the first statement where there is none. ``words_shown``
    counts for the answered ones alone; it is a length, not a score.
    """
    values: dict[str, dict[str, float]] = {
        name: {} for name in ("EM", "F1", "contains_first", "contains_shown")
    }
    values["words_shown"] = {}
    for shown, gold in rows:
        if gold.answerable is not True or not gold.answers:
            continue
        first = next(iter(shown.statements), "")
        short = "" if shown.abstained else shown.short_answer or first
        values["EM"][gold.id] = exact_match(short, gold.answers)
        values["F1"][gold.id] = token_f1(short, gold.answers)
        values["contains_first"][gold.id] = contains(first, gold.answers)
        values["contains_shown"][gold.id] = contains(shown.answer, gold.answers)
        if not shown.abstained:
            values["words_shown"][gold.id] = words(shown.answer)
    return values


def span_values(rows: Sequence[Row]) -> Values:
    """Citations against gold sentences, where the data set has them.

    Precision counts for questions with a citation, recall for all: abstained gets 0.
    """
    values: dict[str, dict[str, float]] = {"span_precision": {}, "span_recall": {}}
    for shown, gold in rows:
        if not gold.has_spans:
            continue
        precision = span_precision(shown.citations, gold.units)
        recall = span_recall(shown.citations, gold.units)
        if precision is not None:
            values["span_precision"][gold.id] = precision
        if recall is not None:
            values["span_recall"][gold.id] = recall
    return values


def abstention_values(rows: Sequence[Row]) -> Values:
    """1 where it abstained, on either side; questions nobody judged (``null``) do not count.

    ``unanswerable_abstained`` is a score, ``answerable_lost`` an error: the lower, the better.
    """
    values: dict[str, dict[str, float]] = {"unanswerable_abstained": {}, "answerable_lost": {}}
    for shown, gold in rows:
        if gold.answerable is not None:
            side = "answerable_lost" if gold.answerable else "unanswerable_abstained"
            values[side][gold.id] = float(shown.abstained)
    return values


def seconds_values(rows: Sequence[Row]) -> Values:
    """The seconds of each stage, ``total`` first; a stage that a question skipped has none."""
    values: dict[str, dict[str, float]] = defaultdict(dict, total={})
    for shown, gold in rows:
        for stage, seconds in shown.seconds.items():
            values[stage][gold.id] = seconds
    return dict(values)
