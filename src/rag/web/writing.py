"""Answers in prose that a language model is writing: what the page shows, and how to stop."""

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
    """A sentence that the articles bear out, and the numbers of its sources."""

    text: str
    numbers: list[int]


class Draft(TypedDict):
    """A partial answer: a status line, and the sentences that passed the check."""

    words: str
    sentences: list[Verified]


class Writing:
    """One answer that is being written. Thread-safe."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self.draft: Draft = {"words": SEARCHING, "sentences": []}

    def begin(self, _: str) -> None:
        """Takes any part of the trace: the model is being asked."""
        self.draft = {"words": WRITING, "sentences": self.draft["sentences"]}

    def tell(self, answer: rag.Answer) -> None:
        """Takes the answer so far; sentences that are not prose wait for the final answer."""
        numbers = numbered(answer)
        shown = (said(each, numbers) for each in answer.statements if each.is_written)
        sentences: list[Verified] = [
            {"text": each["text"], "numbers": each["numbers"]} for each in shown
        ]
        self.draft = {"words": WRITING, "sentences": sentences}

    def stop(self) -> None:
        """Closes the request to the model, if it still runs."""
        self._stopped.set()

    def is_stopped(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self._stopped.is_set()


class Drafts:
    """The answers that are being written, by the random id that their page gave them."""

    def __init__(self) -> None:
        self._writing: dict[str, Writing] = {}

    @contextmanager
    def begun(self, id_: str) -> Iterator[Writing]:
        """Yields an answer to write; it is stopped when the block ends, however it ends."""
        writing = Writing()
        self._writing[id_[:_LONGEST_ID]] = writing
        try:
            yield writing
        finally:
            writing.stop()
            self._writing.pop(id_[:_LONGEST_ID], None)

    def of(self, id_: str) -> Draft:
        """The answer so far; an empty one if none is written under this id."""
        writing = self._writing.get(id_[:_LONGEST_ID])
        return writing.draft if writing else {"words": SEARCHING, "sentences": []}
