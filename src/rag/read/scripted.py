"""A fake reader with scripted answers, for tests and demonstrations."""

import math
from collections.abc import Mapping, Sequence

from rag.read.base import Readable, Reading, SentenceScore, normalised

__all__ = ["ScriptedReader"]


class ScriptedReader:
    """Finds the scripted words for each question, wherever they occur in the passages.

    ``answers`` maps questions to words. Each sentence that contains the words gets odds of ``odds``
    to 1 against "none"; all other sentences get probability 0.
    """

    name = "scripted"

    def __init__(self, answers: Mapping[str, str], *, odds: float = 9.0) -> None:
        self._answers = dict(answers)
        self._score = math.log(odds)

    def reads(self, _: str) -> bool:
        """Returns True for every language."""
        return True

    def read(self, question: str, passages: Sequence[Readable]) -> Reading:
        """Finds the sentences that contain the scripted words for ``question``."""
        words = self._answers.get(question)
        return normalised([self._scores(words, passage) for passage in passages])

    def _scores(self, words: str | None, passage: Readable) -> list[SentenceScore]:
        found = []
        for start, end in passage.sentences:
            place = passage.text.find(words, start, end) if words else -1
            span = (place, place + len(words or "")) if place >= 0 else None
            score = self._score if span else -math.inf
            found.append(SentenceScore(score=score, span=span, span_score=score))
        return found
