"""Stores readers' feedback on answers and returns the page's response."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import rag
from rag.web.narrow import filter_of
from rag.web.record import Record, turns

__all__ = ["keep"]

THANKS = "Thank you. Saved for whoever runs this page, with the conversation so far."
READ_ONLY = "Feedback is turned off here."
NO_ANSWER = "There is no answer here to give feedback on."
NO_WORDS = "Please enter what should have been found, if possible in the words of the article."
TROUBLE = "Your feedback could not be saved; see Byline's log."

MOST_BEFORE = 20  # maximum earlier exchanges stored as the context of a follow-up

log = logging.getLogger(__name__)


def keep(
    feedback_store: rag.FeedbackStore | None,
    record: Record | None,
    verdict: Any,
    note: Any = "",
    *,
    before: Sequence[Record] = (),
    model: str = "",
) -> str:
    """Stores feedback on ``record`` and returns the message to show.

    ``feedback_store`` is None if feedback is off; ``record`` is None if the page does not have the
    answer. ``verdict`` and ``note`` come from the browser. ``before`` has the earlier records, and
    ``model`` names the index's embedding model. Raises nothing.
    """
    if feedback_store is None:
        return READ_ONLY
    if record is None or record["notice"]:
        return NO_ANSWER
    if verdict == "should have found" and not str(note or "").strip():
        return NO_WORDS
    try:
        given = _feedback(record, str(verdict), str(note or ""), before=before, model=model)
    except rag.UsageError as error:
        return f"Not saved: {error}."
    try:
        feedback_store.keep(given)
    except rag.BylineError as error:
        log.warning("Feedback was not saved: %s", error)
        return TROUBLE
    return THANKS


def _feedback(
    record: Record, verdict: str, note: str, *, before: Sequence[Record], model: str
) -> rag.Feedback:
    return rag.Feedback(
        id=uuid4().hex,
        at=datetime.now(UTC),
        verdict=verdict,
        note=note.strip().encode(errors="replace").decode(),
        exchange=record["id"],
        asked=datetime.fromisoformat(record["asked"]),
        question=record["question"],
        standalone_question=record["standalone_question"],
        history=tuple(turns(before[-MOST_BEFORE:])),
        filter=filter_of(record["scope"]),
        statements=_statements(record),
        generation=record["generation"],
        model=model,
    )


def _statements(record: Record) -> tuple[rag.Statement, ...]:
    """The answer's statements, rebuilt from its record."""
    cited = [
        rag.Citation(
            article_id=source["article_id"],
            revision=source["revision"],
            start=source["start"],
            end=source["end"],
            quote=source["quote"],
        )
        for source in record["sources"]
    ]
    return tuple(
        rag.Statement(
            text=said["text"],
            note=said["note"] or None,
            citations=tuple(cited[number - 1] for number in said["numbers"]),
        )
        for said in record["statements"]
    )
