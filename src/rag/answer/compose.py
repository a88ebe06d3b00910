"""From evidence to an answer: pure, so that the same evidence always gives the same answer."""

from collections.abc import Sequence

from rag.answer.answerability import answerability_features
from rag.answer.candidates import Candidate, candidates
from rag.answer.listing import listed
from rag.answer.model import Model, logistic, shipped_model
from rag.answer.said import Said
from rag.answer.select import Selection, select
from rag.answer.short import short_span
from rag.answer.spans import sort_asked
from rag.language.bounds import with_bound
from rag.schema import Answer, Citation, Evidence, Statement

__all__ = ["answer"]

_SAID = 0.9  # the answerability of what somebody says word for word


def answer(
    evidence: Evidence,
    *,
    max_statements: int,
    threshold: float | None = None,
    short_answers: bool = True,
) -> Answer:
    """The sentences that answer, best first, or an abstention.

    Args:
        evidence: what was found.
        max_statements: the most sentences to show; a question for a list may get twice as many.
        threshold: answerability below which nothing is shown; None takes the shipped one.
        short_answers: whether the short thing that answers is marked where it is clear.
    """
    if evidence.is_overview:
        return listed(evidence, max_statements=max_statements)
    model = shipped_model()
    ranked = _ranked(evidence, model)
    features = answerability_features(evidence, ranked)
    answerability = logistic(model.answerability, features) if features else 0.0
    if said := _said(evidence, ranked):
        ranked, answerability = said, max(answerability, _SAID)
    least = model.threshold if threshold is None else threshold
    question = evidence.standalone_question
    marks = short_answers and not _asks_twice(evidence)
    chosen = select(question, ranked, most=max_statements, stemmer=evidence.stemmer)
    statements = _statements(chosen, question if marks else None)
    shown = answerability >= least
    return Answer(
        question=evidence.question,
        standalone_question=evidence.standalone_question,
        period=evidence.period,
        off_period=shown and _is_off_period(chosen),
        statements=statements if shown else (),
        withheld=() if shown else statements,
        hits=evidence.hits,
        answerability=answerability,
        short_answer=_short_answer(statements) if shown else None,
        features=features,
        generation=evidence.generation,
    )


def _said(
    evidence: Evidence, ranked: Sequence[tuple[Candidate, float]]
) -> list[tuple[Candidate, float]]:
    """The sentences in which somebody says what the question asks that person's words for."""
    asked = Said.asked(evidence.standalone_question, stemmer=evidence.stemmer)
    return asked.among(ranked) if asked else []


def _asks_twice(evidence: Evidence) -> bool:
    """Whether the question was joined to the one before: what is short may answer that one."""
    asked, understood = evidence.question, evidence.standalone_question
    return understood != asked and ", and " in understood.removesuffix(asked)


def _is_off_period(chosen: Selection) -> bool:
    return any(candidate.off_period for candidate in chosen.shown[:1])


def _short_answer(statements: tuple[Statement, ...]) -> str | None:
    """That of the first statement, unless another article answers differently."""
    sure = statements and not any(statement.differs for statement in statements)
    return statements[0].short_answer if sure else None


def _ranked(evidence: Evidence, model: Model) -> list[tuple[Candidate, float]]:
    """All sentences with their probability of answering, best first; ties by place."""
    scored = [
        (candidate, logistic(model.sentence, candidate.features))
        for candidate in candidates(evidence)
    ]
    return sorted(
        scored,
        key=lambda pair: (-pair[1], pair[0].hit.rank, pair[0].article.id, pair[0].start),
    )


def _statements(chosen: Selection, question: str | None) -> tuple[Statement, ...]:
    """The sentences as they are shown; what answers ``question`` is marked in the first and rival.

    Without a question nothing is marked.
    """
    answering = (chosen.shown[0], chosen.rival) if chosen.shown else ()
    return tuple(
        Statement(
            text=candidate.text,
            note=candidate.note,
            citations=(_citation(candidate),),
            short=_short(question, candidate.text) if candidate in answering else None,
            differs=chosen.rival is not None and candidate in answering,
        )
        for candidate in chosen.shown
    )


def _short(question: str | None, sentence: str) -> tuple[int, int] | None:
    """The short thing in ``sentence`` that answers, with what bounds it: "at least 12"."""
    span = short_span(question, sentence) if question else None
    if span is None or question is None or sort_asked(question) != "number":
        return span
    return with_bound(sentence, span[0]), span[1]


def _citation(candidate: Candidate) -> Citation:
    article = candidate.article
    return Citation(
        article_id=article.id,
        revision=article.revision,
        start=candidate.start,
        end=candidate.end,
        quote=candidate.text,
    )
