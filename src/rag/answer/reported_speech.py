"""Questions about what someone said, and the sentences in which that person says it.

Word similarity helps little here: "What did Weller say?" is unlike what he said. Quoting the wrong
person is worse than quoting no one, so sentences with an uncertain speaker are left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from rag.answer.attribution import speaker_in
from rag.answer.candidates import Candidate
from rag.language.words import fold, is_stop_word, stem, tokens

__all__ = ["Said"]

_SAY = r"(?:say|said|says|tell|told|tells)"
# More specific verbs, which the sentence must contain too.
_TOLD = r"(?:announced?|argued?|claim(?:ed)?|demand(?:ed)?|explain(?:ed)?|promised?|warn(?:ed)?)"
_ASKS = re.compile(
    r"^\W*what\s+(?:else\s+)?(?:do|does|did|has|have|had)\s+"
    rf"(?P<who>[^?,]{{1,60}}?)\s+(?:{_SAY}|(?P<told>{_TOLD}))\b(?P<rest>.*)",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\b(?:said|says|added|stated|noted|stressed|told|announced|declared|emphasi[sz]ed|reiterated|"
    r"warned|claimed|argued|explained|wrote|insisted|replied|underlined|underscored|commented|"
    r"demanded|promised|denounced|condemned|called\b(?=.*[“\"]))\b",
)
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]?")
_OTHERS = frozenset({"of", "for", "about", "from", "who", "and", "or", "in", "at"})
_TITLES = re.compile(
    r"the|an?|m(?:rs?|s)|dr|sir|president|minister|prime|foreign|mayor|king|queen|pope|senator|"
    r"governor|judge|professor|chairman|leader|spokes(?:wo)?man|secretary|general"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The person whose words a question asks for, and the stems of the topic it names."""

    given: frozenset[str]
    last: str
    topic: frozenset[str]
    stemmer: str

    @classmethod
    def asked(cls, question: str, *, stemmer: str) -> Self | None:
        """Parses ``question``; returns None if it does not ask for one person's words."""
        found = _ASKS.match(question)
        who = _words(found["who"]) if found else []
        if found is None or not who or _OTHERS & set(who):
            return None
        rest = [word for word in _words(found["rest"]) if not is_stop_word(word)]
        topic = frozenset(stem(word, stemmer) for word in (*rest, *_words(found["told"] or "")))
        return cls(given=_given(who[:-1]), last=who[-1], topic=topic, stemmer=stemmer)

    def among(self, ranked: Sequence[Candidate]) -> list[Candidate]:
        """Returns the ranked sentences in which the person speaks about the topic, in order."""
        return [candidate for candidate in ranked if self._is_in(candidate)]

    def _is_in(self, candidate: Candidate) -> bool:
        text = candidate.text
        speaker = _words(candidate.note or speaker_in(text) or "")
        if not self._is_of(speaker, candidate.article.text):
            return False
        if not _SAYS.search(_QUOTED.sub("“", text)) and not text.startswith(("“", '"')):
            return False
        return self.topic <= {stem(word, self.stemmer) for word in _words(text)}

    def _is_of(self, speaker: Sequence[str], article: str) -> bool:
        """Whether ``speaker``, a name in an article, is certainly the person asked about."""
        if not speaker or speaker[-1] != self.last:
            return False
        names = _given(speaker[:-1])
        if names:
            return self.given <= names
        # With only a last name, no one else in the article may share it.
        fulls = re.findall(rf"\b([A-Z][\w’'-]*) {re.escape(self.last)}\b", article, re.IGNORECASE)
        others = _given([fold(name) for name in fulls if name[:1].isupper()])
        return self.given <= others and len(others) <= 1


def _given(names: Sequence[str]) -> frozenset[str]:
    return frozenset(name for name in names if not _TITLES.fullmatch(name))


def _words(text: str) -> list[str]:
    return [fold(word) for word, _, _ in tokens(text)]
