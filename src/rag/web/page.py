"""The page itself, in Gradio: the chat, and beside it sources, articles or the narrowing."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from rag.web.assets import asset
from rag.web.conversation import Exchange, draw, last_panel, read_exchanges
from rag.web.endpoints import add_endpoints
from rag.web.loading import loading_line
from rag.web.narrow import narrow_panel, read_scope, searching_line
from rag.web.reply import masthead
from rag.web.shelf import shelf
from rag.web.shield import shield
from rag.web.site import Site
from rag.web.sources import sources_panel
from rag.web.uploads import upload_box

__all__ = ["build_page"]

PROMPT = "Ask about these articles …"
AT_ONCE = 8
WAITING = 128
SCRAMBLE = "byline"  # the same at every start, or a conversation would not outlive the server
# The address asks its question once, not again at every reload.
FORGET_LINK = "() => history.replaceState(null, '', location.pathname)"
ARTICLES_CHANGED = "() => document.dispatchEvent(new CustomEvent('byline:articles'))"
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def build_page(site: Site) -> gr.Blocks:
    """The page over the articles of ``site``."""
    page = gr.Blocks(title="Byline", analytics_enabled=False, fill_height=True, fill_width=True)
    with page:
        Room(site).furnish(page)
    page.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    return page


class Room:
    """The components of one page, and what happens between them."""

    def __init__(self, site: Site) -> None:
        self.site = site
        # The browser's own storage is the only place of a conversation; Gradio wants a key for it.
        self.conversation = gr.BrowserState([], storage_key=site.storage_key, secret=SCRAMBLE)
        self.bridge = _html({}, "bridge", elem_id="bridge")

    def furnish(self, page: gr.Blocks) -> None:
        """Places the components and joins them."""
        self.masthead = _html({"facts": ""}, "masthead", elem_id="masthead")
        with gr.Row(elem_id="room"):
            with gr.Column(elem_id="chat"):
                self.turns = _turns()
                self.chips = _html({"questions": []}, "chips", elem_id="chips")
                self.loading = loading_line(self.site.readiness)
                self.searching = gr.Column(elem_id="searching", scale=0)
                self.box = _box()
            with gr.Column(elem_id="side", scale=0):
                with gr.Column(elem_id="sources"):
                    self.sources = sources_panel(self.site.article)
                    self.sources.render()  # type: ignore[no-untyped-call]
                with gr.Column(elem_id="narrow"):
                    self.scope = narrow_panel(self.site.news_of)
                with gr.Column(elem_id="shelf"):
                    shelf(self.site.news_of)
                    self.brought = upload_box(self.site.sessions) if self.site.sessions else None
        with self.searching:
            searching_line(self.scope)
        add_endpoints(self.site.news_of, readiness=self.site.readiness)
        self._join(page)

    def _join(self, page: gr.Blocks) -> None:
        shown = [self.turns, self.conversation, self.sources, self.box]
        kept = [self.conversation, self.scope]
        asking = [
            self.box.submit(self.ask, [self.box, *kept], shown, **_PRIVATE),
            self.bridge.ask(self.offered, kept, shown, **_PRIVATE),
            self.bridge.again(self.again, kept, shown, **_PRIVATE),
            self.turns.retry(self.retry, kept, shown, **_PRIVATE),
        ]
        opened = page.load(self.opened, [self.conversation], [*shown, self.masthead], **_PRIVATE)
        opened.then(None, js=FORGET_LINK)
        loaded = self.loading.change(self.facts, None, self.masthead, **_PRIVATE)
        if self.brought:
            self.brought.change(self.facts, None, self.masthead, js=ARTICLES_CHANGED, **_PRIVATE)
        undone = [
            self.turns.undo(self.undo, self.conversation, shown, queue=False, **_PRIVATE),
            self.turns.clear(self.clear, None, shown, queue=False, **_PRIVATE),
        ]
        for event in (*asking, opened, loaded, *undone):
            event.then(self.suggest, kept, self.chips, **_PRIVATE)
        self.box.stop(
            self.stopped, self.conversation, shown, cancels=asking, queue=False, **_PRIVATE
        )
        self.bridge.export(self.export, self.conversation, self.bridge, queue=False, **_PRIVATE)
        self.bridge.feedback(self.feedback, self.conversation, self.bridge, **_PRIVATE)

    # ---- asking

    def ask(self, question: str, kept: Any, scope: Any, request: gr.Request) -> Iterator[Any]:
        """The question of the box, after all that was said."""
        yield from self._asked(question, read_exchanges(kept), scope, request)

    def offered(self, kept: Any, scope: Any, event: gr.EventData, request: gr.Request) -> Any:
        """A question that the page offered."""
        question = str(_given(event).get("question", ""))
        yield from self._asked(question, read_exchanges(kept), scope, request)

    def again(self, kept: Any, scope: Any, event: gr.EventData, request: gr.Request) -> Any:
        """A past question in other words: what came after it is asked for no more."""
        given = _given(event)
        before = _until(read_exchanges(kept), given.get("index"))
        question, standalone = str(given.get("question", "")), bool(given.get("standalone"))
        yield from self._asked(question, before, scope, request, standalone=standalone)

    def retry(self, kept: Any, scope: Any, event: gr.RetryData, request: gr.Request) -> Any:
        """A past question once more."""
        exchanges = read_exchanges(kept)
        before = _until(exchanges, _index(event))
        if len(before) == len(exchanges):
            yield self._shown(exchanges)
            return
        question = exchanges[len(before)]["record"]["question"]
        yield from self._asked(question, before, scope, request)

    def _asked(
        self,
        question: str,
        before: list[Exchange],
        scope: Any,
        request: gr.Request,
        *,
        standalone: bool = False,
    ) -> Iterator[Any]:
        waiting = draw(before, waiting=question or " ", judged=self.site.judged)
        yield waiting, gr.skip(), gr.skip(), _box_while(waiting=True)
        made = self.site.asked(request, question, before, read_scope(scope), standalone=standalone)
        yield self._shown([*before, made])

    def _shown(self, exchanges: list[Exchange]) -> tuple[Any, ...]:
        drawn = draw(exchanges, judged=self.site.judged)
        return drawn, exchanges, last_panel(exchanges), _box_while(waiting=False)

    # ---- what becomes of the conversation

    def opened(self, kept: Any, request: gr.Request) -> tuple[Any, ...]:
        """The conversation as the browser kept it, and the question that a link asks."""
        exchanges = read_exchanges(kept) + self.site.linked(request)
        # Someone may be typing or asking already: the box is let alone, and no page emptied.
        shown = self._shown(exchanges)[:3] if exchanges else (gr.skip(),) * 3
        return (*shown, gr.skip(), self.facts(request))

    def facts(self, request: gr.Request) -> Any:
        """The line at the top of the page, once the articles are there."""
        if not self.site.readiness.wait(0):
            return gr.skip()
        return shield(masthead(self.site.news_of(request).facets()))

    def undo(self, kept: Any, event: gr.UndoData) -> tuple[Any, ...]:
        """The conversation before the question that is undone; it stands in the box again."""
        exchanges = read_exchanges(kept)
        before = _until(exchanges, _index(event))
        question = exchanges[len(before)]["record"]["question"] if before != exchanges else ""
        *shown, _ = self._shown(before)
        return (*shown, _box_while(waiting=False, value=question))

    def clear(self) -> tuple[Any, ...]:
        """No conversation."""
        return self._shown([])

    def stopped(self, kept: Any) -> tuple[Any, ...]:
        """The conversation without the question that was on its way."""
        return self._shown(read_exchanges(kept))

    # ---- beside the conversation

    def suggest(self, kept: Any, scope: Any, request: gr.Request) -> Any:
        """Questions that the articles answer, to be asked by a click."""
        return shield(self.site.suggested(read_exchanges(kept), read_scope(scope), request))

    def export(self, kept: Any, event: gr.EventData) -> dict[str, Any]:
        """The conversation as a file, which the browser saves."""
        records = [each["record"] for each in read_exchanges(kept)]
        return {"file": self.site.exported(records, str(_given(event).get("form", "")))}

    def feedback(self, kept: Any, event: gr.EventData) -> dict[str, Any]:
        """What a reader says of an answer, kept; the line to be shown."""
        records = [each["record"] for each in read_exchanges(kept)]
        return {"kept": self.site.judge(records, _given(event))}


def _given(event: gr.EventData) -> dict[str, Any]:
    """What the browser sent with an event."""
    sent = event._data  # noqa: SLF001 - custom events of gr.HTML come with nothing else
    return sent if isinstance(sent, dict) else {}


def _index(event: gr.RetryData | gr.UndoData) -> object:
    """The place of the exchange whose message an event is about; two messages make one."""
    return event.index // 2 if isinstance(event.index, int) else None


def _until(exchanges: list[Exchange], index: object) -> list[Exchange]:
    """The exchanges before ``index``; all where it names none of them."""
    return exchanges[:index] if isinstance(index, int) and index >= 0 else exchanges


def _html(value: dict[str, Any], name: str, *, elem_id: str) -> gr.HTML:
    """A component drawn from NAME.html by the script NAME.js; the bridge draws nothing."""
    return gr.HTML(
        shield(value),
        html_template="" if name == "bridge" else asset(f"{name}.html"),
        js_on_load=asset(f"{name}.js"),
        apply_default_css=False,
        elem_id=elem_id,
    )


def _turns() -> gr.Chatbot:
    return gr.Chatbot(
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


def _box() -> gr.Textbox:
    return gr.Textbox(
        label="Question",
        placeholder=PROMPT,
        submit_btn="Ask",
        max_lines=6,
        autofocus=True,
        container=False,
        elem_id="question",
    )


def _box_while(*, waiting: bool, value: str = "") -> Any:
    """The box while an answer is on its way, and after."""
    return gr.update(value=value, submit_btn=not waiting and "Ask", stop_btn=waiting and "Stop")
