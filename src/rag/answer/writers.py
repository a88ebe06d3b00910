"""Writers turn evidence into an answer."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from rag.answer.compose import answer
from rag.schema import Answer, Evidence

__all__ = ["QuotingWriter", "ScriptedWriter", "Writer"]


class Writer(Protocol):
    """Writes the answer to a question from its evidence. Safe for many threads.

    Its output is checked against the articles before it is shown.
    """

    @property
    def name(self) -> str:
        """The name shown to people."""

    def write(self, evidence: Evidence) -> Iterator[Answer]:
        """Yields drafts of the answer, each of which replaces the previous one.

        Yields at least one; the last is the answer. Every statement cites its sources; an answer
        without statements is an abstention.
        """


class QuotingWriter:
    """Answers with sentences quoted from the articles, in one draft."""

    name = "quotes"

    def __init__(
        self, *, max_statements: int, threshold: float | None = None, short_answers: bool = True
    ) -> None:
        """Takes the same options as ``rag.answer.answer``."""
        self._max_statements = max_statements
        self._threshold = threshold
        self._short_answers = short_answers

    def write(self, evidence: Evidence) -> Iterator[Answer]:
        """The sentences that answer, or an abstention."""
        yield answer(
            evidence,
            max_statements=self._max_statements,
            threshold=self._threshold,
            short_answers=self._short_answers,
        )


class ScriptedWriter:
    """A public fake: yields given drafts, for tests and examples."""

    name = "scripted"

    def __init__(self, drafts: Iterable[Answer]) -> None:
        """Takes at least one draft."""
        self._drafts = tuple(drafts)

    def write(self, evidence: Evidence) -> Iterator[Answer]:
        """The given drafts, as answers to the question of ``evidence``."""
        for draft in self._drafts:
            yield replace(
                draft,
                question=evidence.question,
                standalone_question=evidence.standalone_question,
                hits=evidence.hits,
                generation=evidence.generation,
            )
