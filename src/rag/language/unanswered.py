"""Finds sentences that say that the answer to a question is unknown, or that nobody tells it."""

from collections.abc import Iterator
from dataclasses import dataclass

from rag.language.asking import Kind
from rag.language.english import ENGLISH
from rag.language.language import Language
from rag.language.question_type import kind_of
from rag.language.words import content_terms, is_stop_word, stem, words_of

__all__ = ["LeftOpen", "left_open"]

Span = tuple[int, int]
_BARE = 2  # maximum words of a question that is only "how much" or "which"
_FARTHEST = 300  # characters between the start of a part and "not said"
_MARKS = ',;:—–“”"'


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOpen:
    """A part of a sentence that leaves a question open: "It is not known who will build it".

    ``span`` is the part, in offsets into the sentence. ``is_sure`` is true if the question asked
    has all content words of the open question, or two thirds of them if that is at least two.
    """

    span: Span
    is_sure: bool


def left_open(
    question: str, sentence: str, *, stemmer: str = "english", language: Language = ENGLISH
) -> list[LeftOpen]:
    """The parts of ``sentence`` that leave ``question`` open.

    A part begins with its own subject. It must ask for the same kind of thing as the question, or
    share half of its content words. A question that asks what is known or said is not left open.
    """
    rules = language.questions
    asked = set(content_terms(question, stemmer=stemmer, language=language))
    kind = kind_of(question, language=language)
    found = []
    for span, clause in _clauses(sentence, language):
        terms = {
            stem(word, stemmer)
            for word in words_of(clause)
            if not is_stop_word(word, language=language)
        }
        telling = {stem(word, stemmer) for word in rules.telling.findall(question)}
        shared = terms & asked
        own = _kind(clause, language)
        if not telling <= terms:
            continue
        if len(clause.split()) <= _BARE:  # "it did not say which": the rest stands before
            if question.casefold().startswith(clause.casefold()):
                found.append(LeftOpen(span=(0, span[1]), is_sure=False))
        elif 2 * len(shared) >= max(len(terms), 1) if _is_vague(own, kind) else own is kind:
            found.append(LeftOpen(span=span, is_sure=_is_most(shared, terms)))
    return found


def _is_most(shared: set[str], terms: set[str]) -> bool:
    return bool(shared) and (
        shared == terms or (len(shared) > 1 and 3 * len(shared) >= 2 * len(terms))
    )


def _is_vague(one: Kind, other: Kind) -> bool:
    """Whether one of two questions asks for a thing of any kind, and neither is yes/no."""
    return Kind.THING in (one, other) and Kind.YES_NO not in (one, other)


def _clauses(sentence: str, language: Language) -> Iterator[tuple[Span, str]]:
    """The clauses of a sentence that leave a question open, each with the words of the question."""
    rules = language.questions
    for pattern in (rules.untold, rules.unclear):
        for match in pattern.finditer(sentence):
            start, end = max(0, match.start() - _FARTHEST), match.start()
            marks = [sentence.rfind(mark, start, end) + 1 for mark in _MARKS]
            words = [one.end() for one in rules.beside.finditer(sentence, start, end)]
            yield (max(start, *marks, *words), match.end()), match["open"]


def _kind(clause: str, language: Language) -> Kind:
    is_whether = language.questions.doubts.match(clause)
    return Kind.YES_NO if is_whether else kind_of(clause, language=language)
