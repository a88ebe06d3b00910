"""The line that reports loading progress until the page can answer questions."""

import gradio as gr
from gradio.context import Context

from rag.web.components import QUIET, drawn
from rag.web.escaping import shield
from rag.web.readiness import Readiness

__all__ = ["loading_line"]

SECONDS = 1.0  # between two updates


def loading_line(readiness: Readiness) -> gr.HTML:
    """Adds the progress line to the current page; it is empty once everything is loaded.

    Its ``change`` event tells other components to redraw what they drew before loading ended.
    """
    line = drawn("loading", readiness.words, scripts=[], elem_id="loading")
    timer = gr.Timer(SECONDS)

    def look() -> tuple[str, gr.Timer]:
        return shield(readiness.words), gr.Timer(active=readiness.state == "loading")

    for watch in (gr.on, timer.tick):  # when the page is opened, and then every second
        watch(fn=look, outputs=[line, timer], **QUIET)
    page = Context.root_block

    def draw_anew() -> None:
        """Updates the line for readers who open the page from now on."""
        line.value = shield(readiness.words)
        if page:
            page.config = page.get_config_file()

    readiness.then(draw_anew)
    return line
