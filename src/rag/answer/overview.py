"""Answers questions that name only a time, or that ask about the whole folder."""

from rag.answer.attribution import interviewee
from rag.answer.candidates import Candidate
from rag.answer.corrections import Corrections
from rag.answer.select import LIST_FACTOR
from rag.schema import Answer, Citation, Evidence, SentenceEvidence, Statement

__all__ = ["listed"]


def listed(evidence: Evidence, *, max_statements: int) -> Answer:
    """Returns the first sentences of ``evidence`` in order, or an abstention if there are none.

    Shows as many sentences as for a question that asks for a list, or all sentences for a question
    over the whole folder. Does not judge the sentences: the answerability is 1 if there are any,
    else 0. Marks those that are corrections or withdrawn by one.
    """
    corrections = Corrections(evidence)
    most = None if evidence.coverage else LIST_FACTOR * max_statements
    shown = evidence.sentences[:most]
    return Answer(
        question=evidence.question,
        standalone_question=evidence.standalone_question,
        period=evidence.period,
        statements=tuple(_statement(evidence, sentence, corrections) for sentence in shown),
        hits=evidence.hits,
        answerability=float(bool(shown)),
        generation=evidence.generation,
        coverage=evidence.coverage,
    )


def _statement(
    evidence: Evidence, sentence: SentenceEvidence, corrections: Corrections
) -> Statement:
    passage = sentence.hit.passage
    quote = evidence.text(sentence.hit, sentence.start, sentence.end)
    citation = Citation(
        article_id=passage.article_id,
        revision=passage.revision,
        start=sentence.start,
        end=sentence.end,
        quote=quote,
    )
    article = evidence.articles[passage.article_id, passage.revision]
    one = Candidate(
        hit=sentence.hit, article=article, start=sentence.start, end=sentence.end, probability=0.0
    )
    note = sentence.note or interviewee(article, sentence.start)
    note = "; ".join(filter(None, (note, corrections.mark(one))))
    return Statement(text=quote, note=note or None, citations=(citation,), differs=sentence.differs)
