"""The page itself, in Gradio: the chat, and the panel of source cards beside it."""

import logging
from collections.abc import Sequence
from importlib import resources
from typing import Any

import gradio as gr

import rag
from rag.web.cards import blank_panel
from rag.web.endpoints import add_endpoints
from rag.web.history import replies, turns
from rag.web.loading import loading_line
from rag.web.readiness import Readiness
from rag.web.reply import Reply, masthead, notice, reply
from rag.web.shield import shield, unshield

__all__ = ["asset", "build_page", "stylesheet"]

PROMPT = "Ask about these articles …"
TROUBLE = "Something went wrong while answering; Byline's log says what. Please ask again."

AT_ONCE = 4
WAITING = 64

log = logging.getLogger(__name__)


def build_page(
    news: rag.Byline, *, examples: Sequence[str] = (), readiness: Readiness | None = None
) -> gr.Blocks:
    """The page over ``news``; ``examples`` are offered as first questions.

    Questions wait for ``readiness``; without one, the articles are taken to be there.
    """
    readiness = readiness or _ready()
    page = gr.Blocks(title="Byline", analytics_enabled=False, fill_height=True, fill_width=True)
    with page:
        facts = _masthead()
        gr.on(
            [page.load, loading_line(readiness).change],
            lambda: shield(masthead(news.articles())) if readiness.wait(0) else gr.skip(),
            outputs=facts,
            show_progress="hidden",
            api_visibility="private",
        )
        with gr.Row(elem_id="room"):
            with gr.Column(elem_id="chat"):
                panel = _sources()
                chat = _chat(news, panel, examples, readiness)
            with gr.Column(elem_id="sources", scale=0):
                panel.render()  # type: ignore[no-untyped-call]
        _keep_in_step(chat.chatbot, panel)
        add_endpoints(lambda _: news, readiness=readiness)
    page.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    return page


def _ready() -> Readiness:
    readiness = Readiness()
    readiness.ready()
    return readiness


def _masthead() -> gr.HTML:
    """What there is to ask about; told when the page is opened, as it may not be there before."""
    return gr.HTML(
        {"facts": ""},
        html_template=asset("masthead.html"),
        js_on_load=None,
        apply_default_css=False,
        elem_id="masthead",
    )


def _chat(
    news: rag.Byline, panel: gr.HTML, examples: Sequence[str], readiness: Readiness
) -> gr.ChatInterface:
    """The conversation. All ways to ask run the same function, so they share its limit."""

    def respond(question: str, messages: list[dict[str, Any]]) -> tuple[gr.HTML, Any]:
        shown = _respond(news, question, messages, readiness)
        return _bubble(shown), gr.skip() if shown["notice"] else shield(shown["panel"])

    return gr.ChatInterface(
        respond,
        chatbot=_turns(),
        textbox=gr.Textbox(
            label="Question",
            placeholder=PROMPT,
            submit_btn="Ask",
            max_lines=6,
            autofocus=True,
            container=False,
            elem_id="question",
        ),
        examples=list(examples) or None,
        additional_outputs=[panel],
        analytics_enabled=False,
        flagging_mode="never",
        concurrency_limit=AT_ONCE,
        show_progress="hidden",
        api_visibility="private",
    )


def _respond(
    news: rag.Byline, question: str, messages: Sequence[Any], readiness: Readiness
) -> Reply:
    """The reply to ``question``. Nothing is raised: this is the page's edge."""
    try:
        readiness.require()
        return reply(news.ask(question, history=turns(messages)), news.article)
    except rag.BylineError as error:
        return notice(_sentence(str(error)))
    except Exception:
        log.exception("No answer to %r", question[:200])
        return notice(TROUBLE)


def _sentence(message: str) -> str:
    """An error's message as a sentence of its own."""
    message = message[:1].upper() + message[1:]
    return message if message.endswith((".", "!", "?")) else f"{message}."


def _keep_in_step(chatbot: gr.Chatbot, panel: gr.HTML) -> None:
    """Undo and clear change the chat behind the panel's back: show the cards of what is left."""

    def previous(messages: list[Any], undone: gr.UndoData) -> Any:
        left = messages[: undone.index] if isinstance(undone.index, int) else []
        panels = [shown.get("panel") for shown in replies(left)]
        return panels[-1] if panels else shield(blank_panel())

    chatbot.undo(previous, chatbot, panel, queue=False, api_visibility="private")
    chatbot.clear(lambda: shield(blank_panel()), None, panel, queue=False, api_visibility="private")


def _show_as_typed(chatbot: gr.Chatbot) -> None:
    """Let ``chatbot`` show what readers type as they typed it: Gradio would draw it as markup.

    Set on the object, because Gradio writes a .pyi file beside a module that derives a component.
    """
    draw, read = chatbot.postprocess, chatbot.preprocess

    def postprocess(value: Any) -> Any:
        messages = draw(value)
        for block in _typed(messages.root):
            block.text = shield(block.text)
        return messages

    def preprocess(payload: Any) -> Any:
        for block in _typed(payload.root if payload else []):
            block.text = unshield(block.text)
        return read(payload)

    chatbot.postprocess = postprocess  # type: ignore[method-assign]
    chatbot.preprocess = preprocess  # type: ignore[method-assign]


def _typed(messages: Sequence[Any]) -> list[Any]:
    """The blocks of text in the readers' messages."""
    blocks = (block for message in messages if message.role == "user" for block in message.content)
    return [block for block in blocks if block.type == "text"]


def _turns() -> gr.Chatbot:
    chatbot = gr.Chatbot(
        show_label=False,
        container=False,
        height="auto",
        scale=1,
        buttons=[],
        placeholder=asset("welcome.md"),
        render_markdown=False,
        latex_delimiters=[],
        allow_tags=False,
        elem_id="turns",
    )
    _show_as_typed(chatbot)
    return chatbot


def _sources() -> gr.HTML:
    return gr.HTML(
        shield(blank_panel()),
        html_template=asset("sources.html"),
        css_template=asset("sources.css"),
        js_on_load=asset("sources.js"),
        apply_default_css=False,
        render=False,
    )


def _bubble(shown: Reply) -> gr.HTML:
    return gr.HTML(
        shield(shown),
        html_template=asset("reply.html"),
        js_on_load=asset("reply.js"),
        apply_default_css=False,
        render=False,
    )


def stylesheet() -> str:
    """The page's CSS, for ``launch``: variables and frame, then the chat, then the cards."""
    return "\n".join(asset(name) for name in ("page.css", "loading.css", "chat.css", "cards.css"))


def asset(name: str) -> str:
    """The text of a file beside this one, with ``{{> cards}}`` replaced by the cards' template."""
    text = resources.files("rag.web").joinpath(name).read_text("utf-8")
    return text.replace("{{> cards}}", asset("cards.html")) if "{{> cards}}" in text else text
