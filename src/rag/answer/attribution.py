"""Finds the speaker of a sentence that opens with "He", "The minister" or a quotation."""

import re
from functools import lru_cache

from rag.language import Language, language_for
from rag.language.interviews import interview_answers
from rag.language.names import name_spans
from rag.language.sentences import paragraph_spans, sentence_spans
from rag.schema import Article

__all__ = ["interviewee", "speaker_in", "speaker_note"]

_QUOTE_OPEN = re.compile(r"^[“\"]")
_FAR = 6  # how many sentences to look back
_SUBJECT_REACH = 60  # characters at the start of a sentence in which to look for its subject


@lru_cache(maxsize=256)
def _sentences(text: str, language: str) -> tuple[tuple[int, int], ...]:
    return tuple(
        span
        for paragraph in paragraph_spans(text)
        for span in sentence_spans(text, *paragraph, language=language)
    )


def speaker_in(sentence: str, language: Language) -> str | None:
    """Returns the name of the speaker given in ``sentence`` itself, or None."""
    for start, end in name_spans(sentence, language=language):
        speaks = language.speech.speaks_after.match(sentence[end:])
        if speaks or (start > 0 and language.speech.speaks_before.search(sentence[:start])):
            name = sentence[start:end]
            return re.sub(r"[’']s$", "", name)
    return None


def _is_person(name: str, article: Article) -> bool:
    """Whether ``name`` is a full name, or the last name of someone the article names in full."""
    last = re.escape(name.rsplit(maxsplit=1)[-1])
    return " " in name or bool(re.search(rf"[A-Z][\w’'.-]+ {last}\b", article.text))


def _needs_speaker(sentence: str, language: Language) -> bool:
    if language.speech.pronoun.match(sentence) or language.speech.role.match(sentence):
        return True
    outside = re.sub(r"[“\"][^”\"]*[”\"]", "", sentence)
    return bool(_QUOTE_OPEN.match(sentence)) and not language.speech.speaks.search(outside)


def _named_after(
    text: str, sentences: tuple[tuple[int, int], ...], place: int, language: Language
) -> str | None:
    """Returns the speaker named in the sentence after a quotation, in the same paragraph."""
    end = sentences[place][1]
    if place + 1 == len(sentences) or not _QUOTE_OPEN.match(text[sentences[place][0] : end]):
        return None
    begin, after = sentences[place + 1]
    return None if "\n" in text[end:begin] else speaker_in(text[begin:after], language)


def interviewee(article: Article, start: int) -> str | None:
    """The person who answers in the interview that contains the sentence at ``start``, or None."""
    answers = interview_answers(
        article.text,
        language_for(article.language),
        title=article.title,
        author=article.author or "",
    )
    return next((one.speaker for one in answers if one.start <= start < one.end), None)


def speaker_note(article: Article, start: int) -> str | None:
    """Returns the speaker that the sentence at ``start`` leaves out, or None.

    In an interview, that is the person who answers; elsewhere, the speaker of the nearest preceding
    sentence that names one. Returns None if the sentence
    names its own speaker, if no speaker is found nearby, or if the sentence after a quotation names
    someone else: a missing note is better than a wrong one.
    """
    language = language_for(article.language)
    if speaker := interviewee(article, start):
        return speaker
    sentences = _sentences(article.text, article.language)
    places = [index for index, (begin, _) in enumerate(sentences) if begin == start]
    if not places or not _needs_speaker(article.text[slice(*sentences[places[0]])], language):
        return None
    named_after = _named_after(article.text, sentences, places[0], language)
    for begin, end in reversed(sentences[max(0, places[0] - _FAR) : places[0]]):
        before = article.text[begin:end]
        speaker = speaker_in(before, language)
        if speaker is not None:
            other = named_after is not None and named_after.split()[-1] != speaker.split()[-1]
            return speaker if _is_person(speaker, article) and not other else None
        subject = name_spans(before[:_SUBJECT_REACH], language=language)
        if subject and not _needs_speaker(before, language):
            return None  # another subject comes between
    return None
