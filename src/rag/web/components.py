"""Components of the page: Gradio's own, and those drawn from our templates."""

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from rag.web.assets import asset
from rag.web.escaping import shield

__all__ = ["QUIET", "box", "box_ready", "drawn", "turns"]

PROMPT = "Ask about these articles …"

# Options of an event that API clients do not see, and that does not wait in Gradio's queue.
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}


def drawn(
    name: str,
    value: Any = None,
    *,
    scripts: Sequence[str] | None = None,
    styled: bool = False,
    functions: list[Callable[..., Any]] | None = None,
    elem_id: str | None = None,
    render: bool = True,
) -> gr.HTML:
    """A component made of NAME.html and NAME.js, or of other ``scripts``; its value is escaped.

    With ``styled``, NAME.css applies to it alone. The browser can call its ``functions``.
    """
    scripts = [name] if scripts is None else scripts
    return gr.HTML(
        shield(value),
        html_template="" if name == "bridge" else asset(f"{name}.html"),
        css_template=asset(f"{name}.css") if styled else "",
        js_on_load="".join(asset(f"{each}.js") for each in scripts) or None,
        server_functions=functions,
        apply_default_css=False,
        elem_id=elem_id,
        render=render,
    )


def turns() -> gr.Chatbot:
    """The conversation; each message is a component of its own."""
    return gr.Chatbot(
        show_label=False,
        container=False,
        height="auto",
        scale=1,
        buttons=[],
        autoscroll=False,  # page.js scrolls to the newest question
        placeholder=asset("welcome.md"),
        render_markdown=False,
        latex_delimiters=[],
        allow_tags=False,
        elem_id="turns",
    )


def box() -> gr.Textbox:
    """The text box for questions."""
    return gr.Textbox(
        label="Question",
        placeholder=PROMPT,
        submit_btn="Ask",
        max_lines=6,
        autofocus=True,
        interactive=False,  # until the stored conversation is shown, which would replace a new one
        container=False,
        elem_id="question",
    )


def box_ready(value: str | None = None) -> Any:
    """Enables the box for the next question; None keeps the text that is typed there."""
    given: dict[str, Any] = {} if value is None else {"value": value}
    return gr.update(interactive=True, submit_btn="Ask", stop_btn=False, **given)
