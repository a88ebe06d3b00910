"""A question for what somebody said, and the sentences in which that person says it.

The likeness of words tells little here: "What did Weller say?" is unlike what he said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from rag.answer.candidates import Candidate
from rag.answer.speaker import speaker_in
from rag.language.words import content_terms, fold, stem, tokens

__all__ = ["Said"]

# Other verbs of speech say what kind of saying is asked for, and have to stand in the sentence.
_SAY = r"(?:say|said|says|tell|told|tells|state|stated)"
_TOLD = r"(?:announced?|argued?|claim(?:ed)?|demand(?:ed)?|explain(?:ed)?|promised?|warn(?:ed)?)"
_ASKS = re.compile(
    rf"^\W*what\s+(?:else\s+)?(?:do|does|did|has|have|had)\s+(?P<who>[^?,]{{1,60}}?)\s+(?:{_SAY}|{_TOLD})\b",
    re.IGNORECASE,
)
_PLAIN = re.compile(rf"^{_SAY}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Whose words a question asks for, and what else it names, as stems."""

    who: frozenset[str]
    last: str
    topic: frozenset[str]
    stemmer: str

    @classmethod
    def asked(cls, question: str, *, stemmer: str) -> Self | None:
        """What ``question`` asks for; None where it does not ask for somebody's words."""
        found = _ASKS.match(question)
        who = [fold(word) for word, _, _ in tokens(found["who"])] if found else []
        if not who:
            return None
        names = {stem(word, stemmer) for word in who}
        words = " ".join(word for word, _, _ in tokens(question) if not _PLAIN.match(word))
        topic = frozenset(content_terms(words, stemmer=stemmer)) - names
        return cls(who=frozenset(who), last=who[-1], topic=topic, stemmer=stemmer)

    def first(self, ranked: Sequence[tuple[Candidate, float]]) -> list[tuple[Candidate, float]]:
        """Those of the ranked sentences that say what is asked for, in their order."""
        return [pair for pair in ranked if self._is_in(pair[0])]

    def _is_in(self, candidate: Candidate) -> bool:
        speaker = candidate.note or speaker_in(candidate.text) or ""
        if [fold(word) for word, _, _ in tokens(speaker)][-1:] != [self.last]:
            return False
        known = {fold(word) for word, _, _ in tokens(candidate.article.text)}
        held = {stem(word, self.stemmer) for word, _, _ in tokens(candidate.text)}
        return self.who <= known and self.topic <= held
