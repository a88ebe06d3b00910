"""The components of the page that Gradio has, or draws from a template of ours."""

from typing import Any

import gradio as gr

from rag.web.assets import asset
from rag.web.escaping import shield

__all__ = ["box", "box_ready", "drawn", "turns"]

PROMPT = "Ask about these articles …"


def drawn(value: dict[str, Any], name: str, *, elem_id: str) -> gr.HTML:
    """A component drawn from NAME.html by the script NAME.js; the bridge draws nothing."""
    return gr.HTML(
        shield(value),
        html_template="" if name == "bridge" else asset(f"{name}.html"),
        js_on_load=asset(f"{name}.js"),
        apply_default_css=False,
        elem_id=elem_id,
    )


def turns() -> gr.Chatbot:
    """The conversation; its bubbles are components of their own."""
    return gr.Chatbot(
        show_label=False,
        container=False,
        height="auto",
        scale=1,
        buttons=[],
        autoscroll=False,  # page.js brings the newest question into sight
        placeholder=asset("welcome.md"),
        render_markdown=False,
        latex_delimiters=[],
        allow_tags=False,
        elem_id="turns",
    )


def box() -> gr.Textbox:
    """Where a question is typed."""
    return gr.Textbox(
        label="Question",
        placeholder=PROMPT,
        submit_btn="Ask",
        max_lines=6,
        autofocus=True,
        interactive=False,  # until what the browser kept is shown, or that would take its place
        container=False,
        elem_id="question",
    )


def box_ready(value: str | None = None) -> Any:
    """The box for the next question; None leaves what is typed as it is."""
    given: dict[str, Any] = {} if value is None else {"value": value}
    return gr.update(interactive=True, submit_btn="Ask", stop_btn=False, **given)
