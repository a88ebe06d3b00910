"""Answers questions about what someone said with sentences in which that person speaks.

Word similarity helps little here: "What did Weller say?" is unlike what he said. Quoting the wrong
person is worse than quoting no one, so sentences with an uncertain speaker are left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from rag.answer.attribution import interviewee, speaker_in
from rag.answer.candidates import Candidate
from rag.language import Language, language_for
from rag.language.words import fold, is_stop_word, stem, tokens

__all__ = ["Said"]

_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The person whose words a question asks for, and the stems of the topic it names."""

    given: frozenset[str]
    last: str
    topic: frozenset[str]
    stemmer: str
    language: Language

    @classmethod
    def asked(cls, question: str, *, stemmer: str, language: str = "en") -> Self | None:
        """Parses ``question``; returns None if it does not ask for one person's words."""
        asking = language_for(language)
        found = asking.speech.asks.match(question)
        who = _words(found["who"]) if found else []
        if found is None or not who or asking.speech.several & set(who):
            return None
        rest = [word for word in _words(found["rest"]) if not is_stop_word(word, language=asking)]
        topic = frozenset(stem(word, stemmer) for word in (*rest, *_words(found["told"] or "")))
        return cls(
            given=_given(who[:-1], asking),
            last=who[-1],
            topic=topic,
            stemmer=stemmer,
            language=asking,
        )

    def among(self, ranked: Sequence[Candidate]) -> list[Candidate]:
        """Returns the ranked sentences in which the person speaks about the topic, in order."""
        return [candidate for candidate in ranked if self._is_in(candidate)]

    def _is_in(self, candidate: Candidate) -> bool:
        text, written = candidate.text, language_for(candidate.article.language)
        speaker = _words(candidate.note or speaker_in(text, written) or "")
        if not self._is_of(speaker, candidate.article.text):
            return False
        is_answer = interviewee(candidate.article, candidate.start) is not None
        if not (
            is_answer
            or written.speech.says.search(_QUOTED.sub("“", text))
            or text.startswith(("“", '"'))
        ):
            return False
        return self.topic <= {stem(word, self.stemmer) for word in _words(text)}

    def _is_of(self, speaker: Sequence[str], article: str) -> bool:
        """Whether ``speaker``, a name in an article, is definitely the person asked about."""
        if not speaker or speaker[-1] != self.last:
            return False
        names = _given(speaker[:-1], self.language)
        if names:
            return self.given <= names
        # With only a last name, no one else in the article may share it.
        fulls = re.findall(rf"\b([A-Z][\w’'-]*) {re.escape(self.last)}\b", article, re.IGNORECASE)
        capitalised = [fold(name) for name in fulls if name[:1].isupper()]
        others = _given(capitalised, self.language)
        return self.given <= others and len(others) <= 1


def _given(names: Sequence[str], language: Language) -> frozenset[str]:
    return frozenset(name for name in names if not language.speech.titles.fullmatch(name))


def _words(text: str) -> list[str]:
    return [fold(word) for word, _, _ in tokens(text)]
