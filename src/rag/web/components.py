"""Components of the page: Gradio's own, and those drawn from our templates."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import gradio as gr
from gradio.context import Context

import rag
from rag.web.messages import for_readers
from rag.web.readiness import Readiness
from rag.web.templates import asset, shield

__all__ = [
    "QUIET",
    "NewsOf",
    "box",
    "box_ready",
    "clip",
    "drawn",
    "loading_line",
    "sentence",
    "told",
    "turns",
]

NewsOf = Callable[[gr.Request | None], rag.Byline]
Shown = TypeVar("Shown")

PROMPT = "Ask about these articles …"
SECONDS = 1.0  # seconds between updates of the loading progress

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
    """A component from NAME.html and NAME.js, or from other ``scripts``; its value is escaped.

    With ``styled``, panel.css and NAME.css apply to it. The browser can call its ``functions``.
    """
    scripts = [name] if scripts is None else scripts
    script = "".join(asset(f"{each}.js") for each in ("shared", *scripts)) if scripts else None
    return gr.HTML(
        shield(value),
        html_template="" if name == "bridge" else asset(f"{name}.html"),
        css_template=asset("panel.css") + asset(f"{name}.css") if styled else "",
        js_on_load=script,
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
        interactive=False,  # until the stored conversation appears, which would replace a new one
        container=False,
        elem_id="question",
    )


def box_ready(value: str | None = None) -> Any:
    """Enables the box for the next question; None keeps the text that is typed there."""
    given: dict[str, Any] = {} if value is None else {"value": value}
    return gr.update(interactive=True, submit_btn="Ask", stop_btn=False, **given)


def loading_line(readiness: Readiness) -> gr.HTML:
    """Adds the progress line to the current page; it is empty once everything is loaded.

    Its ``change`` event tells other components to redraw what they drew before loading ended.
    """
    line = drawn("loading", readiness.words, scripts=[], elem_id="loading")
    timer = gr.Timer(SECONDS)

    def look() -> tuple[str, gr.Timer]:
        return shield(readiness.words), gr.Timer(active=readiness.state == "loading")

    for watch in (gr.on, timer.tick):  # when the page opens, and then every second
        watch(fn=look, outputs=[line, timer], **QUIET)
    page = Context.root_block  # Gradio 6.31 has no public name for the page being built

    def draw_anew() -> None:
        """Updates the line for readers who open the page later."""
        line.value = shield(readiness.words)
        if page:
            page.config = page.get_config_file()  # Gradio 6.31 renders it only once

    readiness.then(draw_anew)
    return line


# ---- texts of components


def told(work: Callable[[], Shown]) -> Shown | dict[str, str]:
    """The result of ``work``, or an ``error`` message to show instead."""
    try:
        return work()
    except rag.BylineError as error:
        return {"error": f"The articles cannot be listed: {for_readers(error)}."}


def clip(text: str, most: int) -> str:
    """``text`` on one line, cut to at most ``most`` characters."""
    line = " ".join(text[: 4 * most].split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def sentence(message: str) -> str:
    """An error message as a sentence: capitalised, with a full stop."""
    message = message[:1].upper() + message[1:]
    return message if message.endswith((".", "!", "?")) else f"{message}."
