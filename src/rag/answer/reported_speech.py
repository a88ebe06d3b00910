"""A question for what somebody said, and the sentences in which that person says it.

The likeness of words tells little here: "What did Weller say?" is unlike what he said. Words in the
wrong mouth are worse than none, so whatever is not sure to be that person's is left out.
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
# Other verbs ask for one kind of saying, and have to stand in the sentence.
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
    """Whose words a question asks for: given names and last; and what else it names, as stems."""

    given: frozenset[str]
    last: str
    topic: frozenset[str]
    stemmer: str

    @classmethod
    def asked(cls, question: str, *, stemmer: str) -> Self | None:
        """What ``question`` asks for; None where it does not ask for one person's words."""
        found = _ASKS.match(question)
        who = _words(found["who"]) if found else []
        if found is None or not who or _OTHERS & set(who):
            return None
        rest = [word for word in _words(found["rest"]) if not is_stop_word(word)]
        topic = frozenset(stem(word, stemmer) for word in (*rest, *_words(found["told"] or "")))
        return cls(given=_given(who[:-1]), last=who[-1], topic=topic, stemmer=stemmer)

    def among(self, ranked: Sequence[Candidate]) -> list[Candidate]:
        """Those of the ranked sentences that say what is asked for, in their order."""
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
        """Whether ``speaker``, a name in an article, is surely the person asked for."""
        if not speaker or speaker[-1] != self.last:
            return False
        names = _given(speaker[:-1])
        if names:
            return self.given <= names
        # Only the last name: nobody else in the article may have it.
        fulls = re.findall(rf"\b([A-Z][\w’'-]*) {re.escape(self.last)}\b", article, re.IGNORECASE)
        others = _given([fold(name) for name in fulls if name[:1].isupper()])
        return self.given <= others and len(others) <= 1


def _given(names: Sequence[str]) -> frozenset[str]:
    return frozenset(name for name in names if not _TITLES.fullmatch(name))


def _words(text: str) -> list[str]:
    return [fold(word) for word, _, _ in tokens(text)]
