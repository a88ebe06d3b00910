"""Composes the answer from evidence. The same evidence always produces the same answer."""

from collections.abc import Sequence
from dataclasses import replace

from rag.answer.candidates import Candidate, candidates
from rag.answer.corrections import Corrections
from rag.answer.overview import listed
from rag.answer.reported_speech import Said
from rag.answer.select import Selection, select
from rag.answer.thresholds import shipped_threshold, thresholds
from rag.answer.timely import timely
from rag.answer.unanswered import answered
from rag.language import language_for
from rag.schema import Answer, Citation, Confidence, Evidence, Statement

__all__ = ["answer"]

_SAID = 0.9  # minimum answerability if the person asked about speaks in a sentence


def answer(
    evidence: Evidence,
    *,
    max_statements: int,
    threshold: float | None = None,
    short_answers: bool = True,
) -> Answer:
    """Returns the sentences that answer, best first, or an abstention.

    Args:
        evidence: the hits and their sentences, with the reader's probabilities.
        max_statements: maximum number of sentences; questions that ask for a list get up to twice
            as many.
        threshold: answerability below which Byline abstains; None uses the shipped threshold.
        short_answers: whether to mark the short answer in its sentence where it is clear.
    """
    if evidence.is_overview:
        return listed(evidence, max_statements=max_statements)
    corrections = Corrections(evidence)
    found = corrections.applied(candidates(evidence))
    least = shipped_threshold() if threshold is None else threshold
    said = _said(evidence, found)
    ranked, answerability = timely(evidence, said or found, least=0.0 if said else least)
    may_answer = True
    if said:
        answerability = max(answerability, _SAID)
    else:
        ranked, answerability, may_answer = answered(evidence, ranked, answerability, least=least)
    question = evidence.standalone_question
    chosen = select(
        question,
        ranked,
        most=max_statements,
        stemmer=evidence.stemmer,
        language=language_for(evidence.language),
    )
    chosen = replace(chosen, shown=corrections.beside(chosen.shown))
    if not may_answer:
        answerability = min(answerability, thresholds().closest)
    statements = _statements(chosen, marks=short_answers and not _asks_twice(evidence))
    shown = may_answer and answerability >= least
    is_near = not shown and answerability >= thresholds().closest
    first = chosen.shown[:1] if shown or is_near else ()
    off = [one for one in first if one.is_off(evidence)]
    return Answer(
        question=evidence.question,
        standalone_question=evidence.standalone_question,
        period=evidence.period or (evidence.times[0] if off else None),
        off_period=bool(off),
        off_date=off[0].article.published if off else None,
        statements=statements if shown else (),
        withheld=() if shown else statements,
        is_near=is_near,
        hits=evidence.hits,
        answerability=answerability,
        short_answer=_short_answer(statements) if shown else None,
        confidence=None if said else _confidence(evidence, chosen),
        generation=evidence.generation,
    )


def _said(evidence: Evidence, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Returns the sentences in which the person asked about speaks; empty for other questions."""
    asked = Said.asked(
        evidence.standalone_question, stemmer=evidence.stemmer, language=evidence.language
    )
    return asked.among(ranked) if asked else []


def _asks_twice(evidence: Evidence) -> bool:
    """Whether the question was joined to the previous one, to which a short answer may belong."""
    asked, understood = evidence.question, evidence.standalone_question
    joint = language_for(evidence.language).followups.joint
    return understood != asked and joint in understood.removesuffix(asked)


def _short_answer(statements: tuple[Statement, ...]) -> str | None:
    """Returns the short answer of the first statement, unless another article disagrees."""
    sure = statements and not any(statement.differs for statement in statements)
    return statements[0].short_answer if sure else None


def _confidence(evidence: Evidence, chosen: Selection) -> Confidence | None:
    """Returns the reader's confidence in the first sentence."""
    if not chosen.shown:
        return None
    first = chosen.shown[0]
    return Confidence(
        reader=evidence.reader,
        none=evidence.none,
        sentence=first.probability,
        span=first.words,
        span_probability=first.probability * first.span_share,
    )


def _statements(chosen: Selection, *, marks: bool) -> tuple[Statement, ...]:
    """Returns the statements to show; marks the short answer in the first one and in its rival."""
    answering = (chosen.shown[0], chosen.rival) if chosen.shown else ()
    return tuple(
        Statement(
            text=candidate.text,
            note=candidate.note,
            citations=(_citation(candidate),),
            short=candidate.short if marks and candidate in answering else None,
            differs=chosen.rival is not None and candidate in answering,
        )
        for candidate in chosen.shown
    )


def _citation(candidate: Candidate) -> Citation:
    article = candidate.article
    return Citation(
        article_id=article.id,
        revision=article.revision,
        start=candidate.start,
        end=candidate.end,
        quote=candidate.text,
    )
