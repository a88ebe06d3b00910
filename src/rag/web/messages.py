"""What readers are told of an error: nothing of the machine that serves them."""

import logging

import rag

__all__ = ["Loading", "Wait", "for_readers"]

HIDDEN = (
    "the articles cannot be read at the moment; try again later (whoever runs Byline finds the"
    " reason in its log)"
)

log = logging.getLogger(__name__)


class Wait(rag.UsageError):
    """Too much is asked of the server at this moment."""


class Loading(rag.NotIndexedError):
    """The articles are not loaded yet, or the server is about to end."""


def for_readers(error: Exception) -> str:
    """The message of an error that a reader can mend; else a general one, and a line in the log.

    The other messages are for whoever runs the server, and name its files.
    """
    if isinstance(error, rag.UsageError | rag.IngestError | Loading):
        return str(error)
    log.warning("%s", error)
    return HIDDEN
