"""Error messages for readers, without details of the server."""

import logging

import rag

__all__ = ["Loading", "Wait", "for_readers"]

HIDDEN = (
    "the articles cannot be read at the moment; try again later (whoever runs Byline finds the"
    " reason in its log)"
)

log = logging.getLogger(__name__)


class Wait(rag.UsageError):
    """The server is overloaded."""


class Loading(rag.NotIndexedError):
    """The articles are not loaded yet, or the server is shutting down."""


def for_readers(error: Exception) -> str:
    """The message of an error that a reader can fix; else a general message, and a line in the log.

    Other messages are for the operator of the server, and may name its files.
    """
    if isinstance(error, rag.UsageError | rag.IngestError | Loading):
        return str(error)
    log.warning("%s", error)
    return HIDDEN
