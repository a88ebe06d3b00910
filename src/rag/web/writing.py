"""Prose answers in progress: what the page shows, and how to stop them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from typing_extensions import TypedDict

import rag
from rag.web.record import numbered, said

__all__ = ["SEARCHING", "WRITING", "Draft", "Drafts", "Verified", "Writing"]

SEARCHING = "Searching the articles …"
WRITING = "The language model writes; each sentence is checked …"
_LONGEST_ID = 100


class Verified(TypedDict):
    """A sentence that the articles support, and the numbers of its sources."""

    text: str
    numbers: list[int]


class Draft(TypedDict):
    """A partial answer: a status line, and the sentences that passed the check."""

    words: str
    sentences: list[Verified]


class Writing:
    """One prose answer in progress. Thread-safe."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self.draft: Draft = {"words": SEARCHING, "sentences": []}

    def begin(self, _: str) -> None:
        """Receives any part of the trace, which shows that the model is being asked."""
        self.draft = {"words": WRITING, "sentences": self.draft["sentences"]}

    def tell(self, answer: rag.Answer) -> None:
        """Receives the answer so far; quoted sentences appear only in the final answer."""
        numbers = numbered(answer)
        shown = (said(each, numbers) for each in answer.statements if each.is_written)
        sentences: list[Verified] = [
            {"text": each["text"], "numbers": each["numbers"]} for each in shown
        ]
        self.draft = {"words": WRITING, "sentences": sentences}

    def stop(self) -> None:
        """Closes the request to the model if it is still running."""
        self._stopped.set()

    def is_stopped(self) -> bool:
        """Whether writing was stopped, by the reader or because the request ended."""
        return self._stopped.is_set()


class Drafts:
    """The prose answers in progress, by the random id that the page assigned."""

    def __init__(self) -> None:
        self._writing: dict[str, Writing] = {}

    @contextmanager
    def begun(self, id_: str) -> Iterator[Writing]:
        """Yields an answer to write, and stops it when the block ends for any reason."""
        writing = Writing()
        self._writing[id_[:_LONGEST_ID]] = writing
        try:
            yield writing
        finally:
            writing.stop()
            self._writing.pop(id_[:_LONGEST_ID], None)

    def of(self, id_: str) -> Draft:
        """The answer so far; an empty one if there is none with this id."""
        writing = self._writing.get(id_[:_LONGEST_ID])
        return writing.draft if writing else {"words": SEARCHING, "sentences": []}
