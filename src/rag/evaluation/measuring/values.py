"""The value of each measure for each question that it applies to.

Figures, their intervals and paired comparisons are all computed from these values.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.evaluation.measures.answers import contains, exact_match, token_f1, words
from rag.evaluation.measures.citations import quote_exact, span_precision, span_recall
from rag.evaluation.measures.ranking import (
    Judged,
    by_article,
    by_passage,
    gold_articles,
    rank_values,
)
from rag.evaluation.measuring.failures import is_right
from rag.evaluation.records import Gold, Prediction, Source

Row = tuple[Prediction, Gold]
Values = Mapping[str, Mapping[str, float]]
"""Values keyed by measure key, as in ``measuring.catalog``, then by question id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether a question was answered, and whether the answer was, or would have been, right.

    ``right`` is None if the answer's correctness is unknown.
    """

    answerability: float
    answerable: bool
    abstained: bool
    right: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """One system's values and the other inputs of its figures, all keyed by question id.

    ``judged`` has the judged rankings by view. ``quotes`` has the numbers of exact quotes and
    of all quotes. Questions without an answerability label have no ``decisions``. ``seconds`` is
    keyed by stage, ``total`` first; a stage that a question skipped has no value.
    """

    values: Values
    judged: Mapping[str, Mapping[str, Judged]]
    quotes: Mapping[str, tuple[int, int]]
    decisions: Mapping[str, Decision]
    seconds: Values

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the questions that the system was asked."""
        return frozenset(self.judged["passage"])


def value(rows: Sequence[Row], articles: Mapping[str, Source], *, links: bool) -> Valued:
    """Computes the values of one system; ``articles`` must include every cited article.

    ``links`` says whether people linked articles to any question: see ``gold_articles``.
    """
    texts = {name: article.text for name, article in articles.items()}
    judged = {
        "passage": {
            gold.id: by_passage(shown, gold.units, is_lost=gold.is_lost) for shown, gold in rows
        },
        "article": {
            gold.id: by_article(shown, gold_articles(gold, links=links)) for shown, gold in rows
        },
    }
    quotes = {gold.id: _exact(shown, texts) for shown, gold in rows if shown.citations}
    return Valued(
        values={
            **_ranking(judged),
            **_answers(rows),
            "citations/quotes_exact": {name: exact / n for name, (exact, n) in quotes.items()},
            **_spans(rows),
            **_abstention(rows),
            **_prose(rows),
        },
        judged=judged,
        quotes=quotes,
        decisions={
            gold.id: _decision(*row) for row in rows if (gold := row[1]).answerable is not None
        },
        seconds=_seconds(rows),
    )


def _ranking(judged: Mapping[str, Mapping[str, Judged]]) -> Values:
    return {
        f"{view}/{name}": by_question
        for view, rankings in judged.items()
        for name, by_question in rank_values(rankings).items()
    }


def _exact(shown: Prediction, texts: Mapping[str, str]) -> tuple[int, int]:
    return sum(quote_exact(cited, texts) for cited in shown.citations), len(shown.citations)


def _answers(rows: Sequence[Row]) -> Values:
    """Answer values of answerable questions with accepted answers; an abstention scores 0.

    ``contains_closest`` scores the closest sentence of an abstention that shows one. EM and F1
    score the short answer, or the first statement if there is no short answer. ``words_shown``
    covers answered questions only; it is a length, not a score.
    """
    asked = [row for row in rows if row[1].answerable is True and row[1].answers]
    answered = [row for row in asked if not row[0].abstained]
    return {
        "answers/EM": _each(asked, lambda shown, gold: exact_match(_short(shown), gold.answers)),
        "answers/F1": _each(asked, lambda shown, gold: token_f1(_short(shown), gold.answers)),
        "answers/contains_first": _each(
            asked, lambda shown, gold: contains(_first(shown), gold.answers)
        ),
        "answers/contains_shown": _each(
            asked, lambda shown, gold: contains(shown.answer, gold.answers)
        ),
        "answers/contains_closest": _each(
            asked, lambda shown, gold: contains(shown.answer or _closest(shown), gold.answers)
        ),
        "answers/words_shown": _each(answered, lambda shown, _: words(shown.answer)),
    }


def _first(shown: Prediction) -> str:
    return next(iter(shown.statements), "")


def _closest(shown: Prediction) -> str:
    return shown.withheld[0].quote if shown.state == "closest" and shown.withheld else ""


def _short(shown: Prediction) -> str:
    return "" if shown.abstained else shown.short_answer or _first(shown)


def _spans(rows: Sequence[Row]) -> Values:
    """Citation values of questions that have gold sentences.

    Precision covers only questions with a citation, recall covers all. An abstention has a recall
    of 0; it is left out if the question has no answerability label.
    """
    spans = [row for row in rows if row[1].has_spans]
    said = [row for row in spans if not (row[0].abstained and row[1].answerable is None)]
    return {
        "citations/span_precision": _each(
            spans, lambda shown, gold: span_precision(shown.citations, gold.units)
        ),
        "citations/span_recall": _each(
            # Gold sentences that could not be indexed have no units, so recall is 0.
            said,
            lambda shown, gold: span_recall(shown.citations, gold.units) or 0.0,
        ),
    }


def _abstention(rows: Sequence[Row]) -> Values:
    """1 for an abstention, else 0; questions without an answerability label are left out.

    ``unanswerable_silent`` counts only abstentions without a closest sentence. Lower is better for
    ``answerable_lost``, higher for the others.
    """
    unanswerable = [row for row in rows if row[1].answerable is False]
    return {
        "abstention/unanswerable_silent": _each(
            unanswerable, lambda shown, _: float(shown.abstained and shown.state != "closest")
        ),
        "abstention/unanswerable_abstained": _each(
            unanswerable, lambda shown, _: float(shown.abstained)
        ),
        "abstention/answerable_lost": _each(
            [row for row in rows if row[1].answerable is True],
            lambda shown, _: float(shown.abstained),
        ),
    }


def _prose(rows: Sequence[Row]) -> Values:
    """Counts over the questions that a language model was asked; empty if it was asked none."""
    asked = [row for row in rows if row[0].tokens is not None]
    if not asked:
        return {}
    return {
        "prose/sentences_kept": _each(
            asked, lambda shown, _: 0.0 if shown.fallback else float(len(shown.statements))
        ),
        "prose/sentences_dropped": _each(asked, lambda shown, _: float(len(shown.unverified))),
        "prose/quoted": _each(asked, lambda shown, _: float(bool(shown.fallback))),
        "prose/tokens": _each(asked, lambda shown, _: float(shown.tokens or 0)),
    }


def _decision(shown: Prediction, gold: Gold) -> Decision:
    return Decision(
        answerability=shown.answerability,
        answerable=bool(gold.answerable),
        abstained=shown.abstained,
        right=is_right(shown, gold) if gold.answerable else False,
    )


def _seconds(rows: Sequence[Row]) -> Values:
    values: dict[str, dict[str, float]] = defaultdict(dict, total={})
    for shown, gold in rows:
        for stage, seconds in shown.seconds.items():
            values[stage][gold.id] = seconds
    return dict(values)


def _each(
    rows: Sequence[Row], measure: Callable[[Prediction, Gold], float | None]
) -> dict[str, float]:
    """The measure's value by question id, without questions for which it is None."""
    found = ((gold.id, measure(shown, gold)) for shown, gold in rows)
    return {name: number for name, number in found if number is not None}
