"""Finds who speaks in an interview that is printed as questions and answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rag.language.entities import entities
from rag.language.language import Language
from rag.language.naming import Sort
from rag.language.sentences import paragraph_spans, sentence_spans
from rag.language.words import fold, plain, tokens

__all__ = ["InterviewAnswer", "InterviewTurn", "interview_answers", "interview_turns"]

_TEXTS = 128  # texts whose turns are cached
_LEAST = 2  # minimum questions
_LONG = 5  # maximum paragraphs for each question
_LABEL = re.compile(r"\W*(?P<label>[^\W\d_][\w.’'&-]*(?: [\w.’'&-]+){0,4}):(?:\s+|$)")


@dataclass(frozen=True, slots=True)
class InterviewTurn:
    """A paragraph of an interview: a question, or a part of an answer.

    ``label`` is the speaker's name as printed before the paragraph, or "". ``said`` is the offset
    at which the words after the label begin. ``asks`` is true for a question, ``is_own`` for a
    paragraph in the first person.
    """

    start: int
    said: int
    end: int
    label: str
    asks: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class InterviewAnswer:
    """A paragraph of an answer and its speaker; ``said`` is the offset after any label."""

    start: int
    said: int
    end: int
    speaker: str


@lru_cache(maxsize=_TEXTS)
def interview_turns(text: str, language: Language, *, title: str = "") -> tuple[InterviewTurn, ...]:
    """The questions and answers in ``text``, in order; empty if it is not an interview.

    An interview has at least two paragraphs that end with a question mark. At least half of these
    contain "you", and at least half of the answers are in the first person. Either most answers
    have a speaker's label, or the title or the text before the first question says that this is an
    interview.
    """
    if text.count("?") < _LEAST:
        return ()
    turns = _paragraphs(text, language)
    places = [place for place, one in enumerate(turns) if one.asks]
    if len(places) < _LEAST:
        return ()
    blocks = [turns[first + 1 : end] for first, end in pairwise((*places, len(turns)))]
    blocks[-1] = blocks[-1][:1] + [one for one in blocks[-1][1:] if one.is_own or one.label]
    speech, intro = language.speech, f"{title}\n{text[: turns[places[0]].start]}"
    counts = (
        sum(bool(speech.addressed.search(text, turns[p].start, turns[p].end)) for p in places),
        sum(any(one.is_own for one in block) for block in blocks),
        sum(any(one.label for one in block) for block in blocks),
    )
    is_said = bool(speech.interview.search(intro)) or 2 * counts[2] >= len(places)
    if (
        not is_said
        or 2 * min(counts[:2]) < len(places)
        or sum(map(len, blocks)) > _LONG * len(places)
    ):
        return ()
    return tuple(one for p, block in zip(places, blocks, strict=True) for one in (turns[p], *block))


def _paragraphs(text: str, language: Language) -> list[InterviewTurn]:
    parts = [(*span, _LABEL.match(text, *span)) for span in paragraph_spans(text)]
    asking = [_asks(text[span[0] : span[1]]) and text[span[0]] not in '“"' for span in parts]
    answering = {
        found["label"]
        for (_, _, found), asks in zip(parts, asking, strict=True)
        if found and not asks
    }
    return [
        InterviewTurn(
            start=start,
            said=found.end() if found else start,
            end=end,
            label=found["label"] if found else "",
            asks=asks and not (found and found["label"] in answering),
            is_own=bool(language.speech.own.search(text, start, end)),
        )
        for (start, end, found), asks in zip(parts, asking, strict=True)
    ]


def _asks(paragraph: str) -> bool:
    """Whether the paragraph ends with a question mark, or with one before other punctuation."""
    after = next((n for n, one in enumerate(reversed(paragraph)) if one.isalnum()), len(paragraph))
    return "?" in paragraph[len(paragraph) - after :]


@lru_cache(maxsize=_TEXTS)
def interview_answers(
    text: str, language: Language, *, title: str = "", author: str = ""
) -> tuple[InterviewAnswer, ...]:
    """The paragraphs of answers whose speaker is certain; empty if ``text`` is not an interview.

    An answer begins with its label or, without labels, after the question. It goes on while
    paragraphs speak in the first person; after the last question, it has one paragraph.
    """
    turns = interview_turns(text, language, title=title)
    if not turns:
        return ()
    people = list(_introduced(text[: turns[0].start], title, author, language))
    found: list[InterviewAnswer] = []
    speaker: str | None = None
    labelled = any(one.label for one in turns if not one.asks)
    last = max(place for place, one in enumerate(turns) if one.asks)
    goes_on = False  # whether the answer has reached this paragraph
    for place, one in enumerate(turns):
        if one.asks:
            speaker, goes_on = _only(people), False
            continue
        if one.label and not language.speech.answer_label.fullmatch(one.label):
            speaker = _named(one.label, people)
        begins = bool(one.label) or (not labelled and turns[place - 1].asks)
        goes_on = begins or (goes_on and one.is_own and place < last)
        if speaker and goes_on:
            found.append(InterviewAnswer(one.start, one.said, one.end, speaker))
    return tuple(found)


def _introduced(
    intro: str, title: str, author: str, language: Language
) -> Iterator[tuple[str, int]]:
    """The people in the title and before the first question, by full name, with their mentions.

    The author and the interviewer are left out.
    """
    sentences = [
        title,
        *(
            intro[slice(*s)]
            for p in paragraph_spans(intro)
            for s in sentence_spans(intro, *p, language=language.code)
        ),
    ]
    for one in entities(sentences, language, articles=["" for _ in sentences]):
        is_asking = any(
            language.speech.spoke_to.search(sentences[each.place][: each.start])
            for each in one.mentions
        )
        is_full = len(one.name.split()) > 1 and one.sort is Sort.PERSON
        if is_full and not is_asking and plain(one.name) not in plain(author):
            yield one.name, len(one.mentions)


def _only(people: list[tuple[str, int]]) -> str | None:
    """The person named most often in the introduction; None if several are."""
    most = max((number for _, number in people), default=0)
    named = [name for name, number in people if number == most]
    return named[0] if len(named) == 1 else None


def _named(label: str, people: list[tuple[str, int]]) -> str | None:
    """The person that a label names by full, first or last name or by initials, or None."""
    words = [fold(word) for word, _, _ in tokens(label)]
    for name, _ in people:
        own = [fold(word) for word, _, _ in tokens(name)]
        initials = "".join(word[0] for word in own)
        if words and (words == own[-len(words) :] or words[0] == initials or words == own[:1]):
            return name
    return None
