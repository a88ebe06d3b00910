"""The Gradio page: the chat, and next to it the sources, articles, filters or draft check."""

import json
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from uuid import uuid4

import gradio as gr

import rag
from rag.web.check import check_panel
from rag.web.components import QUIET, box, box_ready, drawn, loading_line, turns
from rag.web.conversation import MOST, Exchange, draw, last_panel, read_exchanges, until
from rag.web.endpoints import add_endpoints
from rag.web.freshness import freshness
from rag.web.incoming import KEPT
from rag.web.narrow import everything, narrow_panel, read_scope, searching_line
from rag.web.reader import sources_panel
from rag.web.reply import masthead
from rag.web.shelf import shelf
from rag.web.site import Site
from rag.web.snippets import (
    A_MOMENT,
    ARTICLES_CHANGED,
    ASK,
    CLEAR,
    GIVE_BACK,
    KEEP,
    NOT_OPENED,
    OPENED,
    OWN,
    RETRY,
    WAIT,
)
from rag.web.templates import shield
from rag.web.uploads import upload_box
from rag.web.work_queue import Stopped
from rag.web.writing import Drafts, Writing

__all__ = ["build_page"]

SHOWN = 5  # outputs that show the conversation; `ask` has one more
WAITING = 128
FRESH = 3.0  # seconds between checks whether the index is up to date
SCRAMBLE = "byline"  # constant, so that stored conversations survive a restart


def build_page(site: Site) -> gr.Blocks:
    """The page for the articles of ``site``."""
    page = gr.Blocks(
        title="Byline",
        analytics_enabled=False,
        fill_height=True,
        fill_width=True,
        delete_cache=(int(KEPT) // 10, int(KEPT)),
    )
    with page:
        Room(site).furnish(page)
    page.queue(max_size=WAITING)
    return page


class Room:
    """Builds the components of the page and the events that connect them."""

    def __init__(self, site: Site) -> None:
        self.site = site
        # A conversation is stored only in the browser; Gradio requires a key to encrypt it.
        self.conversation = gr.BrowserState([], storage_key=site.storage_key, secret=SCRAMBLE)
        # All tabs share that storage. Each tab keeps its own copy too, for when it is reloaded.
        key = json.dumps(site.storage_key)
        self.keep, self.own, self.open = (js.replace("KEY", key) for js in (KEEP, OWN, OPENED))
        self.bridge = drawn("bridge", {}, elem_id="bridge")

    def furnish(self, page: gr.Blocks) -> None:
        """Creates the components and connects them."""
        self.masthead = drawn("masthead", {"facts": ""}, elem_id="masthead")
        with gr.Row(elem_id="room"):
            with gr.Column(elem_id="chat"):
                self.turns = turns()
                drawn("cleared", {}, scripts=[], elem_id="cleared")
                self.waiting = waiting_line(self.site.drafts)
                self.chips = drawn("chips", {"questions": []}, elem_id="chips")
                self.loading = loading_line(self.site.readiness)
                self.searching = gr.Column(elem_id="searching", scale=0)
                self.box = box()
            with gr.Column(elem_id="side", scale=0):
                with gr.Column(elem_id="sources"):
                    self.sources = sources_panel(self.site.article)
                    self.sources.render()  # type: ignore[no-untyped-call]
                with gr.Column(elem_id="chats"):
                    self.chats = drawn("chats", {}, styled=True)
                with gr.Column(elem_id="narrow"):
                    self.scope = narrow_panel(self.site.news_of)
                with gr.Column(elem_id="check"):
                    check_panel(self.site)
                with gr.Column(elem_id="shelf"):
                    shelf(self.site.news_of)
                    self.brought = upload_box(self.site.sessions) if self.site.sessions else None
        with self.searching:
            searching_line(self.scope, self.site.news_of)
            if self.site.model:
                drawn("prose", _writer(self.site), styled=True, elem_id="prose")
        add_endpoints(
            self.site.news_of, readiness=self.site.readiness, work_queue=self.site.work_queue
        )
        self._join(page)

    def _join(self, page: gr.Blocks) -> None:
        # The browser draws a pending question, and `waiting` sends it without Gradio's queue, which
        # polls for questions and answers only at intervals.
        shown = [self.turns, self.conversation, self.sources, self.chips, self.box]
        kept = [self.conversation, self.scope]
        # Gradio reports progress to every output of an event and copies its value to do so. The
        # bridge is empty, so progress goes there.
        quiet = {**QUIET, "show_progress_on": self.bridge}
        self.box.submit(None, self.box, self.box, js=ASK)
        self.turns.retry(None, self.conversation, None, js=RETRY)
        self.waiting.asked(None, None, self.box, js=WAIT)
        # After a stop, the next question may come before Gradio considers the first one finished.
        several = {**quiet, "trigger_mode": "multiple"}
        asked = self.waiting.ask(self.ask, kept, [*shown, self.waiting], **several)
        asked.failure(None, self.box, self.box, js=GIVE_BACK)
        self.box.stop(None, self.box, self.box, js=GIVE_BACK)
        self.waiting.stop(self.stop, None, None, **several)
        opened = page.load(
            self.opened, self.conversation, [*shown, self.masthead], js=self.own, **quiet
        )
        opened.then(None, self.conversation, None, js=self.open)
        loaded = self.loading.change(self.facts, None, self.masthead, **quiet)
        if self.site.watch:
            timer = gr.Timer(FRESH)
            timer.tick(self.facts_again, self.masthead, self.masthead, **quiet)
            self.masthead.change(None, js=ARTICLES_CHANGED)
        if self.brought:
            self.brought.change(self.facts, None, self.masthead, js=ARTICLES_CHANGED, **quiet)
        undone = [
            self.turns.undo(self.undo, self.conversation, shown, **quiet),
            self.turns.clear(None, None, shown, js=CLEAR),
            # An answer that arrives after its chat was left: draw the chat of this tab again.
            self.waiting.late(self.again, self.conversation, shown[:-1], js=self.own, **quiet),
        ]
        reopened = self.chats.open(self.reopened, None, [*shown, self.bridge], **several)
        reopened.failure(None, js=NOT_OPENED)
        asked.then(None, [self.conversation, self.waiting], None, js=self.keep)
        for event in undone:
            event.then(None, self.conversation, None, js=self.keep)
        for event in (asked, opened, loaded, reopened, *undone):
            event.then(None, js=A_MOMENT).then(
                self.suggest, kept, self.chips, trigger_mode="always_last", **quiet
            )
        self.bridge.export(self.export, self.conversation, self.bridge, **quiet)
        self.bridge.feedback(self.feedback, self.conversation, self.bridge, **quiet)

    # ---- asking

    async def ask(
        self, kept: Any, scope: Any, event: gr.EventData, request: gr.Request
    ) -> tuple[Any, ...]:
        """Answers one question and adds it to the conversation, unless it was stopped.

        If the event gives the index of a past question, that question and all later ones are
        replaced.
        """
        given, exchanges = _given(event), read_exchanges(kept)
        who = _who(given, request)
        before = until(exchanges, given.get("index"))[-(MOST - 1) :]
        try:
            if given.get("linked"):
                made = await self.site.linked(request, who)
            else:
                with self._writing(given) as writing:
                    made = await self.site.asked(
                        request,
                        str(given.get("question", "")),
                        before,
                        read_scope(scope),
                        standalone=bool(given.get("standalone")),
                        who=who,
                        writing=writing,
                    )
        except Stopped:
            return (gr.skip(),) * (SHOWN + 1)
        shown = self._shown([*before, made] if made else exchanges)
        # The page adopts the scope of a link.
        scope = made["record"]["scope"] if made and given.get("linked") else everything()
        narrow = scope if scope != everything() else None
        return (*shown, {"answered": given.get("id"), "narrow": narrow})

    def _writing(self, given: dict[str, Any]) -> AbstractContextManager[Writing | None]:
        """A prose answer to write, if the reader asked for it and it is possible."""
        if self.site.model and given.get("prose") is True:
            return self.site.drafts.begun(str(given.get("id")))
        return nullcontext()

    async def stop(self, event: gr.EventData, request: gr.Request) -> None:
        """Stops a pending question."""
        self.site.stop(_who(_given(event), request))

    def _shown(self, exchanges: list[Exchange], *, value: str | None = None) -> tuple[Any, ...]:
        """Shows the conversation, with ``value`` in the box; None keeps the text typed there."""
        exchanges = exchanges[-MOST:]
        messages = draw(exchanges, judged=self.site.judged)
        return messages, exchanges, last_panel(exchanges), {"questions": []}, box_ready(value)

    # ---- the conversation

    def opened(self, kept: Any, request: gr.Request) -> tuple[Any, ...]:
        """Restores the conversation that the browser stored, and enables the box."""
        return (*self._shown(read_exchanges(kept)), self.facts(request))

    def again(self, kept: Any) -> tuple[Any, ...]:
        """Draws a stored chat, and leaves the box as it is."""
        return self._shown(read_exchanges(kept))[:-1]

    def reopened(self, event: gr.EventData) -> tuple[Any, ...]:
        """Draws another stored chat, and identifies it."""
        given = _given(event)
        drawn_now = _once(reopened=str(given.get("id", "")))
        return (*self._shown(read_exchanges(given.get("exchanges"))), drawn_now)

    def facts(self, request: gr.Request) -> Any:
        """The line at the top of the page, once the articles are loaded."""
        if not self.site.readiness.wait(0):
            return gr.skip()
        try:
            facts = masthead(self.site.news_of(request).facets())
            return shield({**facts, **self._fresh(request)})
        except rag.BylineError:
            return gr.skip()

    def _fresh(self, request: gr.Request) -> dict[str, Any]:
        """Whether the index is up to date, and its generation; empty if files are not watched."""
        if self.site.watch is None:
            return {}
        generation = self.site.news_of(request).size()["generation"]
        return {**freshness(self.site.watch.state), "generation": generation}

    def facts_again(self, shown: Any, request: gr.Request) -> Any:
        """The line at the top of the page, if it differs from what is ``shown``."""
        known = shown if isinstance(shown, dict) else {}
        try:
            same = shield(self._fresh(request)).items() <= known.items()
        except rag.BylineError:
            same = False
        return gr.skip() if same else self.facts(request)

    def undo(self, kept: Any, event: gr.UndoData) -> tuple[Any, ...]:
        """Removes a question and all later ones, and returns its text to the box."""
        exchanges = read_exchanges(kept)
        place = event.index // 2 if isinstance(event.index, int) else None  # two messages each
        before = until(exchanges, place)
        question = exchanges[len(before)]["record"]["question"] if before != exchanges else None
        return self._shown(before, value=question)

    # ---- suggestions, export and feedback

    def suggest(self, kept: Any, scope: Any, request: gr.Request) -> Any:
        """Suggests questions that the articles answer."""
        return shield(self.site.suggested(read_exchanges(kept), read_scope(scope), request))

    def export(self, kept: Any, event: gr.EventData, request: gr.Request) -> dict[str, Any]:
        """The conversation as a file for the browser to save."""
        records = [each["record"] for each in read_exchanges(kept)]
        form = str(_given(event).get("form", ""))
        return _once(file=self.site.exported(records, form, request))

    def feedback(self, kept: Any, event: gr.EventData) -> dict[str, Any]:
        """Stores feedback on an answer, and returns the message to show."""
        records = [each["record"] for each in read_exchanges(kept)]
        return _once(kept=self.site.judge(records, _given(event)))


def waiting_line(drafts: Drafts) -> gr.HTML:
    """Adds the placeholder of a pending question; the browser polls it for prose drafts."""

    def draft(id_: Any) -> Any:
        return drafts.of(str(id_))

    return drawn("waiting", {}, elem_id="waiting", functions=[draft])


def _writer(site: Site) -> dict[str, str]:
    """The model that writes prose, and a note if it does not use the reader's uploads."""
    note = "without your uploads" if site.writes_without_uploads else ""
    return {"model": site.model, "note": note}


def _once(**said: Any) -> dict[str, Any]:
    """A message to the browser, made unique because equal values trigger no event."""
    return {**said, "once": uuid4().hex}


def _who(given: dict[str, Any], request: gr.Request) -> str:
    """Identifies a pending question of one open page."""
    return f"{request.session_hash} {given.get('id')}"


def _given(event: gr.EventData) -> dict[str, Any]:
    """The data that the browser sent with an event."""
    sent = event._data  # noqa: SLF001 - in Gradio 6.31, gr.HTML events have no public data
    return sent if isinstance(sent, dict) else {}
