"""Compares the name in a question with the other names in the sentence that seems to answer.

A reader may take what is said of Storm Gareth for an answer about Storm Hedda. If the sentence
answers the question better with the other name in it, it hardly counts.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.language import Language
from rag.language.entities import entities
from rag.language.names import name_spans
from rag.language.naming import Sort
from rag.language.sentences import paragraph_spans, sentence_spans
from rag.language.temporal.dates import date_spans
from rag.language.words import fold, tokens
from rag.read.base import Readable, Reader, Reading, SentenceReading, merged, scaled

__all__ = ["without_rivals"]

Span = tuple[int, int]

_LEAST = 0.2  # minimum probability of a sentence that is compared
_BETTER = 1.0  # minimum gain in log odds by a name of another form; 0 for "Storm A" and "Storm B"
_HARDLY = 0.05  # factor on the probability of a sentence about another name
_SENTENCES = 2  # maximum sentences compared
_NAMES = 3  # maximum names of a sentence that are tried
_POSSESSIVE = re.compile(r"['’]s?$")


def without_rivals(
    question: str,
    reading: Reading,
    passages: Sequence[Readable],
    reader: Reader,
    language: Language,
) -> Reading:
    """The reading, in which the best sentences hardly count if they are about another name.

    Compares a sentence only if a name in the question ends with a word that the sentence lacks.
    """
    for _ in range(_SENTENCES):
        best, place = max(
            (
                (one, place)
                for place, read in enumerate(reading.passages)
                for one in read.sentences
                if one.span
            ),
            key=lambda found: found[0].probability,
            default=(SentenceReading(), 0),
        )
        if best.probability < _LEAST or not _is_about_rival(
            question, best, passages[place], reader=reader, language=language
        ):
            break
        reading = _lowered(reading, best)
    return reading


def _lowered(reading: Reading, best: SentenceReading) -> Reading:
    passages = tuple(
        replace(
            read,
            sentences=tuple(scaled(one, _HARDLY) if one is best else one for one in read.sentences),
        )
        for read in reading.passages
    )
    lowered = replace(reading, passages=passages)
    return merged(lowered, lowered, range(len(passages)))  # the probabilities sum to 1 again


def _is_in(one: SentenceReading, sentence: Span) -> bool:
    return one.span is not None and sentence[0] <= one.span[0] < sentence[1]


def _is_about_rival(
    question: str, one: SentenceReading, passage: Readable, *, reader: Reader, language: Language
) -> bool:
    """Whether the sentence answers the question better with another name than with its own."""
    index = next(n for n, span in enumerate(passage.sentences) if _is_in(one, span))
    wordings = list(_with_rivals(question, one, passage.text, passage.sentences[index], language))
    if not wordings:
        return False

    def log_odds(wording: str) -> float:
        found = reader.read(wording, [passage])
        odds = found.passages[0].sentences[index].probability / max(found.none, 1e-9)
        return math.log(max(odds, 1e-9))

    own = log_odds(question)
    return any(log_odds(wording) >= own + gain for wording, gain in wordings)


def _with_rivals(
    question: str, one: SentenceReading, text: str, place: Span, language: Language
) -> Iterator[tuple[str, float]]:
    """The question with each of its names that the sentence lacks replaced by one of its names.

    Also yields the gain in log odds from which the sentence is about the other name.
    """
    sentence = text[slice(*place)]
    if language.speech.pronoun.match(sentence) or language.speech.role.match(sentence):
        return  # the name that is asked about may stand before
    known, asked = _words(sentence), _words(question)
    rivals = [
        sentence[slice(*span)]
        for span in _names(sentence, language)
        if _end(sentence[slice(*span)]) not in asked
        and not (one.span and place[0] + span[0] < one.span[1] and one.span[0] < place[0] + span[1])
        and not (span[0] == 0 and _is_plain(sentence[slice(*span)], text))
        and not _speaks(sentence, span, language)
    ]
    sorts = _sorts(f"{question}\n{text}", language)
    for first, last in _names(question, language):
        name = question[first:last]
        if _end(name) in known:
            continue
        for rival in rivals[:_NAMES]:
            is_alike = bool(_words(name) & _words(rival))
            if is_alike or (
                sorts.get(_end(name)) and sorts.get(_end(name)) is sorts.get(_end(rival))
            ):
                gain = 0.0 if is_alike else _BETTER
                yield f"{question[:first]}{rival}{question[last:]}", gain


def _sorts(text: str, language: Language) -> dict[str, Sort]:
    """The kinds of the names in ``text``, by their last words."""
    spans = [s for part in paragraph_spans(text) for s in sentence_spans(text, *part)]
    found = entities([text[slice(*span)] for span in spans], language)
    return {
        _end(one.name): entity.sort for entity in found if entity.sort for one in entity.mentions
    }


def _names(text: str, language: Language) -> list[Span]:
    """The names in ``text`` without possessive endings and without times."""
    times = date_spans(text, language=language)
    return [
        (start, start + len(_POSSESSIVE.sub("", text[start:end])))
        for start, end in name_spans(text, language=language)
        if not language.named.of_country.fullmatch(text[start:end])
        and not any(start < time[1] and time[0] < end for time in times)
    ]


def _end(name: str) -> str:
    """The last word of a name, folded."""
    return fold(tokens(name)[-1][0])


def _words(text: str) -> set[str]:
    return {fold(word) for word, _, _ in tokens(text)}


def _speaks(sentence: str, name: Span, language: Language) -> bool:
    speech = language.speech
    return bool(
        speech.speaks_after.match(sentence[name[1] :])
        or speech.speaks_before.search(sentence[: name[0]])
    )


def _is_plain(name: str, text: str) -> bool:
    """Whether the word that opens a sentence is also used in lower case, and so is not a name."""
    return re.search(rf"\b{re.escape(name.lower())}\b", text) is not None
