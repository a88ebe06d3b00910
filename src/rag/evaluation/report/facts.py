"""Facts about the run: its settings, its threshold, and what was left out of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import rag
from rag.evaluation.measuring.figures import Metrics

LISTED = 50
NOT_SHOWN = ("corpus", "index", "host", "port", "model", "threshold")
NOTICES = {
    "faults": ("faulty line was left out", "faulty lines were left out"),
    "skipped": ("article file was not indexed", "article files were not indexed"),
    "warnings": ("warning about the data set", "warnings about the data set"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice about left-out data or a warning: a headline and one line per case.

    ``more`` is the number of cases beyond the listed ones.
    """

    headline: str
    lines: tuple[str, ...]
    more: int


def facts(metrics: Metrics) -> Iterator[tuple[str, str]]:
    """Yields facts about the run as pairs of name and value: size, time, model, settings."""
    run = metrics.run
    yield "questions", f"{metrics.scores.n:,}"
    if isinstance(run.get("articles"), int):
        yield "articles", f"{run['articles']:,}"
    if started := _moment(run.get("started")):
        yield "started", started
    if isinstance(seconds := run.get("seconds"), int | float):
        yield "duration", _duration(seconds)
    if model := run.get("model"):
        yield "model", str(model)
    if (least := threshold(run)) is not None:
        yield "threshold", f"{least:.2f} ({'set' if _is_set(run) else 'default'})"
    yield "settings", _settings(run.get("settings"), others=_is_set(run))


def threshold(run: Mapping[str, object]) -> float | None:
    """The answerability below which the run abstained; None if it was not recorded."""
    for value in (run.get("threshold"), _given(run)):
        if isinstance(value, int | float) and value >= 0:
            return float(value)
    return None


def _is_set(run: Mapping[str, object]) -> bool:
    given = _given(run)
    return isinstance(given, int | float) and given >= 0


def _given(run: Mapping[str, object]) -> object:
    settings = run.get("settings")
    return settings.get("threshold") if isinstance(settings, Mapping) else None


def _moment(value: object) -> str:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return ""
    return f"{moment.day} {moment:%B %Y, %H:%M} {moment.tzname() or ''}".strip()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _settings(settings: object, *, others: bool) -> str:
    """The settings that differ from the defaults, each with its default."""
    if not isinstance(settings, Mapping):
        return "not recorded"
    shipped = rag.Config()
    changed = [
        f"{name} {value} (default: {getattr(shipped, name)})"
        for name, value in settings.items()
        if name not in NOT_SHOWN and hasattr(shipped, name) and value != getattr(shipped, name)
    ]
    return ", ".join(changed) or ("defaults except threshold" if others else "defaults")


def notices(metrics: Metrics) -> Iterator[Notice]:
    """Yields notices about lines and files that were left out and warnings about the data set."""
    for name, (one, many) in NOTICES.items():
        found = metrics.run.get(name)
        lines = [_line(item) for item in found] if isinstance(found, list | tuple) else []
        if lines:
            yield Notice(
                headline=f"{len(lines):,} {one if len(lines) == 1 else many}",
                lines=tuple(lines[:LISTED]),
                more=max(0, len(lines) - LISTED),
            )


def _line(item: object) -> str:
    if isinstance(item, Mapping):
        item = list(item.values())
    return ": ".join(map(str, item)) if isinstance(item, list | tuple) else str(item)
