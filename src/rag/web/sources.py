"""The sources panel: the cards of one answer, or the article reader in their place."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr

import rag
from rag.web import reader
from rag.web.cards import blank_panel
from rag.web.components import drawn

__all__ = ["FindFor", "sources_panel"]

FindFor = Callable[[gr.Request, str, str | None], rag.Article]

TROUBLE = "Something went wrong while opening the article; see Byline's log."

log = logging.getLogger(__name__)


def sources_panel(find: FindFor) -> gr.HTML:
    """The panel, not yet rendered; its value is a ``Panel`` escaped by ``shield``.

    ``find`` returns an article by id and revision if the session of a request may read it. Anybody
    who can reach the page can call the panel's two functions.
    """

    def read(asked: Any, request: gr.Request) -> Any:
        return _answered(reader.read, find, asked, request)

    def around(asked: Any, request: gr.Request) -> Any:
        return _answered(reader.around, find, asked, request)

    scripts, functions = ["sources", "reader"], [read, around]
    return drawn(
        "sources", blank_panel(), scripts=scripts, styled=True, functions=functions, render=False
    )


def _answered(
    function: Callable[[reader.Find, Any], Any], find: FindFor, asked: Any, request: gr.Request
) -> Any:
    """The result of ``function``, or the ``problem``. Raises nothing."""
    try:
        return function(partial(find, request), asked)
    except rag.BylineError as error:
        return {"problem": str(error)}
    except Exception:
        log.exception("No article for %.200r", asked)
        return {"problem": TROUBLE}
