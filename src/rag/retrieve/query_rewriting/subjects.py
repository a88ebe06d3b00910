"""Finds the group that "they" refers to: "300 people" after "Who signed the petition?"."""

from rag.language import Language
from rag.language.sentences import sentence_spans
from rag.language.words import is_stop_word, stem, tokens
from rag.retrieve.query_rewriting.noun_phrases import phrase_spans

__all__ = ["group_in"]

_LONGEST = 12  # words of a subject


def group_in(question: str, answer: str, language: Language) -> str | None:
    """The group that "they" in a follow-up refers to, from the last question and its answer.

    If the question asks for the subject of its verb, as in "Who signed it?", this is the subject of
    that verb in the answer. Otherwise it is the first definite plural noun phrase of the question.
    Returns None if there is no group.
    """
    subject = _subject(question, answer, language)
    if subject and _is_group(subject, question, language):
        return subject
    for start, end in phrase_spans(question, language):
        if language.phrases.several.fullmatch(question[start:end].rsplit(maxsplit=1)[-1].lower()):
            return question[start].lower() + question[start + 1 : end]
    return None


def _subject(question: str, answer: str, language: Language) -> str | None:
    """The subject of the verb of ``question`` in the first sentence of ``answer``, or None."""
    spans = sentence_spans(answer, 0, len(answer), language=language.code)
    told = answer[slice(*spans[0])] if spans else ""
    stems = [(stem(word, language.stemmer), start) for word, start, _ in tokens(told)]
    for verb in _verbs(question, language):
        starts = [start for one, start in stems if one == stem(verb, language.stemmer)]
        if starts:
            return _phrase(told[: starts[0]], language)
    return None


def _verbs(question: str, language: Language) -> list[str]:
    """The words that may be the verb of a question for a subject, most likely first."""
    phrases, named = language.phrases, language.named
    opening = phrases.asks_subject.match(question)
    if opening is None:
        return []
    first = 0 if language.followups.asks_who.search(opening[0]) else 1
    words = [word for word, _, _ in tokens(question[opening.end() :])][: first + 3]
    stops = (n for n, word in enumerate(words) if is_stop_word(word, language=language))
    end = next((n for n in stops if words[n].lower() not in phrases.auxiliaries), len(words))
    nouns = (named.company, named.body, named.place, named.person)
    return [
        word
        for word in words[first:end]
        if word[0].islower()
        and word not in phrases.auxiliaries
        and not any(noun.fullmatch(word) for noun in nouns)
    ]


def _phrase(before: str, language: Language) -> str | None:
    """The subject in the words ``before`` a verb, without a leading adverbial or speaker."""
    if language.phrases.adverbial.match(before):
        before = before.partition(", ")[2]
    saying = max((found.end() for found in language.speech.speaks.finditer(before)), default=0)
    words = before[saying:].split()
    while words and is_stop_word(words[-1].lower(), language=language):
        words.pop()
    if not 0 < len(words) <= _LONGEST:
        return None
    if len(words) > 1 and (words[1][0].islower() or is_stop_word(words[0], language=language)):
        words[0] = words[0].lower()
    return " ".join(words)


def _is_group(subject: str, question: str, language: Language) -> bool:
    """Whether ``subject`` is plural, or ``question`` names the group: "Which teams won?"."""
    opening = language.phrases.asks_subject.match(question)
    if opening and not language.followups.asks_who.search(opening[0]):
        return True
    words = [word for word, _, _ in tokens(subject)]
    plural = language.phrases.several
    return language.phrases.joined.search(subject) is not None or any(
        plural.fullmatch(word.lower()) and word[0].islower() for word in words
    )
