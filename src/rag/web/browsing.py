"""What the panels that browse articles share: whose articles, short names, and errors in words."""

from collections.abc import Callable
from typing import TypeVar

import gradio as gr

import rag

__all__ = ["NewsOf", "clip", "told"]

NewsOf = Callable[[gr.Request | None], rag.Byline]
_Shown = TypeVar("_Shown")


def told(work: Callable[[], _Shown]) -> _Shown | dict[str, str]:
    """What ``work`` gives, or an ``error`` to be shown in its place."""
    try:
        return work()
    except rag.BylineError as error:
        return {"error": f"The articles cannot be listed: {error}."}


def clip(text: str, most: int) -> str:
    """``text`` on one line, in at most ``most`` characters."""
    line = " ".join(text[: 4 * most].split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
