"""How the page and ``/healthz`` report whether the index is up to date."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import rag

__all__ = ["freshness", "health_of"]


def freshness(state: rag.WatchState) -> dict[str, str]:
    """The texts of the masthead: ``fresh``, and ``stale`` if a change is or will be missing.

    ``time`` is the time to show after ``fresh``, as ISO 8601 in UTC, or "".
    """
    fresh, moment, stale = "", None, ""
    if state.is_watching and not state.problem:
        fresh, moment = "up to date", state.changed
    elif state.is_watching:
        stale = "the last change was not indexed; Byline's log says why"
    elif state.problem:
        stale = "watching has stopped, so new articles may be missing; see Byline's log"
    if state.is_watching and state.skipped:
        stale = "; ".join(filter(None, (stale, _not_indexed([name for name, _ in state.skipped]))))
    return {"fresh": fresh, "time": _iso(moment), "stale": stale}


def _not_indexed(names: list[str]) -> str:
    first = Path(names[0]).name
    if len(names) == 1:
        return f"{first} could not be indexed"
    return f"{len(names):,} files could not be indexed, such as {first}"


def health_of(state: rag.WatchState) -> Mapping[str, object]:
    """The entries of ``/healthz``, which anyone may read: no names and no reasons."""
    return {"watching": state.is_watching, "checked": _iso(state.checked) or None}


def _iso(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""
