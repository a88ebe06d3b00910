"""Helpers shared by the panels that list articles."""

from collections.abc import Callable
from typing import TypeVar

import gradio as gr

import rag

__all__ = ["NewsOf", "clip", "told"]

NewsOf = Callable[[gr.Request | None], rag.Byline]
_Shown = TypeVar("_Shown")


def told(work: Callable[[], _Shown]) -> _Shown | dict[str, str]:
    """The result of ``work``, or an ``error`` message to show instead."""
    try:
        return work()
    except rag.BylineError as error:
        return {"error": f"The articles cannot be listed: {error}."}


def clip(text: str, most: int) -> str:
    """``text`` on one line, cut to at most ``most`` characters."""
    line = " ".join(text[: 4 * most].split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
