"""The page itself, in Gradio: the chat, and beside it sources, articles or the narrowing."""

from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

import rag
from rag.web.components import box, box_while, drawn, turns
from rag.web.conversation import MOST, Exchange, draw, last_panel, read_exchanges, until
from rag.web.endpoints import add_endpoints
from rag.web.loading import loading_line
from rag.web.narrow import narrow_panel, read_scope, searching_line
from rag.web.permalink import opened
from rag.web.reply import masthead
from rag.web.shelf import shelf
from rag.web.shield import shield
from rag.web.site import Site
from rag.web.sources import sources_panel
from rag.web.uploads import upload_box

__all__ = ["build_page"]

SHOWN = 5  # components that an answer changes
LEFT = 600  # seconds after which files that were sent and never taken are removed
WAITING = 128
SCRAMBLE = "byline"  # the same at every start, or a conversation would not outlive the server
ARTICLES_CHANGED = "() => document.dispatchEvent(new CustomEvent('byline:articles'))"
# What the page's address asks is asked once, not again at every reload.
FOLLOW_LINK = "() => document.dispatchEvent(new CustomEvent('byline:opened'))"
_FORGET = "history.replaceState(null, '', location.pathname)"
FORGET_LINK = f"() => {_FORGET}"
# A question that is stopped comes back into the box, unless the next one stands there.
GIVE_BACK = f"""(kept, typed) => {_FORGET} ||
  [kept, typed || [...document.querySelectorAll(".asked-text")].pop()?.textContent || ""]"""
Steps = AsyncIterator[tuple[Any, ...]]  # what the components that an answer changes become
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def build_page(site: Site) -> gr.Blocks:
    """The page over the articles of ``site``."""
    page = gr.Blocks(
        title="Byline",
        analytics_enabled=False,
        fill_height=True,
        fill_width=True,
        delete_cache=(LEFT, LEFT),
    )
    with page:
        Room(site).furnish(page)
    page.queue(max_size=WAITING)
    return page


class Room:
    """The components of one page, and what happens between them."""

    def __init__(self, site: Site) -> None:
        self.site = site
        # The browser's own storage is the only place of a conversation; Gradio wants a key for it.
        self.conversation = gr.BrowserState([], storage_key=site.storage_key, secret=SCRAMBLE)
        self.bridge = drawn({}, "bridge", elem_id="bridge")

    def furnish(self, page: gr.Blocks) -> None:
        """Places the components and joins them."""
        self.masthead = drawn({"facts": ""}, "masthead", elem_id="masthead")
        with gr.Row(elem_id="room"):
            with gr.Column(elem_id="chat"):
                self.turns = turns()
                self.chips = drawn({"questions": []}, "chips", elem_id="chips")
                self.loading = loading_line(self.site.readiness)
                self.searching = gr.Column(elem_id="searching", scale=0)
                self.box = box()
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
        add_endpoints(self.site.news_of, readiness=self.site.readiness, places=self.site.places)
        self._join(page)

    def _join(self, page: gr.Blocks) -> None:
        shown = [self.turns, self.conversation, self.sources, self.box, self.chips]
        kept = [self.conversation, self.scope]
        # How far an event is, Gradio tells all that it changes, and copies all that they hold to do
        # so; the bridge holds nothing. Only questions go through its queue: it sends a page what is
        # in it by one stream, and what joins it while that is being closed is never shown.
        quiet = {**_PRIVATE, "show_progress_on": self.bridge, "queue": False}
        asks = {**quiet, "queue": True, "concurrency_limit": None}
        asking = [
            # An answer is shown a moment before its event is over, and Gradio would drop a question
            # of that moment; page.js holds back those of the time before.
            self.box.submit(self.ask, [self.box, *kept], shown, trigger_mode="multiple", **asks),
            self.bridge.ask(self.offered, kept, shown, **asks),
            self.bridge.again(self.again, kept, shown, **asks),
            self.turns.retry(self.retry, kept, shown, **asks),
            linked := self.bridge.linked(self.linked, self.conversation, shown, **asks),
        ]
        linked.then(None, js=FORGET_LINK)
        opened = page.load(self.opened, self.conversation, [*shown, self.masthead], **quiet)
        opened.then(None, js=FOLLOW_LINK)
        loaded = self.loading.change(self.facts, None, self.masthead, **quiet)
        if self.brought:
            self.brought.change(self.facts, None, self.masthead, js=ARTICLES_CHANGED, **quiet)
        stops = {"cancels": asking, **quiet}
        undone = [
            self.turns.undo(self.undo, self.conversation, shown, **stops),
            self.turns.clear(self.clear, None, shown, **stops),
        ]
        for event in (*asking, opened, loaded, *undone):
            event.then(self.suggest, kept, self.chips, **quiet)
        given_back = [self.conversation, self.box]
        self.box.stop(self.stopped, given_back, shown, js=GIVE_BACK, **stops)
        self.bridge.export(self.export, self.conversation, self.bridge, **quiet)
        self.bridge.feedback(self.feedback, self.conversation, self.bridge, **quiet)

    # ---- asking

    async def ask(self, question: str, kept: Any, scope: Any, request: gr.Request) -> Steps:
        """The question of the box, after all that was said."""
        async for step in self._asked(str(question or ""), read_exchanges(kept), scope, request):
            yield step

    async def offered(
        self, kept: Any, scope: Any, event: gr.EventData, request: gr.Request
    ) -> Steps:
        """A question that the page offered."""
        question = str(_given(event).get("question", ""))
        async for step in self._asked(question, read_exchanges(kept), scope, request):
            yield step

    async def again(self, kept: Any, scope: Any, event: gr.EventData, request: gr.Request) -> Steps:
        """A past question in other words: what came after it is asked for no more."""
        given = _given(event)
        before = until(read_exchanges(kept), given.get("index"))
        question, standalone = str(given.get("question", "")), bool(given.get("standalone"))
        async for step in self._asked(question, before, scope, request, standalone=standalone):
            yield step

    async def retry(self, kept: Any, scope: Any, event: gr.RetryData, request: gr.Request) -> Steps:
        """A past question once more."""
        exchanges = read_exchanges(kept)
        before = until(exchanges, _index(event))
        if len(before) == len(exchanges):
            yield (gr.skip(),) * SHOWN
            return
        question = exchanges[len(before)]["record"]["question"]
        async for step in self._asked(question, before, scope, request):
            yield step

    async def _asked(
        self,
        question: str,
        before: list[Exchange],
        scope: Any,
        request: gr.Request,
        *,
        standalone: bool = False,
    ) -> Steps:
        if not question.strip():
            yield (gr.skip(),) * SHOWN
            return
        before = before[-(MOST - 1) :]
        yield self._waiting(before, question)
        made = await self.site.asked(
            request, question, before, read_scope(scope), standalone=standalone
        )
        yield self._shown([*before, made])

    def _waiting(self, before: list[Exchange], question: str) -> tuple[Any, ...]:
        """The conversation with ``question`` on its way; the box is free for the next."""
        messages = draw(before, waiting=question, judged=self.site.judged)
        asking = box_while(waiting=True, value="")
        return messages, gr.skip(), gr.skip(), asking, {"questions": []}

    def _shown(self, exchanges: list[Exchange], *, value: str | None = None) -> tuple[Any, ...]:
        """The conversation as it stands, with ``value`` in the box, or what is typed there."""
        exchanges = exchanges[-MOST:]
        messages = draw(exchanges, judged=self.site.judged)
        asking = box_while(waiting=False, value=value)
        return messages, exchanges, last_panel(exchanges), asking, {"questions": []}

    # ---- what becomes of the conversation

    def opened(self, kept: Any, request: gr.Request) -> tuple[Any, ...]:
        """The conversation as the browser kept it; from here on questions are taken."""
        exchanges, link = read_exchanges(kept), opened(dict(request.query_params))
        shown = self._waiting(exchanges, link.question) if link else self._shown(exchanges)
        return (*shown, self.facts(request))

    async def linked(self, kept: Any, request: gr.Request) -> tuple[Any, ...]:
        """The question that the page's address asks, after what the browser kept."""
        link = opened(dict(request.query_params))
        if link is None:
            return (gr.skip(),) * SHOWN
        return self._shown([*read_exchanges(kept), await self.site.linked(request, link)])

    def facts(self, request: gr.Request) -> Any:
        """The line at the top of the page, once the articles are there."""
        if not self.site.readiness.wait(0):
            return gr.skip()
        try:
            return shield(masthead(self.site.news_of(request).facets()))
        except rag.BylineError:
            return gr.skip()

    def undo(self, kept: Any, event: gr.UndoData) -> tuple[Any, ...]:
        """The conversation before the question that is undone; it stands in the box again."""
        exchanges = read_exchanges(kept)
        before = until(exchanges, _index(event))
        question = exchanges[len(before)]["record"]["question"] if before != exchanges else None
        return self._shown(before, value=question)

    def clear(self) -> tuple[Any, ...]:
        """No conversation."""
        return self._shown([])

    def stopped(self, kept: Any, question: str) -> tuple[Any, ...]:
        """The conversation without the question that was on its way; it stands in the box again."""
        return self._shown(read_exchanges(kept), value=question)

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
