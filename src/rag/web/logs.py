"""Limits how many similar errors the server logs."""

import logging
import time
from collections.abc import Callable

__all__ = ["Sparing", "spare_logs"]

MOST = 10
SPAN = 60.0  # seconds

# Anybody who can reach the server can cause messages of these loggers.
_LOGGERS = ("asyncio", "uvicorn.error", "rag.web.conversation", "rag.web.endpoints",
            "rag.web.uploads", "rag.web.messages")  # fmt: skip


class Sparing(logging.Filter):
    """Passes ``MOST`` records per ``SPAN`` from each line of code; the next one counts the rest."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._seen: dict[tuple[str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged."""
        place, now = (record.pathname, record.lineno), self._clock()
        began, count = self._seen.get(place, (now, 0))
        if now - began >= SPAN:
            if count > MOST:
                record.msg = f"{record.msg} ({count - MOST} more like it were not logged)"
            began, count = now, 0
        self._seen[place] = (began, count + 1)
        return count < MOST


def spare_logs() -> None:
    """Limits repeated log messages of the server; further calls do nothing."""
    for logger in map(logging.getLogger, _LOGGERS):
        if not any(isinstance(each, Sparing) for each in logger.filters):
            logger.addFilter(Sparing())
