"""The line that says how far loading is, until questions can be answered."""

from importlib import resources

import gradio as gr

from rag.web.readiness import Readiness
from rag.web.shield import shield

__all__ = ["loading_line"]

SECONDS = 1.0  # between two looks


def loading_line(readiness: Readiness) -> gr.HTML:
    """A line in words, gone once all is ready; called where the page is laid out.

    Its ``change`` event is where what was drawn before the articles were there is drawn again.
    """

    def told() -> str:
        return str(shield(readiness.words))

    line = gr.HTML(
        told,
        html_template=_asset("loading.html"),
        js_on_load=None,
        apply_default_css=False,
        elem_id="loading",
    )
    timer = gr.Timer(SECONDS)

    def look() -> tuple[str, gr.Timer]:
        return told(), gr.Timer(active=readiness.state == "loading")

    timer.tick(
        look, None, [line, timer], queue=False, show_progress="hidden", api_visibility="private"
    )
    return line


def _asset(name: str) -> str:
    return resources.files("rag.web").joinpath(name).read_text("utf-8").strip()
